package main

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"net/http"
	"net/http/httptest"
	"strconv"
	"time"

	"github.com/gorilla/sessions"
	"github.com/jmoiron/sqlx"
	"github.com/labstack/echo/v4"
	_ "github.com/lib/pq" // the driver "postgres"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/views/layout"
	"github.com/smoothschedule/smoothschedule/views/platform"
	"github.com/smoothschedule/smoothschedule/views/ui"
)

// plainPage is the floor: the business list as it is usually written with the
// same parts. Echo with its own middlewares, a session in a signed cookie, a
// query each for user, permission, count and rows. It renders the same
// components, has the same indexes, and no row-level security to pass.
type plainPage struct {
	db       *sqlx.DB
	sessions *sessions.CookieStore
}

const plainSession = "session"

func newPlainPage(url string) (*plainPage, error) {
	db, err := sqlx.Open("postgres", url)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(clients)
	db.SetMaxIdleConns(clients)
	// Roles and permissions usually are tables.
	_, err = db.Exec(`
		CREATE SCHEMA IF NOT EXISTS plain;
		CREATE TABLE IF NOT EXISTS plain.role_permissions (role text, permission text, PRIMARY KEY (role, permission));
		INSERT INTO plain.role_permissions SELECT role, permission
		FROM unnest(ARRAY['SUPERUSER', 'PLATFORM_MANAGER', 'PLATFORM_SUPPORT', 'PLATFORM_SALES']) role,
			unnest(ARRAY['dashboard.view', 'businesses.view', 'businesses.create', 'users.view']) permission ON CONFLICT DO NOTHING`)
	return &plainPage{db, sessions.NewCookieStore([]byte(sessionKey))}, err
}

func (p *plainPage) handler() http.Handler {
	e := echo.New()
	e.Use(plainLog, plainRecover, plainGzip)
	e.GET("/businesses", p.index)
	return e
}

// cookie is a session of the superuser.
func (p *plainPage) cookie(ctx context.Context) (string, error) {
	var id string
	if err := p.db.GetContext(ctx, &id, "SELECT id FROM users WHERE email = $1", staffEmail); err != nil {
		return "", err
	}
	r, w := httptest.NewRequest(http.MethodGet, "/", nil), httptest.NewRecorder()
	s, err := p.sessions.Get(r, plainSession)
	if err != nil {
		return "", err
	}
	s.Values["user_id"] = id
	if err := s.Save(r, w); err != nil {
		return "", err
	}
	return cookieHeader(w.Result()), nil
}

type plainUser struct {
	ID    string `db:"id"`
	Email string `db:"email"`
	Name  string `db:"name"`
	Role  string `db:"role"`
}

type plainBusiness struct {
	ID              string         `db:"id"`
	Name            string         `db:"name"`
	Subdomain       string         `db:"subdomain"`
	Plan            string         `db:"plan"`
	Status          string         `db:"status"`
	CreatedAt       time.Time      `db:"created_at"`
	OwnerID         sql.NullString `db:"owner_id"`
	OwnerName       sql.NullString `db:"owner_name"`
	OwnerEmail      sql.NullString `db:"owner_email"`
	People          int            `db:"people"`
	Appointments30d int            `db:"appointments_30d"`
	MRRCents        int            `db:"mrr_cents"`
	LastActivityAt  time.Time      `db:"last_activity_at"`
}

func (p *plainPage) index(c echo.Context) error {
	ctx := c.Request().Context()
	s, err := p.sessions.Get(c.Request(), plainSession)
	if err != nil {
		return err
	}
	id, ok := s.Values["user_id"].(string)
	if !ok {
		return c.Redirect(http.StatusSeeOther, "/login")
	}
	var user plainUser
	err = p.db.GetContext(ctx, &user, "SELECT id, email, name, role FROM users WHERE id = $1 AND is_active", id)
	if errors.Is(err, sql.ErrNoRows) {
		return c.Redirect(http.StatusSeeOther, "/login")
	}
	if err != nil {
		return err
	}
	var allowed bool
	err = p.db.GetContext(ctx, &allowed, "SELECT EXISTS (SELECT 1 FROM plain.role_permissions WHERE role = $1 AND permission = $2)", user.Role, "businesses.view")
	if err != nil {
		return err
	}
	if !allowed {
		return echo.ErrForbidden
	}
	page, _ := strconv.Atoi(c.QueryParam("page"))
	page = max(page, 1)
	var total int
	if err := p.db.GetContext(ctx, &total, "SELECT count(*) FROM businesses"); err != nil {
		return err
	}
	var list []plainBusiness
	err = p.db.SelectContext(ctx, &list, `
		SELECT b.id, b.name, b.subdomain, b.plan, b.status, b.created_at,
			o.id AS owner_id, o.name AS owner_name, o.email AS owner_email,
			(SELECT count(*) FROM users u WHERE u.business_id = b.id AND u.role <> 'CUSTOMER') AS people,
			t.appointments_30d, t.mrr_cents, t.last_activity_at
		FROM businesses b
		JOIN business_totals t ON t.business_id = b.id
		LEFT JOIN users o ON o.id = (SELECT u.id FROM users u
			WHERE u.business_id = b.id AND u.role = 'TENANT_OWNER' ORDER BY u.created_at LIMIT 1)
		ORDER BY b.name COLLATE "und-x-icu", b.id LIMIT $1 OFFSET $2`, 25, (page-1)*25)
	if err != nil {
		return err
	}
	return p.render(c, user, list, page, total)
}

func (p *plainPage) render(c echo.Context, user plainUser, list []plainBusiness, page, total int) error {
	props := platform.BusinessesProps{
		List: ui.ListState{Filters: map[string]string{},
			Pager: ui.Pager{Page: page, PerPage: 25, Shown: len(list), Total: total, HasNext: page*25 < total}},
		Rows:      make([]platform.BusinessRow, len(list)),
		CanCreate: true,
	}
	now := time.Now()
	for i, b := range list {
		props.Rows[i] = platform.BusinessRow{
			ID: b.ID, Name: b.Name, Host: b.Subdomain + "." + baseDomain, URL: "https://" + b.Subdomain + "." + baseDomain + "/",
			Plan: b.Plan, Status: b.Status, OwnerName: b.OwnerName.String, OwnerEmail: b.OwnerEmail.String,
			People: web.Count(b.People), Appointments30d: web.Count(b.Appointments30d), MRR: web.Money(b.MRRCents),
			LastActivity: web.Ago(b.LastActivityAt, now), Joined: web.Date(b.CreatedAt, time.UTC),
			CanMasquerade: b.OwnerID.Valid && b.Status != "archived",
		}
	}
	shell := layout.Platform(layout.Page{
		Title: "Businesses", Theme: "system", Path: "/businesses", Nav: layout.PlatformNav("/businesses"),
		User: &layout.User{Name: user.Name, Email: user.Email, Role: "Superuser"},
	}, platform.Businesses(props))
	var buf bytes.Buffer
	if err := shell.Render(c.Request().Context(), &buf); err != nil {
		return err
	}
	return c.HTMLBlob(http.StatusOK, buf.Bytes())
}

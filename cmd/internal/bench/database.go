package main

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"time"

	_ "github.com/lib/pq" // the driver "postgres"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/migrations"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/devdb"
	"github.com/smoothschedule/smoothschedule/store/identity"
	"github.com/smoothschedule/smoothschedule/store/people"
	"github.com/smoothschedule/smoothschedule/store/schema"
	"github.com/smoothschedule/smoothschedule/store/seed"
)

// dataset is a database that is seeded once and kept between runs.
type dataset struct{ businesses, appointments int }

func (d dataset) name() string { return fmt.Sprintf("bench_%d", d.businesses) }

// staffEmail is the superuser as whom pages are asked for.
const staffEmail = "superuser@smoothschedule.test"

// sessionKey signs the cookies of a run.
var sessionKey = strings.Repeat("bench-", 8)

// databases is the private PostgreSQL with what lies in it.
type databases struct {
	cluster *devdb.Cluster
	out     *os.File
}

// openDatabases starts PostgreSQL with the durability of production, or uses the
// one that another run has started.
func openDatabases(ctx context.Context, dir string) (*databases, error) {
	cluster, err := devdb.Open(ctx, devdb.Options{Dir: filepath.Join(dir, "postgres"), Log: os.Stderr})
	if err != nil {
		return nil, err
	}
	return &databases{cluster, os.Stderr}, nil
}

func (d *databases) stop() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	_ = d.cluster.Stop(ctx)
}

func (d *databases) config(database string) store.Config {
	return store.Config{
		URL:         d.cluster.URL(schema.WebLogin, database),
		ReadOnlyURL: d.cluster.URL(schema.ReadOnlyLogin, database),
		DirectURL:   d.cluster.URL(schema.OwnerLogin, database),
		Prepare:     true,
	}
}

// ensure makes and seeds a database, or brings a whole one to the migrations of
// now. One whose seeding was cut short by another version is made anew.
func (d *databases) ensure(ctx context.Context, set dataset) error {
	admin, err := d.admin("postgres")
	if err != nil {
		return err
	}
	defer admin.Close()
	var state sql.NullString
	err = admin.QueryRowContext(ctx, `SELECT COALESCE(shobj_description(oid, 'pg_database'), '') FROM pg_database WHERE datname = $1`, set.name()).Scan(&state)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	whole, begun := "whole "+fingerprint(), "begun "+fingerprint()
	switch {
	case state.String == whole:
		return nil
	case strings.HasPrefix(state.String, "whole "):
		if err := d.migrate(ctx, set); err != nil {
			return fmt.Errorf("migrate %s: %w", set.name(), err)
		}
		return d.comment(ctx, admin, set, whole)
	case state.Valid && state.String != begun:
		fmt.Fprintf(d.out, "%s is of other migrations and is made anew\n", set.name())
		if _, err := admin.ExecContext(ctx, "DROP DATABASE "+set.name()+" WITH (FORCE)"); err != nil {
			return err
		}
		state.Valid = false
	}
	if !state.Valid {
		if _, err := admin.ExecContext(ctx, schema.CreateDatabaseSQL(set.name())); err != nil {
			return err
		}
		if err := d.comment(ctx, admin, set, begun); err != nil {
			return err
		}
	}
	if err := d.fill(ctx, set); err != nil {
		return fmt.Errorf("seed %s: %w", set.name(), err)
	}
	return d.comment(ctx, admin, set, whole)
}

// comment says in the database itself how far it is.
func (d *databases) comment(ctx context.Context, admin *sql.DB, set dataset, state string) error {
	_, err := admin.ExecContext(ctx, "COMMENT ON DATABASE "+set.name()+" IS '"+state+"'")
	return err
}

func (d *databases) migrate(ctx context.Context, set dataset) error {
	db, err := store.Open(d.config(set.name()))
	if err != nil {
		return err
	}
	if err := errors.Join(schema.Migrate(ctx, db, nil), db.Close()); err != nil {
		return err
	}
	admin, err := d.admin(set.name())
	if err != nil {
		return err
	}
	defer admin.Close()
	return d.settle(ctx, admin)
}

// settle does what autovacuum would have done by the next day.
func (d *databases) settle(ctx context.Context, admin *sql.DB) error {
	for _, statement := range []string{"VACUUM (ANALYZE) public.businesses, public.business_totals, public.users, public.plan_changes, public.tenant_schemas, public.domains", "CHECKPOINT"} {
		if _, err := admin.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}

func (d *databases) fill(ctx context.Context, set dataset) error {
	admin, err := d.admin(set.name())
	if err != nil {
		return err
	}
	defer admin.Close()
	if _, err := admin.ExecContext(ctx, schema.InitSQL(set.name(), d.cluster.Password)); err != nil {
		return err
	}
	db, err := store.Open(d.config(set.name()))
	if err != nil {
		return err
	}
	defer db.Close()
	if err := schema.Migrate(ctx, db, nil); err != nil {
		return err
	}
	began := time.Now()
	if err := seed.Load(ctx, db, seed.LoadOptions{Businesses: set.businesses, Appointments: set.appointments, Progress: d.out}); err != nil {
		return err
	}
	var bytes int64
	if err := admin.QueryRowContext(ctx, `SELECT pg_database_size(current_database())`).Scan(&bytes); err != nil {
		return err
	}
	fmt.Fprintf(d.out, "seeded %d businesses and %d appointments in %s; the database has %d MB\n",
		set.businesses, set.appointments, time.Since(began).Round(time.Second), bytes>>20)
	err = db.InPublic(ctx, func(q *store.PublicTx) error {
		_, err := people.CreatePerson(q, identity.NewPerson{Email: staffEmail, Name: "Sam Super", Role: access.Superuser, Password: "smooth-demo-2026"})
		return err
	})
	if err != nil && store.KindOf(err) != store.Conflict && store.FieldErrors(err) == nil {
		return err
	}
	return d.settle(ctx, admin)
}

func (d *databases) admin(database string) (*sql.DB, error) {
	return sql.Open("postgres", d.cluster.AdminURL(database))
}

// fingerprint changes with the migrations.
func fingerprint() string {
	h := sha256.New()
	_ = fs.WalkDir(migrations.Public(), ".", func(path string, _ fs.DirEntry, _ error) error {
		text, _ := fs.ReadFile(migrations.Public(), path)
		h.Write(text)
		return nil
	})
	h.Write([]byte(migrations.TenantSnapshot()))
	return hex.EncodeToString(h.Sum(nil))[:12]
}

// logIn returns the Cookie header of a session of the superuser.
func (d *databases) logIn(ctx context.Context, set dataset, secure bool) (string, error) {
	db, err := store.Open(d.config(set.name()))
	if err != nil {
		return "", err
	}
	defer db.Close()
	token, _, err := identity.LoginAs(ctx, db, nil, staffEmail, store.Client{Address: "127.0.0.1", UserAgent: "bench"})
	if err != nil {
		return "", err
	}
	cookies := web.NewCookies([][]byte{[]byte(sessionKey)}, secure)
	r, w := httptest.NewRequest(http.MethodGet, "/", nil), httptest.NewRecorder()
	s, err := cookies.Get(r, "session")
	if err != nil {
		return "", err
	}
	s.ID = token
	if err := cookies.Save(r, w, s); err != nil {
		return "", err
	}
	return cookieHeader(w.Result()), nil
}

func cookieHeader(r *http.Response) string {
	var pairs []string
	for _, c := range r.Cookies() {
		pairs = append(pairs, c.Name+"="+c.Value)
	}
	return strings.Join(pairs, "; ")
}

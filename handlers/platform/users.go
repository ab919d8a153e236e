package platform

import (
	"net/http"
	"net/url"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/console"
	"github.com/smoothschedule/smoothschedule/store/identity"
	"github.com/smoothschedule/smoothschedule/store/people"
	"github.com/smoothschedule/smoothschedule/store/plans"
	"github.com/smoothschedule/smoothschedule/views/platform"
	"github.com/smoothschedule/smoothschedule/views/ui"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

// userQuery reads the directory's state. A business is any id; one that doesn't
// exist has nobody.
func userQuery(c echo.Context) (web.ListQuery, people.UserFilter) {
	return userQueryOf(c, c.QueryParams())
}

func userQueryOf(c echo.Context, values url.Values) (web.ListQuery, people.UserFilter) {
	choices := map[string][]string{"role": nil, "status": {"active", "disabled"}, "seen": {"24h", "7d", "30d", people.SeenLongAgo, people.SeenNever}}
	for _, role := range access.Roles() {
		choices["role"] = append(choices["role"], string(role))
	}
	business, err := uuid.Parse(values.Get("business"))
	if err == nil {
		choices["business"] = []string{business.String()}
	}
	query := web.ReadListValues(c, values, choices)
	return query, people.UserFilter{Q: query.Q, Sort: query.Sort, Role: access.Role(query.Filter("role")), Status: query.Filter("status"), Seen: query.Filter("seen"),
		Business: uuid.NullUUID{UUID: business, Valid: query.Filter("business") != ""}, Page: query.Page}
}

func (h *Handlers) usersIndex(c echo.Context) error {
	query, filter := userQuery(c)
	var rows []people.User
	var info store.PageInfo
	businessName, open := "", ""
	err := h.DB.InPublic(c.Request().Context(), func(q *store.PublicTx) (err error) {
		if open, err = withViews(c, q, &query, "users"); err != nil || open != "" {
			return err
		}
		if filter.Business.Valid {
			b, err := console.ReadBusiness(q, filter.Business.UUID)
			if err != nil && store.KindOf(err) != store.NotFound {
				return err
			}
			businessName = b.Name
		}
		rows, info, err = people.Users(q, filter)
		return err
	})
	if open != "" {
		return c.Redirect(http.StatusSeeOther, open)
	}
	who, now := web.Principal(c), time.Now()
	p := platform.UsersProps{List: query.State(info, len(rows), err), Roles: roleOptions(access.Roles()), BusinessName: businessName, CanInvite: who.Can(access.UsersManage)}
	p.List.CSVHref = query.HrefTo(urls.UsersCSV())
	masquerades := who.Can(access.MasqueradesStart)
	for _, u := range rows {
		row := platform.UserRow{ID: u.ID.String(), Name: u.Name, Email: u.Email, Role: access.RoleName(u.Role), Active: u.IsActive, Joined: web.Date(u.CreatedAt, time.UTC),
			CanMasquerade: masquerades && maskable(u)}
		if u.BusinessID.Valid {
			row.Business, row.BusinessHref = u.BusinessName, urls.Business(u.BusinessID.UUID.String())
		}
		if u.LastLogin != nil {
			row.LastLogin = web.Ago(*u.LastLogin, now)
		}
		p.Rows = append(p.Rows, row)
	}
	return h.RenderList(c, err, web.View{Title: "Users", Body: platform.Users(p), Fragment: platform.UserList(p)})
}

// maskable says whether somebody may be appeared as.
func maskable(u people.User) bool {
	return u.BusinessID.Valid && u.IsActive && u.BusinessStatus != "archived"
}

func roleOptions(roles []access.Role) []ui.Option {
	var options []ui.Option
	for _, role := range roles {
		options = append(options, ui.Option{Value: string(role), Label: access.RoleName(role)})
	}
	return options
}

// usersCSV is exactly what the list shows, all its pages.
func (h *Handlers) usersCSV(c echo.Context) error {
	_, filter := userQuery(c)
	filter.Page, filter.Exact = store.Page{Number: 1, Size: web.CSVBatch}, true
	return h.download(c, download{noun: "user", name: "users.csv", list: ui.Link{Label: "Users", Href: urls.Users()}, personal: true, business: filter.Business,
		head: []string{"id", "name", "email", "role", "business", "business_id", "active", "last_login", "joined"},
		batch: func(q *store.PublicTx) (lines [][]string, info store.PageInfo, err error) {
			rows, info, err := people.Users(q, filter)
			for _, u := range rows {
				business, active, last := "", "no", ""
				if u.BusinessID.Valid {
					business = u.BusinessID.UUID.String()
				}
				if u.IsActive {
					active = "yes"
				}
				if u.LastLogin != nil {
					last = u.LastLogin.UTC().Format(time.RFC3339)
				}
				lines = append(lines, []string{u.ID.String(), u.Name, u.Email, string(u.Role), u.BusinessName, business, active, last, u.CreatedAt.UTC().Format(time.RFC3339)})
			}
			filter.Page.After = info.Last
			return lines, info, err
		}})
}

// userNew asks whom to invite to a business.
func (h *Handlers) userNew(c echo.Context) error {
	return h.userForm(c, http.StatusOK, platform.UserNewProps{BusinessID: c.QueryParam("business")})
}

func (h *Handlers) userForm(c echo.Context, status int, p platform.UserNewProps) error {
	id, err := uuid.Parse(p.BusinessID)
	if err != nil {
		return echo.ErrNotFound
	}
	var b console.Business
	err = h.DB.InPublic(c.Request().Context(), func(q *store.PublicTx) (err error) {
		b, err = console.ReadBusiness(q, id)
		return err
	})
	if err != nil {
		return err
	}
	p.BusinessID, p.BusinessName, p.Roles = b.ID.String(), b.Name, roleChoices(people.TeamRoles)
	return h.Render(c, status, web.View{Title: "Invite somebody", Body: platform.UserNew(p)})
}

func (h *Handlers) userCreate(c echo.Context) error {
	p := platform.UserNewProps{BusinessID: c.FormValue("business")}
	business, err := uuid.Parse(p.BusinessID)
	if err != nil {
		return echo.ErrNotFound
	}
	p.In, p.Errors = bindPerson(c)
	if len(p.Errors) == 0 {
		_, err := console.InvitePerson(web.FormOnce(c), h.DB, identity.NewPerson{Business: uuid.NullUUID{UUID: business, Valid: true},
			Email: p.In.Email, Name: p.In.Name, Role: access.Role(p.In.Role)}, false)
		if err == nil {
			h.Flash(c, ui.Success, p.In.Name+" gets an invitation by mail.")
			return web.Redirect(c, urls.WithQuery(urls.Users(), "business", p.BusinessID))
		}
		if p.Errors = formErrors(err); p.Errors == nil {
			return err
		}
	}
	return h.userForm(c, http.StatusUnprocessableEntity, p)
}

// bindPerson reads the form of an invitation.
func bindPerson(c echo.Context) (platform.PersonInput, map[string]string) {
	in, errs := platform.PersonInput{Name: typed(c, "name"), Email: web.Email(c, "email"), Role: typed(c, "role")}, map[string]string{}
	web.CheckName(errs, "name", in.Name, 1, 120, "Give the name.")
	web.CheckEmail(errs, "email", in.Email)
	return in, errs
}

// formErrors are the field's, and a limit that is reached is about the whole form.
func formErrors(err error) map[string]string {
	errs := store.FieldErrors(err)
	if full, ok := errs[plans.PlanLimit]; ok {
		delete(errs, plans.PlanLimit)
		errs[""] = full
	}
	return errs
}

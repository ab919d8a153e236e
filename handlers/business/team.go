package business

import (
	"fmt"
	"net/http"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/catalog"
	"github.com/smoothschedule/smoothschedule/store/identity"
	"github.com/smoothschedule/smoothschedule/store/people"
	"github.com/smoothschedule/smoothschedule/store/plans"
	"github.com/smoothschedule/smoothschedule/views/business"
	"github.com/smoothschedule/smoothschedule/views/ui"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

var teamRoles = []string{string(access.TenantOwner), string(access.TenantManager), string(access.TenantStaff)}

func (h *Handlers) teamIndex(c echo.Context) error {
	query := web.ReadList(c, map[string][]string{"role": teamRoles, "state": people.TeamStates})
	filter := people.TeamFilter{Q: query.Q, Sort: query.Sort, Role: access.Role(query.Filter("role")), State: query.Filter("state"), Page: query.Page}
	var rows []people.TeamPerson
	var calendars map[uuid.UUID]catalog.Resource
	var limits plans.Limits
	var usage plans.Usage
	var info store.PageInfo
	tenant := web.Tenant(c)
	err := h.DB.InTenant(c.Request().Context(), *tenant, func(q *store.TenantTx) (err error) {
		if rows, info, err = people.Team(q, filter); err != nil {
			return err
		}
		if calendars, err = people.LoginsOf(q, rows); err != nil {
			return err
		}
		if limits, err = plans.ReadLimits(q); err != nil {
			return err
		}
		usage, err = plans.ReadUsage(q)
		return err
	})
	who := web.Principal(c)
	p := business.TeamProps{List: query.State(info, len(rows), err),
		CanManage: mayManage(c, access.TeamManage), CanHandOver: mayManage(c, access.OwnershipManage)}
	if err == nil {
		p.Seats = seats(usage.People, limits.People, "people", limits.PlanName)
	}
	for _, role := range people.TeamRoles {
		p.Roles = append(p.Roles, ui.Option{Value: string(role), Label: access.RoleName(role)})
	}
	for _, r := range rows {
		row := business.TeamRow{ID: r.ID.String(), Name: r.Name, Email: r.Email, Role: access.RoleName(r.Role), State: r.State(), Self: r.ID == who.Subject.ID,
			Calendar: calendars[r.ID].Name}
		if r.LastLogin != nil {
			row.LastSeen = web.Date(*r.LastLogin, tenant.Location())
		}
		p.Rows = append(p.Rows, row)
	}
	return h.RenderList(c, err, web.View{Title: "Team", Body: business.Team(p), Fragment: business.TeamList(p)})
}

// seats says how much of a limit is used.
func seats(used int, most *int, things, plan string) string {
	if most == nil {
		return fmt.Sprintf("%s %s; the plan %s holds any number", web.Count(used), things, plan)
	}
	return fmt.Sprintf("%s of %s %s of the plan %s", web.Count(used), web.Count(*most), things, plan)
}

// roleChoices are the roles that the principal may give.
func roleChoices(c echo.Context) []business.RoleChoice {
	choices := []business.RoleChoice{
		{Value: string(access.TenantManager), Label: access.RoleName(access.TenantManager), Hint: "Runs the business: schedule, customers, services, resources, settings, team. Not owners, plan or support access."},
		{Value: string(access.TenantStaff), Label: access.RoleName(access.TenantStaff), Hint: "Sees the schedule and customers, and changes own appointments and own time off."},
	}
	if who := web.Principal(c); who.Subject.Role == access.TenantOwner && who.Masquerade == nil {
		choices = append([]business.RoleChoice{{Value: string(access.TenantOwner), Label: access.RoleName(access.TenantOwner), Hint: "May do everything, with the plan, other owners and support access."}}, choices...)
	}
	return choices
}

func (h *Handlers) teamInviteNew(c echo.Context) error {
	return h.teamInviteForm(c, http.StatusOK, business.TeamInviteProps{Role: string(access.TenantStaff)})
}

func (h *Handlers) teamInviteForm(c echo.Context, status int, p business.TeamInviteProps) error {
	p.Roles, p.PlanFull, p.CanSeePlan = roleChoices(c), p.Errors[plans.PlanLimit], web.Principal(c).Can(access.PlanView)
	return h.Render(c, status, web.View{Title: "Invite somebody", Body: business.TeamInvite(p)})
}

func (h *Handlers) teamInvite(c echo.Context) error {
	p := business.TeamInviteProps{Name: text(c, "name"), Email: web.Email(c, "email"), Role: c.FormValue("role"), Errors: map[string]string{}}
	web.CheckName(p.Errors, "name", p.Name, 1, 120, "Give the person a name.")
	web.CheckEmail(p.Errors, "email", p.Email)
	if len(p.Errors) == 0 {
		err := h.DB.InTenant(web.FormOnce(c), *web.Tenant(c), func(q *store.TenantTx) error {
			_, err := people.InvitePerson(q, identity.NewPerson{Name: p.Name, Email: p.Email, Role: access.Role(p.Role)})
			return err
		})
		if err == nil {
			h.Flash(c, "success", p.Name+" is invited.")
			return web.Redirect(c, urls.Team())
		}
		if p.Errors = store.FieldErrors(err); p.Errors == nil {
			return err
		}
	}
	return h.teamInviteForm(c, http.StatusUnprocessableEntity, p)
}

func (h *Handlers) handOverNew(c echo.Context) error {
	return h.handOverForm(c, http.StatusOK, business.HandOverProps{})
}

func (h *Handlers) handOverForm(c echo.Context, status int, p business.HandOverProps) error {
	var everybody []people.TeamPerson
	err := h.DB.InTenant(c.Request().Context(), *web.Tenant(c), func(q *store.TenantTx) (err error) {
		everybody, _, err = people.Team(q, people.TeamFilter{State: "active", Sort: "name", Page: store.Page{Number: 1, Size: 500}})
		return err
	})
	if err != nil {
		return err
	}
	for _, person := range everybody {
		if person.ID != web.Principal(c).Subject.ID {
			p.People = append(p.People, ui.Option{Value: person.ID.String(), Label: person.Name + " (" + access.RoleName(person.Role) + ")"})
		}
	}
	return h.Render(c, status, web.View{Title: "Hand over ownership", Body: business.HandOver(p)})
}

// handOver asks for the password: a session left open must not cost the business.
func (h *Handlers) handOver(c echo.Context) error {
	p := business.HandOverProps{To: c.FormValue("to"), Errors: map[string]string{}}
	to, err := uuid.Parse(p.To)
	if err != nil {
		p.Errors["to"] = "Choose somebody of the team."
		return h.handOverForm(c, http.StatusUnprocessableEntity, p)
	}
	ctx := c.Request().Context()
	err = identity.ConfirmPassword(ctx, h.DB, web.Principal(c), c.FormValue("password"), web.Client(c))
	var person store.Person
	if err == nil {
		err = h.DB.InTenant(ctx, *web.Tenant(c), func(q *store.TenantTx) (err error) {
			person, err = people.HandOver(q, to)
			return err
		})
	}
	if err != nil {
		if p.Errors = store.FieldErrors(err); p.Errors == nil {
			return err
		}
		return h.handOverForm(c, http.StatusUnprocessableEntity, p)
	}
	h.Flash(c, "success", person.Name+" owns the business now. You are a manager.")
	return web.Redirect(c, urls.Team())
}

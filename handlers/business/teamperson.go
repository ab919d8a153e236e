package business

import (
	"context"
	"net/http"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/catalog"
	"github.com/smoothschedule/smoothschedule/store/people"
	"github.com/smoothschedule/smoothschedule/store/plans"
	"github.com/smoothschedule/smoothschedule/views/business"
	"github.com/smoothschedule/smoothschedule/views/ui"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

func (h *Handlers) teamPersonShow(c echo.Context) error {
	return h.teamPersonPage(c, http.StatusOK, nil)
}

// teamPersonPage shows one person; refused is why a change was not made.
func (h *Handlers) teamPersonPage(c echo.Context, status int, refused error) error {
	id, err := pathID(c, "id")
	if err != nil {
		return err
	}
	var person people.TeamPerson
	var resources []catalog.Resource
	tenant := web.Tenant(c)
	err = h.DB.InTenant(c.Request().Context(), *tenant, func(q *store.TenantTx) (err error) {
		if person, err = people.ReadTeamPerson(q, id); err != nil {
			return err
		}
		resources, err = catalog.AllResources(q)
		return err
	})
	if err != nil {
		return err
	}
	who, loc := web.Principal(c), tenant.Location()
	p := business.TeamPersonProps{ID: id.String(), Name: person.Name, Email: person.Email, Role: string(person.Role), RoleName: access.RoleName(person.Role),
		State: person.State(), Self: id == who.Subject.ID, Joined: web.Date(person.CreatedAt, loc), Roles: roleChoices(c), CanSeePlan: who.Can(access.PlanView),
		CanManage: mayManage(c, access.TeamManage) && (person.Role != access.TenantOwner || who.Subject.Role == access.TenantOwner && who.Masquerade == nil),
		Errors:    store.FieldErrors(refused), Calendars: []ui.Option{{Label: "No calendar"}}}
	p.CanReset = mayManage(c, access.FactorsReset) && !p.Self && person.SecondFactor
	p.Refused, p.PlanFull = message(refused), p.Errors[plans.PlanLimit] != ""
	if person.LastLogin != nil {
		p.LastSeen = web.Instant(*person.LastLogin, loc)
	}
	if person.InvitedAt != nil {
		p.Invited = web.Instant(*person.InvitedAt, loc)
	}
	for _, r := range resources {
		if r.Kind != "STAFF" || r.UserID.Valid && r.UserID.UUID != id {
			continue
		}
		p.Calendars = append(p.Calendars, ui.Option{Value: r.ID.String(), Label: r.Name})
		if r.UserID.Valid {
			p.Calendar = r.ID.String()
		}
	}
	p.RoleSeen, p.CalendarSeen = web.Seen(roleAnswers(person.Role)), web.Seen(calendarAnswers(calendarID(p.Calendar)))
	if web.IsStale(refused) { // which of the two it was the path says
		seen := web.SeenAgain(c, urls.TeamPerson(p.ID))
		if p.Refused = ""; c.Path() == urls.TeamRolePattern {
			p.RoleSeen, p.RoleChosen = seen, c.FormValue("role")
		} else {
			p.CalendarSeen, p.Calendar = seen.Named(resourceNames(resources)), c.FormValue("resource")
		}
	}
	return h.Render(c, status, web.View{Title: person.Name, Body: business.TeamPerson(p)})
}

// calendarID is the resource chosen in a form.
func calendarID(value string) uuid.NullUUID {
	id, err := uuid.Parse(value)
	return uuid.NullUUID{UUID: id, Valid: err == nil}
}

// changePerson does something to the person of the path. A refusal is shown on
// the page.
func (h *Handlers) changePerson(c echo.Context, to string, change func(*store.TenantTx, uuid.UUID) (done string, err error)) error {
	return h.changePersonIn(c.Request().Context(), c, to, change)
}

// changePersonIn does it in the context of a form that says what it was made from.
func (h *Handlers) changePersonIn(ctx context.Context, c echo.Context, to string, change func(*store.TenantTx, uuid.UUID) (done string, err error)) error {
	id, err := pathID(c, "id")
	if err != nil {
		return err
	}
	var done string
	err = h.DB.InTenant(ctx, *web.Tenant(c), func(q *store.TenantTx) (err error) {
		done, err = change(q, id)
		return err
	})
	switch store.KindOf(err) {
	case store.Conflict:
		return h.teamPersonPage(c, http.StatusConflict, err)
	case store.Invalid:
		return h.teamPersonPage(c, http.StatusUnprocessableEntity, err)
	}
	if err != nil {
		return err
	}
	h.Flash(c, "success", done)
	if to == "" {
		to = urls.TeamPerson(id.String())
	}
	return web.Redirect(c, to)
}

func (h *Handlers) teamRole(c echo.Context) error {
	role := access.Role(c.FormValue("role"))
	return h.changePersonIn(web.IfSeen(c, roleAnswers, role), c, "", func(q *store.TenantTx, id uuid.UUID) (string, error) {
		p, err := people.ChangeRole(q, id, role)
		return p.Name + " is " + access.RoleName(role) + " now.", err
	})
}

func (h *Handlers) teamActive(c echo.Context) error {
	active := c.FormValue("active") != ""
	return h.changePerson(c, "", func(q *store.TenantTx, id uuid.UUID) (string, error) {
		p, err := people.SetActive(q, id, active)
		if active {
			return "The login of " + p.Name + " is enabled.", err
		}
		return "The login of " + p.Name + " is disabled, and all sessions are ended.", err
	})
}

// teamFactors lets somebody in again who has lost the second factor.
func (h *Handlers) teamFactors(c echo.Context) error {
	return h.changePerson(c, "", func(q *store.TenantTx, id uuid.UUID) (string, error) {
		p, err := people.ResetTeamFactors(q, id)
		return "The second factor of " + p.Name + " is taken away, and all sessions are ended. A mail tells it.", err
	})
}

func (h *Handlers) teamCalendar(c echo.Context) error {
	var resource uuid.NullUUID
	if value := c.FormValue("resource"); value != "" {
		id, err := uuid.Parse(value)
		if err != nil {
			return h.teamPersonPage(c, http.StatusUnprocessableEntity, &store.Error{Kind: store.Invalid, Field: "resource", Message: "Choose a calendar."})
		}
		resource = uuid.NullUUID{UUID: id, Valid: true}
	}
	return h.changePersonIn(web.IfSeen(c, calendarAnswers, resource), c, "", func(q *store.TenantTx, id uuid.UUID) (string, error) {
		return "The calendar is saved.", people.LinkResource(q, id, resource)
	})
}

func (h *Handlers) teamResend(c echo.Context) error {
	return h.changePerson(c, "", func(q *store.TenantTx, id uuid.UUID) (string, error) {
		p, err := people.ResendInvitation(q, id)
		return "The invitation is on its way to " + p.Email + ".", err
	})
}

func (h *Handlers) teamWithdraw(c echo.Context) error {
	return h.changePerson(c, urls.Team(), func(q *store.TenantTx, id uuid.UUID) (string, error) {
		p, err := people.WithdrawInvitation(q, id)
		return "The invitation of " + p.Name + " is withdrawn.", err
	})
}

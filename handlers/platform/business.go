package platform

import (
	"context"
	"net/http"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/access"
	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/views/platform"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

// activityShown is the number of events on a business's page.
const activityShown = 20

func (h *Handlers) businessShow(c echo.Context) error {
	return h.businessPage(c, http.StatusOK, platform.ActionForm{}, platform.ActionForm{})
}

// businessPage shows a business; the forms carry what was wrong with them.
func (h *Handlers) businessPage(c echo.Context, status int, suspend, plan platform.ActionForm) error {
	id, err := uuid.Parse(c.Param("id"))
	if err != nil {
		return echo.ErrNotFound
	}
	var (
		b       store.Business
		people  []store.Person
		domains []store.Domain
		events  []store.AuditEntry
	)
	err = h.DB.InPublic(c.Request().Context(), func(q *store.PublicTx) (err error) {
		if b, err = q.Business(id); err != nil {
			return err
		}
		if people, err = q.PeopleOf(id); err != nil {
			return err
		}
		if domains, err = q.DomainsOf(id); err != nil {
			return err
		}
		events, err = q.AuditOf(id, activityShown)
		return err
	})
	if err != nil {
		return err
	}
	p := h.businessProps(c, b, people, domains, events)
	p.Suspend, p.PlanForm = suspend, plan
	return h.Render(c, status, web.View{Title: b.Name, Body: platform.Business(p)})
}

func (h *Handlers) businessProps(c echo.Context, b store.Business, people []store.Person, domains []store.Domain, events []store.AuditEntry) platform.BusinessProps {
	who, now := web.Principal(c), time.Now()
	loc, err := time.LoadLocation(b.TimeZone)
	if err != nil {
		loc = time.UTC
	}
	p := platform.BusinessProps{
		ID: b.ID.String(), Name: b.Name, Host: h.Sites.BusinessHost(b.Subdomain), URL: h.Sites.Business(b.Subdomain, "/"),
		Plan: b.Plan, Status: b.Status, StatusReason: b.StatusReason, TimeZone: b.TimeZone,
		LocalTime: web.Instant(now, loc), Joined: web.Date(b.CreatedAt, time.UTC), MRR: web.Money(b.MRRCents),
		Appointments: web.Count(b.Appointments30d), Customers: web.Count(b.CustomersCount), LastActivity: web.Ago(b.LastActivityAt, now),
		CanSuspend:    who.Can(access.BusinessesSuspend) && (b.Status == "trial" || b.Status == "active"),
		CanReactivate: who.Can(access.BusinessesSuspend) && b.Status == "suspended",
		CanChangePlan: who.Can(access.BusinessesPlan) && b.Status != "archived",
		Back:          urls.Business(b.ID.String()),
	}
	if b.TrialEndsAt != nil && b.Status == "trial" {
		p.TrialEnds = web.Date(*b.TrialEndsAt, time.UTC)
	}
	if len(people) < b.PeopleCount {
		p.PeopleTotal = web.Count(b.PeopleCount)
	}
	masquerades := who.Can(access.MasqueradesStart) && b.Status != "archived"
	for _, person := range people {
		shown := platform.Person{ID: person.ID.String(), Name: person.Name, Email: person.Email, Role: access.RoleName(person.Role),
			Inactive: !person.IsActive, CanMasquerade: masquerades && person.IsActive}
		if person.LastLogin != nil {
			shown.LastLogin = web.Ago(*person.LastLogin, now)
		}
		p.People = append(p.People, shown)
		if person.ID == b.OwnerID.UUID {
			p.Owner = &p.People[len(p.People)-1]
		}
	}
	for _, d := range domains {
		host := d.Name
		if d.Kind != "custom" {
			host = h.Sites.BusinessHost(d.Name)
		}
		p.Domains = append(p.Domains, platform.Domain{Host: host, URL: h.Sites.Scheme + "://" + host + "/", Primary: d.Kind == "subdomain", Verified: d.VerifiedAt != nil})
	}
	for _, e := range events {
		p.Activity = append(p.Activity, eventProps(e, now))
	}
	return p
}

func (h *Handlers) businessSuspend(c echo.Context) error {
	reason, notify := c.FormValue("reason"), c.FormValue("notify") != ""
	suspend := func(ctx context.Context, id uuid.UUID, reason string) error {
		return h.DB.SuspendBusiness(ctx, id, reason, notify)
	}
	return h.businessChange(c, suspend, reason, "The business is suspended.", func(message string) error {
		return h.businessPage(c, http.StatusUnprocessableEntity, platform.ActionForm{Value: reason, Error: message}, platform.ActionForm{})
	})
}

func (h *Handlers) businessReactivate(c echo.Context) error {
	id, err := uuid.Parse(c.Param("id"))
	if err != nil {
		return echo.ErrNotFound
	}
	if err := h.DB.ReactivateBusiness(c.Request().Context(), id); err != nil {
		return err
	}
	h.Flash(c, "success", "The business is open again.")
	return web.Redirect(c, urls.Business(id.String()))
}

func (h *Handlers) businessPlan(c echo.Context) error {
	plan := c.FormValue("plan")
	return h.businessChange(c, h.DB.ChangePlan, plan, "The plan is changed.", func(message string) error {
		return h.businessPage(c, http.StatusUnprocessableEntity, platform.ActionForm{}, platform.ActionForm{Value: plan, Error: message})
	})
}

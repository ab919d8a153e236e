package business

import (
	"net/http"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/masquerade"
	"github.com/smoothschedule/smoothschedule/store/notices"
	"github.com/smoothschedule/smoothschedule/views/business"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

// supportAccess tells the owners who of the platform looked at what and why, and
// asks them what support may change.
func (h *Handlers) supportAccess(c echo.Context) error {
	return h.supportAccessPage(c, http.StatusOK, nil)
}

func (h *Handlers) supportAccessPage(c echo.Context, status int, errs map[string]string) error {
	tenant := web.Tenant(c)
	query := web.ReadList(c, nil)
	var requests, visits []masquerade.SupportVisit
	var info store.PageInfo
	var names map[uuid.UUID]string
	var changes []masquerade.PlatformChange
	var now time.Time
	p := business.SupportAccessProps{Errors: errs}
	err := h.DB.InTenant(c.Request().Context(), *tenant, func(q *store.TenantTx) (err error) {
		now = q.Now()
		if p.Consent, err = masquerade.SupportConsent(q); err != nil {
			return err
		}
		if requests, err = masquerade.SupportRequests(q); err != nil {
			return err
		}
		if visits, info, err = masquerade.SupportVisits(q, query.Page); err != nil {
			return err
		}
		records := make([]masquerade.VisitRecord, len(visits))
		for i, v := range visits {
			records[i] = v.VisitRecord
		}
		if names, err = masquerade.NamesOf(q, web.VisitIDs(records...)); err != nil {
			return err
		}
		held, err := notices.HeldNotices(q, uuid.NullUUID{})
		if err != nil {
			return err
		}
		p.Held = len(held)
		changes, err = masquerade.PlatformChanges(q, 1)
		return err
	})
	if err != nil {
		return err
	}
	if p.Seen = web.Seen(consentAnswers(store.StandingConsent(p.Consent))); errs != nil {
		if p.Seen = web.SeenAgain(c, urls.SupportAccess()); p.Seen.Stale {
			p.Consent = c.FormValue("consent")
		}
	}
	loc := tenant.Location()
	p.List = query.State(info, len(visits), nil)
	for _, v := range requests {
		p.Requests = append(p.Requests, supportVisit(v, now, loc, nil))
	}
	for _, v := range visits {
		p.Visits = append(p.Visits, supportVisit(v, now, loc, names))
	}
	p.Changes = platformChanges(changes, loc)
	p.MoreChanges = len(changes) > 0 && changes[0].Total > len(changes)
	return h.Render(c, status, web.View{Title: "Support access", Body: business.SupportAccess(p)})
}

// supportChanges is all that staff did outside of visits.
func (h *Handlers) supportChanges(c echo.Context) error {
	tenant, page := web.Tenant(c), web.PageOf(c, "page")
	var changes []masquerade.PlatformChange
	err := h.DB.InTenant(c.Request().Context(), *tenant, func(q *store.TenantTx) (err error) {
		changes, err = masquerade.PlatformChanges(q, page)
		return err
	})
	if err != nil {
		return err
	}
	p := business.PlatformChangesProps{Rows: platformChanges(changes, tenant.Location())}
	p.Past = web.Older(urls.SupportChanges(), "page", "Done outside of visits", page, len(changes), false)
	if len(changes) > 0 {
		p.List.Pager = web.Pager(urls.SupportChanges(), "page", page, store.PageSize, len(changes), changes[0].Total)
	}
	return h.Render(c, http.StatusOK, web.View{Title: "Done outside of visits", Body: business.PlatformChanges(p)})
}

func platformChanges(changes []masquerade.PlatformChange, loc *time.Location) []business.PlatformChange {
	shown := make([]business.PlatformChange, len(changes))
	for i, change := range changes {
		shown[i] = business.PlatformChange{At: web.Instant(change.At, loc), Actor: change.Actor, Text: web.ActionText(change.Action),
			Object: change.Object, Role: access.RoleName(access.Role(change.Role)), Reason: change.Reason}
		if change.Times > 1 {
			shown[i].Times = web.Count(change.Times)
		}
	}
	return shown
}

// supportVisitShow is one visit with all of its record.
func (h *Handlers) supportVisitShow(c echo.Context) error {
	return h.supportVisitPage(c, http.StatusOK, nil)
}

func (h *Handlers) supportVisitPage(c echo.Context, status int, errs map[string]string) error {
	id, err := pathID(c, "id")
	if err != nil {
		return err
	}
	tenant := web.Tenant(c)
	var v masquerade.SupportVisit
	var names map[uuid.UUID]string
	err = h.DB.InTenant(c.Request().Context(), *tenant, func(q *store.TenantTx) (err error) {
		if v, err = masquerade.ReadSupportVisit(q, id, web.PageOf(c, "pages"), web.PageOf(c, "changes")); err == nil {
			names, err = masquerade.NamesOf(q, web.VisitIDs(v.VisitRecord))
		}
		return err
	})
	if err != nil {
		return err
	}
	p := supportVisit(v, h.DB.Now(), tenant.Location(), names)
	web.Sections(c, &p.Record)
	return h.Render(c, status, web.View{Title: "Visit by " + p.Actor, Body: business.SupportVisitPage(p, errs)})
}

func supportVisit(v masquerade.SupportVisit, now time.Time, loc *time.Location, names map[uuid.UUID]string) business.SupportVisit {
	id := v.ID.String()
	shown := business.SupportVisit{ID: id, Actor: v.ActorName, Subject: v.SubjectName, Reason: v.Reason, Ticket: v.Ticket,
		Write: v.Mode == access.ModeWrite, Consent: v.Consent, Decided: v.DecidedName, Live: v.Live, End: v.EndReason,
		Start: web.Instant(v.CreatedAt, loc), Asked: v.Asked(now), Withdrawable: v.Withdrawable(now), Endable: v.Endable(now), Entered: v.StartedAt != nil,
		Record: web.Visit{Href: urls.SupportVisit(id), Zone: loc, Inside: true, Names: names}.Record(v.VisitRecord)}
	if v.StartedAt != nil {
		shown.Start = web.Instant(*v.StartedAt, loc)
	}
	switch {
	case v.EndedAt != nil:
		shown.Ended = web.Clock(*v.EndedAt, loc)
		if v.StartedAt != nil {
			shown.Lasted = web.Span(v.EndedAt.Sub(*v.StartedAt))
		}
	case v.StartedAt == nil:
		if !shown.Asked && !shown.Withdrawable && !shown.Endable {
			shown.End = "never begun"
		}
	case !v.Live:
		shown.End = "timed out"
	}
	return shown
}

// supportConsent stores what the owners say to changes by support.
func (h *Handlers) supportConsent(c echo.Context) error {
	consent := c.FormValue("consent")
	err := h.DB.InTenant(web.IfSeen(c, consentAnswers, store.StandingConsent(consent)), *web.Tenant(c), func(q *store.TenantTx) error {
		return masquerade.SetSupportConsent(q, consent)
	})
	if errs := store.FieldErrors(err); errs != nil {
		return h.supportAccessPage(c, web.FormStatus(errs), errs)
	}
	if err != nil {
		return err
	}
	h.Flash(c, "success", "Saved. It counts from now on.")
	return web.Redirect(c, urls.SupportAccess())
}

// supportDecide is an owner's answer to one request.
func (h *Handlers) supportDecide(c echo.Context) error {
	id, err := uuid.Parse(c.Param("id"))
	if err != nil {
		return echo.ErrNotFound
	}
	decision := masquerade.Decision(c.FormValue("decision"))
	err = h.DB.InTenant(c.Request().Context(), *web.Tenant(c), func(q *store.TenantTx) error { return masquerade.DecideMasquerade(q, id, decision) })
	if errs := store.FieldErrors(err); errs != nil {
		return h.supportVisitPage(c, http.StatusUnprocessableEntity, errs)
	}
	if err != nil {
		return err
	}
	h.Flash(c, "success", decided(decision))
	return web.Redirect(c, web.LocalPath(c.FormValue("back"), urls.SupportAccess()))
}

func decided(d masquerade.Decision) string {
	switch d {
	case masquerade.Grant:
		return "You agreed. Support can begin within an hour; you can take it back here."
	case masquerade.Withdraw:
		return "It ended at once, and support can't go on."
	}
	return "You declined. Nothing was opened."
}

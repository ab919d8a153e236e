package business

import (
	"net/http"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/access"
	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
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
	var visits []store.SupportVisit
	var changes []store.PlatformChange
	var now time.Time
	p := business.SupportAccessProps{Errors: errs}
	err := h.DB.InTenant(c.Request().Context(), *tenant, func(q *store.TenantTx) (err error) {
		now = q.Now()
		if p.Consent, err = q.SupportConsent(); err != nil {
			return err
		}
		if visits, err = q.SupportVisits(); err != nil {
			return err
		}
		held, err := q.HeldNotices(uuid.NullUUID{})
		if err != nil {
			return err
		}
		p.Held = len(held)
		changes, err = q.PlatformChanges()
		return err
	})
	if err != nil {
		return err
	}
	loc := tenant.Location()
	for _, v := range visits {
		p.Visits = append(p.Visits, supportVisit(v, now, loc))
	}
	for _, change := range changes {
		p.Changes = append(p.Changes, business.PlatformChange{At: web.Instant(change.At, loc), Actor: change.Actor,
			Text: eventText(change.Action), Object: change.Object, Role: access.RoleName(store.Role(change.Role))})
	}
	return h.Render(c, status, web.View{Title: "Support access", Body: business.SupportAccess(p)})
}

func supportVisit(v store.SupportVisit, now time.Time, loc *time.Location) business.SupportVisit {
	shown := business.SupportVisit{ID: v.ID.String(), Actor: v.ActorName, Subject: v.SubjectName, Reason: v.Reason, Ticket: v.Ticket,
		Write: v.Mode == store.ModeWrite, Consent: v.Consent, Decided: v.DecidedName, Live: v.Live, End: v.EndReason,
		Start: web.Instant(v.CreatedAt, loc), Asked: v.Asked(now), Withdrawable: v.Withdrawable(now), Endable: v.Endable(now), Entered: v.StartedAt != nil}
	if v.StartedAt != nil {
		shown.Start = web.Instant(*v.StartedAt, loc)
	}
	switch {
	case v.EndedAt != nil:
		shown.Ended = web.Clock(*v.EndedAt, loc)
	case v.StartedAt == nil:
		if !shown.Asked && !shown.Withdrawable && !shown.Endable {
			shown.End = "never begun"
		}
	case !v.Live:
		shown.End = "timed out"
	}
	for _, page := range v.Pages {
		shown.Pages = append(shown.Pages, business.VisitedPage{At: web.Clock(page.At, loc), Page: page.Page})
	}
	for _, change := range v.Changes {
		shown.Changes = append(shown.Changes, business.VisitedPage{At: web.Clock(change.At, loc), Page: eventText(change.Action), Object: change.Object})
	}
	return shown
}

// eventText turns an action of the audit log into words: "service.price_changed"
// is "Service: price changed".
func eventText(action string) string {
	noun, verb, _ := strings.Cut(strings.ReplaceAll(action, "_", " "), ".")
	if noun == "" {
		return verb
	}
	return strings.ToUpper(noun[:1]) + noun[1:] + ": " + verb
}

// supportConsent stores what the owners say to changes by support.
func (h *Handlers) supportConsent(c echo.Context) error {
	err := h.DB.InTenant(c.Request().Context(), *web.Tenant(c), func(q *store.TenantTx) error {
		return q.SetSupportConsent(c.FormValue("consent"))
	})
	if errs := store.FieldErrors(err); errs != nil {
		return h.supportAccessPage(c, http.StatusUnprocessableEntity, errs)
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
	decision := store.Decision(c.FormValue("decision"))
	err = h.DB.InTenant(c.Request().Context(), *web.Tenant(c), func(q *store.TenantTx) error { return q.DecideMasquerade(id, decision) })
	if errs := store.FieldErrors(err); errs != nil {
		return h.supportAccessPage(c, http.StatusUnprocessableEntity, errs)
	}
	if err != nil {
		return err
	}
	h.Flash(c, "success", decided(decision))
	return web.Redirect(c, urls.SupportAccess())
}

func decided(d store.Decision) string {
	switch d {
	case store.Grant:
		return "You agreed. Support can begin within an hour; you can take it back here."
	case store.Withdraw:
		return "It ended at once, and support can't go on."
	}
	return "You declined. Nothing was opened."
}

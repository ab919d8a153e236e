package business

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/views/business"
)

// supportAccess tells the owners who of the platform looked at what, and why.
func (h *Handlers) supportAccess(c echo.Context) error {
	tenant := web.Tenant(c)
	var visits []store.SupportVisit
	err := h.DB.InTenant(c.Request().Context(), *tenant, func(q *store.TenantTx) (err error) {
		visits, err = q.SupportVisits()
		return err
	})
	if err != nil {
		return err
	}
	loc := tenant.Location()
	p := business.SupportAccessProps{}
	for _, v := range visits {
		shown := business.SupportVisit{Actor: v.ActorName, Subject: v.SubjectName, Reason: v.Reason, Ticket: v.Ticket,
			Start: web.Instant(v.StartedAt, loc), Live: v.Live, End: v.EndReason}
		if v.EndedAt != nil {
			shown.Ended = web.Clock(*v.EndedAt, loc)
		} else if !v.Live {
			shown.End = "timed out"
		}
		for _, page := range v.Pages {
			shown.Pages = append(shown.Pages, business.VisitedPage{At: web.Clock(page.At, loc), Page: page.Page})
		}
		p.Visits = append(p.Visits, shown)
	}
	return h.Render(c, http.StatusOK, web.View{Title: "Support access", Body: business.SupportAccess(p)})
}

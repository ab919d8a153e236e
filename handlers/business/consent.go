package business

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/masquerade"
	"github.com/smoothschedule/smoothschedule/views/business"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

// consentShow is what a mailed link opens. It changes nothing: mail scanners
// follow links.
func (h *Handlers) consentShow(c echo.Context) error {
	return h.consentPage(c, http.StatusOK, nil)
}

func (h *Handlers) consentPage(c echo.Context, status int, errs map[string]string) error {
	tenant, token := web.Tenant(c), c.Param("token")
	m, owner, err := masquerade.ConsentByLink(c.Request().Context(), h.DB, *tenant, token)
	if err != nil {
		return err
	}
	now := h.DB.Now()
	visit := masquerade.SupportVisit{Masquerade: m, Live: m.StartedAt != nil}
	p := business.ConsentProps{Token: token, Owner: owner.Name, Actor: m.ActorName, Subject: m.SubjectName, Role: access.RoleName(m.SubjectRole),
		Business: tenant.Name, Reason: m.Reason, Ticket: m.Ticket, Asked: web.Instant(m.CreatedAt, tenant.Location()), State: m.Consent,
		Decided: m.DecidedName, CanDecide: visit.Asked(now), CanWithdraw: visit.Withdrawable(now), CanEnd: visit.Endable(now), Over: m.EndedAt != nil, Errors: errs}
	return h.Render(c, status, web.View{Title: "May support change things?", Body: business.Consent(p), Plain: true})
}

// consentDecide is an owner's answer by the mailed link.
func (h *Handlers) consentDecide(c echo.Context) error {
	decision := masquerade.Decision(c.FormValue("decision"))
	err := masquerade.DecideByLink(c.Request().Context(), h.DB, *web.Tenant(c), c.Param("token"), decision)
	if errs := store.FieldErrors(err); errs != nil {
		return h.consentPage(c, http.StatusUnprocessableEntity, errs)
	}
	if err != nil {
		return err
	}
	h.Flash(c, "success", decided(decision))
	return web.Redirect(c, urls.Consent(c.Param("token")))
}

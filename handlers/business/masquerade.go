package business

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/access"
	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/views/business"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

// masqueradeShow changes nothing: whatever follows links in mails or previews
// finds one button and no session.
func (h *Handlers) masqueradeShow(c echo.Context) error {
	web.TokenInPath(c)
	tenant, code := web.Tenant(c), c.Param("code")
	m, err := h.DB.MasqueradeByCode(c.Request().Context(), *tenant, code)
	if err != nil {
		return err
	}
	bounds, err := h.DB.MasqueradeBounds(c.Request().Context())
	if err != nil {
		return err
	}
	p := business.MasqueradeEnterProps{Code: code, Actor: m.ActorName, Subject: m.SubjectName, Role: access.RoleName(m.SubjectRole),
		Business: tenant.Name, Mode: access.ModeName(m.Mode), MaxMinutes: int(bounds.Max.Minutes()), PlatformHref: h.Sites.Platform(m.Back)}
	return h.Render(c, http.StatusOK, web.View{Title: "View as " + m.SubjectName, Body: business.MasqueradeEnter(p), Plain: true})
}

func (h *Handlers) masqueradeEnter(c echo.Context) error {
	web.TokenInPath(c)
	token, err := h.DB.EnterMasquerade(c.Request().Context(), *web.Tenant(c), c.Param("code"), web.Client(c))
	if err != nil {
		return err
	}
	if err := h.SetSession(c, token); err != nil {
		return err
	}
	return web.Redirect(c, urls.Home())
}

// masqueradeStop ends it, wipes what the browser kept of the business, and leads
// back to the page on the platform where it began.
func (h *Handlers) masqueradeStop(c echo.Context) error {
	who := web.Principal(c)
	if who.Masquerade == nil {
		return web.Redirect(c, urls.Home())
	}
	if err := h.DB.StopMasquerade(c.Request().Context(), who.Principal); err != nil {
		return err
	}
	if err := h.Forget(c); err != nil {
		return err
	}
	return web.Redirect(c, h.Sites.Platform(web.LocalPath(who.Masquerade.Back, "/")))
}

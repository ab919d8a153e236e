package business

import (
	"net/http"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/sessions"
	"github.com/smoothschedule/smoothschedule/views/business"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

// masqueradeShow changes nothing: whatever follows links in mails or previews
// finds one button and no session.
func (h *Handlers) masqueradeShow(c echo.Context) error {
	tenant, code := web.Tenant(c), c.Param("code")
	m, live, err := sessions.MasqueradeByCode(c.Request().Context(), h.DB, *tenant, code, h.Browser(c))
	if err != nil {
		return err
	}
	bounds, err := sessions.MasqueradeBounds(c.Request().Context(), h.DB)
	if err != nil {
		return err
	}
	p := business.MasqueradeEnterProps{Code: code, Actor: m.ActorName, Subject: m.SubjectName, Role: access.RoleName(m.SubjectRole),
		Business: tenant.Name, Mode: access.ModeName(m.Mode), MaxMinutes: int(bounds.Max.Minutes()), PlatformHref: h.Sites.Platform(m.Back)}
	status := http.StatusOK
	if live != nil {
		p.Inside, p.InsideID = live.BusinessName+" as "+live.SubjectName, live.ID.String()
		if !access.IsSafe(c.Request().Method) {
			status = http.StatusConflict
		}
	}
	return h.Render(c, status, web.View{Title: "View as " + m.SubjectName, Body: business.MasqueradeEnter(p), Plain: true})
}

func (h *Handlers) masqueradeEnter(c echo.Context) error {
	instead, _ := uuid.Parse(c.FormValue("instead"))
	token, err := sessions.EnterMasquerade(c.Request().Context(), h.DB, *web.Tenant(c), c.Param("code"), web.Client(c), sessions.Beginning{Instead: instead, Browser: h.Browser(c)})
	if store.FieldErrors(err)["instead"] != "" {
		return h.masqueradeShow(c) // which names the other one
	}
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
	if err := sessions.StopMasquerade(c.Request().Context(), h.DB, who); err != nil {
		return err
	}
	if err := h.VisitEnded(c, who.Masquerade.ID); err != nil {
		return err
	}
	return web.Redirect(c, h.Sites.Platform(web.LocalPath(who.Masquerade.Back, "/")))
}

// masqueradeLive answers the open pages of a masquerade: until when they may be
// shown. Of one that is over the guard leads away.
func (h *Handlers) masqueradeLive(c echo.Context) error {
	if m := web.Principal(c).Masquerade; m != nil {
		c.Response().Header().Set("X-Visit-Ends", web.VisitEnds(m).UTC().Format(time.RFC3339))
	}
	return c.NoContent(http.StatusNoContent)
}

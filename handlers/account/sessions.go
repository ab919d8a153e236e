package account

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store/identity"
	"github.com/smoothschedule/smoothschedule/views/account"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

func (h *Handlers) sessionsIndex(c echo.Context) error {
	sessions, err := identity.OwnSessions(c.Request().Context(), h.DB, web.Principal(c))
	if err != nil {
		return err
	}
	p := account.SessionsProps{Frame: h.frame(c)}
	now := time.Now()
	for _, s := range sessions {
		p.Sessions = append(p.Sessions, account.SessionRow{ID: s.ID(), Device: web.Device(s.UserAgent), Address: s.Address,
			Since: web.Date(s.CreatedAt, h.zone(c)), Seen: web.Ago(s.SeenAt, now), Current: s.Current})
	}
	return h.Render(c, http.StatusOK, web.View{Title: "Sessions", Body: account.Sessions(p)})
}

func (h *Handlers) sessionEnd(c echo.Context) error {
	if err := identity.EndOwnSession(c.Request().Context(), h.DB, web.Principal(c), c.Param("id")); err != nil {
		return err
	}
	h.Flash(c, "success", "The session has ended.")
	return web.Redirect(c, urls.AccountSessions())
}

func (h *Handlers) sessionsEnd(c echo.Context) error {
	if err := identity.EndOtherSessions(c.Request().Context(), h.DB, web.Principal(c)); err != nil {
		return err
	}
	h.Flash(c, "success", "All other sessions have ended.")
	return web.Redirect(c, urls.AccountSessions())
}

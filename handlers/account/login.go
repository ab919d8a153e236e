package account

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/identity"
	"github.com/smoothschedule/smoothschedule/store/sessions"
	"github.com/smoothschedule/smoothschedule/views/account"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

func (h *Handlers) loginNew(c echo.Context) error {
	if web.Principal(c) != nil {
		return web.Redirect(c, web.LocalPath(c.QueryParam("next"), home(c)))
	}
	p := account.LoginProps{Next: web.LocalPath(c.QueryParam("next"), "")}
	switch c.QueryParam("ended") {
	case "":
	case urls.Unsaved:
		p.Ended = "Your session has ended. What you just sent was not saved: log in, and it leads you back to the page."
	default:
		p.Ended = "Your session has ended. Log in to go on where you were."
	}
	return h.loginForm(c, http.StatusOK, p)
}

func (h *Handlers) loginCreate(c echo.Context) error {
	p := account.LoginProps{Email: web.Email(c, "email"), Next: web.LocalPath(c.FormValue("next"), "")}
	token, who, err := identity.Login(c.Request().Context(), h.DB, web.Tenant(c), p.Email, c.FormValue("password"), web.Client(c))
	if next := new(identity.FactorNeeded); errors.As(err, &next) {
		return h.askForCode(c, next, p.Next)
	}
	switch store.KindOf(err) {
	case 0:
		if err != nil {
			return err
		}
		return h.enter(c, token, who, p.Next)
	case store.Invalid:
		p.Failed = true
		return h.loginForm(c, http.StatusUnprocessableEntity, p)
	case store.Throttled:
		web.SetRetryAfter(c, err)
		p.Slow = err.Error()
		return h.loginForm(c, http.StatusTooManyRequests, p)
	}
	return err
}

// enter gives the browser a new session; its former one on this host has ended
// with the login.
func (h *Handlers) enter(c echo.Context, token string, who *store.Principal, next string) error {
	if err := h.SetSession(c, token); err != nil {
		return err
	}
	h.SetDevice(c, who.Device)
	return web.Redirect(c, web.LocalPath(next, home(c)))
}

func (h *Handlers) loginForm(c echo.Context, status int, p account.LoginProps) error {
	p.Where = where(c)
	p.Passkey = web.Tenant(c) == nil
	if h.Dev && web.IsLoopback(c) {
		var err error
		if p.Quick, p.Others, err = h.quickLogins(c); err != nil {
			return err
		}
	}
	return h.Render(c, status, web.View{Title: "Log in", Body: account.Login(p), Plain: true, Scripts: passkeyScript(p.Passkey)})
}

func (h *Handlers) logout(c echo.Context) error {
	if who := web.Principal(c); who != nil {
		if err := sessions.EndSession(c.Request().Context(), h.DB, who); err != nil {
			return err
		}
		c.Response().Header().Set("Clear-Site-Data", `"cache", "storage"`)
	}
	if err := h.ClearSession(c); err != nil {
		return err
	}
	return web.Redirect(c, urls.Login())
}

package web

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/store/sessions"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

const (
	// browserName marks the browser in which somebody asks for a masquerade, on
	// the hosts of all businesses; overName keeps which one ended here.
	browserName = "browser"
	browserLife = 24 * time.Hour
	overName    = "visit_over"
	overLife    = 15 * time.Minute
)

// MarkBrowser gives a browser on the console the mark that Browser reads on the
// business's host. It opens nothing, so it may go to all hosts of the platform;
// of a base without a dot, like localhost, browsers take no such cookie.
func (a *App) MarkBrowser(c echo.Context) {
	base := a.baseOf(c)
	if !strings.Contains(base, ".") || a.browserCookie(c) != "" {
		return
	}
	var mark [16]byte
	_, _ = rand.Read(mark[:])
	c.SetCookie(&http.Cookie{Name: a.browserCookieName(), Value: hex.EncodeToString(mark[:]), Domain: base, Path: "/", MaxAge: int(browserLife.Seconds()),
		Secure: a.Cookies.secure, HttpOnly: true, SameSite: http.SameSiteLaxMode})
}

// Browser tells browsers apart: by the mark, where they keep one, and by what they
// call themselves. Addresses don't count, since one browser reaches two hosts by
// two of them.
func (a *App) Browser(c echo.Context) string {
	return c.Request().UserAgent() + "\n" + a.browserCookie(c)
}

func (a *App) browserCookie(c echo.Context) string {
	cookie, err := c.Cookie(a.browserCookieName())
	if err != nil {
		return ""
	}
	return cookie.Value
}

// browserCookieName can't begin with __Host-: the cookie names a domain.
func (a *App) browserCookieName() string {
	if a.Cookies.secure {
		return "__Secure-smooth_" + browserName
	}
	return "smooth_" + browserName
}

// baseOf is the base domain that the request's host is below.
func (a *App) baseOf(c echo.Context) string {
	host := HostName(c.Request().Host)
	for _, base := range a.Sites.Bases {
		if strings.HasSuffix(host, "."+base) {
			return base
		}
	}
	return ""
}

// VisitEnded makes the browser forget a masquerade that is over, and keeps for a
// while which it was: whoever goes on clicking is told instead of asked to log in.
func (a *App) VisitEnded(c echo.Context, id uuid.UUID) error {
	a.Cookies.setPlain(c, overName, id.String(), overLife)
	return a.Forget(c)
}

// afterVisit is the console's page about the masquerade that ended in this
// browser, or "".
func (a *App) afterVisit(c echo.Context) string {
	id, err := uuid.Parse(a.Cookies.plain(c, overName))
	if err != nil || of(c).Tenant == nil {
		return ""
	}
	return a.Sites.Platform(urls.MasqueradeEnded(id.String()))
}

// leaveVisit answers whatever a browser asks whose masquerade is over: it goes
// where it is told why. Open pages that ask by themselves go there, too.
func (a *App) leaveVisit(c echo.Context, over sessions.VisitOver) error {
	if err := a.VisitEnded(c, over.ID); err != nil {
		return err
	}
	return leave(c, a.Sites.Platform(urls.MasqueradeEnded(over.ID.String())))
}

// leave leads to another host: what a script asked for can't follow there.
func leave(c echo.Context, to string) error {
	if c.Request().Header.Get("HX-Request") == "true" {
		c.Response().Header().Set("HX-Redirect", to)
		return c.NoContent(http.StatusNoContent)
	}
	return c.Redirect(http.StatusSeeOther, to)
}

// visitOver is the end of a masquerade among errors.
func visitOver(err error) (over sessions.VisitOver, is bool) { return over, errors.As(err, &over) }

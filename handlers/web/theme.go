package web

import (
	"net/http"
	"slices"
	"time"

	"github.com/labstack/echo/v4"
)

var themes = []string{"light", "dark", "system"}

// theme is what the person chose on this host; the page is rendered in it, so
// nothing flashes.
func (a *App) theme(c echo.Context) string {
	cookie, err := c.Cookie(a.Cookies.themeName())
	if err != nil || !slices.Contains(themes, cookie.Value) {
		return "system"
	}
	return cookie.Value
}

// themeName is __Host- on https, so that no other host can set it for this one.
func (c *Cookies) themeName() string {
	if c.secure {
		return "__Host-theme"
	}
	return "theme"
}

// SetTheme answers the theme form of every page.
func (a *App) SetTheme(c echo.Context) error {
	chosen := c.FormValue("theme")
	if !slices.Contains(themes, chosen) {
		return echo.NewHTTPError(http.StatusUnprocessableEntity, "Choose light, dark or system.")
	}
	c.SetCookie(&http.Cookie{Name: a.Cookies.themeName(), Value: chosen, Path: "/", MaxAge: int((365 * 24 * time.Hour).Seconds()),
		Secure: a.Cookies.secure, HttpOnly: true, SameSite: http.SameSiteLaxMode})
	return Redirect(c, LocalPath(c.FormValue("back"), "/"))
}

package web

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/store/access"
)

// Redirect sends the browser on with 303, after a successful form. htmx gets a
// header instead: its fetch would follow a 303 unseen and spend the next page's
// message.
func Redirect(c echo.Context, to string) error {
	if c.Request().Header.Get("HX-Request") == "true" {
		c.Response().Header().Set("HX-Redirect", to)
		return c.NoContent(http.StatusNoContent)
	}
	return c.Redirect(http.StatusSeeOther, to)
}

// Moved sends whatever is addressed to a former name of a business to its present
// one. A form keeps its method and what was typed, so a page that was open when
// the name changed still works; see fromFormerName.
func (a *App) Moved(c echo.Context, subdomain string) error {
	status := http.StatusPermanentRedirect
	if access.IsSafe(c.Request().Method) {
		status = http.StatusMovedPermanently
	}
	return c.Redirect(status, a.Sites.Business(subdomain, PathAndQuery(c.Request())))
}

// LocalPath returns path when it is one of this host, and fallback for whatever
// could lead elsewhere ("//evil", "/\evil", "https://…").
func LocalPath(path, fallback string) string {
	if !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") || strings.ContainsAny(path, "\\\x00\r\n\t") || len(path) > 2000 {
		return fallback
	}
	u, err := url.Parse(path)
	if err != nil || u.IsAbs() || u.Host != "" {
		return fallback
	}
	return path
}

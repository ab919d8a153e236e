package web

import (
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/views/layout"
	"github.com/smoothschedule/smoothschedule/views/ui"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

// framable says whether a page is one of those that a business may show inside
// its own site: booking, from the first step to the last, with all its errors.
func framable(c echo.Context) bool {
	path := c.Request().URL.Path
	return of(c).Surface != nil && of(c).Surface.Frames != nil && (path == urls.Book() || strings.HasPrefix(path, urls.Book()+"/"))
}

// framed says whether the browser asks for it to show it there.
func framed(c echo.Context) bool {
	return framable(c) && slices.Contains([]string{"iframe", "frame", "embed", "object"}, c.Request().Header.Get("Sec-Fetch-Dest"))
}

// AllowFrames lets pages of some origins show this one inside theirs.
func AllowFrames(c echo.Context, origins []string) {
	if len(origins) == 0 {
		return
	}
	of(c).framers = strings.Join(origins, " ")
	header := c.Response().Header()
	header.Set("Content-Security-Policy", strings.Replace(header.Get("Content-Security-Policy"), "frame-ancestors 'none'", "frame-ancestors "+of(c).framers, 1))
}

// frame tells a page where it stands: in another site it has no head, and what
// leads out of the booking leads out of the frame.
func frame(c echo.Context, page *layout.Page) {
	if page.Framable = framable(c); page.Framable {
		page.Framed, page.Framers = framed(c), of(c).framers
		c.Response().Header().Add(echo.HeaderVary, "Sec-Fetch-Dest")
	}
}

// frameError lets an error be shown where the page would have been, and leads
// from there to where something can be booked. When the database is gone nobody
// asks it whose sites these are.
func (a *App) frameError(c echo.Context, status int) (way []ui.Link, inside bool) {
	if !framable(c) || of(c).Tenant == nil || status >= http.StatusInternalServerError {
		return nil, false
	}
	if of(c).Surface.Frames(c) != nil {
		return nil, false
	}
	return []ui.Link{{Label: "See what can be booked", Href: urls.Book()}}, true
}

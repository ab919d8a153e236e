// Package site is the apex host: what SmoothSchedule is. Nobody logs in here.
package site

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/access"
	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/views/site"
	"github.com/smoothschedule/smoothschedule/views/ui"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

// Handlers answers the apex host.
type Handlers struct{ *web.App }

// Surface describes the apex host.
func (h *Handlers) Surface() *web.Surface { return &web.Surface{Name: "site"} }

// Routes is the apex's table.
func (h *Handlers) Routes() []web.Route {
	return []web.Route{
		{Method: http.MethodGet, Path: "/", Permission: access.Public, Handler: h.home},
		{Method: http.MethodPost, Path: urls.Theme(), Permission: access.Public, Handler: h.SetTheme},
	}
}

func (h *Handlers) home(c echo.Context) error {
	p := site.HomeProps{Links: []ui.Link{{Label: "Platform console", Href: h.Sites.Platform(urls.Login())}}}
	if h.Dev {
		p.Links = append(p.Links, ui.Link{Label: "Acme Auto, a demo business", Href: h.Sites.Business("acme-auto", "/")})
	}
	return h.Render(c, http.StatusOK, web.View{Title: "SmoothSchedule", Body: site.Home(p), Plain: true, Wide: true,
		Description: "Scheduling for small businesses, each on its own address."})
}

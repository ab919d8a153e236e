package handlers

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/api"
	"github.com/smoothschedule/smoothschedule/handlers/web"
)

// Probe serves a surface's whole table through its real chain, with one handler
// in the place of all: what it answers is what the guards let through.
func Probe(app *web.App, s Surface, reached echo.HandlerFunc) http.Handler {
	return serve(app, probed(s, reached))
}

// ProbeAPI is Probe for a side of the API.
func ProbeAPI(app *web.App, programs *api.Handlers, s Surface, reached echo.HandlerFunc) http.Handler {
	return serveAPI(app, programs, probed(s, reached))
}

func probed(s Surface, reached echo.HandlerFunc) Surface {
	routes := make([]web.Route, len(s.Routes))
	for i, r := range s.Routes {
		r.Handler = reached
		routes[i] = r
	}
	s.Routes = routes
	return s
}

// Unguarded serves a surface without the check that refuses changes to those who
// only view: what still refuses them is the database.
func Unguarded(app *web.App, s Surface) http.Handler {
	routes := make([]web.Route, len(s.Routes))
	for i, r := range s.Routes {
		r.Masqueraded = true
		routes[i] = r
	}
	s.Routes = routes
	return serve(app, s)
}

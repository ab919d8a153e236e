// Package account is signing in and out, on the platform's host and on those of
// businesses alike, and the mailed links that lead in.
package account

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/access"
	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

// Handlers answers both kinds of host that have people.
type Handlers struct{ *web.App }

// Routes is what both tables share.
func (h *Handlers) Routes() []web.Route {
	routes := []web.Route{
		{Method: http.MethodGet, Path: urls.Login(), Permission: access.Public, Handler: h.loginNew, Closed: true},
		{Method: http.MethodPost, Path: urls.Login(), Permission: access.Public, Handler: h.loginCreate, Closed: true},
		{Method: http.MethodPost, Path: urls.Logout(), Permission: access.Public, Handler: h.logout, Closed: true, Masqueraded: true},
		{Method: http.MethodGet, Path: urls.Forgot(), Permission: access.Public, Handler: h.forgotNew, Closed: true},
		{Method: http.MethodPost, Path: urls.Forgot(), Permission: access.Public, Handler: h.forgotCreate, Closed: true},
		{Method: http.MethodGet, Path: urls.InvitationPattern, Permission: access.Public, Handler: h.linkShow(store.Invitation), Closed: true},
		{Method: http.MethodPost, Path: urls.InvitationPattern, Permission: access.Public, Handler: h.linkSpend(store.Invitation), Closed: true},
		{Method: http.MethodGet, Path: urls.PasswordResetPattern, Permission: access.Public, Handler: h.linkShow(store.PasswordReset), Closed: true},
		{Method: http.MethodPost, Path: urls.PasswordResetPattern, Permission: access.Public, Handler: h.linkSpend(store.PasswordReset), Closed: true},
		{Method: http.MethodPost, Path: urls.Theme(), Permission: access.Public, Handler: h.SetTheme, Closed: true, Masqueraded: true},
	}
	if h.Dev {
		routes = append(routes, web.Route{Method: http.MethodPost, Path: urls.DevLogin(), Permission: access.Development, Handler: h.quickLogin, Closed: true})
	}
	return routes
}

// where names the host's site.
func where(c echo.Context) string {
	if t := web.Tenant(c); t != nil {
		return t.Name
	}
	return "Platform console"
}

// home is where a person of this host begins.
func home(c echo.Context) string {
	if web.Tenant(c) != nil {
		return urls.Home()
	}
	return urls.Dashboard()
}

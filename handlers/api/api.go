// Package api is what programs read and write: JSON, with a bearer token and
// without cookies. docs/api.md describes it for its users, openapi.json for
// their tools.
package api

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/settings"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

// Handlers answers below /api/ on the hosts of the platform and of businesses.
type Handlers struct {
	*web.App
	limits *limiter
}

// New returns the API's handlers; they share one count of requests.
func New(app *web.App) *Handlers { return &Handlers{App: app, limits: newLimiter()} }

// PlatformSurface and BusinessSurface name the API's two sides for the log.
func (h *Handlers) PlatformSurface() *web.Surface { return &web.Surface{Name: "api"} }

// BusinessSurface describes the API on a business's host.
func (h *Handlers) BusinessSurface() *web.Surface { return &web.Surface{Name: "business-api"} }

// PlatformRoutes is the platform's table. There are no other methods, and GET
// answers HEAD too.
func (h *Handlers) PlatformRoutes() []web.Route {
	return []web.Route{
		{Method: http.MethodPost, Path: urls.APIToken(), Permission: access.Public, Handler: h.tokenCreate},
		{Method: http.MethodGet, Path: urls.APIBusinesses(), Permission: access.BusinessesView, Handler: h.businessesIndex},
		{Method: http.MethodGet, Path: urls.APIBusinessPattern, Permission: access.BusinessesView, Handler: h.businessShow},
		{Method: http.MethodGet, Path: urls.APIMetrics(), Permission: access.DashboardView, Handler: h.metricsShow},
		{Method: http.MethodGet, Path: urls.APIUsers(), Permission: access.UsersView, Handler: h.usersIndex},
		{Method: http.MethodGet, Path: urls.APIUserPattern, Permission: access.UsersView, Handler: h.userShow},
		{Method: http.MethodGet, Path: urls.APIDescription(), Permission: access.Public, Handler: h.description},
		{Method: http.MethodGet, Path: urls.APIDocs(), Permission: access.Public, Handler: h.docs},
	}
}

// BusinessRoutes is the table of a business's host.
func (h *Handlers) BusinessRoutes() []web.Route {
	return []web.Route{
		{Method: http.MethodPost, Path: urls.APIToken(), Permission: access.Public, Handler: h.tokenCreate},
		{Method: http.MethodGet, Path: urls.APIAvailability(), Permission: access.Public, Handler: h.availabilityShow},
	}
}

// Resolve finds the business of the host and refuses one that is closed.
func (h *Handlers) Resolve(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		tenant, err := h.TenantOf(c)
		switch {
		case err != nil:
			return err
		case tenant.MovedTo != "":
			return h.Moved(c, tenant.MovedTo)
		case tenant.Status == "archived":
			return &web.APIError{Status: http.StatusGone}
		case tenant.Status == "suspended":
			return &web.APIError{Status: http.StatusServiceUnavailable, Detail: "This business can't be reached at the moment."}
		}
		settings, err := settings.Current(c.Request().Context(), h.DB)
		if err != nil {
			return err
		}
		if settings.Maintenance.On {
			return &web.APIError{Status: http.StatusServiceUnavailable, Detail: web.MaintenanceText(settings.Maintenance)}
		}
		web.SetTenant(c, tenant)
		return next(c)
	}
}

package business

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/settings"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

// closed keeps the site of a suspended or archived business shut. Support may
// look inside a suspended one; its owners are told why.
func (h *Handlers) closed(c echo.Context, route web.Route) error {
	tenant := web.Tenant(c)
	who := web.Principal(c)
	if m := settings.KnownSettings(h.DB).Maintenance; m.On && !duringMaintenance(who, route) {
		return echo.NewHTTPError(http.StatusServiceUnavailable, web.MaintenanceText(m))
	}
	if tenant == nil || route.Closed {
		return nil
	}
	switch tenant.Status {
	case "archived":
		return echo.NewHTTPError(http.StatusGone, "This business has closed its site.")
	case "suspended":
		if who.ViewOnly() {
			return nil
		}
		// Who may know why may also write to support.
		if who.Can(access.SuspensionView) && (route.Permission == access.SupportView || route.Permission == access.SupportWrite) {
			return nil
		}
		if who.Can(access.SuspensionView) {
			return echo.NewHTTPError(http.StatusServiceUnavailable, "Your business is suspended: "+tenant.StatusReason)
		}
		return echo.NewHTTPError(http.StatusServiceUnavailable, "This business can't be reached at the moment.")
	}
	return nil
}

// duringMaintenance says who still comes in: support, to see whether all is well
// again. The ways out and what needs no data stay open to all.
func duringMaintenance(who *store.Principal, route web.Route) bool {
	return route.Sessionless || route.Masqueraded || route.Path == urls.MasqueradeEnterPattern ||
		(who != nil && who.Masquerade != nil)
}

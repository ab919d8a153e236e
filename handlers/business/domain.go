package business

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

// onOwnDomain are the routes that a domain of the business's own serves: what
// everybody may open. Signing in, and all that needs it, stays on the subdomain.
func (h *Handlers) onOwnDomain() map[string]bool {
	served := map[string]bool{urls.Theme(): true}
	for _, route := range h.Routes() {
		if route.Permission == access.Public && !strings.HasPrefix(route.Path, "/masquerade") {
			served[route.Path] = true
		}
	}
	return served
}

// elsewhere sends visitors of a domain that does not serve a route to the subdomain.
func (h *Handlers) elsewhere(c echo.Context, subdomain string) error {
	if !access.IsSafe(c.Request().Method) {
		return echo.NewHTTPError(http.StatusNotFound)
	}
	return c.Redirect(http.StatusFound, h.Sites.Business(subdomain, web.PathAndQuery(c.Request())))
}

// Resolve finds the business of the host, or sends its visitors on.
func (h *Handlers) Resolve(next echo.HandlerFunc) echo.HandlerFunc {
	served := h.onOwnDomain()
	return func(c echo.Context) error {
		tenant, err := h.TenantOf(c)
		if err != nil {
			return err
		}
		if tenant.MovedTo != "" {
			return h.Moved(c, tenant.MovedTo)
		}
		if tenant.CustomDomain != "" && !served[c.Path()] {
			return h.elsewhere(c, tenant.Subdomain)
		}
		web.SetTenant(c, tenant)
		return next(c)
	}
}

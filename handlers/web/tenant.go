package web

import (
	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/store"
)

// TenantOf is the business of a request's host: a label of the platform's, or a
// proven domain of the business's own.
func (a *App) TenantOf(c echo.Context) (store.Tenant, error) {
	host := c.Request().Host
	if label, ours := a.Sites.Split(host); ours {
		return a.DB.TenantBySubdomain(c.Request().Context(), label)
	}
	return a.DB.TenantByDomain(c.Request().Context(), HostName(host))
}

package account

import (
	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/identity"
	"github.com/smoothschedule/smoothschedule/views/account"
	"github.com/smoothschedule/smoothschedule/views/ui"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

// The demo data's people, by role; they are the same in tests and screenshots.
const (
	demoBusiness = "acme-auto"
	demoDomain   = "@smoothschedule.test"
)

var demoPlatform = map[access.Role]string{
	access.Superuser: "superuser" + demoDomain, access.PlatformManager: "manager" + demoDomain,
	access.PlatformSupport: "support" + demoDomain, access.PlatformSales: "sales" + demoDomain,
}

var demoTeam = map[access.Role]string{
	access.TenantOwner: "owner@acme-auto.test", access.TenantManager: "manager@acme-auto.test",
	access.TenantStaff: "staff@acme-auto.test", access.Customer: "customer@acme-auto.test",
}

// quickLogins offers a button per role of this host and links to the other hosts'.
func (h *Handlers) quickLogins(c echo.Context) (quick []account.QuickLogin, others []ui.Link, err error) {
	tenant := web.Tenant(c)
	people := demoPlatform
	others = []ui.Link{{Label: "Acme Auto", Href: h.Sites.Business(demoBusiness, urls.Login())}}
	if tenant != nil {
		others = []ui.Link{{Label: "Platform console", Href: h.Sites.Platform(urls.Login())}}
		people = demoTeam
		if tenant.Subdomain != demoBusiness { // whoever really has it
			people = map[access.Role]string{}
			err = h.DB.InTenant(c.Request().Context(), *tenant, func(q *store.TenantTx) error {
				owner, err := identity.FirstOwner(q)
				if owner != "" {
					people[access.TenantOwner] = owner
				}
				return err
			})
		}
	}
	for _, role := range access.Roles() {
		if email, ok := people[role]; ok {
			quick = append(quick, account.QuickLogin{Label: access.RoleName(role), Email: email})
		}
	}
	return quick, others, err
}

// quickLogin lets a developer in without a password. The route does not exist in
// production, and answers peers on this machine only.
func (h *Handlers) quickLogin(c echo.Context) error {
	if !web.IsLoopback(c) {
		return echo.ErrNotFound
	}
	token, who, err := identity.LoginAs(c.Request().Context(), h.DB, web.Tenant(c), c.FormValue("email"), web.Client(c))
	if err != nil {
		return err
	}
	return h.enter(c, token, who, c.FormValue("next"))
}

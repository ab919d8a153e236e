// Package handlers is the program's front: it tells the hosts apart and gives
// each surface its chain of middlewares and its table of routes.
package handlers

import (
	"net/http"
	"net/netip"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/account"
	"github.com/smoothschedule/smoothschedule/handlers/api"
	"github.com/smoothschedule/smoothschedule/handlers/business"
	"github.com/smoothschedule/smoothschedule/handlers/dev"
	"github.com/smoothschedule/smoothschedule/handlers/platform"
	"github.com/smoothschedule/smoothschedule/handlers/site"
	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store/transfer"
)

// Surface is a surface with everything that answers on its hosts.
type Surface struct {
	*web.Surface
	Routes  []web.Route
	resolve echo.MiddlewareFunc // finds whose host it is
}

// Surfaces lists the surfaces with their whole tables. mailDir is where the
// mails of development lie.
func Surfaces(app *web.App, mailDir string) (platformHost, businessHost, siteHost Surface) {
	people := &account.Handlers{App: app}
	console := &platform.Handlers{App: app}
	tenants := &business.Handlers{App: app, Export: transfer.ExportOwn}
	apex := &site.Handlers{App: app}
	reports := []web.Route{app.CSPReport()}
	var devRoutes []web.Route
	if app.Dev {
		devRoutes = (&dev.Handlers{App: app, MailDir: mailDir}).Routes()
	}
	platformHost = Surface{console.Surface(), join(console.Routes(), people.Routes(), people.StaffRoutes(), reports, devRoutes), nil}
	businessHost = Surface{tenants.Surface(), join(tenants.Routes(), people.Routes(), reports, devRoutes), tenants.Resolve}
	siteHost = Surface{apex.Surface(), join(apex.Routes(), reports, devRoutes), nil}
	return platformHost, businessHost, siteHost
}

// APIs lists the two sides of the API with their tables.
func APIs(programs *api.Handlers) (platformAPI, businessAPI Surface) {
	platformAPI = Surface{programs.PlatformSurface(), programs.PlatformRoutes(), nil}
	businessAPI = Surface{programs.BusinessSurface(), programs.BusinessRoutes(), programs.Resolve}
	return platformAPI, businessAPI
}

// New returns the handler of all hosts.
func New(app *web.App, mailDir string) http.Handler {
	platformHost, businessHost, siteHost := Surfaces(app, mailDir)
	programs := api.New(app)
	platformAPI, businessAPI := APIs(programs)
	all := &hosts{
		sites:    app.Sites,
		ready:    app.DB.Ping,
		tenant:   app.DB.TenantByDomain,
		platform: serve(app, platformHost),
		business: serve(app, businessHost),
		site:     serve(app, siteHost),
		unknown:  serve(app, Surface{Surface: &web.Surface{Name: web.Unknown}}),

		platformAPI: serveAPI(app, programs, platformAPI),
		businessAPI: serveAPI(app, programs, businessAPI),
		unknownAPI:  serveAPI(app, programs, Surface{Surface: &web.Surface{Name: web.Unknown}}),
	}
	if app.Dev {
		return all
	}
	return &forwardedWarning{next: all, trusted: app.TrustedProxies, log: app.Log, now: time.Now}
}

// serve builds a surface's chain. The session and the permission are checked by
// the guard around each route (web.Register), after these.
func serve(app *web.App, s Surface) *echo.Echo {
	e := echo.New()
	e.HideBanner, e.HidePort = true, true
	e.HTTPErrorHandler = app.HandleError
	e.IPExtractor = ipExtractor(app.TrustedProxies)
	e.Use(
		app.Begin(s.Surface), // id, log, recover
		app.SecureHeaders(),
		app.SameOrigin(),
		web.LimitBody(s.Routes),
	)
	if s.resolve != nil {
		e.Use(s.resolve)
	}
	e.RouteNotFound("/*", app.NotFound)
	app.Register(e, s.Routes)
	return e
}

// serveAPI builds the chain of a side of the API: no cookie counts here, so no
// origin needs to be refused. Token and permission are checked by its own guard.
func serveAPI(app *web.App, programs *api.Handlers, s Surface) *echo.Echo {
	e := echo.New()
	e.HideBanner, e.HidePort = true, true
	e.HTTPErrorHandler = app.HandleAPIError
	e.IPExtractor = ipExtractor(app.TrustedProxies)
	e.Use(
		app.Begin(s.Surface), // id, log, recover
		app.SecureHeaders(),
		programs.CORS,
		api.LimitBody,
	)
	if s.resolve != nil {
		e.Use(s.resolve)
	}
	programs.Register(e, s.Routes)
	return e
}

// ipExtractor believes X-Forwarded-For from trusted proxies only.
func ipExtractor(trusted []netip.Prefix) echo.IPExtractor {
	if len(trusted) == 0 {
		return echo.ExtractIPDirect()
	}
	options := []echo.TrustOption{echo.TrustLoopback(false), echo.TrustLinkLocal(false), echo.TrustPrivateNet(false)}
	for _, prefix := range trusted {
		options = append(options, echo.TrustIPRange(web.IPNet(prefix)))
	}
	return echo.ExtractIPFromXFFHeader(options...)
}

func join(tables ...[]web.Route) []web.Route {
	var all []web.Route
	for _, table := range tables {
		all = append(all, table...)
	}
	return all
}

package web

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/sessions"
	"github.com/smoothschedule/smoothschedule/store/settings"
	"github.com/smoothschedule/smoothschedule/views/ui"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

// Route is one line of a surface's table. There is none without a permission.
type Route struct {
	Method, Path string
	Permission   access.Permission
	Handler      echo.HandlerFunc
	// Masqueraded marks the few unsafe routes that stay open to a view-only
	// masquerade, because they end it or change only what the browser shows.
	Masqueraded bool
	// Closed marks routes that a suspended business's site still answers to all.
	Closed bool
	// SetUp marks routes that stay open to somebody whose role needs a second
	// factor and who has none yet.
	SetUp bool
	// Sessionless marks assets, which are the same for everybody: the session is
	// not looked at, and fetching one is no page view.
	Sessionless bool
	// Background marks what an open page asks by itself: it doesn't keep the
	// session alive, and without one it answers nothing. Content that it sends to a
	// masquerade is on record like any other.
	Background bool
	// Personal marks what stays with the person itself: nobody who appears as
	// another may do it, in whatever mode. IsPersonal knows most by permission or
	// by path.
	Personal bool
	// MaxUpload is how much a form with files may bring; 0: none is taken.
	MaxUpload int64
}

// personalParts are the parts of a path that make a route personal, whoever adds
// it: what leads into an account, takes data away or out of the house.
var personalParts = []string{"account", "password", "login", "invitation", "factor", "factors", "passkeys", "email", "tokens", "token", "feed", "feeds",
	"export", "import", "delete", "erase", "team", "owner", "owners", "ownership", "support-access", "consent"}

// IsPersonal says whether a route is never open to somebody who appears as
// another (DESIGN section 6, point 6).
func (r Route) IsPersonal() bool {
	if r.Personal || access.NeverMasqueraded(r.Permission) || strings.HasSuffix(r.Path, ".csv") {
		return true
	}
	for _, part := range strings.Split(r.Path, "/") {
		if slices.Contains(personalParts, part) {
			return !access.IsSafe(r.Method) || !slices.Contains(shownParts, part)
		}
	}
	return false
}

// shownParts are those whose pages hold no secret: they may be looked at, and
// only their forms stay closed.
var shownParts = []string{"login", "password", "invitation", "delete", "erase", "team", "import"}

// Register adds a surface's routes, each guarded by its permission. It panics
// on a route without a known one: that is found at start.
func (a *App) Register(e *echo.Echo, routes []Route) {
	for _, route := range routes {
		if !access.Known(route.Permission) || route.Handler == nil {
			panic(fmt.Sprintf("route %s %s: unknown permission %q", route.Method, route.Path, route.Permission))
		}
		e.Add(route.Method, route.Path, a.guard(route)).Name = string(route.Permission)
		if route.Method == http.MethodGet {
			e.Add(http.MethodHead, route.Path, a.guard(route)).Name = string(route.Permission)
		}
	}
	a.registerWaysBack(e, routes)
}

// registerWaysBack leads from the address of a form to the page that it stands
// on: after a refusal it stays in the browser, is loaded again and shared.
func (a *App) registerWaysBack(e *echo.Echo, routes []Route) {
	pages := map[string]bool{}
	for _, route := range routes {
		pages[route.Path] = pages[route.Path] || route.Method == http.MethodGet
	}
	for _, form := range routes {
		if form.Method != http.MethodPost || pages[form.Path] || strings.HasPrefix(form.Path, "/api/") {
			continue
		}
		page, up := form.Path, 0
		for page != "" && !pages[page] {
			page = page[:strings.LastIndex(page, "/")]
			up++
		}
		if page == "" {
			continue
		}
		back := Route{Method: http.MethodGet, Path: form.Path, Permission: form.Permission, SetUp: form.SetUp, Handler: func(c echo.Context) error {
			to := strings.Split(c.Request().URL.Path, "/")
			return Redirect(c, strings.Join(to[:len(to)-up], "/"))
		}}
		e.Add(back.Method, back.Path, a.guard(back)).Name = string(back.Permission)
		pages[form.Path] = false
	}
}

// guard finds the principal, asks the table and only then lets the handler run.
func (a *App) guard(route Route) echo.HandlerFunc {
	personal, secret := route.IsPersonal(), secretPart.MatchString(route.Path)
	return func(c echo.Context) error {
		r := of(c)
		if secret {
			hideToken(c)
		}
		if r.Surface.People && !route.Sessionless {
			// Before the session's scope, so that a request never holds two connections.
			if _, err := settings.Current(c.Request().Context(), a.DB); err != nil {
				return err
			}
		}
		finish, err := a.admit(c, route, personal)
		if err != nil || c.Response().Committed {
			return err
		}
		defer func() { finish() }()
		if route.MaxUpload > 0 && isUpload(c.Request()) {
			// What takes long to arrive is waited for before anything is decided by it:
			// who sends it may be shut out meanwhile.
			defer dropUpload(c)
			if err := readUpload(c); err != nil {
				return err
			}
			finish()
			if finish, err = a.admit(c, route, personal); err != nil || c.Response().Committed {
				return err
			}
		}
		return route.Handler(c)
	}
}

// admit lets a request in, or answers it, or returns why not. finish ends what the
// session's check left open for the handler.
func (a *App) admit(c echo.Context, route Route, personal bool) (finish func(), err error) {
	if finish, err = a.identify(c, route); err != nil {
		return finish, err
	}
	if err = a.check(c, route, personal); err != nil || c.Response().Committed {
		finish()
	}
	return finish, err
}

// check asks the table what the principal may do here.
func (a *App) check(c echo.Context, route Route, personal bool) error {
	r := of(c)
	if err := r.Surface.closed(c, route); err != nil {
		return err
	}
	switch {
	case r.Principal == nil:
		if route.Background {
			if to := a.afterVisit(c); to != "" {
				return leave(c, to)
			}
			if route.Permission == access.Public {
				return c.NoContent(http.StatusNoContent)
			}
			// The page stays, with what is typed in it, and says so.
			return Write(c, http.StatusUnauthorized, ui.SessionEnded(urls.LoginNext(wayBack(c))))
		}
		if route.Permission != access.Public && route.Permission != access.Development {
			return a.askToLogIn(c)
		}
	case r.Principal.MustSetUp && !route.SetUp && !route.Masqueraded:
		return a.askToSetUp(c, route)
	case r.Principal.ViewOnly() && !access.IsSafe(c.Request().Method) && !route.Masqueraded:
		return echo.NewHTTPError(http.StatusForbidden, "You are only viewing this business. Nothing can be changed.")
	case r.Principal.Masquerade != nil && personal:
		return echo.NewHTTPError(http.StatusForbidden, "This stays with the people of the business.")
	case route.Permission != access.Development && !r.Principal.Can(route.Permission):
		return echo.NewHTTPError(access.Refusal(r.Principal.Subject.Role, route.Permission, c.Request().Method))
	}
	return nil
}

// askToSetUp leads to the page where a second factor is set up. Who looks through
// another's eyes does that at home, on the platform.
func (a *App) askToSetUp(c echo.Context, route Route) error {
	switch {
	case route.Background:
		return c.NoContent(http.StatusNoContent)
	case of(c).Principal.Masquerade != nil:
		return echo.NewHTTPError(http.StatusForbidden, "Your role needs a second factor. Stop, and set one up in your account on the platform.")
	}
	return Redirect(c, urls.SecondFactor())
}

// askToLogIn leads to the login and from there back to the page.
func (a *App) askToLogIn(c echo.Context) error {
	if over := a.afterVisit(c); over != "" {
		return leave(c, over)
	}
	to := urls.LoginNext(wayBack(c))
	if was, err := a.Cookies.Get(c.Request(), sessionName); err == nil && was.ID != "" {
		// Whoever was logged in wants to know why it asks, and what became of a form.
		ended := "1"
		if !access.IsSafe(c.Request().Method) {
			ended = urls.Unsaved
		}
		to = urls.WithQuery(urls.Login(), "next", wayBack(c), "ended", ended)
	}
	if IsPartial(c) {
		// A swapped-in login would be lost inside the page.
		c.Response().Header().Set("HX-Redirect", to)
		return c.NoContent(http.StatusUnauthorized)
	}
	return Redirect(c, to)
}

// wayBack is the page to come back to after the login: the one that was asked
// for, or the one that the browser stood on when it sent a form or asked for a
// part of a page.
func wayBack(c echo.Context) string {
	r := c.Request()
	asked := PathAndQuery(r)
	if !IsPartial(c) && access.IsSafe(r.Method) {
		return notHome(asked)
	}
	stood, err := url.Parse(r.Header.Get("HX-Current-URL"))
	if err != nil || stood.Host == "" {
		stood, err = url.Parse(r.Referer())
	}
	if err != nil || stood.Host != r.Host {
		return ""
	}
	if access.IsSafe(r.Method) && stood.Path == r.URL.Path {
		return notHome(asked) // the same list, in another state
	}
	return notHome(LocalPath(stood.RequestURI(), ""))
}

func notHome(path string) string {
	if path == "/" {
		return ""
	}
	return path
}

// identify reads the session. On safe methods its scope stays open for the
// handler; before an unsafe one it ends, since reading a form may take long.
func (a *App) identify(c echo.Context, route Route) (finish func(), err error) {
	r := of(c)
	forgetPrincipal(c) // of an earlier look
	finish = func() {}
	s, err := a.Cookies.Get(c.Request(), sessionName)
	if err != nil || s.ID == "" || !r.Surface.People || route.Sessionless {
		return finish, err
	}
	ctx := c.Request().Context()
	if access.IsSafe(c.Request().Method) {
		ctx, finish = withHandover(ctx)
	}
	page, from := "", Client(c)
	from.Background = route.Background
	if ahead(c.Request().Method, route) {
		page = seen(c, route)
	}
	p, err := sessions.Authenticate(ctx, a.DB, r.Tenant, s.ID, page, from)
	if err != nil {
		finish()
		return func() {}, err
	}
	if p == nil && !route.Background {
		if err := a.Forget(c); err != nil {
			finish()
			return func() {}, err
		}
	}
	if p != nil {
		r.Principal = p
		ctx = withPrincipal(ctx, p)
	}
	c.SetRequest(c.Request().WithContext(ctx))
	if p != nil && p.TooFast > 0 && access.IsSafe(c.Request().Method) && !route.Masqueraded {
		finish()
		return func() {}, &store.Error{Kind: store.Throttled, RetryAfter: p.TooFast,
			Message: fmt.Sprintf("More than %d pages within a minute: nobody reads that fast, and each is on the owners' page. Go on in a moment.", sessions.PagesPerMinute)}
	}
	if p != nil && p.Masquerade != nil {
		a.keepRecord(c, route, page != "")
	}
	return finish, nil
}

package api

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/identity"
)

// Register adds a table's routes, each behind its permission. An address without
// its last slash leads to the one with it.
func (h *Handlers) Register(e *echo.Echo, routes []web.Route) {
	for _, route := range routes {
		if !access.Known(route.Permission) || route.Handler == nil {
			panic(fmt.Sprintf("route %s %s: unknown permission %q", route.Method, route.Path, route.Permission))
		}
		methods := []string{route.Method}
		if route.Method == http.MethodGet {
			methods = append(methods, http.MethodHead)
		}
		for _, method := range methods {
			e.Add(method, route.Path, h.guard(route))
			if bare, found := strings.CutSuffix(route.Path, "/"); found {
				e.Add(method, bare, addSlash)
			}
		}
	}
}

// addSlash keeps method, body and query: 308.
func addSlash(c echo.Context) error {
	to := *c.Request().URL
	to.Scheme, to.Host, to.User = "", "", nil
	to.RawPath = strings.TrimSuffix(to.EscapedPath(), "/") + "/"
	to.Path += "/"
	return c.Redirect(http.StatusPermanentRedirect, to.RequestURI())
}

// guard finds whose token it is, counts the request, asks the table and only
// then lets the handler run. What it refuses is 403 here and never 404.
func (h *Handlers) guard(route web.Route) echo.HandlerFunc {
	return func(c echo.Context) error {
		if route.Permission == access.Public {
			if err := h.limits.count(c, addressKey(c, "open")); err != nil {
				return err
			}
			return route.Handler(c)
		}
		text := bearer(c.Request())
		if err := h.limits.check(c, text); err != nil {
			return err // known and over: it costs no query
		}
		if access.IsSafe(c.Request().Method) {
			ctx, finish := store.WithHandover(c.Request().Context())
			defer finish()
			c.SetRequest(c.Request().WithContext(ctx))
		}
		who, err := h.authenticate(c, text)
		if err != nil {
			if over := h.limits.count(c, addressKey(c, "unknown")); over != nil && store.KindOf(err) == 0 {
				return over
			}
			return err
		}
		web.SetPrincipal(c, who)
		if err := h.limits.countToken(c, text, "person "+who.Actor.ID.String()); err != nil {
			return err
		}
		switch {
		case who.Subject.BusinessID.Valid:
			return &web.APIError{Status: http.StatusForbidden, Code: "token_of_business",
				Detail: "This token belongs to a business; the platform's data is for the platform's staff."}
		case !access.Can(who.Subject.Role, route.Permission):
			return &web.APIError{Status: http.StatusForbidden}
		}
		return route.Handler(c)
	}
}

// addressKey counts an address on one host, and what is open to everybody apart
// from tokens that don't hold: neither uses up the other's minute.
func addressKey(c echo.Context, what string) string {
	host := "platform"
	if t := web.Tenant(c); t != nil {
		host = t.ID.String()
	}
	return what + " address " + host + " " + web.Client(c).Network()
}

func (h *Handlers) authenticate(c echo.Context, text string) (*store.Principal, error) {
	if text == "" {
		c.Response().Header().Set(echo.HeaderWWWAuthenticate, `Bearer realm="SmoothSchedule"`)
		return nil, &web.APIError{Status: http.StatusUnauthorized}
	}
	who, token, err := identity.AuthenticateToken(c.Request().Context(), h.DB, text, web.Client(c))
	if err == nil && who == nil {
		c.Response().Header().Set(echo.HeaderWWWAuthenticate, `Bearer realm="SmoothSchedule", error="invalid_token"`)
		err = &web.APIError{Status: http.StatusUnauthorized, Code: "invalid_token", Detail: "This token is unknown, has expired or was revoked."}
	}
	if err == nil && token.ReadOnly && !access.IsSafe(c.Request().Method) {
		err = &web.APIError{Status: http.StatusForbidden, Code: "read_only", Detail: "This token only reads."}
	}
	return who, err
}

// bearer returns the token of the Authorization header, or "".
func bearer(r *http.Request) string {
	scheme, text, found := strings.Cut(r.Header.Get(echo.HeaderAuthorization), " ")
	if !found || !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.TrimSpace(text)
}

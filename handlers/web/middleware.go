package web

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"runtime/debug"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/views/urls"
)

// MaxBody bounds a form; files have their own limit where they are taken.
const MaxBody = 1 << 20

// Begin gives a request its id and surface, logs it once at its end, and turns
// panics into errors.
func (a *App) Begin(s *Surface) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) (err error) {
			started := time.Now()
			r := of(c)
			r.ID, r.Surface, r.cookies, r.app = newRequestID(), s, a.Cookies, a
			c.Response().Header().Set(echo.HeaderXRequestID, r.ID)
			defer func() {
				if cause := recover(); cause == http.ErrAbortHandler { //nolint:errorlint // a sentinel by contract
					a.logRequest(c, r, started)
					panic(cause)
				} else if cause != nil {
					err = fmt.Errorf("panic: %v\n%s", cause, debug.Stack())
				}
				if err != nil {
					c.Error(err)
				}
				a.logRequest(c, r, started)
				err = nil
			}()
			return next(c)
		}
	}
}

// logRequest writes the pattern and never the path or query: those hold codes
// and tokens.
func (a *App) logRequest(c echo.Context, r *Request, started time.Time) {
	if a.Observe != nil {
		a.Observe(r.Surface.Name, c.Response().Status, time.Since(started))
	}
	attrs := make([]slog.Attr, 0, 8)
	attrs = append(attrs, slog.String("id", r.ID), slog.String("surface", r.Surface.Name), slog.String("method", c.Request().Method),
		slog.String("route", c.Path()), slog.Int("status", c.Response().Status), slog.Duration("took", time.Since(started)))
	if t := r.Tenant; t != nil {
		attrs = append(attrs, slog.String("business", t.ID.String()))
	}
	if p := r.Principal; p != nil {
		attrs = append(attrs, slog.String("actor", p.Actor.ID.String()))
	}
	a.Log.LogAttrs(c.Request().Context(), slog.LevelInfo, "request", attrs...)
}

func newRequestID() string {
	var b [8]byte
	_, _ = rand.Read(b[:])
	return hex.EncodeToString(b[:])
}

// SecureHeaders sets what every answer carries. form-action names the hosts of
// all businesses: with 'self' alone Chromium drops the redirect of a masquerade.
func (a *App) SecureHeaders() echo.MiddlewareFunc {
	policy := strings.Join([]string{
		"default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self'", "font-src 'self'", "connect-src 'self'",
		"manifest-src 'self'", "base-uri 'none'", "report-uri " + urls.CSPReport(), "frame-ancestors 'none'",
		fmt.Sprintf("form-action 'self' %s://*.%s %s://%s", a.Sites.Scheme, a.Sites.Base(), a.Sites.Scheme, a.Sites.Base()),
	}, "; ")
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			h := c.Response().Header()
			h.Set("Content-Security-Policy", policy)
			h.Set("X-Content-Type-Options", "nosniff")
			h.Set("Referrer-Policy", "same-origin")
			h.Set("Cross-Origin-Opener-Policy", "same-origin")
			h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
			h.Set("Cache-Control", "no-store")
			if a.Sites.Scheme == "https" {
				h.Set("Strict-Transport-Security", "max-age=63072000; includeSubDomains")
			}
			return next(c)
		}
	}
}

// SameOrigin refuses unsafe requests that another origin made, siblings on the
// same domain included. A business's own former name is no other origin.
func (a *App) SameOrigin() echo.MiddlewareFunc {
	guard := http.NewCrossOriginProtection()
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			if guard.Check(c.Request()) != nil && !a.fromFormerName(c.Request()) {
				return echo.NewHTTPError(http.StatusForbidden, "This form was sent from another site.")
			}
			return next(c)
		}
	}
}

// fromFormerName says whether a form was sent from a page of the business's former
// name, where nothing is served but the redirect to here.
func (a *App) fromFormerName(r *http.Request) bool {
	origin, err := url.Parse(r.Header.Get("Origin"))
	if err != nil || origin.Scheme != a.Sites.Scheme {
		return false
	}
	former, ours := a.Sites.Split(origin.Host)
	present, here := a.Sites.Split(r.Host)
	if !ours || !here || former == "" || strings.Contains(former, ".") {
		return false
	}
	tenant, err := a.DB.TenantBySubdomain(r.Context(), former)
	return err == nil && tenant.MovedTo != "" && tenant.MovedTo == present
}

// LimitBody refuses bodies that no form of ours has. Routes that take files say
// how much; their bodies are read by the guard, once it knows that they may send one.
func LimitBody(routes []Route) echo.MiddlewareFunc {
	uploads := map[string]int64{}
	for _, route := range routes {
		if route.MaxUpload > 0 {
			uploads[route.Method+" "+route.Path] = route.MaxUpload
		}
	}
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			r, most := c.Request(), int64(MaxBody)
			if isUpload(r) {
				most = max(most, uploads[r.Method+" "+c.Path()])
			}
			if r.ContentLength > most {
				return echo.NewHTTPError(http.StatusRequestEntityTooLarge, "This is more than a form can hold.")
			}
			r.Body = http.MaxBytesReader(c.Response(), r.Body, most)
			if IsFormMethod(r.Method) {
				if err := r.ParseForm(); err != nil {
					return echo.NewHTTPError(http.StatusBadRequest, "This form could not be read.")
				}
			}
			return next(c)
		}
	}
}

// IsFormMethod says whether a method carries a form.
func IsFormMethod(method string) bool { return method == http.MethodPost }

// hideToken keeps the path of a page behind a mailed link out of other sites'
// logs and out of search engines, and still lets its own form tell its origin.
func hideToken(c echo.Context) {
	c.Response().Header().Set("Referrer-Policy", "strict-origin")
	c.Response().Header().Set("X-Robots-Tag", "noindex, nofollow")
}

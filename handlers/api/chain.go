package api

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/web"
)

// maxBody is more than any document the API takes.
const maxBody = 64 << 10

// LimitBody refuses bodies that are larger than what the API takes.
func LimitBody(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := c.Request()
		if r.ContentLength > maxBody {
			return &web.APIError{Status: http.StatusRequestEntityTooLarge}
		}
		r.Body = http.MaxBytesReader(c.Response(), r.Body, maxBody)
		return next(c)
	}
}

// CORS lets pages of the configured origins read the answers. Cookies don't
// count here, so credentials are never allowed.
func (h *Handlers) CORS(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		r, header := c.Request(), c.Response().Header()
		header.Add(echo.HeaderVary, echo.HeaderOrigin)
		origin := r.Header.Get(echo.HeaderOrigin)
		allowed := h.allows(origin)
		if allowed {
			header.Set(echo.HeaderAccessControlAllowOrigin, origin)
			header.Set(echo.HeaderAccessControlExposeHeaders, "ETag, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, Retry-After, X-Request-Id")
		}
		if r.Method != http.MethodOptions || r.Header.Get(echo.HeaderAccessControlRequestMethod) == "" {
			return next(c)
		}
		header.Add(echo.HeaderVary, "Access-Control-Request-Method, Access-Control-Request-Headers")
		if allowed {
			header.Set(echo.HeaderAccessControlAllowMethods, "GET, HEAD, POST")
			header.Set(echo.HeaderAccessControlAllowHeaders, "Authorization, Content-Type, If-None-Match")
			header.Set(echo.HeaderAccessControlMaxAge, "600")
		}
		return c.NoContent(http.StatusNoContent)
	}
}

// allows says whether an origin's pages may call; in development any of this machine.
func (h *Handlers) allows(origin string) bool {
	if origin == "" {
		return false
	}
	if slices.Contains(h.CORSOrigins, strings.ToLower(origin)) {
		return true
	}
	if !h.Dev {
		return false
	}
	u, err := url.Parse(origin)
	return err == nil && u.Scheme == "http" && u.Hostname() == "localhost" && origin == u.Scheme+"://"+u.Host
}

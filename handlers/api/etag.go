package api

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/web"
)

// respondTagged answers with one thing and its ETag, or with 304 when the client
// has it already.
func respondTagged(c echo.Context, value any) error {
	body, err := web.MarshalJSON(value)
	if err != nil {
		return err
	}
	return bytesTagged(c, body)
}

func bytesTagged(c echo.Context, body []byte) error {
	sum := sha256.Sum256(body)
	tag := `"` + base64.RawURLEncoding.EncodeToString(sum[:15]) + `"`
	h := c.Response().Header()
	h.Set("ETag", tag)
	h.Set(echo.HeaderCacheControl, "private, no-cache") // keep it, and ask again
	h.Add(echo.HeaderVary, echo.HeaderAuthorization)
	if matches(c.Request().Header.Values("If-None-Match"), tag) {
		return c.NoContent(http.StatusNotModified)
	}
	return web.JSONBytes(c, http.StatusOK, body)
}

// matches compares as If-None-Match does: weakly, with any of a list or with *.
func matches(headers []string, tag string) bool {
	for _, header := range headers {
		for _, one := range strings.Split(header, ",") {
			one = strings.TrimSpace(one)
			if one == "*" || strings.TrimPrefix(one, "W/") == tag {
				return true
			}
		}
	}
	return false
}

// instant is a time as the API writes it.
func instant(at time.Time) string { return at.UTC().Format(time.RFC3339) }

func optional(at *time.Time) *string {
	if at == nil {
		return nil
	}
	text := instant(*at)
	return &text
}

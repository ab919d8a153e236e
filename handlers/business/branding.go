package business

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/views/ui"
)

// branding is the stylesheet of a colour; the colour is its address, so it may
// be kept for ever.
func (h *Handlers) branding(c echo.Context) error {
	hex, ok := strings.CutSuffix(c.Param("file"), ".css")
	if !ok || !ui.ValidHex(hex) {
		return echo.ErrNotFound
	}
	c.Response().Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	return c.Blob(http.StatusOK, "text/css; charset=utf-8", []byte(ui.AccentCSS(hex)))
}

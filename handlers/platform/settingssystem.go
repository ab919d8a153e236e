package platform

import (
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store/ops"
	"github.com/smoothschedule/smoothschedule/views/platform"
)

func (h *Handlers) settingsSystem(c echo.Context) error {
	s, err := ops.ReadSystem(c.Request().Context(), h.DB)
	if err != nil {
		return err
	}
	m := s.Migrations
	p := platform.SettingsSystemProps{
		Version: h.Version, Go: s.Go, Postgres: s.Postgres, Zones: s.Zones.Version, ZonesFrom: s.Zones.From,
		Public: strconv.FormatInt(m.Public, 10) + " of " + strconv.FormatInt(m.PublicLatest, 10), PublicBehind: m.Public < m.PublicLatest,
		Tenant: strconv.Itoa(m.TenantLatest), Schemas: web.Count(m.Tenants), Ready: web.Count(m.Ready), Behind: web.Count(m.Behind), AnyBehind: m.Behind > 0,
	}
	for _, f := range m.Failed {
		p.Failed = append(p.Failed, platform.FailedSchema{Name: f.Schema, Version: strconv.Itoa(f.Version), Error: f.Error})
	}
	return h.Render(c, http.StatusOK, web.View{Title: "System", Body: platform.SettingsSystem(p)})
}

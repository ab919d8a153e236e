package platform

import (
	"net/http"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/identity"
	"github.com/smoothschedule/smoothschedule/views/platform"
	"github.com/smoothschedule/smoothschedule/views/ui"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

func (h *Handlers) settingsTokens(c echo.Context) error {
	var tokens []identity.StaffToken
	err := h.DB.InPublic(c.Request().Context(), func(q *store.PublicTx) (err error) {
		tokens, err = identity.StaffTokens(q)
		return err
	})
	if err != nil {
		return err
	}
	p, now := platform.SettingsTokensProps{}, time.Now()
	for _, t := range tokens {
		row := platform.StaffTokenRow{ID: t.ID.String(), Name: t.Name, Owner: t.OwnerName, OwnerHref: urls.User(t.OwnerID.String()), Role: access.RoleName(t.OwnerRole),
			Created: web.Date(t.CreatedAt, time.UTC), Expires: web.Date(t.ExpiresAt, time.UTC)}
		if t.LastUsedAt != nil {
			row.LastUsed = web.Ago(*t.LastUsedAt, now)
		}
		p.Rows = append(p.Rows, row)
	}
	return h.Render(c, http.StatusOK, web.View{Title: "API tokens of all staff", Body: platform.SettingsTokens(p)})
}

func (h *Handlers) settingsTokenRevoke(c echo.Context) error {
	id, err := uuid.Parse(c.Param("id"))
	if err != nil {
		return echo.ErrNotFound
	}
	if err := identity.RevokeStaffToken(c.Request().Context(), h.DB, id); err != nil {
		return err
	}
	h.Flash(c, ui.Success, "The token is revoked; it opens nothing any more.")
	return web.Redirect(c, urls.SettingsTokens())
}

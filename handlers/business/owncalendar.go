package business

import (
	"net/http"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/calendar"
	"github.com/smoothschedule/smoothschedule/store/catalog"
	"github.com/smoothschedule/smoothschedule/views/business"
	"github.com/smoothschedule/smoothschedule/views/ui"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

// ownCalendar is the feed of the calendar that is linked to one's own login.
func (h *Handlers) ownCalendar(c echo.Context) error {
	var p business.OwnCalendarProps
	var own uuid.UUID
	err := h.DB.InTenant(c.Request().Context(), *web.Tenant(c), func(q *store.TenantTx) error {
		r, err := ownResource(c, q)
		if err != nil || !p.Of(r.Name) {
			return err
		}
		feeds, err := calendar.Feeds(q, r.ID)
		p.HasFeed, own = ownFeed(c, feeds), r.ID
		return err
	})
	if err != nil {
		return err
	}
	if own != uuid.Nil {
		p.URL = h.newFeed(c, urls.OwnCalendar(), own)
	}
	return h.Render(c, http.StatusOK, web.View{Title: "Your calendar", Body: business.OwnCalendar(p)})
}

// ownResource is the calendar of who asks; one without a name when there is none.
func ownResource(c echo.Context, q *store.TenantTx) (catalog.Resource, error) {
	id, err := calendar.ResourceOf(q, web.Principal(c).Subject.ID)
	if err != nil || !id.Valid {
		return catalog.Resource{}, err
	}
	return catalog.ReadResource(q, id.UUID)
}

// ownCalendarChange makes a new address, which is shown this once, or takes it back.
func (h *Handlers) ownCalendarChange(c echo.Context) error {
	revoke := c.FormValue("revoke") != ""
	var secret uuid.UUID
	err := h.DB.InTenant(c.Request().Context(), *web.Tenant(c), func(q *store.TenantTx) error {
		r, err := ownResource(c, q)
		switch {
		case err != nil:
			return err
		case r.Name == "":
			return errNoOwnCalendar
		case revoke:
			return calendar.RevokeFeed(q, r.ID, false)
		}
		secret, err = calendar.NewFeed(q, r.ID)
		return err
	})
	if err != nil {
		return err
	}
	if revoke {
		h.Flash(c, ui.Success, "The feed's address leads nowhere now.")
		return web.Redirect(c, urls.OwnCalendar())
	}
	if err := h.ShowOnce(c, urls.OwnCalendar(), secret.String()); err != nil {
		return err
	}
	return web.Redirect(c, urls.OwnCalendar())
}

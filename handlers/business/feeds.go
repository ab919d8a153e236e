package business

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

// feed is a resource's calendar for programs that subscribe to it.
func (h *Handlers) feed(c echo.Context) error {
	web.TokenInPath(c)
	token, isFile := strings.CutSuffix(c.Param("token"), ".ics")
	link, ok := store.ParseBookingToken(token)
	if !ok || !isFile {
		return echo.ErrNotFound
	}
	web.Shown(c, "resource", link.ID)
	tenant := web.Tenant(c)
	var name string
	var list []store.Booking
	err := h.DB.InTenant(c.Request().Context(), *tenant, func(q *store.TenantTx) (err error) {
		name, list, err = q.Feed(link)
		return err
	})
	if err != nil {
		return err
	}
	events := make([]web.CalendarEvent, len(list))
	for i, b := range list {
		events[i] = web.CalendarEvent{ID: b.ID.String(), Start: b.StartsAt, End: b.EndsAt, Changed: b.UpdatedAt, Title: b.Customer + ", " + b.Service,
			Text: strings.Join(nonEmpty(b.Phone, b.Email, b.Note), "\n"), Place: tenant.Name, Tentative: b.Status == "pending"}
	}
	return c.Blob(http.StatusOK, "text/calendar; charset=utf-8", web.Calendar(name+", "+tenant.Name, events...))
}

func nonEmpty(texts ...string) []string {
	var list []string
	for _, t := range texts {
		if t != "" {
			list = append(list, t)
		}
	}
	return list
}

// resourceFeed makes a new address, or takes it back.
func (h *Handlers) resourceFeed(c echo.Context) error {
	id, err := pathID(c, "id")
	if err != nil {
		return err
	}
	done := "The feed has a new address."
	err = h.DB.InTenant(c.Request().Context(), *web.Tenant(c), func(q *store.TenantTx) error {
		if c.FormValue("revoke") != "" {
			done = "The feed's address leads nowhere now."
			return q.RevokeFeed(id)
		}
		return q.NewFeed(id)
	})
	if err != nil {
		return err
	}
	h.Flash(c, "success", done)
	return web.Redirect(c, urls.Resource(id.String()))
}

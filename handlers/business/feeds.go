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
	token, isFile := strings.CutSuffix(c.Param("token"), ".ics")
	link, ok := store.ParseBookingToken(token)
	if !ok || !isFile {
		return echo.ErrNotFound
	}
	web.Shown(c, "resource", link.ID)
	tenant := web.Tenant(c)
	var feed store.Feed
	var profile store.Profile
	err := h.DB.InTenant(c.Request().Context(), *tenant, func(q *store.TenantTx) (err error) {
		if feed, err = q.Feed(link); err == nil {
			profile, err = q.Profile()
		}
		return err
	})
	if err != nil {
		return err
	}
	organizer, place := h.Sites.Organizer(*tenant, profile), web.ContactOf(*tenant, profile).Place()
	events := make([]web.CalendarEvent, 0, len(feed.Booked)+len(feed.Blocked))
	for _, b := range feed.Booked {
		events = append(events, web.CalendarEvent{ID: b.ID.String(), Start: b.StartsAt, End: b.EndsAt, Changed: b.UpdatedAt, Sequence: b.Sequence, Title: b.Customer + ", " + b.Service,
			Text: strings.Join(nonEmpty(b.Phone, b.Email, b.Note), "\n"), Place: place, Organizer: organizer, Tentative: b.Status == "pending"})
	}
	for _, b := range feed.Blocked {
		title := "Blocked"
		if b.Reason != "" {
			title += ": " + b.Reason
		}
		events = append(events, web.CalendarEvent{ID: b.ID.String(), Start: b.StartsAt, End: b.EndsAt, Title: title, Organizer: organizer})
	}
	return c.Blob(http.StatusOK, "text/calendar; charset=utf-8", web.Calendar(feed.Name+", "+tenant.Name, events...))
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

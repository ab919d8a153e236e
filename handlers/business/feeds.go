package business

import (
	"net/http"
	"slices"
	"strings"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/calendar"
	"github.com/smoothschedule/smoothschedule/store/notices"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

// feed is a resource's calendar for programs that subscribe to it.
func (h *Handlers) feed(c echo.Context) error {
	token, isFile := strings.CutSuffix(c.Param("token"), ".ics")
	link, ok := calendar.ParseBookingToken(token)
	if !ok || !isFile {
		return echo.ErrNotFound
	}
	web.Shown(c, "resource", link.ID)
	tenant := web.Tenant(c)
	var feed calendar.Feed
	var profile notices.Profile
	err := h.DB.InTenant(c.Request().Context(), *tenant, func(q *store.TenantTx) (err error) {
		if feed, err = calendar.ReadFeed(q, link); err == nil {
			profile, err = notices.ReadProfile(q)
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

// feedURL is the whole address of a feed.
func (h *Handlers) feedURL(tenant store.Tenant, resource, secret uuid.UUID) string {
	return h.Sites.Business(tenant.Subdomain, urls.Feed(calendar.BookingToken(resource, secret)))
}

// ownFeed says whether one of the addresses is of who asks.
func ownFeed(c echo.Context, feeds []calendar.TeamFeed) bool {
	return slices.ContainsFunc(feeds, func(f calendar.TeamFeed) bool { return f.UserID.UUID == web.Principal(c).Subject.ID })
}

// newFeed is the address that was made just now, for the page that shows it.
func (h *Handlers) newFeed(c echo.Context, page string, resource uuid.UUID) string {
	secret, err := uuid.Parse(h.ShownOnce(c, page))
	if err != nil {
		return ""
	}
	return h.feedURL(*web.Tenant(c), resource, secret)
}

// resourceFeed makes a new address for who asks, which is shown this once, or takes
// addresses back.
func (h *Handlers) resourceFeed(c echo.Context) error {
	id, err := pathID(c, "id")
	if err != nil {
		return err
	}
	revoke := c.FormValue("revoke")
	var secret uuid.UUID
	err = h.DB.InTenant(c.Request().Context(), *web.Tenant(c), func(q *store.TenantTx) (err error) {
		if revoke != "" {
			return calendar.RevokeFeed(q, id, revoke == "all")
		}
		secret, err = calendar.NewFeed(q, id)
		return err
	})
	if err != nil {
		return err
	}
	page := urls.Resource(id.String())
	if revoke == "" {
		if err := h.ShowOnce(c, page, secret.String()); err != nil {
			return err
		}
		return web.Redirect(c, page+"#feed")
	}
	done := "Your address of the feed leads nowhere now."
	if revoke == "all" {
		done = "No address of the feed leads anywhere now."
	}
	h.Flash(c, "success", done)
	return web.Redirect(c, page)
}

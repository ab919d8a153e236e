package api

import (
	"net/http"
	"regexp"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/availability"
	"github.com/smoothschedule/smoothschedule/store/calendar"
)

// slot is a moment at which a service can begin: as an instant with the asked
// zone's offset, and as the clocks there show it.
type slot struct {
	Start string `json:"start"`
	Local string `json:"local"`
}

// availabilityShow lists the free starts of a service on a day of the visitor's
// zone. It needs no token.
func (h *Handlers) availabilityShow(c echo.Context) error {
	tenant := web.Tenant(c)
	q := readQuery(c)
	service := q.id("service_id")
	if !service.Valid && q.wrong["service_id"] == "" {
		q.wrong["service_id"] = "service_id is missing."
	}
	date, zone := q.values.Get("date"), q.values.Get("time_zone")
	if !dateForm.MatchString(date) {
		q.wrong["date"] = "date must be a day like 2026-11-22."
	}
	if zone != "" && !zoneForm.MatchString(zone) {
		q.wrong["time_zone"] = "time_zone must be a name like Europe/Zurich."
	}
	if err := q.err(); err != nil {
		return err
	}
	day, loc, err := dayIn(date, zone, tenant)
	if err != nil {
		return err
	}
	var free []store.Slot
	err = h.DB.InTenant(c.Request().Context(), *tenant, func(q *store.TenantTx) (err error) {
		free, err = calendar.FreeSlots(q, service.UUID, day.Start, day.End)
		return err
	})
	if err != nil {
		return err
	}
	slots := make([]slot, len(free))
	for i, s := range free {
		start := s.Start.In(loc)
		slots[i] = slot{start.Format(time.RFC3339), start.Format("15:04")}
	}
	return web.JSON(c, http.StatusOK, slots)
}

var (
	dateForm = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}$`)
	zoneForm = regexp.MustCompile(`^[A-Za-z0-9_+\-]+(/[A-Za-z0-9_+\-]+){0,2}$`)
)

// dayIn finds a day that has the right form; 422 when there is no such day or zone.
func dayIn(date, zone string, tenant *store.Tenant) (availability.Interval, *time.Location, error) {
	wrong, loc := map[string]string{}, tenant.Location()
	day, err := availability.ParseDate(date)
	if year := date[:4]; err != nil || year < "1970" || year > "9998" {
		wrong["date"] = "There is no such day."
	}
	if zone != "" {
		if loc, err = time.LoadLocation(zone); err != nil || zone == "Local" {
			wrong["time_zone"] = "There is no such time zone; names look like Europe/Zurich."
		}
	}
	if len(wrong) > 0 {
		return availability.Interval{}, nil, &web.APIError{Status: http.StatusUnprocessableEntity, Fields: wrong}
	}
	return day.Day(loc), loc, nil
}

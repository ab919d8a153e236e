package business

import (
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/store"
)

// startField reads when something begins: from start, as RFC 3339 or local, or
// from date and time.
func startField(c echo.Context, errs map[string]string, loc *time.Location) time.Time {
	value := strings.TrimSpace(c.FormValue("start"))
	if value == "" {
		date, clock := text(c, "date"), text(c, "time")
		if _, err := time.Parse(time.DateOnly, date); err != nil {
			errs["date"] = "Choose a day."
		}
		if _, err := time.Parse("15:04", clock); err != nil {
			errs["start"] = "Choose a time."
		}
		if errs["date"]+errs["start"] != "" {
			return time.Time{}
		}
		value = date + "T" + clock
	}
	at, problem := parseMoment(value, loc)
	if problem != "" {
		errs["start"] = problem
	}
	return at
}

// parseMoment reads an instant, or a moment on the clocks of a zone. Of one that
// they show twice it is the first; one that they skip is none.
func parseMoment(value string, loc *time.Location) (at time.Time, problem string) {
	at, err := time.Parse(time.RFC3339, value)
	if err != nil {
		var wall time.Time
		if wall, err = time.Parse("2006-01-02T15:04", value); err == nil {
			at = store.DateOf(wall).At(clockOf(wall), loc)
			if shown := at.In(loc).Format("2006-01-02T15:04"); shown != wall.Format("2006-01-02T15:04") {
				return time.Time{}, "There is no " + wall.Format("15:04") + " on this day: the clocks go forward over it."
			}
		}
	}
	if err != nil || at.Year() < 1970 || at.Year() > 9998 {
		return time.Time{}, "Choose a day and a time."
	}
	return at, ""
}

// resourceField reads a choice among the resources; nothing means any.
func resourceField(errs map[string]string, field, value string) uuid.NullUUID {
	if value == "" {
		return uuid.NullUUID{}
	}
	id, err := uuid.Parse(value)
	if err != nil {
		errs[field] = "Choose from the list."
	}
	return uuid.NullUUID{UUID: id, Valid: err == nil}
}

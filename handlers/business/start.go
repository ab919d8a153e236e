package business

import (
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/availability"
	"github.com/smoothschedule/smoothschedule/views/ui"
)

// startField reads when something begins: from start, as RFC 3339 or local, or
// from date and time.
func startField(c echo.Context, errs map[string]string, loc *time.Location) time.Time {
	value := strings.TrimSpace(c.FormValue("start"))
	if value == "" {
		date, clock := text(c, "date"), typedClock(c, "time")
		if _, err := time.Parse(time.DateOnly, date); err != nil {
			errs["date"] = "Choose a day."
		}
		if clock == "" {
			errs["start"] = "Choose a time."
		} else if _, err := time.Parse("15:04", clock); err != nil {
			errs["start"] = "Give a time of this day, like 9, 09:30 or 4:30 pm."
		}
		if errs["date"]+errs["start"] != "" {
			return time.Time{}
		}
		at, problem := parseMoment(date+"T"+clock, loc)
		if problem == "" {
			at, problem = whichTwin(at.In(loc), c.FormValue("offset"))
		}
		if problem != "" {
			errs["start"] = problem
		}
		return at
	}
	at, problem := parseMoment(value, loc)
	if problem != "" {
		errs["start"] = problem
	}
	return at
}

// whichTwin is the moment that is meant where the clocks show a time twice: the one
// with the distance from UTC that was chosen.
func whichTwin(at time.Time, offset string) (meant time.Time, problem string) {
	first, second, twice := availability.Twins(at)
	switch {
	case !twice:
		return at, ""
	case offset == first.Format(offsetForm):
		return first, ""
	case offset == second.Format(offsetForm):
		return second, ""
	}
	return time.Time{}, "The clocks go back and show " + at.Format("15:04") + " twice on this day. Choose which one you mean."
}

const offsetForm = "-07:00"

// twinChoice offers the two moments at which the clocks show what a form holds;
// nothing where there is one.
func twinChoice(date, clock, chosen string, loc *time.Location) ui.SelectProps {
	at, problem := parseMoment(date+"T"+clock, loc)
	first, second, twice := availability.Twins(at.In(loc))
	if problem != "" || !twice {
		return ui.SelectProps{}
	}
	p := ui.SelectProps{Name: "offset", Label: "Which " + clock, Value: chosen, Hint: "The clocks go back and show it twice."}
	if chosen == "" {
		p.Options = []ui.Option{{Label: "Choose"}}
	}
	p.Options = append(p.Options, ui.Option{Value: first.Format(offsetForm), Label: "The first, " + availability.ClockText(first)},
		ui.Option{Value: second.Format(offsetForm), Label: "The second, " + availability.ClockText(second)})
	return p
}

// offsetOf is what a form holds of a moment whose time comes twice.
func offsetOf(at time.Time) string {
	if _, _, twice := availability.Twins(at); twice {
		return at.Format(offsetForm)
	}
	return ""
}

// sameWall is a moment as a page without scripts or a lane shows it: local time that
// did not change means the moment that it was.
func sameWall(value string, at, was time.Time, loc *time.Location) time.Time {
	if strings.TrimSpace(value) == was.In(loc).Format("2006-01-02T15:04") {
		return was
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

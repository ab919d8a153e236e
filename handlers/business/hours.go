package business

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/availability"
	"github.com/smoothschedule/smoothschedule/store/catalog"
	"github.com/smoothschedule/smoothschedule/views/business"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

// maxParts bounds the stretches of one day.
const maxParts = 6

// weekdays stand Monday first, as the form shows them.
var weekdays = []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday, time.Saturday, time.Sunday}

func dayKey(d time.Weekday) string { return strings.ToLower(d.String()) }

// weekProps is the form of a stored week.
func weekProps(w catalog.Week) business.WeekProps {
	p := business.WeekProps{CopyFrom: "monday", Seen: web.Seen(weekAnswers(w))}
	for _, d := range weekdays {
		var spans []business.OpenSpan
		for _, h := range w[d] {
			spans = append(spans, business.OpenSpan{From: catalog.ClockText(h.From), To: catalog.ClockText(h.To)})
		}
		p.Days = append(p.Days, business.DayHours{Key: dayKey(d), Label: d.String(), Spans: spare(spans)})
	}
	return p
}

// spare leaves room for another stretch; a break needs two.
func spare(spans []business.OpenSpan) []business.OpenSpan {
	if len(spans) < maxParts {
		spans = append(spans, business.OpenSpan{})
	}
	for len(spans) < 2 {
		spans = append(spans, business.OpenSpan{})
	}
	return spans
}

// bindWeek reads the form of a week, with a day copied to others if asked for.
func bindWeek(c echo.Context) (p business.WeekProps, w catalog.Week, err error) {
	values, err := formValues(c)
	if err != nil {
		return p, w, err
	}
	p.CopyFrom = values.Get("copy_from")
	for _, d := range weekdays {
		day := business.DayHours{Key: dayKey(d), Label: d.String()}
		from, to := values[day.Key+"_from"], values[day.Key+"_to"]
		for i := range min(max(len(from), len(to)), maxParts) {
			span := business.OpenSpan{From: availability.ReadClock(nth(from, i)), To: availability.ReadClock(nth(to, i))}
			if span == (business.OpenSpan{}) {
				continue
			}
			day.Spans = append(day.Spans, span)
			hours, wrong := parseHours(span)
			if wrong != "" {
				day.Error = wrong
				continue
			}
			w[d] = append(w[d], hours)
		}
		slices.SortFunc(w[d], func(a, b catalog.Hours) int { return a.From - b.From })
		for i := 1; i < len(w[d]) && day.Error == ""; i++ {
			if w[d][i].From < w[d][i-1].To {
				day.Error = "Two stretches overlap."
			}
		}
		day.Spans = spare(day.Spans)
		p.Days = append(p.Days, day)
	}
	if values.Get("copy") != "" {
		p.CopyError = copyDay(&w, p.CopyFrom, values["copy_to"])
	}
	return p, w, nil
}

// copyDay gives the hours of a day to others; it returns what is wrong.
func copyDay(w *catalog.Week, from string, to []string) string {
	source := slices.IndexFunc(weekdays, func(d time.Weekday) bool { return dayKey(d) == from })
	if source < 0 || len(to) == 0 {
		return "Choose the day to copy and at least one day to copy it to."
	}
	for _, d := range weekdays {
		if slices.Contains(to, dayKey(d)) {
			w[d] = w[weekdays[source]]
		}
	}
	return ""
}

func nth(list []string, i int) string {
	if i < len(list) {
		return strings.TrimSpace(list[i])
	}
	return ""
}

// parseHours reads a stretch of a day; it returns what is wrong.
func parseHours(s business.OpenSpan) (h catalog.Hours, wrong string) {
	from, err1 := clockMinutes(s.From)
	to, err2 := clockMinutes(s.To)
	switch {
	case s.From == "" || s.To == "":
		return h, "Give both times, or none for a closed day."
	case err1 != nil || err2 != nil:
		return h, "Give times like 09:00."
	}
	if to == 0 {
		to = 1440 // closes at midnight
	}
	if to <= from {
		return h, "Closing must be after opening. For hours past midnight, close at 24:00 and open the next day at 00:00."
	}
	return catalog.Hours{From: from, To: to}, ""
}

// clockMinutes reads a time of day; its end may be 24:00.
func clockMinutes(text string) (int, error) {
	if text == "24:00" {
		return 1440, nil
	}
	t, err := time.Parse("15:04", text)
	return t.Hour()*60 + t.Minute(), err
}

func (h *Handlers) hoursEdit(c echo.Context) error {
	var week catalog.Week
	err := h.DB.InTenant(c.Request().Context(), *web.Tenant(c), func(q *store.TenantTx) (err error) {
		week, _, err = catalog.WeekOf(q, uuid.NullUUID{})
		return err
	})
	if err != nil {
		return err
	}
	return h.hoursPage(c, http.StatusOK, weekProps(week))
}

func (h *Handlers) hoursPage(c echo.Context, status int, p business.WeekProps) error {
	p.Action, p.CanManage = urls.OpeningHours(), mayManage(c, access.HoursManage)
	p.Note = "Times of " + web.Tenant(c).TimeZone + ". A second pair of times makes a break; an empty day is closed."
	p.OwnPlan = seesPlan(c)
	return h.Render(c, status, web.View{Title: "Opening hours", Body: business.OpeningHours(p)})
}

func (h *Handlers) hoursUpdate(c echo.Context) error {
	p, week, err := bindWeek(c)
	if err != nil {
		return err
	}
	p.Seen = web.SeenAgain(c, "")
	if p.Wrong() {
		return h.hoursPage(c, http.StatusUnprocessableEntity, p)
	}
	err = h.DB.InTenant(web.IfSeen(c, weekAnswers, week), *web.Tenant(c), func(q *store.TenantTx) error { return catalog.SetWeek(q, uuid.NullUUID{}, week) })
	if web.IsStale(err) {
		p.Seen = web.SeenAgain(c, urls.OpeningHours())
		return h.hoursPage(c, http.StatusConflict, p)
	}
	if err != nil {
		return err
	}
	h.Flash(c, "success", "The opening hours are saved.")
	return web.Redirect(c, urls.OpeningHours())
}

package business

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/availability"
	"github.com/smoothschedule/smoothschedule/store/calendar"
	"github.com/smoothschedule/smoothschedule/views/business"
	"github.com/smoothschedule/smoothschedule/views/ui"
)

// daysShown are as many as one page of starts has.
const daysShown = 7

// clocks are the visitor's zone and the business's.
type clocks struct {
	visitor, business *time.Location
	note              ui.AlertProps // that the zone asked for is none
}

// readClocks takes the visitor's zone from the query or form, or else the one of
// a booking; without any it is the business's. What is no zone is said.
func readClocks(c echo.Context, booked ...calendar.Booking) (z clocks, given bool) {
	z.business = web.Tenant(c).Location()
	z.visitor = z.business
	if len(booked) > 0 {
		z.visitor = web.CustomerZone(booked[0], z.business)
	}
	name := c.FormValue("zone")
	if zone := web.FindZone(name); zone != nil {
		z.visitor = zone
		return z, true
	}
	if name != "" {
		z.note = unknownZone(c, name, z.visitor)
	}
	return z, false
}

// unknownZone says what is shown instead of a zone that is none.
func unknownZone(c echo.Context, name string, shown *time.Location) ui.AlertProps {
	note := ui.AlertProps{Tone: ui.Warning, Title: "“" + shortened(name, 64) + "” is no time zone that we know", Text: "Times are shown in " + shown.String() + ". Zones are named like Europe/Zurich."}
	suggested := web.SuggestZone(name)
	switch {
	case suggested == "":
		return note
	case c.Request().Method == http.MethodGet:
		query := c.QueryParams()
		query.Set("zone", suggested)
		note.Link = ui.Link{Label: "Show times in " + suggested, Href: c.Request().URL.Path + "?" + query.Encode()}
	default:
		note.Text = "Times are shown in " + shown.String() + ". Did you mean " + suggested + "?"
	}
	return note
}

func shortened(text string, most int) string {
	if r := []rune(text); len(r) > most {
		return string(r[:most]) + "…"
	}
	return text
}

// given is the zone's name for a form or address, when the visitor chose one.
func (z clocks) given(given bool) string {
	if given {
		return z.visitor.String()
	}
	return ""
}

// other is a time on the business's clock, when that shows another than the
// visitor's.
func (z clocks) other(at time.Time) string {
	here, there := at.In(z.visitor), at.In(z.business)
	clock := web.ClockTime(at, z.business)
	switch {
	case here.Format("15:04") == there.Format("15:04") && here.Day() == there.Day():
		return ""
	case here.Day() == there.Day():
		return "(" + clock + ")"
	}
	return "(" + there.Format("Mon ") + clock + ")"
}

// start is one choice, after a day in some form; its value names the instant, on
// whatever clock.
func (z clocks) start(at time.Time, day string) business.Start {
	return business.Start{Value: at.In(z.business).Format(time.RFC3339), Label: at.In(z.visitor).Format(day) + web.ClockTime(at, z.visitor), Other: z.other(at)}
}

func heads(n int) string {
	if n == 1 {
		return "one person"
	}
	return web.Count(n) + " people"
}

// limit says how far ahead can be booked on a page that comes to that end.
func (z clocks) limit(p *business.Picker, d shownDays, days int) {
	last := availability.DateOf(time.Now().In(z.business)) + availability.Date(days)
	if days <= 0 || d.to.Before((last+1).At(0, z.business)) {
		return
	}
	p.Next = ""
	if len(p.Days) == 0 {
		p.Limit = "Times can be booked " + counted(days, "day") + " ahead, until " + last.Format("Monday, 2 January 2006") + "."
	}
}

// shownDays are those that a page shows, on the visitor's calendar.
type shownDays struct {
	first    availability.Date
	from, to time.Time
	today    availability.Date
}

func readDays(c echo.Context, z clocks) shownDays {
	today := availability.DateOf(time.Now().In(z.visitor))
	first, err := availability.ParseDate(c.FormValue("date"))
	if err != nil || first < today || first > today+800 {
		first = today
	}
	return shownDays{first, first.At(0, z.visitor), (first + daysShown).At(0, z.visitor), today}
}

// horizon is how far a page looks for the next free start when it has none.
func (d shownDays) horizon() time.Time {
	return (d.first + daysShown + 92).At(0, d.to.Location())
}

// picker makes the choice of starts; href leads to the page of another day.
func (z clocks) picker(d shownDays, slots []store.Slot, next *time.Time, href func(date string) string) business.Picker {
	p := business.Picker{Zone: z.visitor.String(), Span: spanText(d.first, d.first+daysShown-1)}
	if z.visitor.String() != z.business.String() {
		p.BusinessZone = z.business.String()
	}
	if d.first > d.today {
		p.Prev = href(max(d.today, d.first-daysShown).String())
	}
	p.Next = href((d.first + daysShown).String())
	if next != nil {
		local := next.In(z.visitor)
		p.NextFree = ui.Link{Label: "The next free time is on " + local.Format("Monday, 2 January 2006"), Href: href(availability.DateOf(local).String())}
	}
	for _, s := range slots {
		label := s.Start.In(z.visitor).Format("Monday, 2 January")
		if last := len(p.Days) - 1; last < 0 || p.Days[last].Label != label {
			p.Days = append(p.Days, business.StartDay{Label: label})
		}
		day := &p.Days[len(p.Days)-1]
		day.Starts = append(day.Starts, z.start(s.Start, ""))
	}
	return p
}

func spanText(first, last availability.Date) string {
	if first.Format("January 2006") == last.Format("January 2006") {
		return first.Format("2") + "–" + last.Format("2 January 2006")
	}
	return first.Format("2 January") + " – " + last.Format("2 January 2006")
}

// booked repeats what an appointment is that somebody has.
func (z clocks) booked(b calendar.Booking) business.Chosen {
	c := z.chosen(b.Service, b.With("STAFF"), b.StartsAt, b.EndsAt, b.PriceCents, b.Party)
	if b.Under != "" {
		c.For = b.Customer
	}
	return c
}

// chosen repeats what an appointment is, or will be.
func (z clocks) chosen(service, with string, from, to time.Time, priceCents, party int) business.Chosen {
	c := business.Chosen{Service: service, With: with, At: from.UTC().Format(time.RFC3339), When: web.When(from, to, z.visitor), Duration: duration(int(to.Sub(from).Minutes()))}
	c.Elsewhere = web.OtherClock(from, to, z.visitor, z.business)
	c.Price = web.Price(priceCents)
	if party > 1 {
		c.Party = web.Count(party)
	}
	return c
}

package web

import (
	"fmt"
	"time"

	"github.com/smoothschedule/smoothschedule/store/availability"
	"github.com/smoothschedule/smoothschedule/store/calendar"
)

// When is a stretch of time as people read it, with the zone named; one moment
// when both are the same.
func When(from, to time.Time, zone *time.Location) string {
	short, _ := from.In(zone).Zone()
	names := fmt.Sprintf(" (%s, %s)", zone, short)
	if changesWithin(from, to, zone) { // each end has its own name
		names = fmt.Sprintf(" (%s)", zone)
	}
	return Stretch(from, to, zone) + names
}

// Stretch is When for a page that names the zone. Where the clocks change within
// it, each end is named.
func Stretch(from, to time.Time, zone *time.Location) string {
	from, to = from.In(zone), to.In(zone)
	begins, ends := from.Format("15:04"), to.Format("15:04")
	if changesWithin(from, to, zone) {
		begins, ends = availability.NamedClock(from), availability.NamedClock(to)
	}
	text := from.Format("Monday, 2 January 2006, ") + begins
	switch {
	case !to.After(from):
		return text
	case to.Format(time.DateOnly) == from.Format(time.DateOnly):
		return text + "–" + ends
	}
	return text + " – " + to.Format("Monday, 2 January, ") + ends
}

func changesWithin(from, to time.Time, zone *time.Location) bool {
	_, before := from.In(zone).Zone()
	_, after := to.In(zone).Zone()
	return before != after
}

// ClockTime is the time of day on a zone's clocks, told apart where they show it
// twice.
func ClockTime(at time.Time, zone *time.Location) string {
	return availability.ClockText(at.In(zone))
}

// DayTime is a short day with the time of day, on a page that names the zone.
func DayTime(at time.Time, zone *time.Location) string {
	return at.In(zone).Format("Mon 2 Jan, ") + ClockTime(at, zone)
}

// DayTimes is a stretch of time in short, by its first day.
func DayTimes(from, to time.Time, zone *time.Location) string {
	return DayTime(from, zone) + "–" + ClockTime(to, zone)
}

// ChangeTerms tells a customer what a change costs, and until when it is free:
// never a moment that is past.
func ChangeTerms(t calendar.ChangeTerms, zone *time.Location) string {
	free, after, why := "Moving and cancelling are free", "; after that they cost ", ""
	if t.Imposed {
		why = "The business chose this time. "
	}
	if t.Request {
		free, after = "Until the business confirms it, moving and withdrawing your request are free. After that moving and cancelling are free", "; later they cost "
	}
	switch {
	case t.NowCents > 0:
		return "Moving or cancelling now costs " + Money(t.NowCents) + "."
	case t.PaidCents > 0 && t.LaterCents == 0:
		return "The late fee of " + Money(t.PaidCents) + " is due once: moving and cancelling cost nothing more."
	case t.LaterCents == 0:
		return why + "Moving and cancelling are free until the appointment begins."
	case t.FreeUntil.IsZero():
		return "Until the business confirms it, moving and withdrawing your request are free. After that moving and cancelling cost " + Money(t.LaterCents) + "."
	}
	return why + free + " until " + When(t.FreeUntil, t.FreeUntil, zone) + after + Money(t.LaterCents) + "."
}

// OtherClock is a stretch of time on the business's clock, when that shows
// another time than the customer's; "" when both show the same.
func OtherClock(from, to time.Time, customers, business *time.Location) string {
	if clockText(from, customers) == clockText(from, business) && clockText(to, customers) == clockText(to, business) {
		return ""
	}
	return When(from, to, business)
}

func clockText(at time.Time, zone *time.Location) string {
	return at.In(zone).Format("2006-01-02T15:04")
}

// CustomerZone is the clock that a customer booked by; the business's when there
// was none, or when nobody knows it any more.
func CustomerZone(b calendar.Booking, business *time.Location) *time.Location {
	if zone := FindZone(b.Zone); zone != nil {
		return zone
	}
	return business
}

package web

import (
	"fmt"
	"time"

	"github.com/smoothschedule/smoothschedule/store"
)

// When is a stretch of time as people read it, with the zone named; one moment
// when both are the same.
func When(from, to time.Time, zone *time.Location) string {
	from, to = from.In(zone), to.In(zone)
	short, _ := from.Zone()
	text := from.Format("Monday, 2 January 2006, 15:04")
	if to.After(from) {
		text += "–" + to.Format("15:04")
		if to.Format(time.DateOnly) != from.Format(time.DateOnly) {
			text = from.Format("Monday, 2 January 2006, 15:04") + " – " + to.Format("Monday, 2 January, 15:04")
		}
	}
	return fmt.Sprintf("%s (%s, %s)", text, zone, short)
}

// ChangeTerms tells a customer what a change costs, and until when it is free:
// never a moment that is past.
func ChangeTerms(t store.ChangeTerms, zone *time.Location) string {
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
func CustomerZone(b store.Booking, business *time.Location) *time.Location {
	if zone := FindZone(b.Zone); zone != nil {
		return zone
	}
	return business
}

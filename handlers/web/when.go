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

// CancelPolicy tells a customer what a change costs, and until when it is free.
func CancelPolicy(p store.Policies, start time.Time, zone *time.Location) string {
	if p.LateFeeCents == 0 {
		return "Moving and cancelling are free until the appointment begins."
	}
	until := start.Add(-time.Duration(p.CancelMinutes) * time.Minute)
	return "Moving and cancelling are free until " + When(until, until, zone) + "; after that they cost " + Money(p.LateFeeCents) + "."
}

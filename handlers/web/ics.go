package web

import (
	"time"

	ics "github.com/arran4/golang-ical"
)

// CalendarEvent is an appointment in somebody's own calendar.
type CalendarEvent struct {
	ID         string // the same for each version of it
	Start, End time.Time
	Changed    time.Time // the later version wins
	Title      string
	Text       string
	Place      string
	URL        string // where it is changed; may be empty
	Cancelled  bool
	Tentative  bool // not confirmed yet
}

// Calendar writes events as an .ics file. Times are instants in UTC, so that no
// calendar needs our zones to show the right hour; a name makes it a feed.
func Calendar(name string, events ...CalendarEvent) []byte {
	cal := ics.NewCalendarFor("SmoothSchedule")
	cal.SetCalscale("GREGORIAN")
	cal.SetMethod(ics.MethodPublish)
	if name != "" {
		cal.SetName(name)
		cal.SetXWRCalName(name)
		cal.SetRefreshInterval("PT15M", ics.WithValue(string(ics.ValueDataTypeDuration)))
		cal.SetXPublishedTTL("PT15M")
	}
	for _, e := range events {
		v := cal.AddEvent(e.ID + "@smoothschedule")
		v.SetDtStampTime(e.Changed)
		v.SetModifiedAt(e.Changed)
		v.SetSequence(int(e.Changed.Unix() - 1_700_000_000)) // grows with each change, within 32 bits
		v.SetStartAt(e.Start)
		v.SetEndAt(e.End)
		v.SetSummary(e.Title)
		if e.Text != "" {
			v.SetDescription(e.Text)
		}
		if e.Place != "" {
			v.SetLocation(e.Place)
		}
		if e.URL != "" {
			v.SetURL(e.URL)
		}
		switch {
		case e.Cancelled:
			v.SetStatus(ics.ObjectStatusCancelled)
		case e.Tentative:
			v.SetStatus(ics.ObjectStatusTentative)
		default:
			v.SetStatus(ics.ObjectStatusConfirmed)
		}
	}
	return []byte(cal.Serialize(ics.WithNewLineWindows))
}

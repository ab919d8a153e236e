package web

import (
	"net/url"
	"strconv"
	"strings"
	"time"

	ics "github.com/arran4/golang-ical"
)

// Mailbox is somebody in a calendar file.
type Mailbox struct{ Name, Email string }

// CalendarEvent is an appointment in somebody's own calendar, or time that is
// blocked.
type CalendarEvent struct {
	ID         string // the same for each version of it
	Start, End time.Time
	Changed    time.Time // zero: unknown
	Sequence   int       // the later version wins
	Title      string
	Text       string
	Place      string
	URL        string // where it is changed; may be empty
	Organizer  Mailbox
	// Attendee is who is invited by mail; empty where nobody hears an answer.
	Attendee  Mailbox
	Cancelled bool
	Tentative bool          // not confirmed yet
	Alarm     time.Duration // before the start; zero: none
}

// Calendar writes events as a feed of some name. Times are instants in UTC, so
// that no calendar needs our zones to show the right hour.
func Calendar(name string, events ...CalendarEvent) []byte {
	cal := newCalendar(ics.MethodPublish)
	cal.SetName(name)
	cal.SetXWRCalName(name)
	cal.SetRefreshInterval("PT15M") // the library adds the parameter that this needs
	cal.SetXPublishedTTL("PT15M")
	for _, e := range events {
		e.Attendee, e.Alarm = Mailbox{}, 0
		e.add(cal)
	}
	return write(cal)
}

// CalendarFile writes one event and tells the method, which the type of a mail's
// part has to name as well (RFC 6047). What is cancelled takes the event away; an
// event with an attendee is a request, whose answers go to the organizer; else it
// is published.
func CalendarFile(e CalendarEvent) (file []byte, method string) {
	m := ics.MethodPublish
	switch {
	case e.Cancelled:
		m, e.Alarm = ics.MethodCancel, 0
	case e.Attendee.Email != "":
		m = ics.MethodRequest
	}
	cal := newCalendar(m)
	e.add(cal)
	return write(cal), string(m)
}

func newCalendar(method ics.Method) *ics.Calendar {
	cal := ics.NewCalendarFor("SmoothSchedule")
	cal.SetCalscale("GREGORIAN")
	cal.SetMethod(method)
	return cal
}

func write(cal *ics.Calendar) []byte { return []byte(cal.Serialize(ics.WithNewLineWindows)) }

func (e CalendarEvent) add(cal *ics.Calendar) {
	v := cal.AddEvent(e.ID + "@smoothschedule")
	v.SetDtStampTime(time.Now()) // of the file: that is what it means beside a method
	if !e.Changed.IsZero() {
		v.SetModifiedAt(e.Changed)
	}
	v.SetSequence(e.Sequence)
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
	if e.Organizer.Email != "" {
		v.SetOrganizer(e.Organizer.uri(), ics.WithCN(e.Organizer.cn()))
	}
	if e.Attendee.Email != "" { // who has booked has agreed already
		v.AddAttendee(e.Attendee.uri(), ics.WithCN(e.Attendee.cn()), ics.CalendarUserTypeIndividual, ics.ParticipationRoleReqParticipant,
			ics.ParticipationStatusAccepted, ics.WithRSVP(false))
	}
	switch {
	case e.Cancelled:
		v.SetStatus(ics.ObjectStatusCancelled)
	case e.Tentative:
		v.SetStatus(ics.ObjectStatusTentative)
	default:
		v.SetStatus(ics.ObjectStatusConfirmed)
	}
	if e.Alarm > 0 {
		a := v.AddAlarm()
		a.SetAction(ics.ActionDisplay)
		a.SetTrigger("-PT" + strconv.Itoa(int(e.Alarm.Minutes())) + "M")
		a.SetProperty(ics.ComponentPropertyDescription, e.Title)
	}
}

// uri is the address as RFC 6068 writes it.
func (m Mailbox) uri() string {
	return "mailto:" + strings.NewReplacer("%", "%25", " ", "%20", "?", "%3F", "#", "%23", "&", "%26", ";", "%3B", ",", "%2C").Replace(m.Email)
}

// cn is the name as a parameter can hold it: without quotes and line breaks.
func (m Mailbox) cn() string {
	name := m.Name
	if name == "" {
		name = m.Email
	}
	return strings.Join(strings.Fields(strings.ReplaceAll(name, `"`, "'")), " ")
}

// AddToGoogle is the address at which Google's calendar adds an event.
func (e CalendarEvent) AddToGoogle() string {
	const form = "20060102T150405Z"
	return "https://calendar.google.com/calendar/render?" + url.Values{"action": {"TEMPLATE"}, "text": {e.Title}, "details": {e.Text}, "location": {e.Place},
		"dates": {e.Start.UTC().Format(form) + "/" + e.End.UTC().Format(form)}}.Encode()
}

// AddToOutlook is the same of Outlook's.
func (e CalendarEvent) AddToOutlook() string {
	return "https://outlook.live.com/calendar/0/action/compose?" + url.Values{"rru": {"addevent"}, "subject": {e.Title}, "body": {e.Text}, "location": {e.Place},
		"startdt": {e.Start.UTC().Format(time.RFC3339)}, "enddt": {e.End.UTC().Format(time.RFC3339)}}.Encode()
}

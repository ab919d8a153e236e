package web

import (
	"strings"
	"time"

	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/calendar"
	"github.com/smoothschedule/smoothschedule/store/notices"
	"github.com/smoothschedule/smoothschedule/views/mail"
)

// alarmBefore is when a customer's calendar reminds of an appointment: mails do it
// a day ahead.
const alarmBefore = time.Hour

// BookingEvent is a customer's appointment as a calendar's event. page is where it
// is changed; the business's profile says where to come.
func (s Sites) BookingEvent(b calendar.Booking, tenant store.Tenant, profile notices.Profile, page string) CalendarEvent {
	text := "To see, move or cancel it: " + page
	if profile.Phone != "" {
		text += "\n" + tenant.Name + ": " + profile.Phone
	}
	return CalendarEvent{ID: b.ID.String(), Start: b.StartsAt, End: b.EndsAt, Changed: b.UpdatedAt, Sequence: b.Sequence, Title: b.Service + ", " + tenant.Name,
		Text: text, Place: ContactOf(tenant, profile).Place(), URL: page, Organizer: s.Organizer(tenant, profile),
		Cancelled: b.Status == "cancelled", Tentative: b.Status == "pending", Alarm: alarmBefore}
}

// Organizer is the business in its calendar files. An event needs one with an
// address; without the business's own it is one that nobody reads.
func (s Sites) Organizer(tenant store.Tenant, profile notices.Profile) Mailbox {
	email := profile.Email
	if email == "" {
		email = "no-reply@" + s.PublicName(tenant.Subdomain, "")
	}
	return Mailbox{tenant.Name, email}
}

// ContactOf is a business as its mails show it.
func ContactOf(tenant store.Tenant, profile notices.Profile) mail.Contact {
	return mail.Contact{Name: tenant.Name, Address: strings.TrimSpace(profile.Address), Phone: profile.Phone, Email: profile.Email, Color: tenant.AccentColor}
}

package mail

import "strings"

// AppointmentProps is what customers and team are told about an appointment.
type AppointmentProps struct {
	Kind     string // of the notice
	Name     string // of the recipient
	Business string
	Customer string
	Service  string
	With     string // people, may be empty
	When     string // "Tuesday, 24 November 2026, 09:00–10:00 (Europe/Zurich, CET)"
	// Elsewhere is When on the business's clock, where the customer's differs.
	Elsewhere string
	Was       string // before a move
	Price     string
	Until     string // until when a request is answered
	Policy    string // what cancelling costs, may be empty
	LateFee   string // what a late change cost
	Note      string // the customer's words
	Answer    string // the business's words when it declines or cancels
	URL       string // absolute: the appointment's page
	Calendar  []byte // .ics
}

type appointmentWords struct{ subject, says, button string }

// appointmentMails has the words of each kind of notice.
var appointmentMails = map[string]appointmentWords{
	"requested":      {"Your request to {B}", "we have passed your request on. {B} confirms it or tells you otherwise by {U}; until then the time is kept for you.", "See the request"},
	"confirmed":      {"Your appointment at {B}", "your appointment at {B} is confirmed.", "See, move or cancel it"},
	"approved":       {"Your appointment at {B} is confirmed", "{B} has confirmed your appointment.", "See, move or cancel it"},
	"declined":       {"{B} can't take your appointment", "{B} is sorry: this appointment is not possible.", "See the details"},
	"expired":        {"Your request to {B} has lapsed", "{B} did not answer your request in time, so the time is not kept any longer. You are welcome to book again.", "See the details"},
	"moved":          {"Your appointment at {B} has changed", "your appointment at {B} has changed. This holds now:", "See, move or cancel it"},
	"cancelled":      {"Your appointment at {B} is cancelled", "your appointment at {B} is cancelled.", "See the details"},
	"reminder":       {"Reminder: your appointment at {B}", "a reminder of your appointment at {B}.", "See, move or cancel it"},
	"team_booked":    {"New booking: {C}", "{C} has booked online.", "Open the day"},
	"team_requested": {"To confirm: {C}", "{C} asks for an appointment. It waits for your answer until {U}.", "Confirm or decline"},
	"team_moved":     {"Moved: {C}", "{C} has moved an appointment.", "Open the day"},
	"team_cancelled": {"Cancelled: {C}", "{C} has cancelled an appointment.", "Open the day"},
}

// Appointment tells a customer or the team about an appointment.
func Appointment(p AppointmentProps) (Message, error) {
	words := appointmentMails[p.Kind]
	says := func(text string) string { return oneLine(fill(text, p)) }
	facts := oneLine(p.When + ": " + p.Service)
	if p.With != "" {
		facts += " with " + oneLine(p.With)
	}
	if p.Kind == "approved" && p.Was != "" {
		words.says += " It is at another time than you asked for."
	}
	l := letter{greeting: greeting(p.Name), paragraphs: []string{says(words.says), facts}, button: words.button, url: p.URL}
	for _, line := range []struct{ label, text string }{{"On the business’s clock: ", p.Elsewhere}, {"Before: ", p.Was}, {p.Business + " writes: ", p.Answer}, {"Price: ", p.Price}, {"For the late change: ", p.LateFee}, {"They write: ", p.Note}} {
		if line.text != "" {
			l.paragraphs = append(l.paragraphs, line.label+oneLine(line.text))
		}
	}
	if p.Policy != "" {
		l.after = append(l.after, p.Policy)
	}
	m, err := l.message(says(words.subject))
	if len(p.Calendar) > 0 {
		m.Attachments = append(m.Attachments, Attachment{Name: "appointment.ics", Type: "text/calendar; charset=utf-8; method=PUBLISH", Data: p.Calendar})
	}
	return m, err
}

func fill(text string, p AppointmentProps) string {
	return strings.NewReplacer("{B}", p.Business, "{C}", p.Customer, "{U}", p.Until).Replace(text)
}

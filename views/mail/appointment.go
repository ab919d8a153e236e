package mail

import (
	"strings"

	"github.com/smoothschedule/smoothschedule/views/names"
)

// AppointmentProps is what customers and team are told about an appointment.
type AppointmentProps struct {
	Kind     string // of the notice
	Name     string // of the recipient
	Of       Contact
	Customer string // who comes
	Under    string // whose address it is, when somebody else comes
	Email    string // of the customer; for the team, whose answer goes there
	Phone    string // likewise
	Service  string
	With     string // people, may be empty
	When     string // "Tuesday, 24 November 2026, 09:00–10:00 (Europe/Zurich, CET)"
	Short    string // "Tue 24 Nov 09:00", for the subject
	People   string // how many come, when it is more than one
	Method   string // of the calendar file
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

// appointmentMails has the words of each kind of notice. {A} is what and when.
var appointmentMails = map[string]appointmentWords{
	"requested":      {"Your request: {A}", "We have passed your request on. {B} confirms it or tells you otherwise by {U}; until then the time is kept for you.", "See the request"},
	"confirmed":      {"{A}", "Your appointment at {B} is confirmed.", "See, move or cancel it"},
	"approved":       {"Confirmed: {A}", "{B} has confirmed your appointment.", "See, move or cancel it"},
	"declined":       {"Not possible: {A}", "{B} is sorry: this appointment is not possible.", "See the details"},
	"expired":        {"Lapsed: {A}", "{B} did not answer your request in time, so the time is not kept any longer. You are welcome to book again.", "See the details"},
	"moved":          {"Changed: {A}", "Your appointment at {B} has changed. This holds now:", "See, move or cancel it"},
	"cancelled":      {"Cancelled: {A}", "Your appointment at {B} is cancelled.", "See the details"},
	"reminder":       {"Reminder: {A}", "A reminder of your appointment at {B}.", "See, move or cancel it"},
	"team_booked":    {"New booking: {C}, {A}", "{C} has booked online.", "Open the day"},
	"team_requested": {"To confirm: {C}, {A}", "{C} asks for an appointment. It waits for your answer until {U}.", "Confirm or decline"},
	"team_moved":     {"Moved: {C}, {A}", "{C} has moved an appointment.", "Open the day"},
	"team_cancelled": {"Cancelled: {C}, {A}", "{C} has cancelled an appointment.", "Open the day"},
}

func (p AppointmentProps) toTeam() bool { return strings.HasPrefix(p.Kind, "team_") }

// Appointment tells a customer or the team about an appointment. A customer's
// mail is the business's; the team's is answered to the customer.
func Appointment(p AppointmentProps) (Message, error) {
	words := appointmentMails[p.Kind]
	says := func(text string) string { return oneLine(fill(text, p)) }
	if p.Kind == "approved" && p.Was != "" {
		words.says += " It is at another time than you asked for."
	}
	l := letter{of: p.Of, signed: !p.toTeam(), greeting: greeting(p.Name), paragraphs: []string{says(words.says)}, facts: p.facts(), button: words.button, url: p.URL}
	if p.Policy != "" {
		l.after = append(l.after, p.Policy)
	}
	if !p.toTeam() && p.Of.Email == "" {
		l.after = append(l.after, "Answers to this mail reach nobody.")
	}
	m, err := l.message(says(words.subject))
	if p.toTeam() {
		m.ReplyTo = p.Email
	} else {
		m = m.from(p.Of)
	}
	if len(p.Calendar) > 0 {
		m.Attachments = append(m.Attachments, Attachment{Name: "appointment.ics", Type: "text/calendar; charset=utf-8; method=" + p.Method, Data: p.Calendar})
	}
	return m, err
}

// facts are the lines of the card. What a visitor typed goes to the address that
// the visitor gave only without anything that could become a link.
func (p AppointmentProps) facts() []fact {
	first := p.When + ": " + p.Service
	if p.With != "" {
		first += " with " + p.With
	}
	list := []fact{{"", oneLine(first)}}
	add := func(label, text string) {
		if text = oneLine(text); text != "" {
			list = append(list, fact{label, text})
		}
	}
	add("On the business’s clock", p.Elsewhere)
	add("Before", p.Was)
	add(p.Of.Name+" writes", p.Answer)
	if p.toTeam() {
		add("Under the address of", p.Under)
		add("E-mail", p.Email)
		add("Phone", p.Phone)
	} else if p.Under != "" && !names.LooksLikeLink(p.Customer) {
		add("For", p.Customer)
	}
	add("People", p.People)
	add("Price", p.Price)
	add("For the late change", p.LateFee)
	switch {
	case p.toTeam():
		add("They write", p.Note)
	case !names.LooksLikeLink(p.Note):
		add("Your note", p.Note)
	}
	if !p.toTeam() && len(p.Of.lines()) > 0 {
		add("Where", p.Of.Place())
	}
	return list
}

func fill(text string, p AppointmentProps) string {
	return strings.NewReplacer("{A}", p.Service+", "+p.Short, "{B}", p.Of.Name, "{C}", p.Customer, "{U}", p.Until).Replace(text)
}

// Package mail writes the mails: plain text first, and the same as simple HTML
// that needs nothing from outside.
package mail

import (
	"html"
	"strings"
)

// Platform stands in what is written here, and by those who call, for the name
// that the settings give the platform; Named puts that in. The character is one
// that no name or text has.
const Platform = "\uFFFC"

// Named is the mail with the platform's name.
func (m Message) Named(platform string) Message {
	m.Subject = strings.ReplaceAll(m.Subject, Platform, oneLine(platform))
	m.FromName = strings.ReplaceAll(m.FromName, Platform, oneLine(platform))
	m.Text = strings.ReplaceAll(m.Text, Platform, platform)
	m.HTML = strings.ReplaceAll(m.HTML, Platform, html.EscapeString(platform))
	return m
}

// Message is a mail without its recipient. FromName stands before the platform's
// own address as the sender, ReplyTo is who gets the answer; both may be empty.
type Message struct {
	Subject, Text, HTML string
	FromName, ReplyTo   string
	Attachments         []Attachment
}

// Attachment is a file that comes with a mail.
type Attachment struct {
	Name, Type string // Type with its parameters, as "text/calendar; method=REQUEST"
	Data       []byte
}

// InvitationProps invites someone to a business or to the platform.
type InvitationProps struct {
	Name      string // of the invited person, may be empty
	Where     string // business's name, or "the … platform"
	Role      string // as words: "owner"
	InvitedBy string // may be empty
	ByStaff   bool   // the platform's people invite to a business
	// Customer is the business of a customer who is offered an account there, and
	// Asked says that the customer asked for it.
	Customer *Contact
	Asked    bool
	URL      string // absolute
	ValidFor string // "7 days"
}

// PasswordResetProps answers a forgotten password.
type PasswordResetProps struct {
	Name, Where string
	URL         string
	ValidFor    string   // "1 hour"
	Customer    *Contact // the business of a customer
}

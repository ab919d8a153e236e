// Package mail writes the mails: plain text first, and the same as simple HTML
// that needs nothing from outside.
package mail

// Message is a mail without its addresses.
type Message struct {
	Subject, Text, HTML string
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
	Where     string // business's name, or "the SmoothSchedule platform"
	Role      string // as words: "owner"
	InvitedBy string // may be empty
	URL       string // absolute
	ValidFor  string // "7 days"
}

// PasswordResetProps answers a forgotten password.
type PasswordResetProps struct {
	Name, Where string
	URL         string
	ValidFor    string // "1 hour"
}

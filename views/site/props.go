// Package site holds the pages of the apex host, where nobody logs in.
package site

import "github.com/smoothschedule/smoothschedule/views/ui"

// Plan is one column of the prices.
type Plan struct {
	Code, Name, Price string
	Points            []string // limits and features
}

// HomeProps is the front page; it links only to what it is given.
type HomeProps struct {
	Name      string // of the platform
	Open      bool   // new businesses may sign up
	TrialDays int
	Plans     []Plan
	Links     []ui.Link // platform console, a demo business
}

// SignUpInput is the form as it was typed; a password is not given back.
type SignUpInput struct {
	BusinessName, Subdomain, Suggested, TimeZone, Plan string
	OwnerName, OwnerEmail                              string
}

// SignUpProps is that form; Errors are keyed by field name, "" for the whole.
type SignUpProps struct {
	In         SignUpInput
	Errors     map[string]string
	HostSuffix string // ".localhost:8000"
	TimeZones  []string
	TrialDays  int
	PlanName   string // what the trial is of
	MinLength  int
}

// AddressProps is the field of the wished subdomain, with what is known of it.
type AddressProps struct {
	Value, Suggested string
	Suffix           string
	Error            string // after the form was sent
	Free             string // "acme.example.com is free."
	Taken            string // why not, while it is typed
	Autofocus        bool
}

// SentProps says that a mail is on its way.
type SentProps struct {
	Find     bool
	To       string // the address that was typed; empty: not known any more
	MailHref string // development only
}

// ConfirmProps is the page behind the mailed link of a sign-up. Taken asks for
// another subdomain.
type ConfirmProps struct {
	Action                   string
	Business, Host, TimeZone string
	Owner, Email             string
	Taken, Wish, HostSuffix  string
	OpenHref                 string // it was confirmed before; log in there
	Gone                     bool
}

// FindProps asks for an e-mail address.
type FindProps struct{ Email, Error string }

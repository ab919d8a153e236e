package account

import (
	"github.com/smoothschedule/smoothschedule/views/ui"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

// Frame is what the pages of the own account share. Errors are keyed by field
// name, "" for the whole.
type Frame struct {
	Tokens  bool // platform staff have API tokens
	Confirm bool // who it is must be proved again: a password or a code
	HasCode bool // a code of the second factor will do as well
	Errors  map[string]string
}

func (f Frame) sections() []ui.Link {
	links := []ui.Link{
		{Label: "Profile", Href: urls.Account()},
		{Label: "Second factor", Href: urls.SecondFactor()},
		{Label: "Sessions", Href: urls.AccountSessions()},
	}
	if f.Tokens {
		links = append(links, ui.Link{Label: "API tokens", Href: urls.AccountTokens()})
	}
	return links
}

// ProfileProps is the first page of the account. Form is the one that failed.
type ProfileProps struct {
	Seen ui.Seen
	Frame
	Form        string // name, email or password
	Name, Email string // as they are
	NewName     string // as typed
	NewEmail    string
	Role        string
	Staff       bool // of the platform: superusers give names
	Waiting     *WaitingEmail
	MinLength   int
}

// WaitingEmail is a change of address that is not confirmed from both sides yet.
type WaitingEmail struct {
	Email            string
	Until            ui.Time
	OldDone, NewDone bool
	MailHref         string // development only
}

func (p ProfileProps) errors(form string) map[string]string {
	if p.Form == form {
		return p.Errors
	}
	return nil
}

// FactorsProps is the page of second factors.
type FactorsProps struct {
	Frame
	Required  bool // and missing: the rest of the site is closed
	AppSince  ui.Time
	CodesLeft int
	CodesOf   ui.Time
	CanKeys   bool // passkeys are for platform staff
	Passkeys  []PasskeyRow
	Form      string // remove, passkey or codes: the one that failed
	NewName   string
}

func (p FactorsProps) errors(form string) map[string]string {
	if p.Form == form {
		return p.Errors
	}
	return nil
}

func (p FactorsProps) any() bool { return !p.AppSince.IsZero() || len(p.Passkeys) > 0 }

// PasskeyRow is a passkey in the list.
type PasskeyRow struct {
	Seen           ui.Seen
	Error          string
	ID, Name       string
	Since, LastUse ui.Time
}

// AppProps is the set-up of an authenticator app.
type AppProps struct {
	Frame
	Secret string // in groups
}

// CodesProps shows recovery codes, this once.
type CodesProps struct {
	Codes []string
	Next  string
	What  string // what has just been done
}

// SessionsProps lists the own sessions.
type SessionsProps struct {
	Frame
	Sessions []SessionRow
}

// SessionRow is a session in the list.
type SessionRow struct {
	ID, Device, Address string
	Since, Seen         ui.Time
	Current             bool
}

// TokensProps lists the own API tokens.
type TokensProps struct {
	Frame
	Tokens   []TokenRow
	Name     string
	Days     string
	Scope    string // read or role
	RoleName string
	New      string // the text of a token just made
	NewName  string
	MaxDays  int
}

// TokenRow is a token in the list.
type TokenRow struct {
	ID, Name, Scope         string
	Created, LastUse, Until ui.Time
}

// CodeProps is the second step of a login.
type CodeProps struct {
	Where, Name string
	Next        string
	Error       string
	Passkey     bool
}

// EmailConfirmProps is the page behind one of the links of a change of address.
type EmailConfirmProps struct {
	Where, Action, Old, New string
	ToNew                   bool // the link went to the new address
}

// EmailDoneProps follows it.
type EmailDoneProps struct {
	Where, New string
	Changed    bool // both have confirmed
	Taken      bool // somebody else has the address
}

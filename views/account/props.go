// Package account holds the pages around logging in, on both hosts.
package account

import "github.com/smoothschedule/smoothschedule/views/ui"

// QuickLogin is one button of the development login.
type QuickLogin struct{ Label, Email string }

// LoginProps is the login form. Failed shows the one text for every failure;
// Slow the one for too many of them.
type LoginProps struct {
	Where         string // "Platform console" or the business's name
	Email         string
	Next          string
	Failed        bool
	Slow          string       // "Too many tries. Try again in 5 minutes."
	Quick         []QuickLogin // development only
	Others        []ui.Link    // development only: logins of other hosts
	Ended         string       // why the login asks, after a session's end
	Notice        string       // "You are logged out."
	Passkey       bool         // offered on the platform's host
	PasskeyFailed bool
}

// ForgotProps asks for the address.
type ForgotProps struct{ Where, Email, Error string }

// ForgotSentProps says the same whether or not the address is known.
type ForgotSentProps struct {
	Where, Email string
	MailHref     string // development only
}

// SetPasswordProps is the page behind an invitation or a reset link. Errors
// are keyed by field name (name password), "" for the whole.
type SetPasswordProps struct {
	Invitation  bool
	Action      string // where the form posts to
	Where       string
	Name, Email string
	NameFixed   bool // others give it
	InvitedBy   string
	Errors      map[string]string
	MinLength   int // 12 when zero
}

// TokenGoneProps is the page behind a link that is spent or too old.
type TokenGoneProps struct {
	Invitation bool
	Where      string
}

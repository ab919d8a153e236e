package business

import "github.com/smoothschedule/smoothschedule/views/ui"

// BookService is something to book.
type BookService struct{ Name, Description, Duration, Price, Href string }

// BookServicesProps is the first step: what. Closed says that nothing is booked
// online at the moment.
type BookServicesProps struct {
	Business, Message string
	Services          []BookService
	Closed            bool
}

// Hidden is what a form carries along.
type Hidden struct{ Name, Value string }

// Start is a moment that can be chosen. Other says it on the other clock when
// that shows another time.
type Start struct{ Value, Label, Other string }

// StartDay holds the starts of a day.
type StartDay struct {
	Label  string
	Starts []Start
}

// Picker offers starts; choosing one posts it with what is hidden.
type Picker struct {
	Action       string
	Hidden       []Hidden
	Days         []StartDay
	Span         string // "24–30 November 2026"
	Prev, Next   string // addresses of the weeks around; empty: there is none
	NextFree     ui.Link
	Limit        string // how far ahead can be booked, when nothing is free for that reason
	Zone         string // in which times are shown
	BusinessZone string // named when it is another
	Closed       bool   // to eyes that only look
}

// BookTimesProps is the second step: with whom and when.
type BookTimesProps struct {
	Service, Duration, Price string
	Description              string
	Message                  string
	ServiceID, Date          string
	People                   []ui.Option // empty: there is no choice
	Person                   string
	Parties                  []ui.Option
	Party                    string
	Zones                    []string
	ZoneGiven                bool // by the visitor; otherwise the script offers the device's
	Error                    string
	Picker                   Picker
	ZoneNote                 ui.AlertProps // that the zone asked for is none
	Hold                     string        // what this browser holds: a look at other times gives it back
}

// Chosen is what was chosen, as the last step and the confirmation repeat it.
type Chosen struct {
	Service, With, Duration, Price, Party string
	At                                    string // the start as an instant, for programs
	When                                  string // in the visitor's zone
	Elsewhere                             string // the same in the business's, when that differs
	For                                   string // who comes, when it is not whose address it is
}

// BookDetailsProps is the last step: who.
type BookDetailsProps struct {
	Chosen
	Back               string
	Hidden             []Hidden
	Name, Email, Phone string
	Note               string
	As                 string // somebody logged in, who needn't say who it is
	HeldUntil          ui.Time
	Release            []Hidden // of the form that gives the held time back
	Approval           string   // until when a request waits; empty: confirmed at once
	Policy             string
	ZoneNote           ui.AlertProps
	Errors             map[string]string
	Refused            string  // why the start can't be
	Nearest            []Start // and what else
	NothingElse        bool    // other times were looked for in vain
}

// BookingProps is an appointment's page for its customer.
type BookingProps struct {
	Chosen
	Business             string
	Title, Status        string
	New                  bool // just booked
	Email                string
	Pending              string // until when a request is answered
	LateFee              string // what a late change has cost
	Calendar             string // address of the .ics
	Google, Outlook      string // where these take it; empty when it is off
	Where, Phone         string // of the business
	MoveHref, CancelHref string // empty: not any more
	ZoneNote             ui.AlertProps
	Answer               string // the business's words when it declined or cancelled
	FeeNow               string // what changing costs now
	Policy               string
	Page                 string // address of the booking's own page
	Keep                 string // the same in full, for who gets no mail now
	BookAgain            string
	AccountAction        string // mails a link that makes a login
	Note                 string
	Error                string
}

// BookingMoveProps chooses another time.
type BookingMoveProps struct {
	Chosen
	Back           string
	FeeNow, Policy string
	Pending        bool // the business confirms again
	Gone           bool // who it is with can't be booked any more
	Anybody        string
	With           string
	Same           string
	Error          string
	ZoneNote       ui.AlertProps
	Picker         Picker
}

// BookingConfirmProps asks before an appointment is cancelled, or moved for a fee.
type BookingConfirmProps struct {
	Chosen
	Title                 string
	NewWhen, NewElsewhere string // where it would move
	Fee                   string // what it costs; empty: Free says that it is nothing
	Free                  string
	Action, Button        string
	Hidden                []Hidden
	Danger                bool
	Back, Keep            string // the way out
	Error                 string
}

// BookedAlreadyProps tells who books once more that it is booked.
type BookedAlreadyProps struct {
	Chosen
	Email, Back string
}

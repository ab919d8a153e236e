package db

import (
	"database/sql"
	"database/sql/driver"
	"errors"
	"net"
	"strings"
	"time"

	"github.com/lib/pq"

	"github.com/smoothschedule/smoothschedule/store/availability"
)

// Kind says what went wrong in terms that a page or an API can answer with.
type Kind int

// The kinds of Error.
const (
	Invalid     Kind = iota + 1 // the input breaks a rule: 422
	Conflict                    // somebody else was first: 409
	NotFound                    // no such row, or none that may be seen: 404
	Forbidden                   // seen but not allowed: 403
	Unavailable                 // the database is gone or full: 503
	Throttled                   // too many tries: 429
	Ended                       // the session ended meanwhile: as for somebody without one
)

// Error is a failure that a user can be told about. Message is in the user's
// words; Field names the input it belongs to, if one does.
type Error struct {
	Kind    Kind
	Field   string
	Message string
	// A refused booking says why, and when it would do instead.
	Reason  availability.Reason
	Nearest []availability.Slot
	// Anyway says that the team can insist: nobody has the time, it is only
	// outside of hours.
	Anyway bool
	Asked  any // what a refused booking asked for; see AskedFor
	// FeeCents is what a customer's change costs, which has to be accepted first.
	FeeCents int
	// RetryAfter is set where waiting helps.
	RetryAfter time.Duration
	MonthFull  bool // the plan's month holds no more appointments
	noRoom     bool // the database's disk is full or fails
	Cause      error
}

func (e *Error) Error() string {
	if e.Cause != nil {
		return e.Message + ": " + e.Cause.Error()
	}
	return e.Message
}

func (e *Error) Unwrap() error { return e.Cause }

// KindOf returns the kind of err, or 0 when it has none; within a scope, too,
// where errors are still as the driver reports them.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(Wrap(err), &e) {
		return e.Kind
	}
	return 0
}

// FieldErrors returns the messages of err by field, or nil when err is not about
// a field.
func FieldErrors(err error) map[string]string {
	var e *Error
	if errors.As(err, &e) && e.Field != "" && (e.Kind == Invalid || e.Kind == Conflict) {
		return map[string]string{e.Field: e.Message}
	}
	return nil
}

// Refusal is the Error of a booking that was refused, or nil.
func Refusal(err error) *Error {
	var e *Error
	if errors.As(err, &e) && e.Reason != availability.Free {
		return e
	}
	return nil
}

// FeeToAccept is what a customer's change would cost, when that is why it was not
// done; 0 otherwise.
func FeeToAccept(err error) int {
	var e *Error
	if errors.As(err, &e) {
		return e.FeeCents
	}
	return 0
}

// MonthFull says whether a booking was refused because its month holds no more
// appointments of the plan.
func MonthFull(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.MonthFull
}

// NoRoom says whether nothing could be stored because the database's disk is full
// or fails: that needs a person.
func NoRoom(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.noRoom
}

// RetryAfter is how long to wait before the next try, or 0.
func RetryAfter(err error) time.Duration {
	var e *Error
	if errors.As(err, &e) {
		return e.RetryAfter
	}
	return 0
}

// NoSuch is the error of a row that isn't there, or that may not be seen.
func NoSuch(what string) error { return &Error{Kind: NotFound, Message: what + " not found"} }

// InvalidField is the error of an input that breaks a rule; message is in the
// user's words.
func InvalidField(field, message string) error {
	return &Error{Kind: Invalid, Field: field, Message: message}
}

// unique names the inputs whose uniqueness the database keeps. Citus appends a
// shard to names in tenant schemas, hence the prefix match.
var unique = []struct{ constraint, field, message string }{
	{"businesses_subdomain_key", "subdomain", "This subdomain is taken."},
	{"domains_pkey", "subdomain", "This subdomain is taken."},
	{"users_staff_name_key", "name", "Somebody of the platform has this name. Add what tells the two apart: owners read it when support looks in."},
	{"users_email_key", "email", "Somebody here already uses this e-mail address."},
	{"passkeys_credential_key", "credential", "This passkey is registered already."},
	{"canned_replies_title_key", "title", "Another reply has this title."},
	{"customers_email_key", "email", "Another customer has this address. People who share one are booked under that customer, each by the own name."},
}

// Wrap turns what the driver reports into an Error where users can be told.
func Wrap(err error) error {
	if err == nil {
		return nil
	}
	var known *Error
	if errors.As(err, &known) {
		return err
	}
	if errors.Is(err, sql.ErrNoRows) {
		return &Error{Kind: NotFound, Message: "not found", Cause: err}
	}
	switch state := SQLState(err); {
	case state == "23505":
		name := constraint(err)
		for _, u := range unique {
			if strings.HasPrefix(name, u.constraint) {
				return &Error{Kind: Conflict, Field: u.field, Message: u.message, Cause: err}
			}
		}
		return &Error{Kind: Conflict, Message: "this exists already", Cause: err}
	case state == "23P01":
		return &Error{Kind: Conflict, Message: "this time is taken", Cause: err}
	case state == stateOver:
		return errOver
	case state == stateChanged:
		return errChanged
	case state == "22021" || state == "22P05":
		return &Error{Kind: Invalid, Message: "The text holds characters that can't be stored.", Cause: err}
	case state == "42501" || state == "25006":
		return &Error{Kind: Forbidden, Message: "nothing can be changed here", Cause: err}
	case state == "53100" || state == "58030": // the disk is full, or fails
		return &Error{Kind: Unavailable, Message: "Nothing can be stored at the moment, and nothing was changed. Please try again in some minutes.",
			RetryAfter: retryDisk, noRoom: true, Cause: err}
	case state == "40P01" || state == "40001": // of two that waited for each other this one gave way
		return &Error{Kind: Unavailable, Message: "Somebody else changed the same at this moment, and nothing of yours was saved. Please try again.",
			RetryAfter: retryMet, Cause: err}
	case strings.HasPrefix(state, "08"), strings.HasPrefix(state, "57P"), strings.HasPrefix(state, "53"), state == "57014":
		return &Error{Kind: Unavailable, Message: "the database does not answer", RetryAfter: retryDatabase, Cause: err}
	case state == "" && isConnection(err):
		return &Error{Kind: Unavailable, Message: "the database does not answer", RetryAfter: retryDatabase, Cause: err}
	}
	return err
}

// When to come again: the other is done at once, a server is back soon, a disk
// takes a person.
const (
	retryMet      = time.Second
	retryDatabase = 5 * time.Second
	retryDisk     = 60 * time.Second
)

func isConnection(err error) bool {
	return errors.Is(err, driver.ErrBadConn) || errors.Is(err, sql.ErrConnDone) || errors.As(err, new(net.Error)) ||
		errors.Is(err, ErrNoConnection) || errors.Is(err, errSilent) || strings.Contains(err.Error(), "EOF")
}

// SQLState returns PostgreSQL's five-character code, or "".
func SQLState(err error) string {
	var e *pq.Error
	if errors.As(err, &e) {
		return string(e.Code)
	}
	return ""
}

func constraint(err error) string {
	var e *pq.Error
	if errors.As(err, &e) {
		return e.Constraint
	}
	return ""
}

package store

import (
	"time"

	"github.com/smoothschedule/smoothschedule/store/internal/db"
)

// Kind says what went wrong in terms that a page or an API can answer with.
type Kind = db.Kind

// Error is a failure that a user can be told about.
type Error = db.Error

// The kinds of Error.
const (
	Invalid     = db.Invalid     // the input breaks a rule: 422
	Conflict    = db.Conflict    // somebody else was first: 409
	NotFound    = db.NotFound    // no such row, or none that may be seen: 404
	Forbidden   = db.Forbidden   // seen but not allowed: 403
	Unavailable = db.Unavailable // the database is gone or full: 503
	Throttled   = db.Throttled   // too many tries: 429
	Ended       = db.Ended       // the session ended meanwhile: as for somebody without one
)

// KindOf returns the kind of err, or 0 when it has none.
func KindOf(err error) Kind { return db.KindOf(err) }

// FieldErrors returns the messages of err by field, or nil when err is not about a
// field.
func FieldErrors(err error) map[string]string { return db.FieldErrors(err) }

// Refusal is the Error of a booking that was refused, or nil.
func Refusal(err error) *Error { return db.Refusal(err) }

// FeeToAccept is what a customer's change would cost in cents, when that is why it
// was not done; 0 otherwise.
func FeeToAccept(err error) int { return db.FeeToAccept(err) }

// MonthFull says whether a booking was refused because its month holds no more
// appointments of the plan.
func MonthFull(err error) bool { return db.MonthFull(err) }

// NoRoom says whether nothing could be stored because the database's disk is full or
// fails.
func NoRoom(err error) bool { return db.NoRoom(err) }

// RetryAfter is how long to wait before the next try, or 0.
func RetryAfter(err error) time.Duration { return db.RetryAfter(err) }

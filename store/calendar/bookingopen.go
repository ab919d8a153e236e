package calendar

import (
	"encoding/base64"
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/internal/db"
)

// BookingToken is the secret part of an appointment's link: which one, and the
// proof that the link was given out.
func BookingToken(id, secret uuid.UUID) string {
	return base64.RawURLEncoding.EncodeToString(append(append(make([]byte, 0, 32), id[:]...), secret[:]...))
}

// ParseBookingToken reads a token; what is none proves nothing.
func ParseBookingToken(token string) (Handle, bool) {
	raw, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil || len(raw) != 32 || token != base64.RawURLEncoding.EncodeToString(raw) {
		return Handle{}, false
	}
	h := Handle{ID: uuid.UUID(raw[:16]), Secret: uuid.UUID(raw[16:])}
	return h, h.Secret != uuid.Nil
}

// Handle names an appointment that somebody wants to change.
type Handle struct {
	ID uuid.UUID
	// Secret is that of the appointment's link: who has it acts as the customer,
	// without a login.
	Secret uuid.UUID
	SeenAt time.Time // UpdatedAt of what was shown; zero: whatever it is now
	From   db.Client // of somebody without a login
	// AcceptFeeCents is the late fee that the customer was shown and said yes to.
	AcceptFeeCents int
	// Answer are the business's words for the customer, when it declines or cancels.
	Answer string
}

// IsOf says whether an appointment is in somebody's own calendar.
func (b Booking) IsOf(user uuid.UUID) bool {
	for _, r := range b.Resources {
		if r.UserID.Valid && r.UserID.UUID == user {
			return true
		}
	}
	return false
}

// StatusWords are the statuses of an appointment in the user's words.
var StatusWords = map[string]string{"pending": "not confirmed yet", "confirmed": "confirmed", "completed": "completed", "cancelled": "cancelled",
	"no_show": "marked as a no-show"}

// DeedKey names what is counted within a business.
func DeedKey(t db.Tenant, parts ...string) []byte {
	return db.ThrottleKey(append([]string{t.ID.String()}, parts...)...)
}

// AllowDeed notes a deed. When its key has had most of them within a time, it
// notes nothing and returns how long to wait.
func AllowDeed(t db.Scope, key []byte, most int, within time.Duration) (wait time.Duration, err error) {
	if err := db.Lock(t, key); err != nil {
		return 0, err
	}
	var done struct {
		N      int        `db:"n"`
		Oldest *time.Time `db:"oldest"`
	}
	err = db.Get(t, &done, `SELECT count(*) AS n, min(at) AS oldest FROM public.visitor_deeds WHERE key = $1 AND at > $2`, key, t.Now().Add(-within))
	if err != nil {
		return 0, err
	}
	if done.N >= most {
		return max(time.Second, done.Oldest.Add(within).Sub(t.Now())), nil
	}
	_, err = db.Exec(t, `INSERT INTO public.visitor_deeds (key, at) VALUES ($1, $2)`, key, t.Now())
	return 0, err
}

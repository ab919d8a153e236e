package store

import (
	"time"

	"github.com/google/uuid"
)

// What a visitor may do on one business's booking page. Many people share an
// address, on a tablet at the desk or behind a phone network, so each of them
// counts, and the address only beyond what so many people do.
const (
	maxHolds          = 12 // in HoldFor; beyond that one books without a hold
	maxPersonBookings = 20 // in bookingSpan, by one person
	maxBookings       = 100
	maxInvites        = 3
	maxMoves          = 20 // of one appointment
	bookingSpan       = time.Hour
)

// Who proves nothing can have mails sent to any address. One mailbox gets so many
// of them, whichever businesses they come from.
const (
	maxGuestMails = 3
	guestMailSpan = time.Hour
)

// deedKey names what is counted within a business.
func deedKey(t Tenant, parts ...string) []byte {
	return throttleKey(append([]string{t.ID.String()}, parts...)...)
}

// allowDeed notes a deed. When its key has had most of them within a time, it
// notes nothing and returns how long to wait.
func (t *tx) allowDeed(key []byte, most int, within time.Duration) (wait time.Duration, err error) {
	if err := t.lock(key); err != nil {
		return 0, err
	}
	var done struct {
		N      int        `db:"n"`
		Oldest *time.Time `db:"oldest"`
	}
	err = t.get(&done, `SELECT count(*) AS n, min(at) AS oldest FROM public.visitor_deeds WHERE key = $1 AND at > $2`, key, t.now.Add(-within))
	if err != nil {
		return 0, err
	}
	if done.N >= most {
		return max(time.Second, done.Oldest.Add(within).Sub(t.now)), nil
	}
	_, err = t.exec(`INSERT INTO public.visitor_deeds (key, at) VALUES ($1, $2)`, key, t.now)
	return 0, err
}

// noteVisitor bounds what visitors book: who only comes too late costs nothing.
// A customer who is logged in counts as a person, wherever that is.
func (q *TenantTx) noteVisitor(in NewBooking) error {
	if in.Source == ByPortal && q.who != nil {
		return q.noteBooking(deedKey(q.Tenant, "book person", q.who.Subject.ID.String()), maxPersonBookings, "These are many bookings within an hour.")
	}
	if in.From.Address == "" { // no request
		return nil
	}
	network := in.From.Network()
	err := q.noteBooking(deedKey(q.Tenant, "book", network), maxBookings, "There were very many bookings from your network within an hour.")
	if err != nil {
		return err
	}
	return q.noteBooking(deedKey(q.Tenant, "book person", network, Mailbox(in.Email)), maxPersonBookings, "These are many bookings within an hour.")
}

func (q *TenantTx) noteBooking(key []byte, most int, message string) error {
	wait, err := q.allowDeed(key, most, bookingSpan)
	if err != nil || wait == 0 {
		return err
	}
	refusal := tooOften(message, wait)
	return &Error{Kind: Throttled, Message: refusal.Error() + " You can also ask the business directly.", RetryAfter: wait}
}

// byGuest says whether this scope works for somebody who is not logged in.
func (q *TenantTx) byGuest() bool { return q.who != nil && q.who.Actor.ID == uuid.Nil }

// allowGuestMail counts a mail to an address that a guest gave: of all businesses
// together one mailbox gets few. It returns how long to wait for the next.
func (t *tx) allowGuestMail(email string) (wait time.Duration, err error) {
	return t.allowDeed(throttleKey("guest mail", Mailbox(email)), maxGuestMails, guestMailSpan)
}

package notices

import (
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/calendar"
	"github.com/smoothschedule/smoothschedule/store/internal/db"
	"github.com/smoothschedule/smoothschedule/store/internal/text"
)

// What a visitor may do on one business's booking page. Many people share an
// address, on a tablet at the desk or behind a phone network, so each of them
// counts, and the address only beyond what so many people do.
const (
	MaxHolds          = 12 // in HoldFor; beyond that one books without a hold
	maxPersonBookings = 20 // in bookingSpan, by one person
	maxBookings       = 100
	MaxInvites        = 3
	MaxMoves          = 20 // of one appointment
	BookingSpan       = time.Hour
)

// Who proves nothing can have mails sent to any address. One mailbox gets so many
// of them, whichever businesses they come from.
const (
	maxGuestMails = 3
	guestMailSpan = time.Hour
)

// NoteVisitor bounds what visitors book: who only comes too late costs nothing.
// A customer who is logged in counts as a person, wherever that is.
func NoteVisitor(q *db.TenantTx, in calendar.NewBooking) error {
	if in.Source == calendar.ByPortal && db.Who(q) != nil {
		return noteBooking(q, calendar.DeedKey(q.Tenant, "book person", db.Who(q).Subject.ID.String()), maxPersonBookings, "These are many bookings within an hour.")
	}
	if in.From.Address == "" { // no request
		return nil
	}
	network := in.From.Network()
	err := noteBooking(q, calendar.DeedKey(q.Tenant, "book", network), maxBookings, "There were very many bookings from your network within an hour.")
	if err != nil {
		return err
	}
	return noteBooking(q, calendar.DeedKey(q.Tenant, "book person", network, text.Mailbox(in.Email)), maxPersonBookings, "These are many bookings within an hour.")
}

func noteBooking(q *db.TenantTx, key []byte, most int, message string) error {
	wait, err := calendar.AllowDeed(q, key, most, BookingSpan)
	if err != nil || wait == 0 {
		return err
	}
	refusal := db.TooOften(message, wait)
	return &db.Error{Kind: db.Throttled, Message: refusal.Error() + " You can also ask the business directly.", RetryAfter: wait}
}

// ByGuest says whether this scope works for somebody who is not logged in.
func ByGuest(q *db.TenantTx) bool { return db.Who(q) != nil && db.Who(q).Actor.ID == uuid.Nil }

// AllowGuestMail counts a mail to an address that a guest gave: of all businesses
// together one mailbox gets few. It returns how long to wait for the next.
func AllowGuestMail(t db.Scope, email string) (wait time.Duration, err error) {
	return calendar.AllowDeed(t, db.ThrottleKey("guest mail", text.Mailbox(email)), maxGuestMails, guestMailSpan)
}

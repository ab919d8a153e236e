package store

import (
	"context"
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/availability"
)

// Where bookings come from.
const (
	ByTeam   = "staff"
	ByGuest  = "online"
	ByPortal = "portal"
)

// NewBooking is what it takes to book.
type NewBooking struct {
	// ID and Secret are made with the form, so that sending it twice books once;
	// zero ones are made here. Secret opens the booking's link.
	ID, Secret uuid.UUID
	Service    uuid.UUID
	Start      time.Time
	Minutes    int           // the team's word; 0 is the service's
	Resource   uuid.NullUUID // one that it must take; otherwise the fairest choice
	Party      int           // people; 0 is one
	// Who comes: somebody known, or found and made by e-mail.
	Customer           uuid.NullUUID
	Name, Email, Phone string
	SamePhone          bool // the team's word that somebody new shares a telephone
	// Guest is who comes, when it is not the customer who is chosen or logged in.
	Guest      string
	Zone       string // the clock on which a customer chose
	Note       string // the customer's words
	StaffNote  string // the team's
	PriceCents *int   // the team's word; nil is the service's
	Source     string // ByTeam, ByGuest, ByPortal
	// Force lets the team book at any time of any day. Nothing lets anybody take
	// what is taken.
	Force bool
	Ask   bool      // with Force: what is outside of hours is refused until somebody insists
	Hold  uuid.UUID // secret of the visitor's hold, which ends with this
	From  Client    // of a visitor
}

// Book makes an appointment. Everything is checked here, whatever was shown
// before. A Refusal says why not and lists the nearest free starts.
func (db *DB) Book(ctx context.Context, tenant Tenant, in NewBooking) (Booking, error) {
	if in.ID == uuid.Nil {
		in.ID = newID()
	}
	if in.Secret == uuid.Nil {
		in.Secret = uuid.New()
	}
	in.Party = max(1, in.Party)
	if in.Source == ByTeam || in.Hold != uuid.Nil || isViewOnly(&tenant) {
		return db.bookAlone(ctx, tenant, in)
	}
	return db.bookInRush(ctx, tenant, in)
}

// book is Book within a scope.
func (q *TenantTx) book(in NewBooking) (Booking, error) {
	if b, err := q.bookedAlready(in); err != nil || b.ID != uuid.Nil {
		return b, err
	}
	s, err := q.Service(in.Service)
	if err != nil {
		return Booking{}, err
	}
	p, err := q.Policies()
	if err != nil {
		return Booking{}, err
	}
	if err := checkService(s, p, in); err != nil {
		return Booking{}, err
	}
	if err := q.LockResources(s.members()...); err != nil {
		return Booking{}, err
	}
	if b, err := q.bookedBySame(in); err != nil || b.Again {
		return b, err
	}
	slot, err := q.fit(s, p, placement{start: in.Start, minutes: in.Minutes, resource: in.Resource, party: in.Party, hold: in.Hold,
		anyTime: in.Force && in.Source == ByTeam, ask: in.Ask})
	if refusal := Refusal(err); refusal != nil {
		refusal.Asked = Asked{s, p}
	}
	if err != nil {
		return Booking{}, err
	}
	if err := q.checkAppointmentLimit(slot.Start); err != nil {
		return Booking{}, err
	}
	c, err := q.bookingCustomer(in)
	if err != nil {
		return Booking{}, err
	}
	if err := q.endHold(in.Hold); err != nil {
		return Booking{}, err
	}
	guest, phone := c.guest(in)
	b := Booking{ID: in.ID, CustomerID: c.ID, Customer: guest, Phone: phone, ServiceID: s.ID, Status: "confirmed", StartsAt: slot.Start, EndsAt: slot.End,
		PriceCents: s.PriceCents, Source: in.Source, Party: in.Party, Note: in.Note, StaffNote: in.StaffNote, Zone: in.Zone}
	if in.PriceCents != nil && in.Source == ByTeam {
		b.PriceCents = *in.PriceCents
	}
	if in.Source != ByTeam && p.NeedsApproval {
		b.askFor(p, q.now)
	}
	b.agree(p)
	if err := q.insertBooking(b, in.Secret); err != nil {
		return b, err
	}
	if err := q.place(b.ID, slot, s); err != nil {
		return b, err
	}
	if b, err = q.Booking(b.ID); err != nil {
		return b, err
	}
	if in.Source == ByGuest {
		q.actAsVisitor(in.From)
	}
	if in.Source != ByTeam {
		if err := q.noteVisitor(in); err != nil {
			return b, err
		}
	}
	if err := q.recordBooking("appointment.booked", b, map[string]any{"after": b.details()}); err != nil {
		return b, err
	}
	return b, q.announceBooked(b, s, p)
}

// askFor makes an appointment wait for the business's word.
func (b *Booking) askFor(p Policies, now time.Time) {
	until := now.Add(time.Duration(p.ApprovalHours) * time.Hour)
	if until.After(b.StartsAt) {
		until = b.StartsAt
	}
	b.Status, b.ApproveBy = "pending", &until
}

// bookedAlready finds what the same form booked before.
func (q *TenantTx) bookedAlready(in NewBooking) (Booking, error) {
	var same []bool
	err := q.list(&same, `SELECT COALESCE(link_secret = $2, false) AND service_id = $3 FROM appointments WHERE id = $1`, in.ID, in.Secret, in.Service)
	switch {
	case err != nil || len(same) == 0:
		return Booking{}, err
	case !same[0]:
		return Booking{}, &Error{Kind: Conflict, Message: "This form was sent before. Please start again."}
	}
	return q.Booking(in.ID)
}

// checkService refuses what customers can't book, and parties that don't fit.
func checkService(s Service, p Policies, in NewBooking) error {
	switch {
	case !s.IsActive:
		return invalid("service_id", "This can't be booked any more.")
	case in.Source == ByTeam && in.Party > s.MaxParty && !in.Force, in.Source != ByTeam && in.Party > s.MaxParty:
		return invalid("party_size", "This is for at most "+people(s.MaxParty)+".")
	case in.Source == ByTeam:
		return nil
	case s.IsHidden:
		return notFound("service")
	case !p.BookingOpen:
		return &Error{Kind: Forbidden, Message: "This business takes no bookings online at the moment."}
	}
	return nil
}

// insertBooking writes an appointment; its customer's name and telephone are given
// only where they differ from the record.
func (q *TenantTx) insertBooking(b Booking, secret uuid.UUID) error {
	_, err := q.exec(`
		INSERT INTO appointments (id, customer_id, service_id, status, starts_at, ends_at, price_cents, created_at, updated_at,
			source, party_size, note, staff_note, link_secret, approve_by, visitor_zone, terms_cancel_minutes, terms_fee_cents, agreed_start, guest_name, guest_phone)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8, $9, $10, $11, $12, $13, $14, NULLIF($15, ''), $16, $17, $18, NULLIF($19, ''), NULLIF($20, ''))`,
		b.ID, b.CustomerID, b.ServiceID, b.Status, b.StartsAt, b.EndsAt, b.PriceCents, q.now, b.Source, b.Party, b.Note, b.StaffNote, secret, b.ApproveBy,
		b.Zone, b.TermsCancelMinutes, b.TermsFeeCents, b.AgreedStart, b.Customer, b.Phone)
	return err
}

// place puts an appointment into the calendars of its resources, instead of
// where it stood before.
func (q *TenantTx) place(id uuid.UUID, slot Slot, s Service) error {
	return q.placeSince(id, slot, s, false)
}

// placeSince is place; of what runs already and keeps its start, who comes in now
// is taken from now on only, and others since they came in.
func (q *TenantTx) placeSince(id uuid.UUID, slot Slot, s Service, runs bool) error {
	var held []struct {
		Resource uuid.UUID `db:"resource_id"`
		Since    time.Time `db:"since"`
	}
	err := q.list(&held, `DELETE FROM appointment_resources WHERE appointment_id = $1 RETURNING resource_id, lower(during) AS since`, id)
	if err != nil {
		return err
	}
	from, to := slot.Start.Add(-time.Duration(s.BufferBeforeMinutes)*time.Minute), slot.End.Add(time.Duration(s.BufferAfterMinutes)*time.Minute)
	since := make([]string, len(slot.Resources))
	for i, r := range slot.Resources {
		at := from
		if runs && q.now.After(at) && q.now.Before(to) {
			at = q.now
		}
		for _, h := range held {
			if h.Resource == r && runs && h.Since.Before(to) {
				at = h.Since
			}
		}
		since[i] = at.Format(time.RFC3339Nano)
	}
	_, err = q.exec(`
		INSERT INTO appointment_resources (appointment_id, resource_id, during, holds)
		SELECT $1, x.r, tstzrange(x.since, $4), true FROM unnest(CAST($2 AS uuid[]), CAST($3 AS timestamptz[])) AS x (r, since)`,
		id, texts(slot.Resources), since, to)
	return takenIf(err)
}

// takenIf tells of the database's own last word on double booking. The lock comes
// first, so that this is rare.
func takenIf(err error) error {
	if sqlState(err) != "23P01" {
		return err
	}
	refusal := refused(availability.Taken, nil)
	refusal.cause = err
	return refusal
}

// Asked is what a refused booking asked for.
type Asked struct {
	Service  Service
	Policies Policies
}

// AskedFor is what a refused booking asked for, if its error says so.
func AskedFor(err *Error) (Asked, bool) {
	asked, ok := err.Asked.(Asked)
	return asked, ok
}

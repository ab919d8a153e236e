package store

import (
	"crypto/subtle"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/availability"
)

// Booking is one appointment with all that its page shows.
type Booking struct {
	ID           uuid.UUID     `db:"id"`
	CustomerID   uuid.UUID     `db:"customer_id"`
	Customer     string        `db:"customer"` // who comes
	Under        string        `db:"under"`    // whose address it is, when somebody else comes
	Email        string        `db:"email"`
	Phone        string        `db:"phone"`
	UserID       uuid.NullUUID `db:"user_id"` // the customer's login
	ServiceID    uuid.UUID     `db:"service_id"`
	Service      string        `db:"service"`
	Status       string        `db:"status"`
	StartsAt     time.Time     `db:"starts_at"`
	EndsAt       time.Time     `db:"ends_at"`
	PriceCents   int           `db:"price_cents"`
	Source       string        `db:"source"`
	Party        int           `db:"party_size"`
	Note         string        `db:"note"`       // the customer's words
	StaffNote    string        `db:"staff_note"` // never for the customer
	CreatedAt    time.Time     `db:"created_at"`
	UpdatedAt    time.Time     `db:"updated_at"`
	ApproveBy    *time.Time    `db:"approve_by"` // while pending
	CancelledAt  *time.Time    `db:"cancelled_at"`
	LateFeeCents *int          `db:"late_fee_cents"`
	Zone         string        `db:"visitor_zone"` // the clock of who booked; "": the business's
	Answer       string        `db:"answer"`       // the business's words when it declined or cancelled
	Sequence     int           `db:"sequence"`     // grows with each change that calendars are told
	Resources    []Booked      `db:"-"`            // people first
	Again        bool          `db:"-"`            // it was there before the same person booked it once more
	Agreement
}

// Booked is a resource that an appointment takes.
type Booked struct {
	ID     uuid.UUID     `db:"id"`
	Kind   string        `db:"kind"`
	Name   string        `db:"name"`
	UserID uuid.NullUUID `db:"user_id"`
}

// Holds says whether an appointment keeps others out of its time.
func (b Booking) Holds() bool { return b.Status == "pending" || b.Status == "confirmed" }

// With names the resources of some kinds, or of all.
func (b Booking) With(kinds ...string) string {
	var names []string
	for _, r := range b.Resources {
		if len(kinds) == 0 || strings.Contains(strings.Join(kinds, " "), r.Kind) {
			names = append(names, r.Name)
		}
	}
	return strings.Join(names, ", ")
}

// Booking returns one appointment.
func (q *TenantTx) Booking(id uuid.UUID) (Booking, error) {
	var b Booking
	err := q.get(&b, bookingSelect+` WHERE a.id = $1`, id)
	if err != nil {
		return b, err
	}
	return b, q.list(&b.Resources, `
		SELECT r.id, r.kind, r.name, r.user_id FROM appointment_resources x JOIN resources r ON r.id = x.resource_id
		WHERE x.appointment_id = $1 ORDER BY r.kind DESC, r.position, r.id`, id)
}

func (b Booking) resourceIDs() []uuid.UUID {
	ids := make([]uuid.UUID, len(b.Resources))
	for i, r := range b.Resources {
		ids[i] = r.ID
	}
	return ids
}

// recordBooking audits a change of an appointment, which is named without its
// customer.
func (q *TenantTx) recordBooking(action string, b Booking, details map[string]any) error {
	start := b.StartsAt.In(q.Tenant.Location())
	return q.record(action, "appointment", b.ID, b.Service+", "+start.Format("2 Jan 2006 ")+availability.ClockText(start), details)
}

// details are an appointment's values for the audit log.
func (b Booking) details() map[string]any {
	d := map[string]any{"start": b.StartsAt.UTC().Format(time.RFC3339), "end": b.EndsAt.UTC().Format(time.RFC3339), "status": b.Status, "with": b.With()}
	if b.LateFeeCents != nil {
		d["late_fee_cents"] = *b.LateFeeCents
	}
	return d
}

// actAsVisitor makes a visitor the author of what follows in this scope, when
// nobody is logged in.
func (q *TenantTx) actAsVisitor(from Client) {
	if q.who == nil {
		visitor := Person{Role: access.Customer}
		q.actAs(&Principal{Actor: visitor, Subject: visitor, Address: from.Address})
	}
}

// BookingByLink returns the appointment of a link, with the secret that its
// token holds; a wrong one finds nothing.
func (q *TenantTx) BookingByLink(h Handle) (Booking, error) {
	var secret uuid.NullUUID
	if err := q.get(&secret, `SELECT link_secret FROM appointments WHERE id = $1`, h.ID); err != nil {
		return Booking{}, err
	}
	if !secret.Valid || subtle.ConstantTimeCompare(secret.UUID[:], h.Secret[:]) != 1 {
		return Booking{}, notFound("appointment")
	}
	return q.Booking(h.ID)
}

// SlotsToMove lists the starts in [from, to) at which an appointment could be
// instead, with the same person or with anybody; by the rule that a move keeps:
// once the person does not do it any more (gone), it is whoever does.
func (q *TenantTx) SlotsToMove(b Booking, p Policies, from, to time.Time, anybody bool) (slots []Slot, gone bool, err error) {
	s, err := q.Service(b.ServiceID)
	if err != nil {
		return nil, false, err
	}
	w := Wish{From: from, To: to, Party: b.Party, moving: b.ID, prefers: b.resourceIDs(), minutes: int(b.EndsAt.Sub(b.StartsAt).Minutes())}
	x, err := q.availabilityQuery(s, p, w)
	if err != nil {
		return nil, false, err
	}
	person := b.person(s)
	gone = person.Valid && !x.does(person.UUID) || !person.Valid && b.With("STAFF") != ""
	if !anybody && !gone {
		x.only(person)
	}
	slots = availability.Slots(x.Query)
	return slices.DeleteFunc(slots, func(x Slot) bool { return x.Start.Equal(b.StartsAt) }), gone, nil
}

// People are those of a service whom a visitor can choose: the members of its
// first set that has people only. One alone is no choice.
func (q *TenantTx) People(s Service) ([]Booked, error) {
	var all []Booked
	err := q.list(&all, `SELECT r.id, r.kind, r.name, r.user_id FROM resources r WHERE r.is_active AND r.id = ANY(CAST($1 AS uuid[])) ORDER BY r.position, r.id`,
		texts(s.members()))
	if err != nil {
		return nil, err
	}
	for _, set := range s.Sets {
		var people []Booked
		for _, r := range all {
			if r.Kind == "STAFF" && slices.Contains(set, r.ID) {
				people = append(people, r)
			}
		}
		if len(people) > 1 {
			return people, nil
		}
	}
	return nil, nil
}

// holder is whose address and login an appointment's are.
func (b Booking) holder() string {
	if b.Under != "" {
		return b.Under
	}
	return b.Customer
}

package calendar

import (
	"crypto/subtle"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/availability"
	"github.com/smoothschedule/smoothschedule/store/catalog"
	"github.com/smoothschedule/smoothschedule/store/internal/db"
)

// Texts are ids as an array's parameter wants them.
func Texts(ids []uuid.UUID) []string {
	list := make([]string, len(ids))
	for i, id := range ids {
		list[i] = id.String()
	}
	return list
}

// Person is who the appointment is with: somebody of the first set that has
// only people.
func (b Booking) Person(s catalog.Service) uuid.NullUUID {
	for _, r := range b.Resources {
		if r.Kind == "STAFF" && slices.Contains(s.Members(), r.ID) {
			return uuid.NullUUID{UUID: r.ID, Valid: true}
		}
	}
	return uuid.NullUUID{}
}

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

// ReadBooking returns one appointment.
func ReadBooking(q *db.TenantTx, id uuid.UUID) (Booking, error) {
	var b Booking
	err := db.Get(q, &b, BookingSelect+` WHERE a.id = $1`, id)
	if err != nil {
		return b, err
	}
	return b, db.List(q, &b.Resources, `
		SELECT r.id, r.kind, r.name, r.user_id FROM appointment_resources x JOIN resources r ON r.id = x.resource_id
		WHERE x.appointment_id = $1 ORDER BY r.kind DESC, r.position, r.id`, id)
}

// ResourceIDs are those that an appointment has.
func (b Booking) ResourceIDs() []uuid.UUID {
	ids := make([]uuid.UUID, len(b.Resources))
	for i, r := range b.Resources {
		ids[i] = r.ID
	}
	return ids
}

// RecordBooking audits a change of an appointment, which is named without its
// customer.
func RecordBooking(q *db.TenantTx, action string, b Booking, details map[string]any) error {
	start := b.StartsAt.In(q.Tenant.Location())
	return catalog.Record(q, action, "appointment", b.ID, b.Service+", "+start.Format("2 Jan 2006 ")+availability.ClockText(start), details)
}

// Details are an appointment's values for the audit log.
func (b Booking) Details() map[string]any {
	d := map[string]any{"start": b.StartsAt.UTC().Format(time.RFC3339), "end": b.EndsAt.UTC().Format(time.RFC3339), "status": b.Status, "with": b.With()}
	if b.LateFeeCents != nil {
		d["late_fee_cents"] = *b.LateFeeCents
	}
	return d
}

// ActAsVisitor makes a visitor the author of what follows in this scope, when
// nobody is logged in.
func ActAsVisitor(q *db.TenantTx, from db.Client) {
	if db.Who(q) == nil {
		visitor := db.Person{Role: access.Customer}
		db.ActAs(q, &db.Principal{Actor: visitor, Subject: visitor, Address: from.Address})
	}
}

// BookingByLink returns the appointment of a link, with the secret that its
// token holds; a wrong one finds nothing.
func BookingByLink(q *db.TenantTx, h Handle) (Booking, error) {
	var secret uuid.NullUUID
	if err := db.Get(q, &secret, `SELECT link_secret FROM appointments WHERE id = $1`, h.ID); err != nil {
		return Booking{}, err
	}
	if !secret.Valid || subtle.ConstantTimeCompare(secret.UUID[:], h.Secret[:]) != 1 {
		return Booking{}, db.NoSuch("appointment")
	}
	return ReadBooking(q, h.ID)
}

// SlotsToMove lists the starts in [from, to) at which an appointment could be
// instead, with the same person or with anybody; by the rule that a move keeps:
// once the person does not do it any more (gone), it is whoever does.
func SlotsToMove(q *db.TenantTx, b Booking, p catalog.Policies, from, to time.Time, anybody bool) (slots []availability.Slot, gone bool, err error) {
	s, err := catalog.ReadService(q, b.ServiceID)
	if err != nil {
		return nil, false, err
	}
	w := Wish{From: from, To: to, Party: b.Party, Moving: b.ID, Prefers: b.ResourceIDs(), Minutes: int(b.EndsAt.Sub(b.StartsAt).Minutes())}
	x, err := AvailabilityQuery(q, s, p, w)
	if err != nil {
		return nil, false, err
	}
	person := b.Person(s)
	gone = person.Valid && !x.does(person.UUID) || !person.Valid && b.With("STAFF") != ""
	if !anybody && !gone {
		x.Only(person)
	}
	slots = availability.Slots(x.Query)
	return slices.DeleteFunc(slots, func(x availability.Slot) bool { return x.Start.Equal(b.StartsAt) }), gone, nil
}

// PeopleFor are those of a service whom a visitor can choose: the members of its
// first set that has people only. One alone is no choice.
func PeopleFor(q *db.TenantTx, s catalog.Service) ([]Booked, error) {
	var all []Booked
	err := db.List(q, &all, `SELECT r.id, r.kind, r.name, r.user_id FROM resources r WHERE r.is_active AND r.id = ANY(CAST($1 AS uuid[])) ORDER BY r.position, r.id`,
		Texts(s.Members()))
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

// Holder is whose address and login an appointment's are.
func (b Booking) Holder() string {
	if b.Under != "" {
		return b.Under
	}
	return b.Customer
}

// next lists what the team may make of an appointment. A mistake can be taken
// back as long as nobody else has the time.
var next = map[string][]string{
	"pending":   {"confirmed", "cancelled"},
	"confirmed": {"completed", "no_show", "cancelled"},
	"completed": {"confirmed", "no_show"},
	"no_show":   {"confirmed", "completed"},
	"cancelled": {"confirmed"},
}

// NextStatuses lists what a member of the team may make of an appointment now.
func (b Booking) NextStatuses(now time.Time) []string {
	var list []string
	for _, to := range next[b.Status] {
		if to != "completed" && to != "no_show" || !b.StartsAt.After(now) {
			list = append(list, to)
		}
	}
	return list
}

// BookingSelect reads appointments as Booking; its WHERE follows.
const BookingSelect = `
	SELECT a.id, a.customer_id, COALESCE(a.guest_name, c.name) AS customer, CASE WHEN a.guest_name IS NULL THEN '' ELSE c.name END AS under,
		COALESCE(c.email, '') AS email, COALESCE(a.guest_phone, c.phone, '') AS phone, c.user_id, a.sequence,
		a.service_id, s.name AS service, a.status, a.starts_at, a.ends_at, a.price_cents, a.source, a.party_size, a.note, a.staff_note,
		a.created_at, a.updated_at, a.approve_by, a.cancelled_at, a.late_fee_cents,
		COALESCE(a.visitor_zone, '') AS visitor_zone, a.terms_cancel_minutes, a.terms_fee_cents, a.agreed_start, a.agreed_at,
		COALESCE(a.moved_by_business, false) AS moved_by_business, COALESCE(a.answer, '') AS answer
	FROM appointments a JOIN customers c ON c.id = a.customer_id JOIN services s ON s.id = a.service_id`

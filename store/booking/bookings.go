package booking

import (
	"context"
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/availability"
	"github.com/smoothschedule/smoothschedule/store/calendar"
	"github.com/smoothschedule/smoothschedule/store/catalog"
	"github.com/smoothschedule/smoothschedule/store/internal/db"
	"github.com/smoothschedule/smoothschedule/store/notices"
	"github.com/smoothschedule/smoothschedule/store/plans"
)

// Book makes an appointment. Everything is checked here, whatever was shown
// before. A Refusal says why not and lists the nearest free starts.
func Book(ctx context.Context, d *db.DB, tenant db.Tenant, in calendar.NewBooking) (calendar.Booking, error) {
	if in.ID == uuid.Nil {
		in.ID = db.NewID()
	}
	if in.Secret == uuid.Nil {
		in.Secret = uuid.New()
	}
	in.Party = max(1, in.Party)
	if in.Source == calendar.ByTeam || in.Hold != uuid.Nil || db.IsViewOnly(&tenant) {
		return bookAlone(ctx, d, tenant, in)
	}
	return bookInRush(ctx, d, tenant, in)
}

// book is Book within a scope.
func book(q *db.TenantTx, in calendar.NewBooking) (calendar.Booking, error) {
	if b, err := bookedAlready(q, in); err != nil || b.ID != uuid.Nil {
		return b, err
	}
	s, err := catalog.ReadService(q, in.Service)
	if err != nil {
		return calendar.Booking{}, err
	}
	p, err := catalog.ReadPolicies(q)
	if err != nil {
		return calendar.Booking{}, err
	}
	if err := checkService(s, p, in); err != nil {
		return calendar.Booking{}, err
	}
	if err := LockResources(q, s.Members()...); err != nil {
		return calendar.Booking{}, err
	}
	if b, err := bookedBySame(q, in); err != nil || b.Again {
		return b, err
	}
	slot, err := fit(q, s, p, calendar.Placement{Start: in.Start, Minutes: in.Minutes, Resource: in.Resource, Party: in.Party, Hold: in.Hold,
		AnyTime: in.Force && in.Source == calendar.ByTeam, Ask: in.Ask})
	if refusal := db.Refusal(err); refusal != nil {
		refusal.Asked = catalog.Asked{Service: s, Policies: p}
	}
	if err != nil {
		return calendar.Booking{}, err
	}
	if err := plans.CheckAppointmentLimit(q, slot.Start); err != nil {
		return calendar.Booking{}, err
	}
	c, err := bookingCustomer(q, in)
	if err != nil {
		return calendar.Booking{}, err
	}
	if err := endHold(q, in.Hold); err != nil {
		return calendar.Booking{}, err
	}
	guest, phone := c.guest(in)
	b := calendar.Booking{ID: in.ID, CustomerID: c.ID, Customer: guest, Phone: phone, ServiceID: s.ID, Status: "confirmed", StartsAt: slot.Start, EndsAt: slot.End,
		PriceCents: s.PriceCents, Source: in.Source, Party: in.Party, Note: in.Note, StaffNote: in.StaffNote, Zone: in.Zone}
	if in.PriceCents != nil && in.Source == calendar.ByTeam {
		b.PriceCents = *in.PriceCents
	}
	if in.Source != calendar.ByTeam && p.NeedsApproval {
		b.AskFor(p, q.Now())
	}
	b.Agree(p)
	if err := insertBooking(q, b, in.Secret); err != nil {
		return b, err
	}
	if err := place(q, b.ID, slot, s); err != nil {
		return b, err
	}
	if b, err = calendar.ReadBooking(q, b.ID); err != nil {
		return b, err
	}
	if in.Source == calendar.ByGuest {
		calendar.ActAsVisitor(q, in.From)
	}
	if in.Source != calendar.ByTeam {
		if err := notices.NoteVisitor(q, in); err != nil {
			return b, err
		}
	}
	if err := calendar.RecordBooking(q, "appointment.booked", b, map[string]any{"after": b.Details()}); err != nil {
		return b, err
	}
	return b, announceBooked(q, b, s, p)
}

// bookedAlready finds what the same form booked before.
func bookedAlready(q *db.TenantTx, in calendar.NewBooking) (calendar.Booking, error) {
	var same []bool
	err := db.List(q, &same, `SELECT COALESCE(link_secret = $2, false) AND service_id = $3 FROM appointments WHERE id = $1`, in.ID, in.Secret, in.Service)
	switch {
	case err != nil || len(same) == 0:
		return calendar.Booking{}, err
	case !same[0]:
		return calendar.Booking{}, &db.Error{Kind: db.Conflict, Message: "This form was sent before. Please start again."}
	}
	return calendar.ReadBooking(q, in.ID)
}

// checkService refuses what customers can't book, and parties that don't fit.
func checkService(s catalog.Service, p catalog.Policies, in calendar.NewBooking) error {
	switch {
	case !s.IsActive:
		return db.InvalidField("service_id", "This can't be booked any more.")
	case in.Source == calendar.ByTeam && in.Party > s.MaxParty && !in.Force, in.Source != calendar.ByTeam && in.Party > s.MaxParty:
		return db.InvalidField("party_size", "This is for at most "+calendar.Persons(s.MaxParty)+".")
	case in.Source == calendar.ByTeam:
		return nil
	case s.IsHidden:
		return db.NoSuch("service")
	case !p.BookingOpen:
		return &db.Error{Kind: db.Forbidden, Message: "This business takes no bookings online at the moment."}
	}
	return nil
}

// insertBooking writes an appointment; its customer's name and telephone are given
// only where they differ from the record.
func insertBooking(q *db.TenantTx, b calendar.Booking, secret uuid.UUID) error {
	_, err := db.Exec(q, `
		INSERT INTO appointments (id, customer_id, service_id, status, starts_at, ends_at, price_cents, created_at, updated_at,
			source, party_size, note, staff_note, link_secret, approve_by, visitor_zone, terms_cancel_minutes, terms_fee_cents, agreed_start, guest_name, guest_phone)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8, $9, $10, $11, $12, $13, $14, NULLIF($15, ''), $16, $17, $18, NULLIF($19, ''), NULLIF($20, ''))`,
		b.ID, b.CustomerID, b.ServiceID, b.Status, b.StartsAt, b.EndsAt, b.PriceCents, q.Now(), b.Source, b.Party, b.Note, b.StaffNote, secret, b.ApproveBy,
		b.Zone, b.TermsCancelMinutes, b.TermsFeeCents, b.AgreedStart, b.Customer, b.Phone)
	return err
}

// place puts an appointment into the calendars of its resources, instead of
// where it stood before.
func place(q *db.TenantTx, id uuid.UUID, slot availability.Slot, s catalog.Service) error {
	return placeSince(q, id, slot, s, false)
}

// placeSince is place; of what runs already and keeps its start, who comes in now
// is taken from now on only, and others since they came in.
func placeSince(q *db.TenantTx, id uuid.UUID, slot availability.Slot, s catalog.Service, runs bool) error {
	var held []struct {
		Resource uuid.UUID `db:"resource_id"`
		Since    time.Time `db:"since"`
	}
	err := db.List(q, &held, `DELETE FROM appointment_resources WHERE appointment_id = $1 RETURNING resource_id, lower(during) AS since`, id)
	if err != nil {
		return err
	}
	from, to := slot.Start.Add(-time.Duration(s.BufferBeforeMinutes)*time.Minute), slot.End.Add(time.Duration(s.BufferAfterMinutes)*time.Minute)
	since := make([]string, len(slot.Resources))
	for i, r := range slot.Resources {
		at := from
		if runs && q.Now().After(at) && q.Now().Before(to) {
			at = q.Now()
		}
		for _, h := range held {
			if h.Resource == r && runs && h.Since.Before(to) {
				at = h.Since
			}
		}
		since[i] = at.Format(time.RFC3339Nano)
	}
	_, err = db.Exec(q, `
		INSERT INTO appointment_resources (appointment_id, resource_id, during, holds)
		SELECT $1, x.r, tstzrange(x.since, $4), true FROM unnest(CAST($2 AS uuid[]), CAST($3 AS timestamptz[])) AS x (r, since)`,
		id, calendar.Texts(slot.Resources), since, to)
	return takenIf(err)
}

// takenIf tells of the database's own last word on double booking. The lock comes
// first, so that this is rare.
func takenIf(err error) error {
	if db.SQLState(err) != "23P01" {
		return err
	}
	refusal := calendar.Refused(availability.Taken, nil)
	refusal.Cause = err
	return refusal
}

// AskedFor is what a refused booking asked for, if its error says so.
func AskedFor(err *db.Error) (catalog.Asked, bool) {
	asked, ok := err.Asked.(catalog.Asked)
	return asked, ok
}

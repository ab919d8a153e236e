package booking

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/availability"
	"github.com/smoothschedule/smoothschedule/store/calendar"
	"github.com/smoothschedule/smoothschedule/store/catalog"
	"github.com/smoothschedule/smoothschedule/store/internal/db"
	"github.com/smoothschedule/smoothschedule/store/plans"
)

// Movement is where an appointment shall go. What is zero stays as it is.
type Movement struct {
	calendar.Handle
	Start    time.Time
	Minutes  int           // the team's word
	Resource uuid.NullUUID // instead of the one of the same set
	Anybody  bool          // who does it doesn't matter; otherwise people stay
	Party    int
	Zone     string // the clock on which a customer chose; "" leaves it
	Force    bool   // the team: at any time of any day
	Ask      bool   // with Force: what is outside of hours is refused until somebody insists
	// Exactly are the resources to take and no others; with Undo it is back to what
	// SeenAt was made from: outside of hours as well, if it stood there before.
	Exactly []uuid.UUID
	Undo    bool
	// Status makes a request confirmed by the same step, or by "pending" a request
	// again: that takes a confirmation back.
	Status string
}

// Move gives an appointment another time, length or resource. What is taken is
// refused with the nearest free starts; a customer's move keeps all rules, and
// waits for the business's word again where bookings do.
func Move(ctx context.Context, d *db.DB, tenant db.Tenant, m Movement) (calendar.Booking, error) {
	var b calendar.Booking
	err := change(ctx, d, tenant, false, func(q *db.TenantTx) (err error) {
		b, err = moveBooking(q, m)
		return err
	})
	return b, err
}

// Reassign gives an appointment another resource at the same time.
func Reassign(ctx context.Context, d *db.DB, tenant db.Tenant, h calendar.Handle, resource uuid.UUID) (calendar.Booking, error) {
	return Move(ctx, d, tenant, Movement{Handle: h, Resource: uuid.NullUUID{UUID: resource, Valid: true}, Force: true})
}

func moveBooking(q *db.TenantTx, m Movement) (calendar.Booking, error) {
	o, err := open(q, m.Handle, true)
	if err != nil {
		return o.Booking, err
	}
	if err := o.changeable(q.Now()); err != nil {
		return o.Booking, err
	}
	if m.Start.IsZero() {
		m.Start = o.StartsAt
	}
	if o.customer {
		m.Status = ""
		if m.Start.Equal(o.StartsAt) { // nothing to move, and nothing to pay
			return o.Booking, nil
		}
	}
	at := calendar.Placement{Start: m.Start, Minutes: int(o.EndsAt.Sub(o.StartsAt).Minutes()), Resource: m.Resource, Party: max(m.Party, o.Party),
		Moving: o.ID, Prefers: o.ResourceIDs(), AnyTime: m.Force && !o.customer, Ask: m.Ask, Exactly: m.Exactly, Was: o.StartsAt}
	if m.Minutes > 0 && !o.customer {
		at.Minutes = m.Minutes
	}
	at.Began = at.AnyTime && m.Start.Equal(o.StartsAt) && o.StartsAt.Before(q.Now())
	if !at.Resource.Valid && !m.Anybody && len(m.Exactly) == 0 {
		at.Resource, at.OrAnybody = o.Person(o.service), o.customer
	}
	slot, err := fit(q, o.service, o.policies, at)
	if refusal := db.Refusal(err); refusal != nil && refusal.Anyway && m.Undo {
		stood, failed := stoodAt(q, o, m)
		if failed != nil {
			return o.Booking, failed
		}
		if stood {
			at.Ask = false
			slot, err = fit(q, o.service, o.policies, at)
		}
	}
	if refusal := db.Refusal(err); refusal != nil { // where it is already is no other place
		refusal.Nearest = slices.DeleteFunc(refusal.Nearest, func(s availability.Slot) bool {
			return s.Start.Equal(o.StartsAt) && sameResources(s.Resources, o.ResourceIDs())
		})
	}
	if err != nil {
		return o.Booking, err
	}
	before, _ := plans.Month(q, o.StartsAt)
	if month, _ := plans.Month(q, slot.Start); !month.Equal(before) {
		if err := plans.CheckAppointmentLimit(q, slot.Start); err != nil {
			return o.Booking, err
		}
	}
	after := o.Booking
	after.StartsAt, after.EndsAt = slot.Start, slot.End
	if sameTimes(o.Booking, after) && sameResources(o.ResourceIDs(), slot.Resources) {
		return answerRequest(q, o, o.Booking, m)
	}
	if after.LateFeeCents, err = lateFee(q, o, m.Handle); err != nil {
		return o.Booking, err
	}
	if o.customer {
		if o.policies.NeedsApproval {
			after.AskFor(o.policies, q.Now())
		}
		if m.Zone != "" {
			after.Zone = m.Zone
		}
		after.Agreement = o.agreeAnew(after.StartsAt, q.Now())
	} else if after.Agreement, err = impose(q, o.Booking, after.StartsAt); err != nil {
		return o.Booking, err
	}
	_, err = db.Exec(q, `UPDATE appointments SET starts_at = $2, ends_at = $3, status = $4, approve_by = $5, late_fee_cents = $6, updated_at = $7,
			visitor_zone = NULLIF($8, ''), agreed_start = $9, agreed_at = $10, moved_by_business = $11, sequence = sequence + 1 WHERE id = $1`,
		o.ID, after.StartsAt, after.EndsAt, after.Status, after.ApproveBy, after.LateFeeCents, q.Now(), after.Zone, after.AgreedStart, after.AgreedAt, after.MovedByBusiness)
	if err != nil {
		return o.Booking, err
	}
	if err = placeSince(q, o.ID, slot, o.service, at.Began); err != nil {
		return o.Booking, err
	}
	if after, err = calendar.ReadBooking(q, o.ID); err != nil {
		return after, err
	}
	if err := calendar.RecordBooking(q, "appointment.moved", after, catalog.Changes(o.Details(), after.Details())); err != nil {
		return after, err
	}
	if err := announceMoved(q, o, after); err != nil {
		return after, err
	}
	return answerRequest(q, o, after, m)
}

// stoodAt says whether the change that an Undo takes back came from where it
// leads: what stood outside of hours needs nobody's word to stand there again.
func stoodAt(q *db.TenantTx, o opened, m Movement) (bool, error) {
	if o.customer || m.SeenAt.IsZero() {
		return false, nil
	}
	log, _, err := HistoryOf(q, o.Booking, 1)
	for _, e := range log {
		if e.Action != "appointment.moved" {
			continue
		}
		before, _ := e.Change("start")
		if before == "" { // only who or how long was changed
			return m.Start.Equal(o.StartsAt), err
		}
		return before == m.Start.UTC().Format(time.RFC3339), err
	}
	return false, err
}

// answerRequest gives what was moved the state that the same step asks for.
func answerRequest(q *db.TenantTx, o opened, moved calendar.Booking, m Movement) (calendar.Booking, error) {
	to := m.Status
	if to != "confirmed" && to != "pending" || to == moved.Status {
		return moved, nil
	}
	o.Booking = moved
	return setStatus(q, o, m.Handle, to)
}

func sameTimes(a, b calendar.Booking) bool {
	return a.StartsAt.Equal(b.StartsAt) && a.EndsAt.Equal(b.EndsAt)
}

func sameResources(a, b []uuid.UUID) bool {
	a, b = slices.Clone(a), slices.Clone(b)
	byText := func(x, y uuid.UUID) int { return slices.Compare(x[:], y[:]) }
	slices.SortFunc(a, byText)
	slices.SortFunc(b, byText)
	return slices.Equal(a, b)
}

package store

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"
)

// Movement is where an appointment shall go. What is zero stays as it is.
type Movement struct {
	Handle
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
func (db *DB) Move(ctx context.Context, tenant Tenant, m Movement) (Booking, error) {
	var b Booking
	err := db.change(ctx, tenant, false, func(q *TenantTx) (err error) {
		b, err = q.moveBooking(m)
		return err
	})
	return b, err
}

// Reassign gives an appointment another resource at the same time.
func (db *DB) Reassign(ctx context.Context, tenant Tenant, h Handle, resource uuid.UUID) (Booking, error) {
	return db.Move(ctx, tenant, Movement{Handle: h, Resource: uuid.NullUUID{UUID: resource, Valid: true}, Force: true})
}

func (q *TenantTx) moveBooking(m Movement) (Booking, error) {
	o, err := q.open(m.Handle, true)
	if err != nil {
		return o.Booking, err
	}
	if err := o.changeable(q.now); err != nil {
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
	at := placement{start: m.Start, minutes: int(o.EndsAt.Sub(o.StartsAt).Minutes()), resource: m.Resource, party: max(m.Party, o.Party),
		moving: o.ID, prefers: o.resourceIDs(), anyTime: m.Force && !o.customer, ask: m.Ask, exactly: m.Exactly, was: o.StartsAt}
	if m.Minutes > 0 && !o.customer {
		at.minutes = m.Minutes
	}
	at.began = at.anyTime && m.Start.Equal(o.StartsAt) && o.StartsAt.Before(q.now)
	if !at.resource.Valid && !m.Anybody && len(m.Exactly) == 0 {
		at.resource, at.orAnybody = o.person(o.service), o.customer
	}
	slot, err := q.fit(o.service, o.policies, at)
	if refusal := Refusal(err); refusal != nil && refusal.Anyway && m.Undo {
		stood, failed := q.stoodAt(o, m)
		if failed != nil {
			return o.Booking, failed
		}
		if stood {
			at.ask = false
			slot, err = q.fit(o.service, o.policies, at)
		}
	}
	if refusal := Refusal(err); refusal != nil { // where it is already is no other place
		refusal.Nearest = slices.DeleteFunc(refusal.Nearest, func(s Slot) bool {
			return s.Start.Equal(o.StartsAt) && sameResources(s.Resources, o.resourceIDs())
		})
	}
	if err != nil {
		return o.Booking, err
	}
	before, _ := q.month(o.StartsAt)
	if month, _ := q.month(slot.Start); !month.Equal(before) {
		if err := q.checkAppointmentLimit(slot.Start); err != nil {
			return o.Booking, err
		}
	}
	after := o.Booking
	after.StartsAt, after.EndsAt = slot.Start, slot.End
	if sameTimes(o.Booking, after) && sameResources(o.resourceIDs(), slot.Resources) {
		return q.answerRequest(o, o.Booking, m)
	}
	if after.LateFeeCents, err = q.lateFee(o, m.Handle); err != nil {
		return o.Booking, err
	}
	if o.customer {
		if o.policies.NeedsApproval {
			after.askFor(o.policies, q.now)
		}
		if m.Zone != "" {
			after.Zone = m.Zone
		}
		after.Agreement = o.agreeAnew(after.StartsAt, q.now)
	} else if after.Agreement, err = q.impose(o.Booking, after.StartsAt); err != nil {
		return o.Booking, err
	}
	_, err = q.exec(`UPDATE appointments SET starts_at = $2, ends_at = $3, status = $4, approve_by = $5, late_fee_cents = $6, updated_at = $7,
			visitor_zone = NULLIF($8, ''), agreed_start = $9, agreed_at = $10, moved_by_business = $11, sequence = sequence + 1 WHERE id = $1`,
		o.ID, after.StartsAt, after.EndsAt, after.Status, after.ApproveBy, after.LateFeeCents, q.now, after.Zone, after.AgreedStart, after.AgreedAt, after.MovedByBusiness)
	if err != nil {
		return o.Booking, err
	}
	if err = q.placeSince(o.ID, slot, o.service, at.began); err != nil {
		return o.Booking, err
	}
	if after, err = q.Booking(o.ID); err != nil {
		return after, err
	}
	if err := q.recordBooking("appointment.moved", after, changes(o.details(), after.details())); err != nil {
		return after, err
	}
	if err := q.announceMoved(o, after); err != nil {
		return after, err
	}
	return q.answerRequest(o, after, m)
}

// stoodAt says whether the change that an Undo takes back came from where it
// leads: what stood outside of hours needs nobody's word to stand there again.
func (q *TenantTx) stoodAt(o opened, m Movement) (bool, error) {
	if o.customer || m.SeenAt.IsZero() {
		return false, nil
	}
	log, _, err := q.HistoryOf(o.Booking, 1)
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
func (q *TenantTx) answerRequest(o opened, moved Booking, m Movement) (Booking, error) {
	to := m.Status
	if to != "confirmed" && to != "pending" || to == moved.Status {
		return moved, nil
	}
	o.Booking = moved
	return q.setStatus(o, m.Handle, to)
}

// person is who the appointment is with: somebody of the first set that has
// only people.
func (b Booking) person(s Service) uuid.NullUUID {
	for _, r := range b.Resources {
		if r.Kind == "STAFF" && slices.Contains(s.members(), r.ID) {
			return uuid.NullUUID{UUID: r.ID, Valid: true}
		}
	}
	return uuid.NullUUID{}
}

func sameTimes(a, b Booking) bool { return a.StartsAt.Equal(b.StartsAt) && a.EndsAt.Equal(b.EndsAt) }

func sameResources(a, b []uuid.UUID) bool {
	a, b = slices.Clone(a), slices.Clone(b)
	byText := func(x, y uuid.UUID) int { return slices.Compare(x[:], y[:]) }
	slices.SortFunc(a, byText)
	slices.SortFunc(b, byText)
	return slices.Equal(a, b)
}

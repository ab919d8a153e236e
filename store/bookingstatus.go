package store

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/availability"
)

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

// SetStatus confirms, declines, completes, cancels an appointment or takes that
// back: the team's word. Being what it is already is no error.
func (db *DB) SetStatus(ctx context.Context, tenant Tenant, h Handle, to string) (Booking, error) {
	var b Booking
	err := db.change(ctx, tenant, false, func(q *TenantTx) error {
		o, err := q.open(h, to == "confirmed" || to == "pending")
		if err != nil {
			return err
		}
		if o.customer {
			return &Error{Kind: Forbidden, Message: "Only the business can do this."}
		}
		b, err = q.setStatus(o, h, to)
		return err
	})
	return b, err
}

// Cancel cancels an appointment, for the team or the customer; for the customer
// with the policies' fee when it is late.
func (db *DB) Cancel(ctx context.Context, tenant Tenant, h Handle) (Booking, error) {
	var b Booking
	err := db.change(ctx, tenant, false, func(q *TenantTx) error {
		seen := h.SeenAt
		h.SeenAt = time.Time{}
		o, err := q.open(h, false)
		if err != nil {
			return err
		}
		// What is cancelled already is no error, whichever page it was seen on.
		if !seen.IsZero() && !seen.Equal(o.UpdatedAt) && o.Status != "cancelled" {
			return refused(availability.Changed, nil)
		}
		b, err = q.setStatus(o, h, "cancelled")
		return err
	})
	return b, err
}

func (q *TenantTx) setStatus(o opened, h Handle, to string) (Booking, error) {
	if o.Status == to {
		return o.Booking, nil
	}
	if o.customer {
		if err := o.changeable(q.now); err != nil {
			return o.Booking, err
		}
	}
	if to == "pending" && (o.Status == "confirmed" || o.Status == "cancelled") && !o.customer {
		return q.reopenRequest(o)
	}
	if !slices.Contains(o.NextStatuses(q.now), to) {
		return o.Booking, &Error{Kind: Conflict, Message: "An appointment that is " + statusWords[o.Status] + " can't become " + statusWords[to] + " now.", Reason: availability.Changed}
	}
	if o.Status == "cancelled" { // it counts again
		if err := q.checkAppointmentLimit(o.StartsAt); err != nil {
			return o.Booking, err
		}
	}
	after := o.Booking
	after.Status, after.ApproveBy, after.CancelledAt, after.Answer = to, nil, nil, ""
	if to == "cancelled" {
		after.CancelledAt = new(q.now)
		if !o.customer {
			after.Answer = h.Answer
		}
		var err error
		if after.LateFeeCents, err = q.lateFee(o, h); err != nil {
			return o.Booking, err
		}
	}
	if err := q.keepTime(o, after); err != nil {
		return o.Booking, err
	}
	_, err := q.exec(`UPDATE appointments SET status = $2, approve_by = $3, cancelled_at = $4, late_fee_cents = $5, updated_at = $6, answer = NULLIF($7, ''), sequence = sequence + 1 WHERE id = $1`,
		o.ID, to, after.ApproveBy, after.CancelledAt, after.LateFeeCents, q.now, after.Answer)
	if err != nil {
		return o.Booking, err
	}
	action := map[string]string{"confirmed": "confirmed", "completed": "completed", "cancelled": "cancelled", "no_show": "no_show"}[to]
	if to == "cancelled" && o.Status == "pending" && !o.customer {
		action = "declined"
	}
	if err := q.recordBooking("appointment."+action, o.Booking, changes(o.details(), after.details())); err != nil {
		return after, err
	}
	if err := q.announceStatus(o, after); err != nil {
		return after, err
	}
	return q.Booking(o.ID)
}

// keepTime frees the time of an appointment, or takes it again where that is
// still possible.
func (q *TenantTx) keepTime(o opened, after Booking) error {
	if after.Holds() && !o.Holds() && o.StartsAt.After(q.now) {
		slot, err := q.fit(o.service, o.policies, placement{start: o.StartsAt, minutes: int(o.EndsAt.Sub(o.StartsAt).Minutes()), party: o.Party,
			resource: o.person(o.service), moving: o.ID, prefers: o.resourceIDs(), anyTime: true})
		if err != nil {
			return err
		}
		return q.place(o.ID, slot, o.service)
	}
	_, err := q.exec(`UPDATE appointment_resources SET holds = $2 WHERE appointment_id = $1 AND holds <> $2`, o.ID, after.Holds())
	return takenIf(err)
}

// reopenRequest makes a confirmed or declined appointment a request again: who
// answered it by mistake. What the customer has not heard yet is not sent.
func (q *TenantTx) reopenRequest(o opened) (Booking, error) {
	if !o.StartsAt.After(q.now) {
		return o.Booking, &Error{Kind: Conflict, Message: "This appointment has begun, so it can't become a request again.", Reason: availability.Changed}
	}
	if o.Status == "cancelled" { // it counts again
		if err := q.checkAppointmentLimit(o.StartsAt); err != nil {
			return o.Booking, err
		}
	}
	after := o.Booking
	// Until the moment that the customer was told, if that is ahead.
	asked := o.CreatedAt
	if o.AgreedAt != nil {
		asked = *o.AgreedAt
	}
	if after.askFor(o.policies, asked); !after.ApproveBy.After(q.now) {
		after.askFor(o.policies, q.now)
	}
	if err := q.keepTime(o, after); err != nil {
		return o.Booking, err
	}
	_, err := q.exec(`UPDATE appointments SET status = $2, approve_by = $3, updated_at = $4, cancelled_at = NULL, answer = NULL, sequence = sequence + 1 WHERE id = $1`, o.ID, after.Status, after.ApproveBy, q.now)
	if err != nil {
		return o.Booking, err
	}
	if err := q.recordBooking("appointment.reopened", o.Booking, changes(o.details(), after.details())); err != nil {
		return after, err
	}
	if err := q.expireLater(after); err != nil {
		return after, err
	}
	told, err := q.forget(o.ID, "approved", "declined", "cancelled")
	if err != nil {
		return after, err
	}
	if o.Status == "cancelled" && !told.IsZero() { // the customer still waits
		return q.Booking(o.ID)
	}
	if _, err = q.forget(o.ID, "moved", "reminder"); err != nil {
		return after, err
	}
	n := q.toCustomer("requested", after)
	if !told.IsZero() { // the customer has not heard of the confirmation
		n.Kind, n.WasAt, n.DueAt = "moved", &told, q.now.Add(undoTime)
	}
	if !told.Equal(after.StartsAt) {
		if err = q.notify(after, n); err != nil {
			return after, err
		}
	}
	return q.Booking(o.ID)
}

// ExpireArgs frees the time of a request that nobody answered.
type ExpireArgs struct {
	AppointmentID uuid.UUID `json:"appointment_id"`
	BusinessID    uuid.UUID `json:"business_id"`
}

// Kind names the job.
func (ExpireArgs) Kind() string { return "expire_request" }

// ExpireRequest cancels an appointment that waited too long for an answer.
func (db *DB) ExpireRequest(ctx context.Context, tenant Tenant, id uuid.UUID) error {
	return db.change(ctx, tenant, false, func(q *TenantTx) error { return q.expire(id) })
}

// expireInTheWay cancels requests that nobody answered in time and that hold
// what a new appointment takes.
func (q *TenantTx) expireInTheWay(slot Slot, s availability.Service) error {
	var ids []uuid.UUID
	err := q.list(&ids, `
		SELECT DISTINCT a.id FROM appointment_resources x JOIN appointments a ON a.id = x.appointment_id
		WHERE x.holds AND x.resource_id = ANY(CAST($1 AS uuid[])) AND x.during && tstzrange($2, $3) AND a.status = 'pending' AND a.approve_by <= $4`,
		texts(slot.Resources), slot.Start.Add(-s.Before), slot.End.Add(s.After), q.now)
	for _, id := range ids {
		if err := q.expire(id); err != nil {
			return err
		}
	}
	return err
}

// expire is nobody's deed, whoever's change it makes room for.
func (q *TenantTx) expire(id uuid.UUID) error {
	defer q.actAs(nil)()
	if _, err := q.exec(`SELECT FROM appointments WHERE id = $1 FOR UPDATE`, id); err != nil {
		return err
	}
	b, err := q.Booking(id)
	if err != nil || b.Status != "pending" || b.ApproveBy == nil || b.ApproveBy.After(q.now) {
		return err
	}
	after := b
	after.Status, after.CancelledAt, after.ApproveBy = "cancelled", new(q.now), nil
	if err := q.keepTime(opened{Booking: b}, after); err != nil {
		return err
	}
	if _, err := q.exec(`UPDATE appointments SET status = 'cancelled', cancelled_at = $2, approve_by = NULL, updated_at = $2, sequence = sequence + 1 WHERE id = $1`, id, q.now); err != nil {
		return err
	}
	if err := q.recordBooking("appointment.expired", b, changes(b.details(), after.details())); err != nil {
		return err
	}
	return q.notify(after, q.toCustomer("expired", after))
}

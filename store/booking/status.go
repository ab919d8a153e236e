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
	"github.com/smoothschedule/smoothschedule/store/notices"
	"github.com/smoothschedule/smoothschedule/store/plans"
)

// SetStatus confirms, declines, completes, cancels an appointment or takes that
// back: the team's word. Being what it is already is no error.
func SetStatus(ctx context.Context, d *db.DB, tenant db.Tenant, h calendar.Handle, to string) (calendar.Booking, error) {
	var b calendar.Booking
	err := change(ctx, d, tenant, false, func(q *db.TenantTx) error {
		o, err := open(q, h, to == "confirmed" || to == "pending")
		if err != nil {
			return err
		}
		if o.customer {
			return &db.Error{Kind: db.Forbidden, Message: "Only the business can do this."}
		}
		b, err = setStatus(q, o, h, to)
		return err
	})
	return b, err
}

// Cancel cancels an appointment, for the team or the customer; for the customer
// with the policies' fee when it is late.
func Cancel(ctx context.Context, d *db.DB, tenant db.Tenant, h calendar.Handle) (calendar.Booking, error) {
	var b calendar.Booking
	err := change(ctx, d, tenant, false, func(q *db.TenantTx) error {
		seen := h.SeenAt
		h.SeenAt = time.Time{}
		o, err := open(q, h, false)
		if err != nil {
			return err
		}
		// What is cancelled already is no error, whichever page it was seen on.
		if !seen.IsZero() && !seen.Equal(o.UpdatedAt) && o.Status != "cancelled" {
			return calendar.Refused(availability.Changed, nil)
		}
		b, err = setStatus(q, o, h, "cancelled")
		return err
	})
	return b, err
}

func setStatus(q *db.TenantTx, o opened, h calendar.Handle, to string) (calendar.Booking, error) {
	if o.Status == to {
		return o.Booking, nil
	}
	if o.customer {
		if err := o.changeable(q.Now()); err != nil {
			return o.Booking, err
		}
	}
	if to == "pending" && (o.Status == "confirmed" || o.Status == "cancelled") && !o.customer {
		return reopenRequest(q, o)
	}
	if !slices.Contains(o.NextStatuses(q.Now()), to) {
		return o.Booking, &db.Error{Kind: db.Conflict, Message: "An appointment that is " + calendar.StatusWords[o.Status] + " can't become " + calendar.StatusWords[to] + " now.", Reason: availability.Changed}
	}
	if o.Status == "cancelled" { // it counts again
		if err := plans.CheckAppointmentLimit(q, o.StartsAt); err != nil {
			return o.Booking, err
		}
	}
	after := o.Booking
	after.Status, after.ApproveBy, after.CancelledAt, after.Answer = to, nil, nil, ""
	if to == "cancelled" {
		after.CancelledAt = new(q.Now())
		if !o.customer {
			after.Answer = h.Answer
		}
		var err error
		if after.LateFeeCents, err = lateFee(q, o, h); err != nil {
			return o.Booking, err
		}
	}
	if err := keepTime(q, o, after); err != nil {
		return o.Booking, err
	}
	_, err := db.Exec(q, `UPDATE appointments SET status = $2, approve_by = $3, cancelled_at = $4, late_fee_cents = $5, updated_at = $6, answer = NULLIF($7, ''), sequence = sequence + 1 WHERE id = $1`,
		o.ID, to, after.ApproveBy, after.CancelledAt, after.LateFeeCents, q.Now(), after.Answer)
	if err != nil {
		return o.Booking, err
	}
	action := map[string]string{"confirmed": "confirmed", "completed": "completed", "cancelled": "cancelled", "no_show": "no_show"}[to]
	if to == "cancelled" && o.Status == "pending" && !o.customer {
		action = "declined"
	}
	if err := calendar.RecordBooking(q, "appointment."+action, o.Booking, catalog.Changes(o.Details(), after.Details())); err != nil {
		return after, err
	}
	if err := announceStatus(q, o, after); err != nil {
		return after, err
	}
	return calendar.ReadBooking(q, o.ID)
}

// keepTime frees the time of an appointment, or takes it again where that is
// still possible.
func keepTime(q *db.TenantTx, o opened, after calendar.Booking) error {
	if after.Holds() && !o.Holds() && o.StartsAt.After(q.Now()) {
		slot, err := fit(q, o.service, o.policies, calendar.Placement{Start: o.StartsAt, Minutes: int(o.EndsAt.Sub(o.StartsAt).Minutes()), Party: o.Party,
			Resource: o.Person(o.service), Moving: o.ID, Prefers: o.ResourceIDs(), AnyTime: true})
		if err != nil {
			return err
		}
		return place(q, o.ID, slot, o.service)
	}
	_, err := db.Exec(q, `UPDATE appointment_resources SET holds = $2 WHERE appointment_id = $1 AND holds <> $2`, o.ID, after.Holds())
	return takenIf(err)
}

// reopenRequest makes a confirmed or declined appointment a request again: who
// answered it by mistake. What the customer has not heard yet is not sent.
func reopenRequest(q *db.TenantTx, o opened) (calendar.Booking, error) {
	if !o.StartsAt.After(q.Now()) {
		return o.Booking, &db.Error{Kind: db.Conflict, Message: "This appointment has begun, so it can't become a request again.", Reason: availability.Changed}
	}
	if o.Status == "cancelled" { // it counts again
		if err := plans.CheckAppointmentLimit(q, o.StartsAt); err != nil {
			return o.Booking, err
		}
	}
	after := o.Booking
	// Until the moment that the customer was told, if that is ahead.
	asked := o.CreatedAt
	if o.AgreedAt != nil {
		asked = *o.AgreedAt
	}
	if after.AskFor(o.policies, asked); !after.ApproveBy.After(q.Now()) {
		after.AskFor(o.policies, q.Now())
	}
	if err := keepTime(q, o, after); err != nil {
		return o.Booking, err
	}
	_, err := db.Exec(q, `UPDATE appointments SET status = $2, approve_by = $3, updated_at = $4, cancelled_at = NULL, answer = NULL, sequence = sequence + 1 WHERE id = $1`, o.ID, after.Status, after.ApproveBy, q.Now())
	if err != nil {
		return o.Booking, err
	}
	if err := calendar.RecordBooking(q, "appointment.reopened", o.Booking, catalog.Changes(o.Details(), after.Details())); err != nil {
		return after, err
	}
	if err := expireLater(q, after); err != nil {
		return after, err
	}
	told, err := notices.Forget(q, o.ID, "approved", "declined", "cancelled")
	if err != nil {
		return after, err
	}
	if o.Status == "cancelled" && !told.IsZero() { // the customer still waits
		return calendar.ReadBooking(q, o.ID)
	}
	if _, err = notices.Forget(q, o.ID, "moved", "reminder"); err != nil {
		return after, err
	}
	n := notices.ToCustomer("requested", after)
	if !told.IsZero() { // the customer has not heard of the confirmation
		n.Kind, n.WasAt, n.DueAt = "moved", &told, q.Now().Add(notices.UndoTime)
	}
	if !told.Equal(after.StartsAt) {
		if err = notices.Notify(q, after, n); err != nil {
			return after, err
		}
	}
	return calendar.ReadBooking(q, o.ID)
}

// ExpireRequest cancels an appointment that waited too long for an answer.
func ExpireRequest(ctx context.Context, d *db.DB, tenant db.Tenant, id uuid.UUID) error {
	return change(ctx, d, tenant, false, func(q *db.TenantTx) error { return expire(q, id) })
}

// expireInTheWay cancels requests that nobody answered in time and that hold
// what a new appointment takes.
func expireInTheWay(q *db.TenantTx, slot availability.Slot, s availability.Service) error {
	var ids []uuid.UUID
	err := db.List(q, &ids, `
		SELECT DISTINCT a.id FROM appointment_resources x JOIN appointments a ON a.id = x.appointment_id
		WHERE x.holds AND x.resource_id = ANY(CAST($1 AS uuid[])) AND x.during && tstzrange($2, $3) AND a.status = 'pending' AND a.approve_by <= $4`,
		calendar.Texts(slot.Resources), slot.Start.Add(-s.Before), slot.End.Add(s.After), q.Now())
	for _, id := range ids {
		if err := expire(q, id); err != nil {
			return err
		}
	}
	return err
}

// expire is nobody's deed, whoever's change it makes room for.
func expire(q *db.TenantTx, id uuid.UUID) error {
	defer db.ActAs(q, nil)()
	if _, err := db.Exec(q, `SELECT FROM appointments WHERE id = $1 FOR UPDATE`, id); err != nil {
		return err
	}
	b, err := calendar.ReadBooking(q, id)
	if err != nil || b.Status != "pending" || b.ApproveBy == nil || b.ApproveBy.After(q.Now()) {
		return err
	}
	after := b
	after.Status, after.CancelledAt, after.ApproveBy = "cancelled", new(q.Now()), nil
	if err := keepTime(q, opened{Booking: b}, after); err != nil {
		return err
	}
	if _, err := db.Exec(q, `UPDATE appointments SET status = 'cancelled', cancelled_at = $2, approve_by = NULL, updated_at = $2, sequence = sequence + 1 WHERE id = $1`, id, q.Now()); err != nil {
		return err
	}
	if err := calendar.RecordBooking(q, "appointment.expired", b, catalog.Changes(b.Details(), after.Details())); err != nil {
		return err
	}
	return notices.Notify(q, after, notices.ToCustomer("expired", after))
}

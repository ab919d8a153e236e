package booking

import (
	"crypto/subtle"
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/availability"
	"github.com/smoothschedule/smoothschedule/store/calendar"
	"github.com/smoothschedule/smoothschedule/store/catalog"
	"github.com/smoothschedule/smoothschedule/store/internal/db"
)

// opened is an appointment locked for a change.
type opened struct {
	calendar.Booking
	service  catalog.Service
	policies catalog.Policies
	customer bool // the customer changes it, and policies bind
}

// open locks an appointment and sees that it may be changed. With calendars the
// resources are locked before it, for a change that takes time from others.
func open(q *db.TenantTx, h calendar.Handle, calendars bool) (opened, error) {
	var o opened
	var err error
	if calendars {
		if o.Booking, err = calendar.ReadBooking(q, h.ID); err != nil {
			return o, err
		}
		if o.service, err = catalog.ReadService(q, o.ServiceID); err != nil {
			return o, err
		}
		if err := LockResources(q, append(o.service.Members(), o.ResourceIDs()...)...); err != nil {
			return o, err
		}
	}
	var secret uuid.NullUUID
	if err = db.Get(q, &secret, `SELECT link_secret FROM appointments WHERE id = $1 FOR UPDATE`, h.ID); err != nil {
		return o, err
	}
	if o.Booking, err = calendar.ReadBooking(q, h.ID); err != nil {
		return o, err
	}
	if !calendars {
		if o.service, err = catalog.ReadService(q, o.ServiceID); err != nil {
			return o, err
		}
	}
	if o.policies, err = catalog.ReadPolicies(q); err != nil {
		return o, err
	}
	if err = mayChange(q, &o, h, secret); err != nil {
		return o, err
	}
	if !h.SeenAt.IsZero() && !h.SeenAt.Equal(o.UpdatedAt) {
		return o, calendar.Refused(availability.Changed, nil)
	}
	return o, nil
}

// mayChange: the holder of the link and the customer change their own, staff
// what is in their own calendar, owners and managers everything.
func mayChange(q *db.TenantTx, o *opened, h calendar.Handle, secret uuid.NullUUID) error {
	switch {
	case h.Secret != uuid.Nil:
		if !secret.Valid || subtle.ConstantTimeCompare(secret.UUID[:], h.Secret[:]) != 1 {
			return db.NoSuch("appointment")
		}
		o.customer = true
		calendar.ActAsVisitor(q, h.From)
	case db.Who(q) == nil: // jobs
	case db.Who(q).Subject.Role == access.Customer:
		if !o.UserID.Valid || o.UserID.UUID != db.Who(q).Subject.ID {
			return db.NoSuch("appointment")
		}
		o.customer = true
	case db.Who(q).Subject.Role == access.TenantStaff && !o.IsOf(db.Who(q).Subject.ID):
		return &db.Error{Kind: db.Forbidden, Message: "You can change appointments in your own calendar. Ask a manager to change this one."}
	}
	return nil
}

// lateFee is what a customer's change costs, once that was said and accepted:
// nobody pays by one press, nor more than the page named.
func lateFee(q *db.TenantTx, o opened, h calendar.Handle) (*int, error) {
	if !o.customer {
		return o.LateFeeCents, nil
	}
	due := o.ChangeTerms(o.policies, q.Now()).NowCents
	if due > h.AcceptFeeCents {
		return nil, &db.Error{Kind: db.Conflict, Message: "This has a price now, so please decide.", FeeCents: due}
	}
	if due == 0 {
		return o.LateFeeCents, nil
	}
	if o.LateFeeCents != nil {
		due += *o.LateFeeCents
	}
	return &due, nil
}

// changeable refuses what customers can't change any more.
func (o opened) changeable(now time.Time) error {
	switch {
	case !o.Holds():
		return &db.Error{Kind: db.Conflict, Message: "This appointment is " + calendar.StatusWords[o.Status] + ", so it can't be changed.", Reason: availability.Changed}
	case o.customer && !o.StartsAt.After(now):
		return &db.Error{Kind: db.Conflict, Message: "This appointment has begun, so it can't be changed here.", Reason: availability.Changed}
	}
	return nil
}

package store

import (
	"crypto/subtle"
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/availability"
)

// Handle names an appointment that somebody wants to change.
type Handle struct {
	ID uuid.UUID
	// Secret is that of the appointment's link: who has it acts as the customer,
	// without a login.
	Secret uuid.UUID
	SeenAt time.Time // UpdatedAt of what was shown; zero: whatever it is now
	From   Client    // of somebody without a login
	// AcceptFeeCents is the late fee that the customer was shown and said yes to.
	AcceptFeeCents int
	// Answer are the business's words for the customer, when it declines or cancels.
	Answer string
}

// opened is an appointment locked for a change.
type opened struct {
	Booking
	service  Service
	policies Policies
	customer bool // the customer changes it, and policies bind
}

// open locks an appointment and sees that it may be changed. With calendars the
// resources are locked before it, for a change that takes time from others.
func (q *TenantTx) open(h Handle, calendars bool) (opened, error) {
	var o opened
	var err error
	if calendars {
		if o.Booking, err = q.Booking(h.ID); err != nil {
			return o, err
		}
		if o.service, err = q.Service(o.ServiceID); err != nil {
			return o, err
		}
		if err := q.LockResources(append(o.service.members(), o.resourceIDs()...)...); err != nil {
			return o, err
		}
	}
	var secret uuid.NullUUID
	if err = q.get(&secret, `SELECT link_secret FROM appointments WHERE id = $1 FOR UPDATE`, h.ID); err != nil {
		return o, err
	}
	if o.Booking, err = q.Booking(h.ID); err != nil {
		return o, err
	}
	if !calendars {
		if o.service, err = q.Service(o.ServiceID); err != nil {
			return o, err
		}
	}
	if o.policies, err = q.Policies(); err != nil {
		return o, err
	}
	if err = q.mayChange(&o, h, secret); err != nil {
		return o, err
	}
	if !h.SeenAt.IsZero() && !h.SeenAt.Equal(o.UpdatedAt) {
		return o, refused(availability.Changed, nil)
	}
	return o, nil
}

// mayChange: the holder of the link and the customer change their own, staff
// what is in their own calendar, owners and managers everything.
func (q *TenantTx) mayChange(o *opened, h Handle, secret uuid.NullUUID) error {
	switch {
	case h.Secret != uuid.Nil:
		if !secret.Valid || subtle.ConstantTimeCompare(secret.UUID[:], h.Secret[:]) != 1 {
			return notFound("appointment")
		}
		o.customer = true
		q.actAsVisitor(h.From)
	case q.who == nil: // jobs
	case q.who.Subject.Role == access.Customer:
		if !o.UserID.Valid || o.UserID.UUID != q.who.Subject.ID {
			return notFound("appointment")
		}
		o.customer = true
	case q.who.Subject.Role == access.TenantStaff && !o.isOf(q.who.Subject.ID):
		return &Error{Kind: Forbidden, Message: "You can change appointments in your own calendar. Ask a manager to change this one."}
	}
	return nil
}

// isOf says whether an appointment is in somebody's own calendar.
func (b Booking) isOf(user uuid.UUID) bool {
	for _, r := range b.Resources {
		if r.UserID.Valid && r.UserID.UUID == user {
			return true
		}
	}
	return false
}

// lateFee is what a customer's change costs, once that was said and accepted:
// nobody pays by one press, nor more than the page named.
func (q *TenantTx) lateFee(o opened, h Handle) (*int, error) {
	if !o.customer {
		return o.LateFeeCents, nil
	}
	due := o.ChangeTerms(o.policies, q.now).NowCents
	if due > h.AcceptFeeCents {
		return nil, &Error{Kind: Conflict, Message: "This has a price now, so please decide.", FeeCents: due}
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
		return &Error{Kind: Conflict, Message: "This appointment is " + statusWords[o.Status] + ", so it can't be changed.", Reason: availability.Changed}
	case o.customer && !o.StartsAt.After(now):
		return &Error{Kind: Conflict, Message: "This appointment has begun, so it can't be changed here.", Reason: availability.Changed}
	}
	return nil
}

var statusWords = map[string]string{"pending": "not confirmed yet", "confirmed": "confirmed", "completed": "completed", "cancelled": "cancelled",
	"no_show": "marked as a no-show"}

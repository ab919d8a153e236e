package booking

import (
	"time"

	"github.com/smoothschedule/smoothschedule/store/calendar"
	"github.com/smoothschedule/smoothschedule/store/internal/db"
)

// agreeAnew is the agreement after the customer chose another time. Its grace is
// new as well, unless the change before lived on one: or it would never end.
func (o opened) agreeAnew(start, now time.Time) calendar.Agreement {
	a := o.Agreement
	if !o.IsLate(o.policies, now) {
		a.AgreedAt = &now
	}
	a.AgreedStart, a.MovedByBusiness = &start, false
	return a
}

// impose is the agreement after the business chose another time: none, until it
// is where the customer wanted it, and nobody had heard of anything else.
func impose(q *db.TenantTx, b calendar.Booking, start time.Time) (calendar.Agreement, error) {
	a := b.Agreement
	if a.AgreedStart == nil {
		a.AgreedStart = &b.StartsAt
	}
	if start.Equal(b.StartsAt) || !start.Equal(*a.AgreedStart) {
		return a, nil
	}
	var unheard bool
	err := db.Get(q, &unheard, `SELECT EXISTS (SELECT FROM public.notices
		WHERE business_id = $1 AND appointment_id = $2 AND kind IN ('moved', 'approved') AND state IN ('queued', 'held') AND was_at = $3)`, q.Tenant.ID, b.ID, start)
	a.MovedByBusiness = a.MovedByBusiness || !unheard
	return a, err
}

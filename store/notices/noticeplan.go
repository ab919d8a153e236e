package notices

import (
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/calendar"
	"github.com/smoothschedule/smoothschedule/store/catalog"
	"github.com/smoothschedule/smoothschedule/store/internal/db"
)

// AboutCustomer are the team's mails about a booking that a customer made.
func AboutCustomer(q *db.TenantTx, b calendar.Booking, p catalog.Policies) ([]AppointmentNotice, error) {
	if b.Source == calendar.ByTeam || !p.NotifyTeam {
		return nil, nil
	}
	if b.Status == "pending" {
		return ToTeam(q, "team_requested", b, true)
	}
	return ToTeam(q, "team_booked", b, false)
}

// Forget drops notices that are not sent yet. It returns which start the first
// of those about a change told of; zero when there was none.
func Forget(q *db.TenantTx, appointment uuid.UUID, kinds ...string) (told time.Time, err error) {
	var rows []AppointmentNotice
	err = db.List(q, &rows, `
		UPDATE public.notices n SET state = 'dropped', changed_at = $4
		WHERE n.business_id = $1 AND n.appointment_id = $2 AND n.kind = ANY($3) AND n.state IN ('queued', 'held') RETURNING `+noticeColumns,
		q.Tenant.ID, appointment, kinds, q.Now())
	for _, n := range rows {
		if n.Kind == "reminder" {
			continue
		}
		told = n.StartsAt
		if n.WasAt != nil {
			told = *n.WasAt
		}
	}
	return told, err
}

// Reminders plans those that are still ahead; only what is confirmed has any.
func Reminders(q *db.TenantTx, b calendar.Booking, s catalog.Service, p catalog.Policies) []AppointmentNotice {
	text := p.ReminderHours
	if s.ReminderHours != nil {
		text = *s.ReminderHours
	}
	hours, _ := catalog.ParseReminderHours(text)
	if b.Status != "confirmed" {
		return nil
	}
	var list []AppointmentNotice
	last := time.Time{}
	for _, h := range hours {
		due := p.Awake(b.StartsAt.Add(-time.Duration(h)*time.Hour), b.StartsAt, q.Tenant.Location())
		if !due.After(q.Now()) || due.Equal(last) {
			continue
		}
		n := ToCustomer("reminder", b)
		n.DueAt, last = due, due
		list = append(list, n)
	}
	return list
}

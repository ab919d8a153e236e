package store

import (
	"time"

	"github.com/google/uuid"
	"github.com/riverqueue/river"

	"github.com/smoothschedule/smoothschedule/store/availability"
)

// announceBooked tells of a new appointment, and plans what follows.
func (q *TenantTx) announceBooked(b Booking, s Service, p Policies) error {
	kind := "confirmed"
	if b.Status == "pending" {
		kind = "requested"
		if err := q.expireLater(b); err != nil {
			return err
		}
	}
	list, err := q.aboutCustomer(b, p)
	if err != nil {
		return err
	}
	if b.EndsAt.After(q.now) { // what is written down afterwards is no news
		list = append(list, q.toCustomer(kind, b))
	}
	return q.notify(b, append(list, q.reminders(b, s, p)...)...)
}

// aboutCustomer are the team's mails about a booking that a customer made.
func (q *TenantTx) aboutCustomer(b Booking, p Policies) ([]AppointmentNotice, error) {
	if b.Source == ByTeam || !p.NotifyTeam {
		return nil, nil
	}
	if b.Status == "pending" {
		return q.toTeam("team_requested", b, true)
	}
	return q.toTeam("team_booked", b, false)
}

func (q *TenantTx) expireLater(b Booking) error {
	return q.enqueue(ExpireArgs{AppointmentID: b.ID, BusinessID: q.Tenant.ID}, &river.InsertOpts{ScheduledAt: *b.ApproveBy})
}

// announceMoved tells of another time or person. What customers have not heard
// yet they needn't hear: several moves are one, and back again is none.
func (q *TenantTx) announceMoved(o opened, after Booking) error {
	if o.customer { // each tells the team
		if wait, err := q.allowDeed(deedKey(q.Tenant, "move", after.ID.String()), maxMoves, bookingSpan); err != nil {
			return err
		} else if wait > 0 {
			return tooOften("This appointment was moved many times within the hour.", wait)
		}
	}
	told, err := q.forget(after.ID, "moved", "reminder")
	if err != nil {
		return err
	}
	was := o.StartsAt
	if !told.IsZero() {
		was = told
	}
	list := q.reminders(after, o.service, o.policies)
	news := !was.Equal(after.StartsAt) || o.With("STAFF") != after.With("STAFF") && told.IsZero()
	switch {
	case after.Status == "pending" && o.customer:
		if err := q.expireLater(after); err != nil {
			return err
		}
		list = append(list, q.toCustomer("requested", after))
	case news && after.StartsAt.After(q.now):
		n := q.toCustomer("moved", after)
		n.WasAt = &was
		if !o.customer {
			n.DueAt = q.now.Add(undoTime)
		}
		list = append(list, n)
	}
	if o.customer && o.policies.NotifyTeam {
		team, err := q.toTeam("team_moved", after, after.Status == "pending")
		if err != nil {
			return err
		}
		for i := range team {
			team[i].WasAt = &o.StartsAt
		}
		list = append(list, team...)
	}
	return q.notify(after, list...)
}

// announceStatus tells of what became of an appointment.
func (q *TenantTx) announceStatus(o opened, after Booking) error {
	ahead := o.EndsAt.After(q.now)
	n := q.toCustomer("", after)
	var list []AppointmentNotice
	switch {
	case after.Status == "cancelled":
		if _, err := q.forget(after.ID, "reminder", "moved", "requested", "confirmed", "approved"); err != nil {
			return err
		}
		n.Kind = "cancelled"
		if o.Status == "pending" && !o.customer {
			n.Kind = "declined"
		}
		if !o.customer {
			n.DueAt = q.now.Add(undoTime)
		}
		if o.customer && o.policies.NotifyTeam {
			team, err := q.toTeam("team_cancelled", after, false)
			if err != nil {
				return err
			}
			list = append(list, team...)
		}
	case after.Status == "confirmed" && o.Status == "pending":
		n.Kind, n.DueAt = "approved", q.now.Add(undoTime)
		// One mail tells of the other time as well.
		if was, err := q.forget(after.ID, "moved"); err != nil {
			return err
		} else if !was.IsZero() {
			n.WasAt = &was
		}
		list = q.reminders(after, o.service, o.policies)
	case after.Status == "confirmed" && o.Status == "cancelled":
		n.Kind = "confirmed"
		untold, err := q.forget(after.ID, "cancelled", "declined")
		if err != nil {
			return err
		}
		if !untold.IsZero() {
			n.Kind = "" // customers never heard that it was off
		}
		list = q.reminders(after, o.service, o.policies)
	}
	if n.Kind != "" && ahead {
		list = append(list, n)
	}
	return q.notify(after, list...)
}

// forget drops notices that are not sent yet. It returns which start the first
// of those about a change told of; zero when there was none.
func (q *TenantTx) forget(appointment uuid.UUID, kinds ...string) (told time.Time, err error) {
	var rows []AppointmentNotice
	err = q.list(&rows, `
		UPDATE public.notices n SET state = 'dropped', changed_at = $4
		WHERE n.business_id = $1 AND n.appointment_id = $2 AND n.kind = ANY($3) AND n.state IN ('queued', 'held') RETURNING `+noticeColumns,
		q.Tenant.ID, appointment, kinds, q.now)
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

// reminders plans those that are still ahead; only what is confirmed has any.
func (q *TenantTx) reminders(b Booking, s Service, p Policies) []AppointmentNotice {
	text := p.ReminderHours
	if s.ReminderHours != nil {
		text = *s.ReminderHours
	}
	hours, _ := ParseReminderHours(text)
	if b.Status != "confirmed" {
		return nil
	}
	var list []AppointmentNotice
	last := time.Time{}
	for _, h := range hours {
		due := p.awake(b.StartsAt.Add(-time.Duration(h)*time.Hour), b.StartsAt, q.Tenant.Location())
		if !due.After(q.now) || due.Equal(last) {
			continue
		}
		n := q.toCustomer("reminder", b)
		n.DueAt, last = due, due
		list = append(list, n)
	}
	return list
}

// awake moves a reminder out of the quiet hours: behind them, or before them
// when the appointment would have begun by then.
func (p Policies) awake(due, start time.Time, zone *time.Location) time.Time {
	from, to, some := p.quiet()
	if !some {
		return due
	}
	local := due.In(zone)
	day := availability.DateOf(local)
	// Quiet hours that span midnight began today or yesterday.
	for _, d := range []availability.Date{day - 1, day} {
		begins, ends := d.At(from, zone), d.At(to, zone)
		if to <= from {
			ends = (d + 1).At(to, zone)
		}
		if due.Before(begins) || !due.Before(ends) {
			continue
		}
		if ends.Add(30 * time.Minute).Before(start) {
			return ends
		}
		return begins
	}
	return due
}

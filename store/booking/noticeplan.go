package booking

import (
	"github.com/riverqueue/river"

	"github.com/smoothschedule/smoothschedule/store/calendar"
	"github.com/smoothschedule/smoothschedule/store/catalog"
	"github.com/smoothschedule/smoothschedule/store/internal/db"
	"github.com/smoothschedule/smoothschedule/store/notices"
)

// announceBooked tells of a new appointment, and plans what follows.
func announceBooked(q *db.TenantTx, b calendar.Booking, s catalog.Service, p catalog.Policies) error {
	kind := "confirmed"
	if b.Status == "pending" {
		kind = "requested"
		if err := expireLater(q, b); err != nil {
			return err
		}
	}
	list, err := notices.AboutCustomer(q, b, p)
	if err != nil {
		return err
	}
	if b.EndsAt.After(q.Now()) { // what is written down afterwards is no news
		list = append(list, notices.ToCustomer(kind, b))
	}
	return notices.Notify(q, b, append(list, notices.Reminders(q, b, s, p)...)...)
}

func expireLater(q *db.TenantTx, b calendar.Booking) error {
	return db.Enqueue(q, notices.ExpireArgs{AppointmentID: b.ID, BusinessID: q.Tenant.ID}, &river.InsertOpts{ScheduledAt: *b.ApproveBy})
}

// announceMoved tells of another time or person. What customers have not heard
// yet they needn't hear: several moves are one, and back again is none.
func announceMoved(q *db.TenantTx, o opened, after calendar.Booking) error {
	if o.customer { // each tells the team
		if wait, err := calendar.AllowDeed(q, calendar.DeedKey(q.Tenant, "move", after.ID.String()), notices.MaxMoves, notices.BookingSpan); err != nil {
			return err
		} else if wait > 0 {
			return db.TooOften("This appointment was moved many times within the hour.", wait)
		}
	}
	told, err := notices.Forget(q, after.ID, "moved", "reminder")
	if err != nil {
		return err
	}
	was := o.StartsAt
	if !told.IsZero() {
		was = told
	}
	list := notices.Reminders(q, after, o.service, o.policies)
	news := !was.Equal(after.StartsAt) || o.With("STAFF") != after.With("STAFF") && told.IsZero()
	switch {
	case after.Status == "pending" && o.customer:
		if err := expireLater(q, after); err != nil {
			return err
		}
		list = append(list, notices.ToCustomer("requested", after))
	case news && after.StartsAt.After(q.Now()):
		n := notices.ToCustomer("moved", after)
		n.WasAt = &was
		if !o.customer {
			n.DueAt = q.Now().Add(notices.UndoTime)
		}
		list = append(list, n)
	}
	if o.customer && o.policies.NotifyTeam {
		team, err := notices.ToTeam(q, "team_moved", after, after.Status == "pending")
		if err != nil {
			return err
		}
		for i := range team {
			team[i].WasAt = &o.StartsAt
		}
		list = append(list, team...)
	}
	return notices.Notify(q, after, list...)
}

// announceStatus tells of what became of an appointment.
func announceStatus(q *db.TenantTx, o opened, after calendar.Booking) error {
	ahead := o.EndsAt.After(q.Now())
	n := notices.ToCustomer("", after)
	var list []notices.AppointmentNotice
	switch {
	case after.Status == "cancelled":
		if _, err := notices.Forget(q, after.ID, "reminder", "moved", "requested", "confirmed", "approved"); err != nil {
			return err
		}
		n.Kind = "cancelled"
		if o.Status == "pending" && !o.customer {
			n.Kind = "declined"
		}
		if !o.customer {
			n.DueAt = q.Now().Add(notices.UndoTime)
		}
		if o.customer && o.policies.NotifyTeam {
			team, err := notices.ToTeam(q, "team_cancelled", after, false)
			if err != nil {
				return err
			}
			list = append(list, team...)
		}
	case after.Status == "confirmed" && o.Status == "pending":
		n.Kind, n.DueAt = "approved", q.Now().Add(notices.UndoTime)
		// One mail tells of the other time as well.
		if was, err := notices.Forget(q, after.ID, "moved"); err != nil {
			return err
		} else if !was.IsZero() {
			n.WasAt = &was
		}
		list = notices.Reminders(q, after, o.service, o.policies)
	case after.Status == "confirmed" && o.Status == "cancelled":
		n.Kind = "confirmed"
		untold, err := notices.Forget(q, after.ID, "cancelled", "declined")
		if err != nil {
			return err
		}
		if !untold.IsZero() {
			n.Kind = "" // customers never heard that it was off
		}
		list = notices.Reminders(q, after, o.service, o.policies)
	}
	if n.Kind != "" && ahead {
		list = append(list, n)
	}
	return notices.Notify(q, after, list...)
}

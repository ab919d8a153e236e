package booking

import (
	"slices"
	"strings"

	"github.com/google/uuid"
	"golang.org/x/text/unicode/norm"

	"github.com/smoothschedule/smoothschedule/store/calendar"
	"github.com/smoothschedule/smoothschedule/store/internal/db"
	"github.com/smoothschedule/smoothschedule/store/notices"
)

// bookedBySame finds what the same person has booked of a service at this very
// start: who goes back and books again means the appointment that is there. The
// address alone is not the person, since families share one. The calendars are
// locked by then, so that two at once are seen.
func bookedBySame(q *db.TenantTx, in calendar.NewBooking) (calendar.Booking, error) {
	if in.Source == calendar.ByTeam {
		return calendar.Booking{}, nil
	}
	user, email := uuid.Nil, in.Email
	if in.Source == calendar.ByPortal && db.Who(q) != nil {
		user, email = db.Who(q).Subject.ID, ""
	}
	var ids []uuid.UUID
	err := db.List(q, &ids, `
		SELECT a.id FROM appointments a JOIN customers c ON c.id = a.customer_id
		WHERE a.starts_at = $1 AND a.service_id = $2 AND a.status IN ('pending', 'confirmed') AND (c.user_id = $3 OR $4 <> '' AND lower(c.email) = lower($4))
		ORDER BY a.created_at LIMIT 20`, in.Start, in.Service, user, email)
	if err != nil {
		return calendar.Booking{}, err
	}
	for _, id := range ids {
		b, err := calendar.ReadBooking(q, id)
		if err != nil {
			return calendar.Booking{}, err
		}
		if user == uuid.Nil && !sameName(b.Customer, in.Name) {
			continue
		}
		if in.Source == calendar.ByGuest { // who tries names learns little: it counts as a booking
			if err := notices.NoteVisitor(q, in); err != nil {
				return calendar.Booking{}, err
			}
		}
		b.Again = true
		return b, endHold(q, in.Hold)
	}
	return calendar.Booking{}, nil
}

// sameName compares names as people write them: capitals, blanks and the way of
// composing letters don't count.
func sameName(a, b string) bool {
	plain := func(name string) string {
		return strings.ToLower(strings.Join(strings.Fields(norm.NFKC.String(name)), " "))
	}
	return plain(a) == plain(b)
}

// bookers are the addresses of those who have a start of a service: they hear of
// their own appointment, and not that it is taken.
func bookers(q *db.TenantTx, in calendar.NewBooking) (emails []string, err error) {
	err = db.List(q, &emails, `
		SELECT lower(c.email) FROM appointments a JOIN customers c ON c.id = a.customer_id
		WHERE a.starts_at = $1 AND a.service_id = $2 AND a.status IN ('pending', 'confirmed') AND c.email IS NOT NULL LIMIT 100`, in.Start, in.Service)
	return emails, err
}

func (c *crowd) knows(in calendar.NewBooking) bool {
	return slices.Contains(c.known, in.ID) || slices.Contains(c.bookers, strings.ToLower(in.Email))
}

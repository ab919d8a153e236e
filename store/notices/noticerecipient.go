package notices

import (
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/calendar"
	"github.com/smoothschedule/smoothschedule/store/catalog"
	"github.com/smoothschedule/smoothschedule/store/internal/db"
)

// readRecipient reads who gets a notice, and where, at the moment it leaves: what
// was written down when it was planned may be wrong by now. No address: nobody.
func readRecipient(q *db.TenantTx, l *Letter) error {
	name, email := l.Booking.Customer, l.Booking.Email
	user := l.UserID
	if l.CustomerID.Valid {
		user = l.Booking.UserID
	} else if !user.Valid { // planned before it was known whose it is
		return nil
	}
	if user.Valid {
		var found []db.Person
		err := db.List(q, &found, `SELECT `+db.PersonColumns+` FROM public.users WHERE id = $1 AND business_id = $2`, user.UUID, q.Tenant.ID)
		switch {
		case err != nil:
			return err
		case l.CustomerID.Valid && len(found) == 1: // the address of a login is its owner's to change
			email = found[0].Email
		case l.CustomerID.Valid:
		case len(found) == 1 && found[0].IsActive && found[0].Role != access.Customer:
			name, email = found[0].Name, found[0].Email
		default: // has left the team
			email = ""
		}
	}
	if l.ToName == name && l.ToEmail == email {
		return nil
	}
	l.ToName, l.ToEmail = name, email
	_, err := db.Exec(q, `UPDATE public.notices SET to_name = $2, to_email = $3 WHERE id = $1`, l.ID, name, email)
	return err
}

// Readdress shows what is planned for a customer under the name and address that
// the record has now.
func Readdress(q *db.TenantTx, customer uuid.UUID, before, name, email string) error {
	_, err := db.Exec(q, `
		UPDATE public.notices SET to_email = $3, to_name = CASE WHEN to_name = $4 THEN $5 ELSE to_name END
		WHERE business_id = $1 AND customer_id = $2 AND state IN ('queued', 'held') AND (to_email <> $3 OR to_name = $4)`,
		q.Tenant.ID, customer, email, before, name)
	return err
}

// Replan narrows which appointments get their reminders planned anew.
type Replan struct{ Service, Customer uuid.NullUUID }

// ReplanReminders plans the reminders of the appointments ahead as the policies
// say now: what is planned already stays, what isn't wanted any more goes. What
// support holds back waits for its answer first, and what may not be sent stays so.
func ReplanReminders(q *db.TenantTx, p catalog.Policies, only Replan) error {
	var ahead []struct {
		calendar.Booking
		Hours *string `db:"reminder_hours"`
	}
	err := db.List(q, &ahead, `
		SELECT a.id, a.customer_id, COALESCE(a.guest_name, c.name) AS customer, COALESCE(c.email, '') AS email, a.status, a.starts_at, s.reminder_hours
		FROM appointments a JOIN customers c ON c.id = a.customer_id JOIN services s ON s.id = a.service_id
		WHERE a.status = 'confirmed' AND a.starts_at > $1 AND (CAST($2 AS uuid) IS NULL OR a.service_id = $2) AND (CAST($3 AS uuid) IS NULL OR a.customer_id = $3)`,
		q.Now(), only.Service, only.Customer)
	if err != nil || len(ahead) == 0 {
		return err
	}
	var planned []AppointmentNotice
	err = db.List(q, &planned, `SELECT `+noticeColumns+` FROM public.notices n
		WHERE n.business_id = $1 AND n.due_at > $2 AND n.kind = 'reminder' AND n.state IN ('queued', 'held', 'failed') AND (CAST($3 AS uuid) IS NULL OR n.customer_id = $3)`,
		q.Tenant.ID, q.Now(), only.Customer)
	if err != nil {
		return err
	}
	before := make(map[uuid.UUID][]AppointmentNotice, len(ahead))
	for _, n := range planned {
		before[n.AppointmentID] = append(before[n.AppointmentID], n)
	}
	var add []AppointmentNotice
	var gone []uuid.UUID
	for _, a := range ahead {
		old := before[a.ID]
		if slices.ContainsFunc(old, func(n AppointmentNotice) bool { return n.State != "queued" }) {
			continue
		}
		wanted := Reminders(q, a.Booking, catalog.Service{ReminderHours: a.Hours}, p)
		for _, n := range old {
			at := slices.IndexFunc(wanted, func(w AppointmentNotice) bool {
				return w.DueAt.Truncate(time.Microsecond).Equal(n.DueAt) && n.StartsAt.Equal(a.StartsAt)
			})
			if at < 0 {
				gone = append(gone, n.ID)
			} else {
				wanted = slices.Delete(wanted, at, at+1)
			}
		}
		for _, w := range wanted {
			w.AppointmentID, w.StartsAt = a.ID, a.StartsAt
			add = append(add, w)
		}
	}
	if len(gone) > 0 {
		if _, err := db.Exec(q, `DELETE FROM public.notices WHERE business_id = $1 AND state = 'queued' AND id = ANY(CAST($2 AS uuid[]))`, q.Tenant.ID, calendar.Texts(gone)); err != nil {
			return err
		}
	}
	return queueNotices(q, add)
}

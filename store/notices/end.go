package notices

import (
	"context"
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/calendar"
	"github.com/smoothschedule/smoothschedule/store/catalog"
	"github.com/smoothschedule/smoothschedule/store/internal/db"
	"github.com/smoothschedule/smoothschedule/store/internal/text"
)

// Letter is a notice that is about to be sent, with what its mail says.
type Letter struct {
	AppointmentNotice
	Tenant  db.Tenant
	Booking calendar.Booking
	Policy  catalog.Policies
	Profile Profile
	Secret  uuid.UUID // of the appointment's link
}

// TakeNotice marks a notice as being sent and returns what to write; false when
// there is nothing to send: it was sent, is held, or is not true any more. The
// mark is stored before the mail leaves, so that after a crash nothing is sent
// twice.
func TakeNotice(ctx context.Context, d *db.DB, args NoticeArgs) (Letter, bool, error) {
	var l Letter
	tenant, err := d.TenantByID(ctx, args.BusinessID)
	if err != nil {
		return l, false, err
	}
	taken := false
	err = d.InTenant(ctx, tenant, func(q *db.TenantTx) error {
		var rows []AppointmentNotice
		err := db.List(q, &rows, `
			UPDATE public.notices n SET state = 'sending', changed_at = $3, error = ''
			WHERE n.id = $1 AND n.business_id = $2 AND n.state = 'queued' RETURNING `+noticeColumns, args.NoticeID, tenant.ID, q.Now())
		if err != nil || len(rows) == 0 {
			return err
		}
		l.AppointmentNotice, l.Tenant = rows[0], tenant
		if l.Booking, err = calendar.ReadBooking(q, l.AppointmentID); err != nil {
			return err
		}
		if l.Policy, err = catalog.ReadPolicies(q); err != nil {
			return err
		}
		var secret uuid.NullUUID
		if err := db.Get(q, &secret, `SELECT link_secret FROM appointments WHERE id = $1`, l.AppointmentID); err != nil {
			return err
		}
		if !secret.Valid { // made before there were links
			secret.UUID = uuid.New()
			if _, err := db.Exec(q, `UPDATE appointments SET link_secret = $2 WHERE id = $1`, l.AppointmentID, secret.UUID); err != nil {
				return err
			}
		}
		l.Secret = secret.UUID
		if l.Profile, err = ReadProfile(q); err != nil {
			return err
		}
		if err := readRecipient(q, &l); err != nil {
			return err
		}
		taken = l.isTrue(q.Now())
		if !taken {
			_, err = db.Exec(q, `UPDATE public.notices SET state = 'dropped' WHERE id = $1`, l.ID)
		}
		return err
	})
	return l, taken && err == nil, err
}

// isTrue says whether the appointment is still as the notice tells.
func (l Letter) isTrue(now time.Time) bool {
	b := l.Booking
	same := b.StartsAt.Equal(l.StartsAt)
	if l.Tenant.Status == "suspended" || l.Tenant.Status == "archived" || l.ToEmail == "" {
		return false
	}
	switch l.Kind {
	case "requested":
		return same && b.Status == "pending"
	case "confirmed", "approved":
		return same && b.Status == "confirmed"
	case "moved":
		return same && b.Holds()
	case "declined", "cancelled", "expired":
		return b.Status == "cancelled"
	case "reminder":
		return same && b.Status == "confirmed" && b.StartsAt.After(now)
	}
	return true // the team hears of everything
}

// NoticeDone records that a mail left or why it did not; what failed is queued
// again when there shall be another try.
func NoticeDone(ctx context.Context, d *db.DB, l Letter, failure error, again bool) error {
	state, value := "sent", ""
	if failure != nil {
		state, value = "failed", text.Truncate(failure.Error(), 280)
		if again {
			state = "queued"
		}
	}
	// The mail is out: this is written even while the program stops.
	return d.InTenant(context.WithoutCancel(ctx), l.Tenant, func(q *db.TenantTx) error {
		_, err := db.Exec(q, `UPDATE public.notices SET state = $2, error = CASE WHEN to_email = '' THEN '' ELSE $3 END, changed_at = $4 WHERE id = $1 AND state = 'sending'`, l.ID, state, value, q.Now())
		return err
	})
}

// sendingFor is longer than a mail takes to leave.
const sendingFor = 5 * time.Minute

// LoseNotices marks what was being sent when a program died: nobody knows
// whether it left, so it is not sent again by itself.
func LoseNotices(q *db.PublicTx) error {
	_, err := db.Exec(q, `UPDATE public.notices SET state = 'failed', changed_at = $2, error = 'The program stopped while this was being sent. It may have arrived.'
		WHERE state = 'sending' AND changed_at < $1`, q.Now().Add(-sendingFor), q.Now())
	return err
}

// SendNotice queues a notice that was held or failed.
func SendNotice(q *db.TenantTx, id uuid.UUID) error {
	var rows []AppointmentNotice
	err := db.List(q, &rows, `
		UPDATE public.notices n SET state = 'queued', changed_at = $3, error = '', due_at = greatest(n.due_at, $3)
		WHERE n.id = $1 AND n.business_id = $2 AND n.state IN ('held', 'failed') RETURNING `+noticeColumns, id, q.Tenant.ID, q.Now())
	if err != nil {
		return err
	}
	if len(rows) == 0 {
		return db.NoSuch("notice")
	}
	if err := catalog.Record(q, "notice.sent", "notice", id, "Mail: "+rows[0].Kind, nil); err != nil {
		return err
	}
	job := NoticeJob(q, id, rows[0].DueAt)
	return db.Enqueue(q, job.Args, job.InsertOpts)
}

// DropNotice leaves a held notice unsent.
func DropNotice(q *db.TenantTx, id uuid.UUID) error {
	var kinds []string
	err := db.List(q, &kinds, `UPDATE public.notices SET state = 'dropped', changed_at = $3 WHERE id = $1 AND business_id = $2 AND state = 'held' RETURNING kind`,
		id, q.Tenant.ID, q.Now())
	if err != nil {
		return err
	}
	if len(kinds) == 0 {
		return db.NoSuch("notice")
	}
	return catalog.Record(q, "notice.dropped", "notice", id, "Mail: "+kinds[0], nil)
}

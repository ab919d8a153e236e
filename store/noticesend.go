package store

import (
	"context"
	"time"

	"github.com/google/uuid"
)

// Letter is a notice that is about to be sent, with what its mail says.
type Letter struct {
	AppointmentNotice
	Tenant  Tenant
	Booking Booking
	Policy  Policies
	Profile Profile
	Secret  uuid.UUID // of the appointment's link
}

// TakeNotice marks a notice as being sent and returns what to write; false when
// there is nothing to send: it was sent, is held, or is not true any more. The
// mark is stored before the mail leaves, so that after a crash nothing is sent
// twice.
func (db *DB) TakeNotice(ctx context.Context, args NoticeArgs) (Letter, bool, error) {
	var l Letter
	tenant, err := db.TenantByID(ctx, args.BusinessID)
	if err != nil {
		return l, false, err
	}
	taken := false
	err = db.InTenant(ctx, tenant, func(q *TenantTx) error {
		var rows []AppointmentNotice
		err := q.list(&rows, `
			UPDATE public.notices n SET state = 'sending', changed_at = $3, error = ''
			WHERE n.id = $1 AND n.business_id = $2 AND n.state = 'queued' RETURNING `+noticeColumns, args.NoticeID, tenant.ID, q.now)
		if err != nil || len(rows) == 0 {
			return err
		}
		l.AppointmentNotice, l.Tenant = rows[0], tenant
		if l.Booking, err = q.Booking(l.AppointmentID); err != nil {
			return err
		}
		if l.Policy, err = q.Policies(); err != nil {
			return err
		}
		var secret uuid.NullUUID
		if err := q.get(&secret, `SELECT link_secret FROM appointments WHERE id = $1`, l.AppointmentID); err != nil {
			return err
		}
		if !secret.Valid { // made before there were links
			secret.UUID = uuid.New()
			if _, err := q.exec(`UPDATE appointments SET link_secret = $2 WHERE id = $1`, l.AppointmentID, secret.UUID); err != nil {
				return err
			}
		}
		l.Secret = secret.UUID
		if l.Profile, err = q.Profile(); err != nil {
			return err
		}
		if err := q.readRecipient(&l); err != nil {
			return err
		}
		taken = l.isTrue(q.now)
		if !taken {
			_, err = q.exec(`UPDATE public.notices SET state = 'dropped' WHERE id = $1`, l.ID)
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
func (db *DB) NoticeDone(ctx context.Context, l Letter, failure error, again bool) error {
	state, text := "sent", ""
	if failure != nil {
		state, text = "failed", truncate(failure.Error(), 280)
		if again {
			state = "queued"
		}
	}
	// The mail is out: this is written even while the program stops.
	return db.InTenant(context.WithoutCancel(ctx), l.Tenant, func(q *TenantTx) error {
		_, err := q.exec(`UPDATE public.notices SET state = $2, error = CASE WHEN to_email = '' THEN '' ELSE $3 END, changed_at = $4 WHERE id = $1 AND state = 'sending'`, l.ID, state, text, q.now)
		return err
	})
}

// sendingFor is longer than a mail takes to leave.
const sendingFor = 5 * time.Minute

// LoseNotices marks what was being sent when a program died: nobody knows
// whether it left, so it is not sent again by itself.
func (q *PublicTx) LoseNotices() error {
	_, err := q.exec(`UPDATE public.notices SET state = 'failed', changed_at = $2, error = 'The program stopped while this was being sent. It may have arrived.'
		WHERE state = 'sending' AND changed_at < $1`, q.now.Add(-sendingFor), q.now)
	return err
}

// SendNotice queues a notice that was held or failed.
func (q *TenantTx) SendNotice(id uuid.UUID) error {
	var rows []AppointmentNotice
	err := q.list(&rows, `
		UPDATE public.notices n SET state = 'queued', changed_at = $3, error = '', due_at = greatest(n.due_at, $3)
		WHERE n.id = $1 AND n.business_id = $2 AND n.state IN ('held', 'failed') RETURNING `+noticeColumns, id, q.Tenant.ID, q.now)
	if err != nil {
		return err
	}
	if len(rows) == 0 {
		return notFound("notice")
	}
	if err := q.record("notice.sent", "notice", id, "Mail: "+rows[0].Kind, nil); err != nil {
		return err
	}
	job := q.noticeJob(id, rows[0].DueAt)
	return q.enqueue(job.Args, job.InsertOpts)
}

// DropNotice leaves a held notice unsent.
func (q *TenantTx) DropNotice(id uuid.UUID) error {
	var kinds []string
	err := q.list(&kinds, `UPDATE public.notices SET state = 'dropped', changed_at = $3 WHERE id = $1 AND business_id = $2 AND state = 'held' RETURNING kind`,
		id, q.Tenant.ID, q.now)
	if err != nil {
		return err
	}
	if len(kinds) == 0 {
		return notFound("notice")
	}
	return q.record("notice.dropped", "notice", id, "Mail: "+kinds[0], nil)
}

package booking

import (
	"github.com/smoothschedule/smoothschedule/store/catalog"
	"github.com/smoothschedule/smoothschedule/store/internal/db"
	"github.com/smoothschedule/smoothschedule/store/notices"
)

// ChangePolicies changes some of them; the pages of the settings share one row.
func ChangePolicies(q *db.TenantTx, change func(*catalog.Policies)) error {
	if err := db.LockBusiness(q); err != nil {
		return err
	}
	p, err := catalog.ReadPolicies(q)
	if err != nil {
		return err
	}
	if err := db.Unchanged(q, p); err != nil {
		return err
	}
	change(&p)
	return SavePolicies(q, p)
}

// SavePolicies replaces them all.
func SavePolicies(q *db.TenantTx, p catalog.Policies) error {
	before, err := catalog.ReadPolicies(q)
	if err != nil {
		return err
	}
	_, err = db.Exec(q, `
		INSERT INTO policies (id, notice_minutes, horizon_days, step_minutes, needs_approval, approval_hours, updated_at,
			booking_open, cancel_minutes, late_fee_cents, reminder_hours, quiet_from, quiet_to, book_message, frame_origins, notify_team)
		VALUES (1, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, CAST(NULLIF($11, '') AS time), CAST(NULLIF($12, '') AS time), $13, $14, $15)
		ON CONFLICT (id) DO UPDATE SET notice_minutes = $1, horizon_days = $2, step_minutes = $3, needs_approval = $4, approval_hours = $5, updated_at = $6,
			booking_open = $7, cancel_minutes = $8, late_fee_cents = $9, reminder_hours = $10,
			quiet_from = EXCLUDED.quiet_from, quiet_to = EXCLUDED.quiet_to, book_message = $13, frame_origins = $14, notify_team = $15`,
		p.NoticeMinutes, p.HorizonDays, p.StepMinutes, p.NeedsApproval, p.ApprovalHours, q.Now(), p.BookingOpen, p.CancelMinutes, p.LateFeeCents,
		p.ReminderHours, p.QuietFrom, p.QuietTo, p.BookMessage, p.FrameOrigins, p.NotifyTeam)
	if err != nil {
		return err
	}
	if p.ReminderHours != before.ReminderHours || p.QuietFrom != before.QuietFrom || p.QuietTo != before.QuietTo {
		if err := notices.ReplanReminders(q, p, notices.Replan{}); err != nil {
			return err
		}
	}
	return catalog.Record(q, "policies.changed", "business", q.Tenant.ID, q.Tenant.Name, map[string]any{"before": before, "after": p})
}

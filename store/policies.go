package store

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// Policies say when customers may book, and what follows from a booking.
type Policies struct {
	NoticeMinutes int    `db:"notice_minutes" json:"notice_minutes"` // between now and the start, at least
	HorizonDays   int    `db:"horizon_days" json:"horizon_days"`     // the last day, counted from today
	StepMinutes   int    `db:"step_minutes" json:"step_minutes"`     // between two starts
	NeedsApproval bool   `db:"needs_approval" json:"needs_approval"` // a booking waits for the business's word
	ApprovalHours int    `db:"approval_hours" json:"approval_hours"` // and for how long its time is held
	BookingOpen   bool   `db:"booking_open" json:"booking_open"`     // visitors may book
	CancelMinutes int    `db:"cancel_minutes" json:"cancel_minutes"` // before the start, until which cancelling is free
	LateFeeCents  int    `db:"late_fee_cents" json:"late_fee_cents"` // and what it costs after that
	ReminderHours string `db:"reminder_hours" json:"reminder_hours"` // "24,2": before the start; see ParseReminderHours
	QuietFrom     string `db:"quiet_from" json:"quiet_from"`         // local "22:00"; empty: reminders go out at any hour
	QuietTo       string `db:"quiet_to" json:"quiet_to"`
	BookMessage   string `db:"book_message" json:"book_message"`   // shown above the booking page
	FrameOrigins  string `db:"frame_origins" json:"frame_origins"` // "https://acme.example": sites that may show it inside theirs
	NotifyTeam    bool   `db:"notify_team" json:"notify_team"`     // the team gets a mail of what customers do
}

// defaultPolicies hold until a business chooses its own.
var defaultPolicies = Policies{NoticeMinutes: 60, HorizonDays: 60, StepMinutes: 15, ApprovalHours: 24, BookingOpen: true,
	CancelMinutes: 1440, ReminderHours: "24", NotifyTeam: true}

// Policies returns the business's.
func (q *TenantTx) Policies() (Policies, error) {
	var rows []Policies
	err := q.list(&rows, `
		SELECT notice_minutes, horizon_days, step_minutes, needs_approval, approval_hours, booking_open, cancel_minutes, late_fee_cents, reminder_hours,
			COALESCE(to_char(quiet_from, 'HH24:MI'), '') AS quiet_from, COALESCE(to_char(quiet_to, 'HH24:MI'), '') AS quiet_to,
			book_message, frame_origins, notify_team FROM policies`)
	if err != nil || len(rows) == 0 {
		return defaultPolicies, err
	}
	return rows[0], nil
}

// ChangePolicies changes some of them; the pages of the settings share one row.
func (q *TenantTx) ChangePolicies(change func(*Policies)) error {
	if err := q.lockBusiness(); err != nil {
		return err
	}
	p, err := q.Policies()
	if err != nil {
		return err
	}
	if err := q.unchanged(p); err != nil {
		return err
	}
	change(&p)
	return q.SavePolicies(p)
}

// SavePolicies replaces them all.
func (q *TenantTx) SavePolicies(p Policies) error {
	before, err := q.Policies()
	if err != nil {
		return err
	}
	_, err = q.exec(`
		INSERT INTO policies (id, notice_minutes, horizon_days, step_minutes, needs_approval, approval_hours, updated_at,
			booking_open, cancel_minutes, late_fee_cents, reminder_hours, quiet_from, quiet_to, book_message, frame_origins, notify_team)
		VALUES (1, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, CAST(NULLIF($11, '') AS time), CAST(NULLIF($12, '') AS time), $13, $14, $15)
		ON CONFLICT (id) DO UPDATE SET notice_minutes = $1, horizon_days = $2, step_minutes = $3, needs_approval = $4, approval_hours = $5, updated_at = $6,
			booking_open = $7, cancel_minutes = $8, late_fee_cents = $9, reminder_hours = $10,
			quiet_from = EXCLUDED.quiet_from, quiet_to = EXCLUDED.quiet_to, book_message = $13, frame_origins = $14, notify_team = $15`,
		p.NoticeMinutes, p.HorizonDays, p.StepMinutes, p.NeedsApproval, p.ApprovalHours, q.now, p.BookingOpen, p.CancelMinutes, p.LateFeeCents,
		p.ReminderHours, p.QuietFrom, p.QuietTo, p.BookMessage, p.FrameOrigins, p.NotifyTeam)
	if err != nil {
		return err
	}
	if p.ReminderHours != before.ReminderHours || p.QuietFrom != before.QuietFrom || p.QuietTo != before.QuietTo {
		if err := q.replanReminders(p, replan{}); err != nil {
			return err
		}
	}
	return q.record("policies.changed", "business", q.Tenant.ID, q.Tenant.Name, map[string]any{"before": before, "after": p})
}

// maxReminder is in hours: four weeks.
const maxReminder = 28 * 24

// ParseReminderHours reads "24, 2" as hours before the start, the longest first.
// Nothing means no reminders; false is returned for what can't be read.
func ParseReminderHours(text string) ([]int, bool) {
	var hours []int
	for _, part := range strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' }) {
		n, err := strconv.Atoi(part)
		if err != nil || n < 1 || n > maxReminder || len(hours) == 5 {
			return nil, false
		}
		hours = append(hours, n)
	}
	slices.Sort(hours)
	hours = slices.Compact(hours)
	slices.Reverse(hours)
	return hours, true
}

// quiet is when no reminders go out, in minutes since midnight; from > to
// spans midnight.
func (p Policies) quiet() (from, to int, some bool) {
	a, errA := time.Parse("15:04", p.QuietFrom)
	b, errB := time.Parse("15:04", p.QuietTo)
	if errA != nil || errB != nil || a.Equal(b) {
		return 0, 0, false
	}
	return a.Hour()*60 + a.Minute(), b.Hour()*60 + b.Minute(), true
}

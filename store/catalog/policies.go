package catalog

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/smoothschedule/smoothschedule/store/availability"
	"github.com/smoothschedule/smoothschedule/store/internal/db"
)

// Awake moves a reminder out of the quiet hours: behind them, or before them
// when the appointment would have begun by then.
func (p Policies) Awake(due, start time.Time, zone *time.Location) time.Time {
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

// DefaultPolicies hold until a business chooses its own.
var DefaultPolicies = Policies{NoticeMinutes: 60, HorizonDays: 60, StepMinutes: 15, ApprovalHours: 24, BookingOpen: true,
	CancelMinutes: 1440, ReminderHours: "24", NotifyTeam: true}

// ReadPolicies returns the business's.
func ReadPolicies(q *db.TenantTx) (Policies, error) {
	var rows []Policies
	err := db.List(q, &rows, `
		SELECT notice_minutes, horizon_days, step_minutes, needs_approval, approval_hours, booking_open, cancel_minutes, late_fee_cents, reminder_hours,
			COALESCE(to_char(quiet_from, 'HH24:MI'), '') AS quiet_from, COALESCE(to_char(quiet_to, 'HH24:MI'), '') AS quiet_to,
			book_message, frame_origins, notify_team FROM policies`)
	if err != nil || len(rows) == 0 {
		return DefaultPolicies, err
	}
	return rows[0], nil
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

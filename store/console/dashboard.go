package console

import (
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/internal/db"
)

// PlatformTotals are the figures of the dashboard at AsOf.
type PlatformTotals struct {
	Trial            int       `db:"trial"`
	Active           int       `db:"active"`
	Suspended        int       `db:"suspended"`
	Archived         int       `db:"archived"`
	Users            int       `db:"users"`
	MRRCents         int64     `db:"mrr_cents"`
	Appointments30d  int64     `db:"appointments_30d"`
	NewBusinesses30d int       `db:"new_businesses_30d"`
	OpenTickets      int       `db:"open_tickets"`
	FailedJobs       int       `db:"failed_jobs"`
	FailedMigrations int       `db:"failed_migrations"`
	AsOf             time.Time `db:"as_of"`
	Churn
}

// Churn is who paid when a period began, and who of them pays no more at its end:
// never more than there were. The same of the period before.
type Churn struct {
	Paid       int `db:"paid"`
	Lost       int `db:"lost"`
	PaidBefore int `db:"paid_before"`
	LostBefore int `db:"lost_before"`
}

// Percent is the share that was lost in the period.
func (c Churn) Percent() float64 { return percent(c.Lost, c.Paid) }

// PercentBefore is the share that was lost in the period before.
func (c Churn) PercentBefore() float64 { return percent(c.LostBefore, c.PaidBefore) }

func percent(part, whole int) float64 {
	if whole == 0 {
		return 0
	}
	return 100 * float64(part) / float64(whole)
}

// The periods of the dashboard, in days of UTC that end today. The first is that
// of the API and of the list of businesses.
const (
	DaysOfMonth   = 30
	DaysOfQuarter = 90
	DaysOfYear    = 365
)

// Businesses is the number of businesses in all states.
func (t PlatformTotals) Businesses() int { return t.Trial + t.Active + t.Suspended + t.Archived }

// PlatformMonth is the MRR at the end of a month, or now for the present one.
type PlatformMonth struct {
	Month      time.Time `db:"month"`
	MRRCents   int64     `db:"mrr_cents"`
	Businesses int       `db:"businesses"`
}

// HistoryMonths is the length of the MRR history.
const HistoryMonths = 12

// PlatformDay is the platform at the end of a day, and what happened on it.
type PlatformDay struct {
	Day           time.Time `db:"day"`
	MRRCents      int64     `db:"mrr_cents"`
	Active        int       `db:"active"`
	Paying        int       `db:"paying"`
	SignUps       int       `db:"sign_ups"`
	Cancellations int       `db:"cancellations"`
	Appointments  int64     `db:"appointments"`
	OpenTickets   int       `db:"open_tickets"`
}

// PlanMonth is what a plan brings in at the end of a month.
type PlanMonth struct {
	Month    time.Time `db:"month"`
	Plan     string    `db:"plan"`
	Name     string    `db:"name"`
	MRRCents int64     `db:"mrr_cents"`
}

// Dashboard is all that the page shows, as the last roll-up left it.
type Dashboard struct {
	Totals  PlatformTotals
	Days    []PlatformDay // oldest first
	Plans   []PlanMonth   // by month and plan
	Busiest []BusyBusiness
	Trials  []Business     // that end next
	Waiting []TicketInLine // longest first; only for those who look after tickets
}

// BusyBusiness is a business with its appointments in a period.
type BusyBusiness struct {
	ID           uuid.UUID `db:"id"`
	Name         string    `db:"name"`
	Appointments int       `db:"appointments"`
}

// TicketInLine is a ticket that waits for an answer.
type TicketInLine struct {
	Number       int64     `db:"number"`
	Subject      string    `db:"subject"`
	BusinessName string    `db:"business_name"`
	WaitingSince time.Time `db:"waiting_since"`
}

// dashboardRows is the length of the lists on the dashboard.
const dashboardRows = 5

// totalsSQL reads the totals with the churn of the last $1 days.
const totalsSQL = `
	SELECT trial, active, suspended, archived, users, mrr_cents, appointments_30d, new_businesses_30d, open_tickets, failed_jobs, failed_migrations, as_of,
		COALESCE(c.paid, 0) AS paid, COALESCE(c.lost, 0) AS lost, COALESCE(c.paid_before, 0) AS paid_before, COALESCE(c.lost_before, 0) AS lost_before
	FROM public.platform_totals LEFT JOIN public.platform_churn c ON c.days = $1`

// appointmentsOf is the column with a business's appointments in a period.
func appointmentsOf(days int) string {
	switch days {
	case DaysOfQuarter:
		return "appointments_90d"
	case DaysOfYear:
		return "appointments_365d"
	}
	return "appointments_30d"
}

// ReadDashboard reads the platform's figures for one of the periods, and its days and
// those of the period before: a few small reads by index, whatever the number of
// businesses.
func ReadDashboard(q *db.PublicTx, days int, tickets bool) (Dashboard, error) {
	var d Dashboard
	if err := db.Get(q, &d.Totals, totalsSQL, days); err != nil {
		return d, err
	}
	err := db.List(q, &d.Days, `SELECT day, mrr_cents, active, paying, sign_ups, cancellations, appointments, open_tickets FROM (
		SELECT * FROM public.platform_daily ORDER BY day DESC LIMIT $1) AS newest ORDER BY day`, 2*days+1)
	if err != nil {
		return d, err
	}
	err = db.List(q, &d.Plans, `SELECT m.month, m.plan, p.name, m.mrr_cents FROM public.platform_plan_months m JOIN public.plans p ON p.code = m.plan
		WHERE m.month > CAST(date_trunc('month', CAST($1 AS timestamptz) AT TIME ZONE 'UTC') AS date) - interval '12 months' ORDER BY m.month, p.position, p.code`, q.Now())
	if err != nil {
		return d, err
	}
	column := appointmentsOf(days)
	err = db.List(q, &d.Busiest, `SELECT b.id, b.name, t.`+column+` AS appointments FROM public.business_totals t JOIN public.businesses b ON b.id = t.business_id
		WHERE t.`+column+` > 0 ORDER BY t.`+column+` DESC, t.business_id DESC LIMIT $1`, dashboardRows)
	if err != nil {
		return d, err
	}
	err = db.List(q, &d.Trials, `SELECT `+businessColumns+` FROM public.business_lines WHERE status = 'trial' AND trial_ends_at > $2 ORDER BY trial_ends_at LIMIT $1`, dashboardRows, q.Now())
	if err != nil || !tickets {
		return d, err
	}
	err = db.List(q, &d.Waiting, `SELECT number, subject, business_name, waiting_since FROM public.ticket_lines
		WHERE waiting_since IS NOT NULL ORDER BY COALESCE(waiting_since, TIMESTAMPTZ '9999-01-01 00:00:00+00'), id LIMIT $1`, dashboardRows)
	return d, err
}

// PlatformFigures are the totals and the MRR of the last months, for programs.
func PlatformFigures(q *db.PublicTx) (PlatformTotals, []PlatformMonth, error) {
	var totals PlatformTotals
	if err := db.Get(q, &totals, totalsSQL, DaysOfMonth); err != nil {
		return totals, nil, err
	}
	var months []PlatformMonth
	err := db.List(q, &months, `
		SELECT month, mrr_cents, businesses FROM (
			SELECT month, mrr_cents, businesses FROM public.platform_months ORDER BY month DESC LIMIT $1) AS newest
		ORDER BY month`, HistoryMonths)
	return totals, months, err
}

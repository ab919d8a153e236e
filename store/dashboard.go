package store

import "time"

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
	Paying30dAgo     int       `db:"paying_30d_ago"`
	Churned30d       int       `db:"churned_30d"`
	OpenTickets      int       `db:"open_tickets"`
	FailedJobs       int       `db:"failed_jobs"`
	FailedMigrations int       `db:"failed_migrations"`
	AsOf             time.Time `db:"as_of"`
}

// Businesses is the number of businesses in all states.
func (t PlatformTotals) Businesses() int { return t.Trial + t.Active + t.Suspended + t.Archived }

// ChurnPercent is the share of those that paid 30 days ago and pay no more.
func (t PlatformTotals) ChurnPercent() float64 {
	if t.Paying30dAgo == 0 {
		return 0
	}
	return 100 * float64(t.Churned30d) / float64(t.Paying30dAgo)
}

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
	Busiest []Business
	Trials  []Business     // that end next
	Waiting []TicketInLine // longest first; only for those who look after tickets
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

// Dashboard reads the platform's figures for some days back: a few small reads
// by index, whatever the number of businesses.
func (q *PublicTx) Dashboard(days int, tickets bool) (Dashboard, error) {
	var d Dashboard
	err := q.get(&d.Totals, `
		SELECT trial, active, suspended, archived, users, mrr_cents, appointments_30d, new_businesses_30d,
			paying_30d_ago, churned_30d, open_tickets, failed_jobs, failed_migrations, as_of FROM public.platform_totals`)
	if err != nil {
		return d, err
	}
	err = q.list(&d.Days, `SELECT day, mrr_cents, active, paying, sign_ups, cancellations, appointments, open_tickets FROM (
		SELECT * FROM public.platform_daily ORDER BY day DESC LIMIT $1) AS newest ORDER BY day`, days)
	if err != nil {
		return d, err
	}
	err = q.list(&d.Plans, `SELECT m.month, m.plan, p.name, m.mrr_cents FROM public.platform_plan_months m JOIN public.plans p ON p.code = m.plan
		WHERE m.month > CAST(date_trunc('month', CAST($1 AS timestamptz) AT TIME ZONE 'UTC') AS date) - interval '12 months' ORDER BY m.month, p.position, p.code`, q.now)
	if err != nil {
		return d, err
	}
	err = q.list(&d.Busiest, `SELECT `+businessColumns+` FROM public.business_lines WHERE appointments_30d > 0 ORDER BY appointments_30d DESC, business_id DESC LIMIT $1`, dashboardRows)
	if err != nil {
		return d, err
	}
	err = q.list(&d.Trials, `SELECT `+businessColumns+` FROM public.business_lines WHERE status = 'trial' AND trial_ends_at > $2 ORDER BY trial_ends_at LIMIT $1`, dashboardRows, q.now)
	if err != nil || !tickets {
		return d, err
	}
	err = q.list(&d.Waiting, `SELECT number, subject, business_name, waiting_since FROM public.ticket_lines
		WHERE waiting_since IS NOT NULL ORDER BY COALESCE(waiting_since, TIMESTAMPTZ '9999-01-01 00:00:00+00'), id LIMIT $1`, dashboardRows)
	return d, err
}

// PlatformFigures are the totals and the MRR of the last months, for programs.
func (q *PublicTx) PlatformFigures() (PlatformTotals, []PlatformMonth, error) {
	var totals PlatformTotals
	err := q.get(&totals, `
		SELECT trial, active, suspended, archived, users, mrr_cents, appointments_30d, new_businesses_30d,
			paying_30d_ago, churned_30d, open_tickets, as_of FROM public.platform_totals`)
	if err != nil {
		return totals, nil, err
	}
	var months []PlatformMonth
	err = q.list(&months, `
		SELECT month, mrr_cents, businesses FROM (
			SELECT month, mrr_cents, businesses FROM public.platform_months ORDER BY month DESC LIMIT $1) AS newest
		ORDER BY month`, HistoryMonths)
	return totals, months, err
}

// rollUpPlatform recomputes what Dashboard reads.
func (q *PublicTx) rollUpPlatform() error {
	_, err := q.exec(`
		INSERT INTO public.platform_totals (trial, active, suspended, archived, users, mrr_cents, appointments_30d,
			new_businesses_30d, paying_30d_ago, churned_30d, open_tickets, as_of)
		SELECT b.trial, b.active, b.suspended, b.archived, (SELECT count(*) FROM public.users WHERE is_active),
			t.mrr_cents, t.appointments_30d, b.recent, c.paid, c.lost,
			(SELECT count(*) FROM public.tickets WHERE status IN ('open', 'in_progress', 'waiting')), $1
		FROM (SELECT count(*) FILTER (WHERE status = 'trial') AS trial, count(*) FILTER (WHERE status = 'active') AS active,
				count(*) FILTER (WHERE status = 'suspended') AS suspended, count(*) FILTER (WHERE status = 'archived') AS archived,
				count(*) FILTER (WHERE created_at > $2) AS recent FROM public.businesses) AS b,
			(SELECT COALESCE(sum(mrr_cents), 0) AS mrr_cents, COALESCE(sum(appointments_30d), 0) AS appointments_30d FROM public.business_totals) AS t,
			(SELECT count(*) FILTER (WHERE before > 0) AS paid, count(*) FILTER (WHERE before > 0 AND now = 0) AS lost FROM (
				SELECT COALESCE(sum(mrr_after_cents - mrr_before_cents) FILTER (WHERE at <= $2), 0) AS before,
					sum(mrr_after_cents - mrr_before_cents) AS now
				FROM public.plan_changes GROUP BY business_id) AS each) AS c
		ON CONFLICT (singleton) DO UPDATE SET trial = EXCLUDED.trial, active = EXCLUDED.active, suspended = EXCLUDED.suspended,
			archived = EXCLUDED.archived, users = EXCLUDED.users, mrr_cents = EXCLUDED.mrr_cents,
			appointments_30d = EXCLUDED.appointments_30d, new_businesses_30d = EXCLUDED.new_businesses_30d,
			paying_30d_ago = EXCLUDED.paying_30d_ago, churned_30d = EXCLUDED.churned_30d,
			open_tickets = EXCLUDED.open_tickets, as_of = EXCLUDED.as_of`, q.now, q.now.AddDate(0, 0, -30))
	if err != nil {
		return err
	}
	// MRR at the end of a month is the sum of all steps before its end.
	_, err = q.exec(`
		INSERT INTO public.platform_months (month, mrr_cents, businesses)
		SELECT CAST(m AS date),
			COALESCE((SELECT sum(mrr_after_cents - mrr_before_cents) FROM public.plan_changes WHERE at < (m + interval '1 month') AT TIME ZONE 'UTC'), 0),
			(SELECT count(*) FROM public.businesses WHERE created_at < (m + interval '1 month') AT TIME ZONE 'UTC')
		FROM generate_series(date_trunc('month', CAST($1 AS timestamptz) AT TIME ZONE 'UTC') - interval '11 months',
			date_trunc('month', CAST($1 AS timestamptz) AT TIME ZONE 'UTC'), interval '1 month') AS m
		ON CONFLICT (month) DO UPDATE SET mrr_cents = EXCLUDED.mrr_cents, businesses = EXCLUDED.businesses`, q.now)
	return err
}

package console

import (
	"time"

	"github.com/lib/pq"

	"github.com/smoothschedule/smoothschedule/store/internal/db"
)

// rollUpLock is the advisory lock under which one roll-up writes the platform's
// figures: a slower one must not put back what it had read before.
const rollUpLock = 0x736d6f6f746803

// rollUpPlatform recomputes what Dashboard reads: the days since the first one
// whose rows have changed, and the totals. all recomputes the whole history; so
// does the first run of each day, whose periods begin anew.
func rollUpPlatform(q *db.PublicTx, all bool) error {
	if _, err := db.Exec(q, `SELECT pg_advisory_xact_lock($1)`, rollUpLock); err != nil {
		return err
	}
	days, err := staleDays(q, all)
	if err != nil {
		return err
	}
	if days == historyDays {
		if _, err := db.Exec(q, periodsSQL(""), today(q)); err != nil {
			return err
		}
	}
	if err := rollUpHistory(q, days); err != nil {
		return err
	}
	if err := rollUpTotals(q); err != nil {
		return err
	}
	return rollUpChurn(q)
}

// today is the platform's day.
func today(q *db.PublicTx) string { return q.Now().UTC().Format(time.DateOnly) }

// staleDays is how many days up to today are not true any more.
func staleDays(q *db.PublicTx, all bool) (int, error) {
	var days int
	err := db.Get(q, &days, `
		WITH stale AS (DELETE FROM public.platform_stale_days RETURNING day)
		SELECT CASE WHEN (SELECT count(*) FROM public.platform_daily WHERE day > CAST($1 AS date) - CAST($2 AS int)) < $2
				OR NOT EXISTS (SELECT FROM public.platform_totals WHERE CAST(as_of AT TIME ZONE 'UTC' AS date) = $1) THEN $2
			ELSE GREATEST($3, LEAST($2, CAST($1 AS date) - COALESCE((SELECT min(day) FROM stale), $1) + 1)) END`, today(q), historyDays, recentDays)
	if all {
		days = historyDays
	}
	return days, err
}

// MarkDays marks the days of which a business that comes or goes holds rows.
func MarkDays(t db.Scope, business any) error {
	_, err := db.Exec(t, `
		INSERT INTO public.platform_stale_days (day)
		SELECT CAST(LEAST(b.created_at, (SELECT min(at) FROM public.plan_changes WHERE business_id = b.id),
			(SELECT CAST(min(day) AS timestamp) AT TIME ZONE 'UTC' FROM public.business_daily WHERE business_id = b.id),
			(SELECT min(created_at) FROM public.tickets WHERE business_id = b.id)) AT TIME ZONE 'UTC' AS date)
		FROM public.businesses b WHERE b.id = $1`, business)
	return err
}

// periodsSQL counts the appointments of the periods that end on the day $1 from
// the days of each business that meets a condition.
func periodsSQL(where string) string {
	return `
	UPDATE public.business_totals t SET appointments_30d = p.month, appointments_90d = p.quarter, appointments_365d = p.year
	FROM (SELECT b.business_id, COALESCE(sum(d.appointments) FILTER (WHERE d.day > CAST($1 AS date) - 30), 0) AS month,
			COALESCE(sum(d.appointments) FILTER (WHERE d.day > CAST($1 AS date) - 90), 0) AS quarter, COALESCE(sum(d.appointments), 0) AS year
		FROM public.business_totals b LEFT JOIN public.business_daily d ON d.business_id = b.business_id AND d.day > CAST($1 AS date) - 365 AND d.day <= $1
		` + where + ` GROUP BY b.business_id) AS p
	WHERE t.business_id = p.business_id AND (t.appointments_30d, t.appointments_90d, t.appointments_365d) IS DISTINCT FROM (p.month, p.quarter, p.year)`
}

// rollUpTotals sums up the days of the month, which the page shows as well.
func rollUpTotals(q *db.PublicTx) error {
	_, err := db.Exec(q, `
		INSERT INTO public.platform_totals (trial, active, suspended, archived, users, mrr_cents, appointments_30d,
			new_businesses_30d, open_tickets, failed_jobs, failed_migrations, as_of)
		SELECT b.trial, b.active, b.suspended, b.archived, (SELECT count(*) FROM public.users WHERE is_active),
			(SELECT COALESCE(sum(mrr_cents), 0) FROM public.business_totals), d.appointments, d.sign_ups,
			(SELECT count(*) FROM public.tickets WHERE status IN ('open', 'in_progress', 'waiting')),
			(SELECT count(*) FROM public.river_job WHERE state IN ('discarded', 'cancelled', 'retryable')),
			(SELECT count(*) FROM public.tenant_schemas WHERE state = 'failed'), $1
		FROM (SELECT count(*) FILTER (WHERE status = 'trial') AS trial, count(*) FILTER (WHERE status = 'active') AS active,
				count(*) FILTER (WHERE status = 'suspended') AS suspended, count(*) FILTER (WHERE status = 'archived') AS archived
			FROM public.businesses) AS b,
			(SELECT sum(appointments) AS appointments, sum(sign_ups) AS sign_ups FROM public.platform_daily
			WHERE day > CAST($2 AS date) - CAST($3 AS int) AND day <= $2) AS d
		ON CONFLICT (singleton) DO UPDATE SET trial = EXCLUDED.trial, active = EXCLUDED.active, suspended = EXCLUDED.suspended,
			archived = EXCLUDED.archived, users = EXCLUDED.users, mrr_cents = EXCLUDED.mrr_cents,
			appointments_30d = EXCLUDED.appointments_30d, new_businesses_30d = EXCLUDED.new_businesses_30d,
			open_tickets = EXCLUDED.open_tickets, failed_jobs = EXCLUDED.failed_jobs, failed_migrations = EXCLUDED.failed_migrations,
			as_of = EXCLUDED.as_of`, q.Now(), today(q), DaysOfMonth)
	if err != nil {
		return err
	}
	// MRR at the end of a month is the sum of all steps before its end.
	_, err = db.Exec(q, `
		INSERT INTO public.platform_months (month, mrr_cents, businesses)
		SELECT CAST(m AS date),
			COALESCE((SELECT sum(mrr_after_cents - mrr_before_cents) FROM public.plan_changes
				WHERE undone_at IS NULL AND at < (m + interval '1 month') AT TIME ZONE 'UTC'), 0),
			(SELECT count(*) FROM public.businesses WHERE created_at < (m + interval '1 month') AT TIME ZONE 'UTC')
		FROM generate_series(date_trunc('month', CAST($1 AS timestamptz) AT TIME ZONE 'UTC') - interval '11 months',
			date_trunc('month', CAST($1 AS timestamptz) AT TIME ZONE 'UTC'), interval '1 month') AS m
		ON CONFLICT (month) DO UPDATE SET mrr_cents = EXCLUDED.mrr_cents, businesses = EXCLUDED.businesses`, q.Now())
	return err
}

// rollUpChurn asks of each period who paid when its first day began and pays
// nothing now. Deleted businesses count: their steps stay.
func rollUpChurn(q *db.PublicTx) error {
	_, err := db.Exec(q, `
		INSERT INTO public.platform_churn (days, paid, lost, paid_before, lost_before)
		SELECT p.days, count(*) FILTER (WHERE s.begun > 0), count(*) FILTER (WHERE s.begun > 0 AND s.now = 0),
			count(*) FILTER (WHERE s.earlier > 0), count(*) FILTER (WHERE s.earlier > 0 AND s.begun = 0)
		FROM unnest(CAST($3 AS int[])) AS p (days) LEFT JOIN LATERAL (
			SELECT COALESCE(sum(mrr_after_cents - mrr_before_cents) FILTER (WHERE at < CAST(CAST($1 AS date) - p.days + 1 AS timestamp) AT TIME ZONE 'UTC'), 0) AS begun,
				COALESCE(sum(mrr_after_cents - mrr_before_cents) FILTER (WHERE at < CAST(CAST($1 AS date) - 2 * p.days + 1 AS timestamp) AT TIME ZONE 'UTC'), 0) AS earlier,
				sum(mrr_after_cents - mrr_before_cents) AS now
			FROM public.plan_changes WHERE undone_at IS NULL AND at <= $2 GROUP BY business_id) AS s ON true
		GROUP BY p.days
		ON CONFLICT (days) DO UPDATE SET paid = EXCLUDED.paid, lost = EXCLUDED.lost, paid_before = EXCLUDED.paid_before, lost_before = EXCLUDED.lost_before`,
		today(q), q.Now(), pq.Array([]int{DaysOfMonth, DaysOfQuarter, DaysOfYear}))
	return err
}

package store

import "time"

const (
	// historyDays hold a year and the one before it, to compare with.
	historyDays = 731
	// recentDays are computed anew with each run; what lies further back can't
	// change any more.
	recentDays = 3
)

// rollUpHistory recomputes the dashboard's history: all of it when asked or when
// there is none, else its end.
func (q *PublicTx) rollUpHistory(all bool) error {
	if !all {
		var days int
		if err := q.get(&days, `SELECT count(*) FROM public.platform_daily WHERE day > $1`, q.now.AddDate(0, 0, -historyDays).Format(time.DateOnly)); err != nil {
			return err
		}
		all = days < historyDays-recentDays
	}
	days, months := recentDays, 2
	if all {
		days, months = historyDays, HistoryMonths
	}
	today := q.now.UTC().Format(time.DateOnly)
	_, err := q.exec(rollUpDailySQL, today, days, q.now)
	if err != nil {
		return err
	}
	// What a business pays at a month's end is what its last step before says.
	_, err = q.exec(`
		INSERT INTO public.platform_plan_months (month, plan, mrr_cents)
		SELECT CAST(m AS date), p.code, COALESCE((SELECT sum(last.mrr_after_cents) FROM (
				SELECT DISTINCT ON (business_id) plan, mrr_after_cents FROM public.plan_changes
				WHERE at < (m + interval '1 month') AT TIME ZONE 'UTC' ORDER BY business_id, at DESC, id DESC) AS last
			WHERE last.plan = p.code), 0)
		FROM generate_series(date_trunc('month', CAST($1 AS date)) - CAST($2 AS int) * interval '1 month' + interval '1 month',
			date_trunc('month', CAST($1 AS date)), interval '1 month') AS m, public.plans p
		ON CONFLICT (month, plan) DO UPDATE SET mrr_cents = EXCLUDED.mrr_cents`, today, months)
	if err != nil {
		return err
	}
	_, err = q.exec(`UPDATE public.platform_totals SET
		failed_jobs = (SELECT count(*) FROM public.river_job WHERE state IN ('discarded', 'cancelled', 'retryable')),
		failed_migrations = (SELECT count(*) FROM public.tenant_schemas WHERE state = 'failed')`)
	return err
}

// rollUpDailySQL writes the last days up to $1, one row each. Running sums over
// the days of all changes give the state at each day's end.
const rollUpDailySQL = `
WITH steps AS (
	SELECT CAST(at AT TIME ZONE 'UTC' AS date) AS day, mrr_after_cents - mrr_before_cents AS mrr,
		CAST(mrr_after_cents > 0 AS int) - CAST(mrr_before_cents > 0 AS int) AS paying,
		CAST(status = 'active' AS int) - CAST(COALESCE(lag(status) OVER (PARTITION BY business_id ORDER BY at, id), '') = 'active' AS int) AS active
	FROM public.plan_changes WHERE at <= $3
), by_day AS (
	SELECT day, sum(mrr) AS mrr, sum(paying) AS paying, sum(active) AS active, count(*) FILTER (WHERE paying < 0) AS lost FROM steps GROUP BY day
), days AS (
	SELECT CAST(d AS date) AS day FROM generate_series(CAST($1 AS date) - CAST($2 AS int) + 1, CAST($1 AS date), interval '1 day') AS d
), running AS (
	SELECT day, sum(COALESCE(c.mrr, 0)) OVER w AS mrr, sum(COALESCE(c.paying, 0)) OVER w AS paying, sum(COALESCE(c.active, 0)) OVER w AS active,
		COALESCE(c.lost, 0) AS lost
	FROM (SELECT day FROM days UNION SELECT day FROM by_day) AS every LEFT JOIN by_day c USING (day)
	WINDOW w AS (ORDER BY day)
), sign_ups AS (
	SELECT CAST(created_at AT TIME ZONE 'UTC' AS date) AS day, count(*) AS n FROM public.businesses
	WHERE created_at >= CAST($1 AS date) - CAST($2 AS int) GROUP BY 1
), booked AS (
	SELECT day, sum(appointments) AS n FROM public.business_daily WHERE day > CAST($1 AS date) - CAST($2 AS int) GROUP BY day
), asked AS (
	SELECT created_at AS from_at, CASE WHEN status IN ('resolved', 'closed') THEN COALESCE(closed_at, updated_at) END AS to_at FROM public.tickets
)
INSERT INTO public.platform_daily (day, mrr_cents, active, paying, sign_ups, cancellations, appointments, open_tickets)
SELECT d.day, r.mrr, r.active, r.paying, COALESCE(s.n, 0), r.lost, COALESCE(b.n, 0),
	(SELECT count(*) FROM asked WHERE from_at < (d.day + 1) AT TIME ZONE 'UTC' AND (to_at IS NULL OR to_at >= LEAST((d.day + 1) AT TIME ZONE 'UTC', $3)))
FROM days d JOIN running r USING (day) LEFT JOIN sign_ups s USING (day) LEFT JOIN booked b USING (day)
ON CONFLICT (day) DO UPDATE SET mrr_cents = EXCLUDED.mrr_cents, active = EXCLUDED.active, paying = EXCLUDED.paying, sign_ups = EXCLUDED.sign_ups,
	cancellations = EXCLUDED.cancellations, appointments = EXCLUDED.appointments, open_tickets = EXCLUDED.open_tickets`

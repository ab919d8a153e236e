package console

import (
	"github.com/smoothschedule/smoothschedule/store/internal/db"
)

const (
	// historyDays hold a year and the one before it, to compare with.
	historyDays = 731
	// recentDays are computed anew with each run; further back only from a day on
	// that was marked, because rows of it came, changed or were taken back later.
	recentDays = 3
)

// rollUpHistory recomputes the last days of the dashboard's history, and the months
// that they reach into.
func rollUpHistory(q *db.PublicTx, days int) error {
	if _, err := db.Exec(q, rollUpDailySQL, today(q), days, q.Now()); err != nil {
		return err
	}
	// What a business pays at a month's end is what its last step before says.
	_, err := db.Exec(q, `
		INSERT INTO public.platform_plan_months (month, plan, mrr_cents)
		SELECT CAST(m AS date), p.code, COALESCE((SELECT sum(last.mrr_after_cents) FROM (
				SELECT DISTINCT ON (business_id) plan, mrr_after_cents FROM public.plan_changes
				WHERE undone_at IS NULL AND at < (m + interval '1 month') AT TIME ZONE 'UTC' ORDER BY business_id, at DESC, id DESC) AS last
			WHERE last.plan = p.code), 0)
		FROM generate_series(GREATEST(date_trunc('month', CAST($1 AS timestamp)) - CAST($3 AS int) * interval '1 month' + interval '1 month',
				date_trunc('month', CAST($1 AS timestamp) - CAST($2 AS int) * interval '1 day')),
			date_trunc('month', CAST($1 AS timestamp)), interval '1 month') AS m, public.plans p
		ON CONFLICT (month, plan) DO UPDATE SET mrr_cents = EXCLUDED.mrr_cents`, today(q), days, HistoryMonths)
	return err
}

// rollUpDailySQL writes the last days up to $1, one row each. Of a business counts
// what it is when a day ends: who goes and comes back on one day never went. Running
// sums over the days of all changes give the state of all.
const rollUpDailySQL = `
WITH ends AS (
	SELECT DISTINCT ON (business_id, CAST(at AT TIME ZONE 'UTC' AS date)) business_id, CAST(at AT TIME ZONE 'UTC' AS date) AS day, mrr_after_cents AS mrr, status
	FROM public.plan_changes WHERE undone_at IS NULL AND at <= $3
	ORDER BY business_id, CAST(at AT TIME ZONE 'UTC' AS date), at DESC, id DESC
), steps AS (
	SELECT day, mrr - COALESCE(lag(mrr) OVER w, 0) AS mrr, CAST(mrr > 0 AS int) - CAST(COALESCE(lag(mrr) OVER w, 0) > 0 AS int) AS paying,
		CAST(status = 'active' AS int) - CAST(COALESCE(lag(status) OVER w, '') = 'active' AS int) AS active
	FROM ends WINDOW w AS (PARTITION BY business_id ORDER BY day)
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
	WHERE created_at >= CAST(CAST($1 AS date) - CAST($2 AS int) AS timestamp) AT TIME ZONE 'UTC' AND created_at <= $3 GROUP BY 1
), booked AS (
	SELECT day, sum(appointments) AS n FROM public.business_daily WHERE day > CAST($1 AS date) - CAST($2 AS int) GROUP BY day
), asked AS (
	SELECT created_at AS from_at, CASE WHEN status IN ('resolved', 'closed') THEN COALESCE(closed_at, updated_at) END AS to_at FROM public.tickets
)
INSERT INTO public.platform_daily (day, mrr_cents, active, paying, sign_ups, cancellations, appointments, open_tickets)
SELECT d.day, r.mrr, r.active, r.paying, COALESCE(s.n, 0), r.lost, COALESCE(b.n, 0),
	(SELECT count(*) FROM asked WHERE from_at < CAST(d.day + 1 AS timestamp) AT TIME ZONE 'UTC'
		AND (to_at IS NULL OR to_at >= LEAST(CAST(d.day + 1 AS timestamp) AT TIME ZONE 'UTC', $3)))
FROM days d JOIN running r USING (day) LEFT JOIN sign_ups s USING (day) LEFT JOIN booked b USING (day)
ON CONFLICT (day) DO UPDATE SET mrr_cents = EXCLUDED.mrr_cents, active = EXCLUDED.active, paying = EXCLUDED.paying, sign_ups = EXCLUDED.sign_ups,
	cancellations = EXCLUDED.cancellations, appointments = EXCLUDED.appointments, open_tickets = EXCLUDED.open_tickets`

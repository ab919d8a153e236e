package console

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"golang.org/x/sync/errgroup"

	"github.com/smoothschedule/smoothschedule/store/availability"
	"github.com/smoothschedule/smoothschedule/store/internal/db"
	"github.com/smoothschedule/smoothschedule/store/plans"
)

const (
	// rollUpAfter is how old a business's figures may get …
	rollUpAfter = 15 * time.Minute
	// … and rollUpBatch how many businesses one run of the job visits: ten
	// thousand are all visited within a quarter of an hour.
	rollUpBatch   = 1000
	rollUpWorkers = 2
	// dailyDays are read with each visit, and further back from the oldest day on
	// of which something was written since; firstDays with the first one.
	dailyDays = 35
	firstDays = historyDays + 1
	// writeSlack is how long ago something may have been written that the last
	// visit did not see yet.
	writeSlack = 5 * time.Minute
)

// RollUp recomputes the figures of the businesses whose figures are oldest, then
// those of the platform. All are set by value, so a retry is harmless. all makes
// it visit every business.
func RollUp(ctx context.Context, d *db.DB, all bool) error {
	var visits []visit
	err := d.InPublic(ctx, func(q *db.PublicTx) error {
		var rows []struct {
			db.Tenant
			Schema string     `db:"schema_name"`
			Seen   *time.Time `db:"rolled_up_at"`
		}
		limit, before := rollUpBatch, q.Now().Add(-rollUpAfter)
		if all {
			limit, before = 1_000_000, q.Now().Add(time.Hour)
		}
		err := db.List(q, &rows, `
			SELECT b.id, b.name, b.time_zone, b.schema_name, t.rolled_up_at FROM public.business_totals t JOIN public.businesses b ON b.id = t.business_id
			WHERE t.rolled_up_at IS NULL OR t.rolled_up_at < $1 ORDER BY t.rolled_up_at NULLS FIRST LIMIT $2`, before, limit)
		for _, row := range rows {
			db.SetSchema(&row.Tenant, row.Schema)
			if all {
				row.Seen = nil
			}
			visits = append(visits, visit{row.Tenant, row.Seen})
		}
		return err
	})
	if err != nil {
		return err
	}
	group, visiting := errgroup.WithContext(ctx)
	group.SetLimit(rollUpWorkers)
	for _, v := range visits {
		group.Go(func() error {
			if err := visiting.Err(); err != nil {
				return err
			}
			if err := rollUpTenant(visiting, d, v); err != nil {
				return fmt.Errorf("roll up %s: %w", v.ID, err)
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	return db.Run(ctx, d, db.Web(d), db.Rows{Platform: true, Timeout: "5min"}, func(t db.Scope) error {
		return rollUpPlatform(db.AsPublic(t), all)
	})
}

// tenantFigures is what one visit to a schema brings.
type tenantFigures struct {
	Customers    int        `db:"customers"`
	Resources    int        `db:"resources"`
	ThisMonth    int        `db:"this_month"`
	LastActivity *time.Time `db:"last_activity"`
	Oldest       *time.Time `db:"oldest"` // appointment that was written since
	daily        []dailyFigures
	from         string // the first of the days that were read
}

type dailyFigures struct {
	Day          string `db:"day"`
	Appointments int    `db:"appointments"`
	RevenueCents int64  `db:"revenue_cents"`
	NewCustomers int    `db:"new_customers"`
}

// visit is a business to be read, and when that was done before.
type visit struct {
	db.Tenant
	seen *time.Time // nil: never, or all shall be read
}

// rollUpTenant reads in the business's scope and writes in the platform's: no
// statement joins the two.
func rollUpTenant(ctx context.Context, d *db.DB, v visit) error {
	var f tenantFigures
	reading := v.Tenant
	db.SetViewOnly(&reading, true)
	err := d.InTenant(ctx, reading, func(q *db.TenantTx) (err error) {
		f, err = figures(q, v.seen)
		return err
	})
	if err != nil {
		return err
	}
	return d.InPublic(ctx, func(q *db.PublicTx) error { return saveFigures(q, v.ID, f) })
}

func figures(q *db.TenantTx, seen *time.Time) (tenantFigures, error) {
	var f tenantFigures
	month, next := plans.Month(q, q.Now())
	since := q.Now()
	if seen != nil {
		since = seen.Add(-writeSlack)
	}
	err := db.Get(q, &f, `
		SELECT min(starts_at) FILTER (WHERE updated_at > $2 AND starts_at <= $1) AS oldest,
			(SELECT count(*) FROM customers) AS customers,
			(SELECT count(*) FROM resources WHERE is_active) AS resources,
			count(*) FILTER (WHERE starts_at >= $3 AND starts_at < $4 AND status <> 'cancelled') AS this_month,
			GREATEST(max(updated_at), (SELECT max(created_at) FROM customers)) AS last_activity
		FROM appointments`, q.Now(), since, month, next)
	if err != nil {
		return f, err
	}
	zone := q.Tenant.Location()
	today := availability.DateOf(q.Now().In(zone))
	first := today - dailyDays
	if f.Oldest != nil {
		first = min(first, availability.DateOf(f.Oldest.In(zone)))
	}
	if first < today-firstDays || seen == nil {
		first = today - firstDays
	}
	from := first.At(0, zone)
	f.from = first.String()
	err = db.List(q, &f.daily, `
		SELECT to_char(day, 'YYYY-MM-DD') AS day, CAST(sum(appointments) AS int) AS appointments,
			CAST(sum(revenue_cents) AS bigint) AS revenue_cents, CAST(sum(new_customers) AS int) AS new_customers
		FROM (
			SELECT CAST(starts_at AT TIME ZONE CAST($2 AS text) AS date) AS day, count(*) AS appointments,
				COALESCE(sum(price_cents) FILTER (WHERE status = 'completed'), 0) AS revenue_cents, 0 AS new_customers
			FROM appointments WHERE starts_at >= $1 AND starts_at <= $3 AND status <> 'cancelled' GROUP BY 1
			UNION ALL
			SELECT CAST(created_at AT TIME ZONE CAST($2 AS text) AS date), 0, 0, count(*)
			FROM customers WHERE created_at >= $1 AND created_at <= $3 GROUP BY 1) AS days
		GROUP BY day ORDER BY day`, from, q.Tenant.Location().String(), q.Now())
	return f, err
}

// saveFigures writes what a visit brought. Of the days that differ from what is
// there, those that the platform's roll-up would leave alone are marked.
func saveFigures(q *db.PublicTx, business uuid.UUID, f tenantFigures) error {
	_, err := db.Exec(q, `
		UPDATE public.business_totals SET customers_count = $2,
			last_activity_at = GREATEST(last_activity_at, $3), rolled_up_at = $4, resources_count = $5, appointments_month = $6 WHERE business_id = $1`,
		business, f.Customers, f.LastActivity, q.Now(), f.Resources, f.ThisMonth)
	if err != nil {
		return err
	}
	days := make([]string, len(f.daily))
	appointments, revenue, customers := make([]int64, len(f.daily)), make([]int64, len(f.daily)), make([]int64, len(f.daily))
	for i, d := range f.daily {
		days[i], appointments[i], revenue[i], customers[i] = d.Day, int64(d.Appointments), d.RevenueCents, int64(d.NewCustomers)
	}
	_, err = db.Exec(q, `
		WITH read AS (
			SELECT * FROM unnest(CAST($2 AS date[]), CAST($3 AS int[]), CAST($4 AS bigint[]), CAST($5 AS int[])) AS d (day, appointments, revenue_cents, new_customers)
		), differ AS (
			SELECT day, COALESCE(r.appointments, 0) AS appointments, COALESCE(r.revenue_cents, 0) AS revenue_cents, COALESCE(r.new_customers, 0) AS new_customers
			FROM read r FULL JOIN (SELECT * FROM public.business_daily WHERE business_id = $1 AND day >= $6) AS w USING (day)
			WHERE (COALESCE(r.appointments, 0), COALESCE(r.revenue_cents, 0), COALESCE(r.new_customers, 0))
				IS DISTINCT FROM (w.appointments, w.revenue_cents, w.new_customers)
		), saved AS (
			INSERT INTO public.business_daily (business_id, day, appointments, revenue_cents, new_customers)
			SELECT $1, day, appointments, revenue_cents, new_customers FROM differ
			ON CONFLICT (business_id, day) DO UPDATE SET appointments = EXCLUDED.appointments,
				revenue_cents = EXCLUDED.revenue_cents, new_customers = EXCLUDED.new_customers
			RETURNING day
		)
		INSERT INTO public.platform_stale_days (day) SELECT min(day) FROM saved HAVING min(day) <= CAST($7 AS date) - CAST($8 AS int)`,
		business, days, appointments, revenue, customers, f.from, today(q), recentDays)
	if err != nil {
		return err
	}
	_, err = db.Exec(q, periodsSQL("WHERE b.business_id = $2"), today(q), business)
	return err
}

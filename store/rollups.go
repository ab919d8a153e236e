package store

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"golang.org/x/sync/errgroup"
)

const (
	// rollUpAfter is how old a business's figures may get …
	rollUpAfter = 15 * time.Minute
	// … and rollUpBatch how many businesses one run of the job visits: ten
	// thousand are all visited within a quarter of an hour.
	rollUpBatch   = 1000
	rollUpWorkers = 2
	// dailyDays are read with each visit, firstDays with the first one: what lies
	// further back is in the roll-up already.
	dailyDays = 35
	firstDays = 400
)

// RollUp recomputes the figures of the businesses whose figures are oldest, then
// those of the platform. All are set by value, so a retry is harmless. all makes
// it visit every business.
func (db *DB) RollUp(ctx context.Context, all bool) error {
	var visits []visit
	err := db.InPublic(ctx, func(q *PublicTx) error {
		var rows []struct {
			Tenant
			Schema string `db:"schema_name"`
			First  bool   `db:"first"`
		}
		limit, before := rollUpBatch, q.now.Add(-rollUpAfter)
		if all {
			limit, before = 1_000_000, q.now.Add(time.Hour)
		}
		err := q.list(&rows, `
			SELECT b.id, b.name, b.time_zone, b.schema_name, t.rolled_up_at IS NULL AS first FROM public.business_totals t JOIN public.businesses b ON b.id = t.business_id
			WHERE t.rolled_up_at IS NULL OR t.rolled_up_at < $1 ORDER BY t.rolled_up_at NULLS FIRST LIMIT $2`, before, limit)
		for _, row := range rows {
			row.schema = row.Schema
			days := dailyDays
			if row.First {
				days = firstDays
			}
			visits = append(visits, visit{row.Tenant, days})
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
			if err := db.rollUpTenant(visiting, v); err != nil {
				return fmt.Errorf("roll up %s: %w", v.ID, err)
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	return db.InPublic(ctx, func(q *PublicTx) error {
		if err := q.rollUpPlatform(); err != nil {
			return err
		}
		return q.rollUpHistory(all)
	})
}

// tenantFigures is what one visit to a schema brings.
type tenantFigures struct {
	Appointments30d int        `db:"appointments_30d"`
	Customers       int        `db:"customers"`
	Resources       int        `db:"resources"`
	ThisMonth       int        `db:"this_month"`
	LastActivity    *time.Time `db:"last_activity"`
	daily           []dailyFigures
}

type dailyFigures struct {
	Day          string `db:"day"`
	Appointments int    `db:"appointments"`
	RevenueCents int64  `db:"revenue_cents"`
	NewCustomers int    `db:"new_customers"`
}

// visit is a business to be read, and how many days of it.
type visit struct {
	Tenant
	days int
}

// rollUpTenant reads in the business's scope and writes in the platform's: no
// statement joins the two.
func (db *DB) rollUpTenant(ctx context.Context, v visit) error {
	var f tenantFigures
	reading := v.Tenant
	reading.viewOnly = true
	err := db.InTenant(ctx, reading, func(q *TenantTx) (err error) {
		f, err = q.figures(v.days)
		return err
	})
	if err != nil {
		return err
	}
	return db.InPublic(ctx, func(q *PublicTx) error { return q.saveFigures(v.ID, f) })
}

func (q *TenantTx) figures(days int) (tenantFigures, error) {
	var f tenantFigures
	local := q.now.In(q.Tenant.Location())
	month := time.Date(local.Year(), local.Month(), 1, 0, 0, 0, 0, local.Location())
	err := q.get(&f, `
		SELECT count(*) FILTER (WHERE starts_at > $2 AND starts_at <= $1 AND status <> 'cancelled') AS appointments_30d,
			(SELECT count(*) FROM customers) AS customers,
			(SELECT count(*) FROM resources WHERE is_active) AS resources,
			count(*) FILTER (WHERE starts_at >= $3 AND starts_at < $4 AND status <> 'cancelled') AS this_month,
			GREATEST(max(updated_at), (SELECT max(created_at) FROM customers)) AS last_activity
		FROM appointments`, q.now, q.now.AddDate(0, 0, -30), month, month.AddDate(0, 1, 0))
	if err != nil {
		return f, err
	}
	from := time.Date(local.Year(), local.Month(), local.Day()-days, 0, 0, 0, 0, local.Location())
	err = q.list(&f.daily, `
		SELECT to_char(day, 'YYYY-MM-DD') AS day, CAST(sum(appointments) AS int) AS appointments,
			CAST(sum(revenue_cents) AS bigint) AS revenue_cents, CAST(sum(new_customers) AS int) AS new_customers
		FROM (
			SELECT CAST(starts_at AT TIME ZONE CAST($2 AS text) AS date) AS day, count(*) AS appointments,
				COALESCE(sum(price_cents) FILTER (WHERE status = 'completed'), 0) AS revenue_cents, 0 AS new_customers
			FROM appointments WHERE starts_at >= $1 AND starts_at <= $3 AND status <> 'cancelled' GROUP BY 1
			UNION ALL
			SELECT CAST(created_at AT TIME ZONE CAST($2 AS text) AS date), 0, 0, count(*)
			FROM customers WHERE created_at >= $1 AND created_at <= $3 GROUP BY 1) AS days
		GROUP BY day ORDER BY day`, from, q.Tenant.Location().String(), q.now)
	return f, err
}

func (q *PublicTx) saveFigures(business uuid.UUID, f tenantFigures) error {
	_, err := q.exec(`
		UPDATE public.business_totals SET appointments_30d = $2, customers_count = $3,
			last_activity_at = GREATEST(last_activity_at, $4), rolled_up_at = $5, resources_count = $6, appointments_month = $7 WHERE business_id = $1`,
		business, f.Appointments30d, f.Customers, f.LastActivity, q.now, f.Resources, f.ThisMonth)
	if err != nil || len(f.daily) == 0 {
		return err
	}
	days := make([]string, len(f.daily))
	appointments, revenue, customers := make([]int64, len(f.daily)), make([]int64, len(f.daily)), make([]int64, len(f.daily))
	for i, d := range f.daily {
		days[i], appointments[i], revenue[i], customers[i] = d.Day, int64(d.Appointments), d.RevenueCents, int64(d.NewCustomers)
	}
	_, err = q.exec(`
		INSERT INTO public.business_daily (business_id, day, appointments, revenue_cents, new_customers)
		SELECT $1, d.day, d.appointments, d.revenue_cents, d.new_customers
		FROM unnest(CAST($2 AS date[]), CAST($3 AS int[]), CAST($4 AS bigint[]), CAST($5 AS int[])) AS d (day, appointments, revenue_cents, new_customers)
		ON CONFLICT (business_id, day) DO UPDATE SET appointments = EXCLUDED.appointments,
			revenue_cents = EXCLUDED.revenue_cents, new_customers = EXCLUDED.new_customers
		WHERE (business_daily.appointments, business_daily.revenue_cents, business_daily.new_customers)
			IS DISTINCT FROM (EXCLUDED.appointments, EXCLUDED.revenue_cents, EXCLUDED.new_customers)`,
		business, days, appointments, revenue, customers)
	return err
}

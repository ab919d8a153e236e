package seed

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/lib/pq"

	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/calendar"
)

// FillDay gives an empty business's schema two people, a service and n
// appointments: forty of them today, the others in the years around. It is for
// measuring what a day costs when there are many others. Days are UTC's.
func FillDay(ctx context.Context, db *sql.DB, schema string, n int) error {
	const today = 40
	s := pq.QuoteIdentifier(schema)
	_, err := db.ExecContext(ctx, fmt.Sprintf(`
		BEGIN;
		SET LOCAL search_path = %s;
		INSERT INTO resources (id, kind, name, created_at, position) SELECT gen_random_uuid(), 'STAFF', 'Person ' || i, now(), i FROM generate_series(1, 4) i;
		INSERT INTO hours (id, weekday, opens, closes) SELECT gen_random_uuid(), i, '08:00', '18:00' FROM generate_series(0, 6) i;
		INSERT INTO services (id, name, duration_minutes, price_cents, created_at) VALUES (gen_random_uuid(), 'Measured', 30, 4500, now());
		INSERT INTO customers (id, name, created_at) SELECT gen_random_uuid(), 'Customer ' || i, now() - i * interval '1 hour' FROM generate_series(1, 500) i;
		CREATE TEMP TABLE plan ON COMMIT DROP AS
			SELECT gen_random_uuid() AS id, i, i %% 4 + 1 AS person,
				CASE WHEN i <= %[2]d THEN date_trunc('day', now(), 'UTC') + interval '8 hours' + (i / 4) * interval '45 minutes'
					ELSE date_trunc('day', now(), 'UTC') + (i %% 600 - 300 + CASE WHEN i %% 600 >= 300 THEN 1 ELSE 0 END) * interval '1 day' + interval '8 hours' + (i / 2400) * interval '25 minutes' END AS starts
			FROM generate_series(0, %[3]d) i WHERE i <> 0;
		INSERT INTO appointments (id, customer_id, service_id, status, starts_at, ends_at, price_cents, created_at, updated_at)
			SELECT p.id, c.id, (SELECT id FROM services), CASE WHEN starts < now() THEN 'completed' ELSE 'confirmed' END, starts, starts + interval '20 minutes', 4500, now(), now()
			FROM plan p JOIN (SELECT id, row_number() OVER () AS n FROM customers) c ON c.n = p.i %% 500 + 1;
		INSERT INTO appointment_resources (appointment_id, resource_id, during, holds)
			SELECT p.id, r.id, tstzrange(starts, starts + interval '20 minutes'), false FROM plan p JOIN resources r ON r.position = p.person;
		ANALYZE appointments, appointment_resources, customers;
		COMMIT`, s, today, n))
	return err
}

// ReadDay reads what the pages of a day read: the schedule, the list and the
// requests. It returns how many appointments the day has.
func ReadDay(q *store.TenantTx, day time.Time) (int, error) {
	end := day.Add(24 * time.Hour)
	s, err := calendar.ReadSchedule(q, day, end)
	if err != nil {
		return 0, err
	}
	if _, err := calendar.DayList(q, calendar.DayFilter{From: day, To: end}); err != nil {
		return 0, err
	}
	_, err = calendar.Requests(q, uuid.NullUUID{}, 30)
	return len(s.Booked), err
}

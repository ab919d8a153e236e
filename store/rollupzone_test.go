package store_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/console"
	"github.com/smoothschedule/smoothschedule/store/schema"
	"github.com/smoothschedule/smoothschedule/store/storetest"
)

// TestRollUpOfDaysWithoutMidnight: the first day that a visit reads again is read
// whole, and no part of the day before it, also where that day has no midnight.
func TestRollUpOfDaysWithoutMidnight(t *testing.T) {
	t.Parallel()
	zone, err := time.LoadLocation("America/Santiago")
	if err != nil {
		t.Fatal(err)
	}
	saturday := time.Date(2026, 9, 5, 0, 0, 0, 0, zone) // Sunday begins at 01:00
	now := saturday.AddDate(0, 0, 30).Add(12 * time.Hour)
	cfg := storetest.Config(t)
	cfg.Now = func() time.Time { return now }
	db := storetest.Open(t, cfg)
	g := newGarage(t, db, "garage")
	if _, err := schema.Direct(db).Exec(`UPDATE businesses SET time_zone = 'America/Santiago' WHERE id = $1`, g.tenant.ID); err != nil {
		t.Fatal(err)
	}
	g.exec(`INSERT INTO SCHEMA.customers (id, name, created_at) VALUES ($1, 'Carla', $2)`, uuid.New(), saturday)
	for _, at := range []time.Duration{12 * time.Hour, 23*time.Hour + 30*time.Minute, 26 * time.Hour} {
		g.exec(`INSERT INTO SCHEMA.appointments (id, customer_id, service_id, status, starts_at, ends_at, price_cents, created_at, updated_at, source, party_size)
			SELECT $1, c.id, $2, 'completed', $3, $4, 100, $3, $3, 'staff', 1 FROM SCHEMA.customers c`, uuid.New(), g.oil, saturday.Add(at), saturday.Add(at+30*time.Minute))
	}
	booked := func(day string) int {
		t.Helper()
		return g.count(`SELECT COALESCE(sum(appointments), 0) FROM business_daily WHERE business_id = $1 AND day = CAST($2 AS date)`, g.tenant.ID, day)
	}
	for range 8 {
		if err := console.RollUp(context.Background(), db, true); err != nil {
			t.Fatal(err)
		}
		if booked("2026-09-05") != 2 || booked("2026-09-06") != 1 {
			t.Fatalf("on %s: Saturday has %d, Sunday %d", now, booked("2026-09-05"), booked("2026-09-06"))
		}
		now = now.AddDate(0, 0, 1)
	}
}

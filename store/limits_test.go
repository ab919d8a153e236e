package store_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/plans"
	"github.com/smoothschedule/smoothschedule/store/schema"
	"github.com/smoothschedule/smoothschedule/store/storetest"
)

// TestAppointmentLimit counts by the month of the business's clock, without
// those that were cancelled.
func TestAppointmentLimit(t *testing.T) {
	g := newGarage(t, storetest.DB(t), "garage")
	if _, err := schema.Direct(g.db).Exec(`UPDATE businesses SET plan = 'free' WHERE id = $1`, g.tenant.ID); err != nil {
		t.Fatal(err)
	}
	g.exec(`INSERT INTO SCHEMA.customers (id, name, created_at) VALUES ($1, 'Carla', now())`, g.ann)
	loc := g.tenant.Location()
	add := func(n int, at time.Time, status string) {
		t.Helper()
		for range n {
			g.exec(`INSERT INTO SCHEMA.appointments VALUES ($1, $2, $3, $4, $5, CAST($5 AS timestamptz) + interval '1 hour', 0, now(), now())`, uuid.New(), g.ann, g.oil, status, at)
		}
	}
	full := func(at time.Time) error {
		return g.try(func(q *store.TenantTx) error { return plans.CheckAppointmentLimit(q, at) })
	}
	add(59, time.Date(2031, 3, 1, 0, 0, 0, 0, loc), "confirmed")
	add(5, time.Date(2031, 3, 2, 9, 0, 0, 0, loc), "cancelled")
	add(1, time.Date(2031, 2, 28, 23, 59, 0, 0, loc), "confirmed")
	if err := full(time.Date(2031, 3, 31, 23, 0, 0, 0, loc)); err != nil {
		t.Errorf("59 of 60: %v", err)
	}
	add(1, time.Date(2031, 3, 31, 23, 59, 0, 0, loc), "pending")
	err := full(time.Date(2031, 3, 1, 0, 0, 0, 0, loc))
	if store.KindOf(err) != store.Conflict || !strings.Contains(fmt.Sprint(err), "March 2031") || strings.Contains(err.Error(), "plan") {
		t.Errorf("60 of 60, to a visitor: %v", err)
	}
	if err := full(time.Date(2031, 4, 1, 0, 0, 0, 0, loc)); err != nil {
		t.Errorf("the next month: %v", err)
	}
	var usage plans.Usage
	g.in(func(q *store.TenantTx) (err error) { usage, err = plans.ReadUsage(q); return err })
	if usage.Resources != 3 || usage.People != 1 {
		t.Errorf("usage %+v", usage)
	}
}

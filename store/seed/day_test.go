package seed_test

import (
	"context"
	"database/sql"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/seed"
	"github.com/smoothschedule/smoothschedule/store/storetest"
)

// TestP4_DayAmongManyAppointments reads the schedule, the list and the requests of
// a day of a business with 500 appointments and of one with 50,000.
func TestP4_DayAmongManyAppointments(t *testing.T) {
	ctx := context.Background()
	cfg := storetest.Config(t)
	db := storetest.Open(t, cfg)
	owner, err := sql.Open("postgres", cfg.DirectURL)
	if err != nil {
		t.Fatal(err)
	}
	defer owner.Close()
	var tenants []store.Tenant
	for i, n := range []int{500, 50_000} {
		name := []string{"few", "many"}[i]
		if _, err := db.CreateBusiness(ctx, store.NewBusiness{Name: name, Subdomain: "day-" + name, Plan: "enterprise", TimeZone: "UTC", OwnerName: "O", OwnerEmail: "o@example.test"}); err != nil {
			t.Fatal(err)
		}
		tenant, err := db.TenantBySubdomain(ctx, "day-"+name)
		if err != nil {
			t.Fatal(err)
		}
		var schema string
		if err := owner.QueryRow(`SELECT schema_name FROM public.businesses WHERE id = $1`, tenant.ID).Scan(&schema); err != nil {
			t.Fatal(err)
		}
		if err := seed.FillDay(ctx, owner, schema, n); err != nil {
			t.Fatal(err)
		}
		tenants = append(tenants, tenant)
	}
	today := time.Now().UTC().Truncate(24 * time.Hour)
	took := [2][]time.Duration{}
	rows := [2]int{}
	for range 15 {
		for i, tenant := range tenants {
			began := time.Now()
			err := db.InTenant(ctx, tenant, func(q *store.TenantTx) error {
				s, err := q.Schedule(today, today.Add(24*time.Hour))
				if err != nil {
					return err
				}
				rows[i] = len(s.Booked)
				if _, err := q.DayList(store.DayFilter{From: today, To: today.Add(24 * time.Hour)}); err != nil {
					return err
				}
				_, err = q.Requests(uuid.NullUUID{}, 30)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			took[i] = append(took[i], time.Since(began))
		}
	}
	if rows[0] != rows[1] || rows[0] != 40 {
		t.Fatalf("the days are not alike: %v", rows)
	}
	for i := range took {
		slices.Sort(took[i])
	}
	few, many := took[0][len(took[0])/4], took[1][len(took[1])/4]
	t.Logf("a day with 500: %v, with 50,000: %v, %.2f x", few, many, float64(many)/float64(few))
	// The goal is 1.5; a shared machine is noisy.
	if many > 3*few {
		t.Errorf("a day among 50,000 appointments costs %v, among 500 %v", many, few)
	}
}

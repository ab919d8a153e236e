package seed_test

import (
	"context"
	"database/sql"
	"errors"
	"testing"
	"time"

	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/console"
	"github.com/smoothschedule/smoothschedule/store/seed"
	"github.com/smoothschedule/smoothschedule/store/storetest"
)

// TestP4_DayAmongManyAppointments reads a day of a business with 500 appointments
// and of one with 10,000, and counts the rows: not all. `make bench` says what it takes.
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
	var schemas []string
	sizes := []int{500, 10_000}
	for i, n := range sizes {
		name := []string{"few", "many"}[i]
		if _, err := console.CreateBusiness(ctx, db, console.NewBusiness{Name: name, Subdomain: "day-" + name, Plan: "enterprise", TimeZone: "UTC", OwnerName: "O", OwnerEmail: "o@example.test"}); err != nil {
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
		filler, err := sql.Open("postgres", cfg.DirectURL)
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(seed.FillDay(ctx, filler, schema, n), filler.Close()); err != nil {
			t.Fatal(err)
		}
		tenants, schemas = append(tenants, tenant), append(schemas, schema)
	}
	today := time.Now().UTC().Truncate(24 * time.Hour)
	rows, read := [2]int{}, [2]int{}
	for i, tenant := range tenants {
		// What a connection counted is known some time after it was closed.
		counted(t, owner, schemas[i], "n_tup_ins", sizes[i])
		before := counted(t, owner, schemas[i], rowsRead, 0)
		db, err := store.Open(cfg)
		if err != nil {
			t.Fatal(err)
		}
		err = db.InTenant(ctx, tenant, func(q *store.TenantTx) (err error) {
			rows[i], err = seed.ReadDay(q, today)
			return err
		})
		if err := errors.Join(err, db.Close()); err != nil {
			t.Fatal(err)
		}
		read[i] = counted(t, owner, schemas[i], rowsRead, before+1) - before
	}
	if rows[0] != rows[1] || rows[0] != 40 {
		t.Fatalf("the days are not alike: %v", rows)
	}
	// Those of some weeks around are looked at, since an appointment may last.
	if read[1] > sizes[1]/5 {
		t.Errorf("a day reads %d rows of %d appointments", read[1], sizes[1])
	}
}

const rowsRead = "COALESCE(seq_tup_read, 0) + COALESCE(idx_tup_fetch, 0)"

// counted waits until PostgreSQL has counted so many for a schema's appointments.
func counted(t *testing.T, db *sql.DB, schema, what string, least int) (n int) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		if err := db.QueryRow(`SELECT `+what+` FROM pg_stat_user_tables WHERE schemaname = $1 AND relname = 'appointments'`, schema).Scan(&n); err != nil {
			t.Fatal(err)
		}
		if n >= least {
			return n
		}
	}
	t.Fatalf("%s of %s is %d and not %d", what, schema, n, least)
	return n
}

package seed_test

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/console"
	"github.com/smoothschedule/smoothschedule/store/schema"
	"github.com/smoothschedule/smoothschedule/store/seed"
	"github.com/smoothschedule/smoothschedule/store/settings"
	"github.com/smoothschedule/smoothschedule/store/storetest"
)

// appointments adds up those of all tenants.
func appointments(t *testing.T, db *store.DB) int {
	t.Helper()
	sum := 0
	for _, schema := range schemas(t, db) {
		sum += count(t, db, `SELECT count(*) FROM `+schema+`.appointments`)
	}
	return sum
}

func TestLoad(t *testing.T) {
	now := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	cfg := storetest.Config(t)
	cfg.Now = func() time.Time { return now }
	db := storetest.Open(t, cfg)
	opts := seed.LoadOptions{Businesses: 30, Appointments: 200}
	if err := seed.Load(t.Context(), db, opts); err != nil {
		t.Fatal(err)
	}
	want(t, "businesses", count(t, db, `SELECT count(*) FROM public.businesses`), 30)
	want(t, "appointments", appointments(t, db), 200)
	want(t, "wrong MRR", count(t, db, wrongMRR), 0)
	want(t, "schemas left over", count(t, db, `SELECT count(*) FROM public.tenant_schemas WHERE business_id IS NULL`), 0)
	want(t, "businesses on the dashboard", count(t, db, `SELECT trial + active + suspended + archived FROM public.platform_totals`), 30)
	checkTenants(t, db, now)
	for subdomain := range schemas(t, db) {
		if err := settings.CheckSubdomain(subdomain); err != nil {
			t.Errorf("%s: %v", subdomain, err)
		}
	}

	var out bytes.Buffer
	opts.Progress = &out
	if err := seed.Load(t.Context(), db, opts); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), "already") {
		t.Errorf("second run said %q", out.String())
	}
	want(t, "appointments after a second run", appointments(t, db), 200)

	opts.Businesses, opts.Appointments = 40, 300
	if err := seed.Load(t.Context(), db, opts); err != nil {
		t.Fatal(err)
	}
	want(t, "businesses after a larger run", count(t, db, `SELECT count(*) FROM public.businesses`), 40)
	want(t, "appointments after a larger run", appointments(t, db), 300)
}

// What Load counts itself is what a roll-up counts.
func TestLoadFigures(t *testing.T) {
	db := storetest.DB(t)
	if err := seed.Load(t.Context(), db, seed.LoadOptions{Businesses: 12, Appointments: 600}); err != nil {
		t.Fatal(err)
	}
	const digest = `SELECT md5(string_agg(concat_ws(' ', business_id, customers_count, appointments_30d, last_activity_at, search_text), ',' ORDER BY business_id))
		FROM public.business_totals`
	const daily = `SELECT md5(string_agg(d::text, ',' ORDER BY business_id, day)) FROM public.business_daily d`
	read := func(query string) (text string) {
		if err := schema.Direct(db).QueryRowContext(t.Context(), query).Scan(&text); err != nil {
			t.Fatal(err)
		}
		return text
	}
	totals, days := read(digest), read(daily)
	if err := console.RollUp(t.Context(), db, true); err != nil {
		t.Fatal(err)
	}
	if read(digest) != totals {
		t.Error("the roll-up came to other totals")
	}
	if read(daily) != days {
		t.Error("the roll-up came to other days")
	}
}

func TestLoadGoesOn(t *testing.T) {
	db := storetest.DB(t)
	opts := seed.LoadOptions{Businesses: 260, Appointments: 1500}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	// Stops as soon as some businesses are there.
	go func() {
		for ctx.Err() == nil {
			var n int
			if schema.Direct(db).QueryRowContext(ctx, `SELECT count(*) FROM public.businesses`).Scan(&n) == nil && n > 0 {
				cancel()
			}
			time.Sleep(5 * time.Millisecond)
		}
	}()
	err := seed.Load(ctx, db, opts)
	if err == nil || !strings.Contains(err.Error(), "goes on") {
		t.Fatalf("a cancelled run returned %v", err)
	}
	n := count(t, db, `SELECT count(*) FROM public.businesses`)
	if n == 0 || n >= opts.Businesses {
		t.Fatalf("%d businesses were there when it stopped", n)
	}
	if err := seed.Load(t.Context(), db, opts); err != nil {
		t.Fatal(err)
	}
	want(t, "businesses", count(t, db, `SELECT count(*) FROM public.businesses`), opts.Businesses)
	want(t, "appointments", appointments(t, db), opts.Appointments)
}

func TestLoadOptions(t *testing.T) {
	for name, opts := range map[string]seed.LoadOptions{
		"no businesses":         {Businesses: 0, Appointments: 10},
		"negative businesses":   {Businesses: -1, Appointments: 10},
		"no appointments":       {Businesses: 10, Appointments: 0},
		"too many businesses":   {Businesses: 1_000_001, Appointments: 10},
		"too many appointments": {Businesses: 1000, Appointments: 1_000_001},
		"too many for each":     {Businesses: 1, Appointments: 3000},
	} {
		t.Run(name, func(t *testing.T) {
			if err := seed.Load(t.Context(), nil, opts); err == nil || strings.Contains(err.Error(), "\n") {
				t.Errorf("got %v, want one line", err)
			}
		})
	}
}

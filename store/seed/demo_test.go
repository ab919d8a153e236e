package seed_test

import (
	"bytes"
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/identity"
	"github.com/smoothschedule/smoothschedule/store/schema"
	"github.com/smoothschedule/smoothschedule/store/seed"
	"github.com/smoothschedule/smoothschedule/store/storetest"
)

// Hours of seeding: a Sunday noon in New York, and the first minutes of a day on
// which the clocks there change.
var hoursOfSeeding = []time.Time{
	time.Date(2026, 11, 22, 17, 0, 0, 0, time.UTC),
	time.Date(2027, 3, 14, 5, 5, 0, 0, time.UTC),
}

func TestDemo(t *testing.T) {
	for _, now := range hoursOfSeeding {
		t.Run(now.Format(time.RFC3339), func(t *testing.T) {
			cfg := storetest.Config(t)
			cfg.Now = func() time.Time { return now }
			db := storetest.Open(t, cfg)
			if err := seed.Demo(t.Context(), db, seed.DemoOptions{}); err != nil {
				t.Fatal(err)
			}
			checkDemo(t, db)
			checkTenants(t, db, now)
			checkAcmeToday(t, db, now)
		})
	}
}

func checkDemo(t *testing.T, db *store.DB) {
	t.Helper()
	want(t, "businesses", count(t, db, `SELECT count(*) FROM public.businesses`), 24)
	for status, n := range map[string]int{"active": 15, "trial": 5, "suspended": 3, "archived": 1} {
		want(t, status, count(t, db, `SELECT count(*) FROM public.businesses WHERE status = $1`, status), n)
	}
	for role, n := range map[string]int{"SUPERUSER": 1, "PLATFORM_MANAGER": 1, "PLATFORM_SUPPORT": 1, "PLATFORM_SALES": 1, "TENANT_OWNER": 24, "CUSTOMER": 1} {
		want(t, role, count(t, db, `SELECT count(*) FROM public.users WHERE role = $1`, role), n)
	}
	want(t, "owners at their subdomain", count(t, db, `SELECT count(*) FROM public.businesses b JOIN public.users u
		ON u.business_id = b.id AND u.email = 'owner@' || b.subdomain || '.test' AND u.role = 'TENANT_OWNER'`), 24)
	for _, local := range []string{"owner", "manager", "staff", "customer"} {
		want(t, local+"@acme-auto.test", count(t, db, `SELECT count(*) FROM public.users u JOIN public.businesses b ON b.id = u.business_id
			WHERE b.subdomain = 'acme-auto' AND u.email = $1`, local+"@acme-auto.test"), 1)
	}
	want(t, "people without a password", count(t, db, `SELECT count(*) FROM public.users u LEFT JOIN public.credentials c ON c.user_id = u.id WHERE c.user_id IS NULL`), 0)
	want(t, "plans", count(t, db, `SELECT count(DISTINCT plan) FROM public.businesses`), 4)
	want(t, "long names", count(t, db, `SELECT count(*) FROM public.businesses WHERE char_length(name) > 110`), 1)
	want(t, "suspended without a reason", count(t, db, `SELECT count(*) FROM public.businesses WHERE (status = 'suspended') <> (status_reason <> '')`), 0)
	want(t, "trials that have ended", count(t, db, `SELECT count(*) FROM public.businesses b, public.platform_totals p WHERE (b.status = 'trial') <> COALESCE(b.trial_ends_at > p.as_of, false)`), 0)
	want(t, "wrong MRR", count(t, db, wrongMRR), 0)
	want(t, "steps that don't join", count(t, db, `SELECT count(*) FROM (SELECT mrr_before_cents, lag(mrr_after_cents, 1, 0)
		OVER (PARTITION BY business_id ORDER BY at) AS before FROM public.plan_changes) s WHERE mrr_before_cents <> before`), 0)
	want(t, "steps by others than the audit log says", count(t, db, `SELECT count(*) FROM public.plan_changes c JOIN public.audit_log l ON l.business_id = c.business_id AND l.at = c.at
		AND l.action IN ('business.created', 'business.plan_changed', 'business.suspended', 'business.archived', 'business.reactivated') WHERE c.actor_id IS DISTINCT FROM l.actor_id`), 0)
	want(t, "steps by nobody", count(t, db, `SELECT LEAST(1, count(*)) FROM public.plan_changes WHERE actor_id IS NOT NULL`), 1)
	want(t, "not rolled up", count(t, db, `SELECT count(*) FROM public.business_totals WHERE rolled_up_at IS NULL`), 0)
	want(t, "who wrote a message and logged in before that last", count(t, db, `SELECT count(*) FROM public.ticket_messages m JOIN public.users u ON u.id = m.author_id
		WHERE u.last_login_at IS NULL OR u.last_login_at < m.created_at`), 0)
	want(t, "last logins that are not in the history", count(t, db, `SELECT count(*) FROM public.users u WHERE last_login_at IS NOT NULL AND NOT EXISTS
		(SELECT FROM public.audit_log a WHERE a.action = 'session.started' AND a.object_id = CAST(u.id AS text) AND a.at = u.last_login_at)`), 0)
	want(t, "ticket states", count(t, db, `SELECT count(DISTINCT status) FROM public.tickets`), 5)
	want(t, "ticket priorities", count(t, db, `SELECT count(DISTINCT priority) FROM public.tickets`), 4)
	want(t, "months that grew by a half and more over the year", count(t, db, `SELECT count(*) FROM public.platform_months
		WHERE mrr_cents > 1.5 * (SELECT mrr_cents FROM public.platform_months ORDER BY month LIMIT 1) AND month = (SELECT max(month) FROM public.platform_months)`), 1)
}

// checkTenants holds every tenant's rows against the rules.
func checkTenants(t *testing.T, db *store.DB, now time.Time) {
	t.Helper()
	for subdomain, inSchema := range schemas(t, db) {
		var zone string
		if err := schema.Direct(db).QueryRowContext(t.Context(), `SELECT time_zone FROM public.businesses WHERE subdomain = $1`, subdomain).Scan(&zone); err != nil {
			t.Fatal(err)
		}
		for what, query := range faults {
			if n := count(t, db, fmt.Sprintf(query, inSchema, zone, now.Format(time.RFC3339))); n > 0 {
				t.Errorf("%s: %s: %d", subdomain, what, n)
			}
		}
	}
}

func checkAcmeToday(t *testing.T, db *store.DB, now time.Time) {
	t.Helper()
	schema := schemas(t, db)["acme-auto"]
	zone, err := time.LoadLocation("America/Denver")
	if err != nil {
		t.Fatal(err)
	}
	local := now.In(zone)
	day := time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, zone)
	for h := 6; h < 22; h += 2 {
		from := time.Date(local.Year(), local.Month(), local.Day(), h, 0, 0, 0, zone)
		if n := count(t, db, `SELECT count(*) FROM `+schema+`.appointments WHERE starts_at >= $1 AND starts_at < $2`, from, from.Add(2*time.Hour)); n == 0 {
			t.Errorf("nothing begins on %s from %d to %d o'clock", day.Format(time.DateOnly), h, h+2)
		}
	}
	want(t, "customers with a login", count(t, db, `SELECT count(*) FROM `+schema+`.customers c JOIN public.users u ON u.id = c.user_id AND u.role = 'CUSTOMER'`), 1)
	if n := count(t, db, `SELECT count(*) FROM `+schema+`.appointments a JOIN `+schema+`.customers c ON c.id = a.customer_id
		WHERE c.user_id IS NOT NULL AND a.starts_at > $1 AND a.status IN ('pending', 'confirmed')`, now); n == 0 {
		t.Error("the customer with a login has nothing ahead")
	}
}

func TestDemoAgain(t *testing.T) {
	db := storetest.DB(t)
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	if err := seed.Demo(cancelled, db, seed.DemoOptions{}); err == nil {
		t.Fatal("a cancelled run reported success")
	}
	if err := seed.Demo(t.Context(), db, seed.DemoOptions{}); err != nil {
		t.Fatal(err)
	}
	before := count(t, db, `SELECT count(*) FROM public.audit_log`)
	var out bytes.Buffer
	if err := seed.Demo(t.Context(), db, seed.DemoOptions{Out: &out}); err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(out.Bytes(), []byte("businesses already")) {
		t.Errorf("second run said %q", out.String())
	}
	want(t, "audit rows", count(t, db, `SELECT count(*) FROM public.audit_log`), before)
	want(t, "businesses", count(t, db, `SELECT count(*) FROM public.businesses`), 24)
	checkSignIn(t, db)
}

// checkSignIn: the password works through the store's own sign-in.
func checkSignIn(t *testing.T, db *store.DB) {
	t.Helper()
	if _, _, err := identity.Login(t.Context(), db, nil, "superuser@smoothschedule.test", seed.Password, store.Client{Address: "192.0.2.1"}); err != nil {
		t.Error(err)
	}
	tenant, err := db.TenantBySubdomain(t.Context(), "acme-auto")
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := identity.Login(t.Context(), db, &tenant, "owner@acme-auto.test", seed.Password, store.Client{Address: "192.0.2.1"}); err != nil {
		t.Error(err)
	}
}

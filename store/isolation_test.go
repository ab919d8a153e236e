package store_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/lib/pq"

	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/booking"
	core "github.com/smoothschedule/smoothschedule/store/internal/db"
	"github.com/smoothschedule/smoothschedule/store/schema"
	"github.com/smoothschedule/smoothschedule/store/storetest"
)

// TestT2_RowsOfABusinessNeedItsScope asks the logins themselves, past all of the
// store's code.
func TestT2_RowsOfABusinessNeedItsScope(t *testing.T) {
	cfg := storetest.Config(t)
	db := storetest.Open(t, cfg)
	a, _ := newBusiness(t, db, "alpha")
	b, _ := newBusiness(t, db, "beta")
	for _, login := range []struct{ name, url string }{{"web", cfg.URL}, {"read-only", cfg.ReadOnlyURL}} {
		t.Run(login.name, func(t *testing.T) {
			raw, err := sql.Open("postgres", login.url)
			if err != nil {
				t.Fatal(err)
			}
			defer raw.Close()
			for _, c := range []struct {
				name, scope string
				want        int
			}{
				{"no scope", "SELECT", 0},
				{"own", "SET LOCAL app.business = '" + a.String() + "'", 1},
				{"nobody's", "SET LOCAL app.business = '00000000-0000-0000-0000-000000000001'", 0},
				{"the platform", "SET LOCAL app.scope = 'platform'", 2},
			} {
				var n int
				tx, err := raw.Begin()
				if err != nil {
					t.Fatal(err)
				}
				if _, err := tx.Exec(c.scope); err != nil {
					t.Fatal(err)
				}
				err = tx.QueryRow(`SELECT count(*) FROM public.users`).Scan(&n)
				_ = tx.Rollback()
				if err != nil || n != c.want {
					t.Errorf("%s: saw %d users (%v), want %d", c.name, n, err, c.want)
				}
			}
			if _, err := raw.Exec(`SELECT * FROM customers`); sqlState(err) != "42P01" {
				t.Errorf("a tenant's table without a path: %v, want 42P01", err)
			}
		})
	}
	t.Run("the console's lines", func(t *testing.T) {
		raw, _ := sql.Open("postgres", cfg.URL)
		defer raw.Close()
		for scope, want := range map[string]int{"SELECT": 0, "SET LOCAL app.business = '" + a.String() + "'": 0, "SET LOCAL app.scope = 'platform'": 2} {
			var n int
			tx, _ := raw.Begin()
			_, _ = tx.Exec(scope)
			err := tx.QueryRow(`SELECT count(*) FROM public.business_lines`).Scan(&n)
			audited := 0
			if err == nil {
				err = tx.QueryRow(`SELECT count(*) FROM public.audit_lines`).Scan(&audited)
			}
			_ = tx.Rollback()
			if err != nil || n != want || audited != want {
				t.Errorf("%s: saw %d lines, %d of the audit log (%v), want %d", scope, n, audited, err, want)
			}
		}
	})
	t.Run("foreign insert", func(t *testing.T) {
		raw, _ := sql.Open("postgres", cfg.URL)
		defer raw.Close()
		tx, _ := raw.Begin()
		defer func() { _ = tx.Rollback() }()
		_, _ = tx.Exec("SET LOCAL app.business = '" + a.String() + "'")
		_, err := tx.Exec(`INSERT INTO public.users (id, business_id, email, name, role, created_at)
			VALUES ('00000000-0000-0000-0000-000000000009', $1, 'x@example.com', 'X', 'TENANT_OWNER', now())`, b)
		if sqlState(err) != "42501" {
			t.Errorf("writing into another business: %v, want 42501", err)
		}
	})
}

func sqlState(err error) string {
	var e *pq.Error
	if errors.As(err, &e) {
		return string(e.Code)
	}
	return ""
}

// TestT3_NoForeignRowUnderLoad: many tenants on a small pool, with requests that
// are cancelled at random moments.
func TestT3_NoForeignRowUnderLoad(t *testing.T) {
	cfg := storetest.Config(t)
	cfg.PoolSize = 4
	db := storetest.Open(t, cfg)
	ctx := context.Background()
	tenants := make([]store.Tenant, 8)
	for i := range tenants {
		_, tenants[i] = newBusiness(t, db, fmt.Sprintf("tenant-%d", i))
		seedCustomer(t, db, tenants[i])
	}
	const workers, each = 16, 625
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for range each {
				i := rand.IntN(len(tenants))
				ctx, cancel := context.WithCancel(ctx)
				if rand.IntN(5) == 0 {
					time.AfterFunc(time.Duration(rand.IntN(2000))*time.Microsecond, cancel)
				}
				err := db.InTenant(ctx, tenants[i], func(q *store.TenantTx) error {
					rows, _, err := booking.Customers(q, booking.CustomerFilter{})
					if err == nil && (len(rows) != 1 || rows[0].Name != tenants[i].Subdomain) {
						t.Errorf("in %s: %+v", tenants[i].Subdomain, rows)
					}
					return err
				})
				if err != nil && ctx.Err() == nil {
					t.Errorf("in %s: %v", tenants[i].Subdomain, err)
				}
				cancel()
			}
		})
	}
	wg.Wait()
}

// seedCustomer gives a tenant one customer, named after it.
func seedCustomer(t testing.TB, db *store.DB, tenant store.Tenant) {
	t.Helper()
	var inSchema string
	err := schema.Direct(db).QueryRow(`SELECT schema_name FROM businesses WHERE id = $1`, tenant.ID).Scan(&inSchema)
	if err == nil {
		_, err = schema.Direct(db).Exec(fmt.Sprintf(`INSERT INTO %s.customers (id, name, email, created_at) VALUES (gen_random_uuid(), $1, $2, now())`,
			pq.QuoteIdentifier(inSchema)), tenant.Subdomain, "c@"+tenant.Subdomain+".test")
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestScopeRollsBackWhole(t *testing.T) {
	db := storetest.DB(t)
	id, _ := newBusiness(t, db, "whole")
	boom := errors.New("boom")
	for name, fail := range map[string]func(*store.PublicTx) error{
		"error": func(*store.PublicTx) error { return boom },
		"failing statement": func(q *store.PublicTx) error {
			_, err := core.SQL(q).Exec("SELECT nothing")
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			err := db.InPublic(context.Background(), func(q *store.PublicTx) error {
				if _, err := core.SQL(q).Exec(`UPDATE public.businesses SET name = 'Changed' WHERE id = $1`, id); err != nil {
					return err
				}
				return fail(q)
			})
			if err == nil {
				t.Fatal("want an error")
			}
			if name := businessName(t, db, id.String()); name != "Business whole" {
				t.Errorf("the change stayed: %s", name)
			}
		})
	}
	t.Run("panic", func(t *testing.T) {
		func() {
			defer func() { _ = recover() }()
			_ = db.InPublic(context.Background(), func(q *store.PublicTx) error {
				_, _ = core.SQL(q).Exec(`UPDATE public.businesses SET name = 'Changed' WHERE id = $1`, id)
				panic("boom")
			})
		}()
		if name := businessName(t, db, id.String()); name != "Business whole" {
			t.Errorf("the change stayed: %s", name)
		}
	})
}

func businessName(t testing.TB, db *store.DB, id string) string {
	t.Helper()
	var name string
	if err := schema.Direct(db).QueryRow(`SELECT name FROM businesses WHERE id = $1`, id).Scan(&name); err != nil {
		t.Fatal(err)
	}
	return name
}

// TestT4_LoginsMayNoMore: the program refuses to run on a login that may do more
// than it should.
func TestT4_LoginsMayNoMore(t *testing.T) {
	ctx := context.Background()
	cfg := storetest.Config(t)
	if err := schema.CheckLogins(ctx, storetest.Open(t, cfg)); err != nil {
		t.Fatalf("the right logins are refused: %v", err)
	}
	for _, c := range []struct {
		name, want string
		change     func(*store.Config)
	}{
		{"owner as web login", "DATABASE_URL", func(c *store.Config) { c.URL = c.DirectURL }},
		{"web login as read-only", "DATABASE_READONLY_URL", func(c *store.Config) { c.ReadOnlyURL = c.URL }},
		{"web login as owner", "DATABASE_DIRECT_URL", func(c *store.Config) { c.DirectURL = c.URL }},
	} {
		t.Run(c.name, func(t *testing.T) {
			wrong := cfg
			c.change(&wrong)
			err := schema.CheckLogins(ctx, storetest.Open(t, wrong))
			if err == nil || !strings.HasPrefix(err.Error(), c.want+" is not safe") {
				t.Errorf("got %v", err)
			}
		})
	}
	t.Run("each right too many is seen", func(t *testing.T) {
		db := storetest.Open(t, cfg)
		for _, grant := range []struct{ do, undo string }{
			{"GRANT SELECT ON credentials TO smooth_read", "REVOKE SELECT ON credentials FROM smooth_read"},
			{"GRANT UPDATE ON users TO smooth_read", "REVOKE UPDATE ON users FROM smooth_read"},
			{"GRANT DELETE ON audit_log TO smooth_web", "REVOKE DELETE ON audit_log FROM smooth_web"},
			{"GRANT CREATE ON SCHEMA public TO smooth_web", "REVOKE CREATE ON SCHEMA public FROM smooth_web"},
		} {
			if _, err := schema.Direct(db).Exec(grant.do); err != nil {
				t.Fatal(err)
			}
			if err := schema.CheckLogins(ctx, db); err == nil {
				t.Errorf("%s: not seen", grant.do)
			}
			if _, err := schema.Direct(db).Exec(grant.undo); err != nil {
				t.Fatal(err)
			}
		}
	})
}

func TestM8_AuditLogIsAppendOnly(t *testing.T) {
	cfg := storetest.Config(t)
	db := storetest.Open(t, cfg)
	newBusiness(t, db, "audited")
	for _, statement := range []string{`UPDATE public.audit_log SET action = 'x'`, `DELETE FROM public.audit_log`, `TRUNCATE public.audit_log`} {
		err := db.InPublic(context.Background(), func(q *store.PublicTx) error { _, err := core.SQL(q).Exec(statement); return err })
		if sqlState(err) != "42501" {
			t.Errorf("%s: %v, want 42501", statement, err)
		}
	}
}

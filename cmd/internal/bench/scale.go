package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/console"
	"github.com/smoothschedule/smoothschedule/store/schema"
)

const (
	signUps       = 400
	signUpClients = 20
)

// scale is P3 and the rest of P5: what grows with the number of businesses.
func (b *bench) scale(ctx context.Context) error {
	db, err := store.Open(b.data.config(big.name()))
	if err != nil {
		return err
	}
	defer db.Close()
	b.title("With 10,000 businesses")
	if err := b.signUp(ctx, db); err != nil {
		return err
	}
	if err := b.migrateNothing(ctx); err != nil {
		return err
	}
	if err := b.emptyBusiness(ctx); err != nil {
		return err
	}
	return b.visitAll(ctx)
}

// signUp times the opening of businesses and takes them away again.
func (b *bench) signUp(ctx context.Context, db *store.DB) (err error) {
	began := time.Now()
	if err := schema.FillPool(ctx, db, signUps); err != nil {
		return err
	}
	b.line("schema pool: %d schemas made in %s", signUps, since(began))
	defer func() { err = errors.Join(err, b.removeMeasured(ctx, big.name(), "bench-signup-%")) }()
	var (
		mu     sync.Mutex
		wg     sync.WaitGroup
		took   []time.Duration
		failed error
	)
	began = time.Now()
	for client := range signUpClients {
		wg.Go(func() {
			for i := range signUps / signUpClients {
				name := fmt.Sprintf("bench-signup-%d-%d", client, i)
				start := time.Now()
				_, err := console.CreateBusiness(ctx, db, console.NewBusiness{Name: name, Subdomain: name, Plan: "free", TimeZone: "UTC",
					OwnerName: "Olive Owner", OwnerEmail: "owner@" + name + ".test"})
				mu.Lock()
				took = append(took, time.Since(start))
				if err != nil {
					failed = err
				}
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if failed != nil {
		return failed
	}
	whole := time.Since(began)
	slices.Sort(took)
	b.line("sign-up, %d clients: p50 %.1f ms, p99 %.1f ms, %.0f a second", signUpClients,
		ms(took[len(took)/2]), ms(took[len(took)*99/100]), signUps/whole.Seconds())
	return nil
}

// removeMeasured leaves a database as it was, but for the schemas of those whose
// subdomain is like names.
func (b *bench) removeMeasured(ctx context.Context, database, names string) error {
	admin, err := b.data.admin(database)
	if err != nil {
		return err
	}
	defer admin.Close()
	_, err = admin.ExecContext(ctx, `
		CREATE TEMP TABLE gone AS SELECT id FROM businesses WHERE subdomain LIKE '`+names+`';
		UPDATE tenant_schemas SET business_id = NULL WHERE business_id IN (TABLE gone);
		DELETE FROM business_totals WHERE business_id IN (TABLE gone);
		DELETE FROM domains WHERE business_id IN (TABLE gone);
		DELETE FROM users WHERE business_id IN (TABLE gone);
		DELETE FROM plan_changes WHERE business_id IN (TABLE gone);
		DELETE FROM audit_log WHERE business_id IN (TABLE gone);
		DELETE FROM river_job WHERE kind <> 'roll_up';
		DELETE FROM businesses WHERE id IN (TABLE gone);`)
	if err != nil {
		return err
	}
	_, err = admin.ExecContext(ctx, "VACUUM (ANALYZE) public.businesses, public.business_totals, public.users")
	return err
}

// migrateNothing times what `migrate` does when all is new.
func (b *bench) migrateNothing(ctx context.Context) error {
	var took []float64
	for range max(5, b.rounds) {
		began := time.Now()
		db, err := store.Open(b.data.config(big.name()))
		if err != nil {
			return err
		}
		err = schema.Migrate(ctx, db, nil)
		took = append(took, ms(time.Since(began)))
		if err = errors.Join(err, db.Close()); err != nil {
			return err
		}
	}
	b.line("migrate with nothing to do, connecting included: %.0f ms", median(took))
	return nil
}

func (b *bench) emptyBusiness(ctx context.Context) error {
	admin, err := b.data.admin(big.name())
	if err != nil {
		return err
	}
	defer admin.Close()
	var files, bytes int
	err = admin.QueryRowContext(ctx, `
		WITH free AS (SELECT oid FROM pg_namespace WHERE nspname = (SELECT schema_name FROM tenant_schemas WHERE business_id IS NULL LIMIT 1)),
			own AS (SELECT oid, reltoastrelid FROM pg_class WHERE relnamespace IN (TABLE free) AND relkind IN ('r', 'i')),
			toast AS (SELECT oid FROM pg_class WHERE oid IN (SELECT reltoastrelid FROM own)
				UNION ALL SELECT indexrelid FROM pg_index WHERE indrelid IN (SELECT reltoastrelid FROM own))
		SELECT count(*), sum(pg_relation_size(oid)) FROM (SELECT oid FROM own UNION ALL SELECT oid FROM toast) AS every`).Scan(&files, &bytes)
	if err != nil {
		return err
	}
	b.line("empty business: %d files, %.2f MB", files, float64(bytes)/1e6)
	return nil
}

// visitAll enters every business and looks what the backends keep of it.
func (b *bench) visitAll(ctx context.Context) error {
	db, err := store.Open(b.data.config(big.name()))
	if err != nil {
		return err
	}
	defer db.Close()
	before, err := postgresCPU(b.postmaster)
	if err != nil {
		return err
	}
	began := time.Now()
	if err := console.RollUp(ctx, db, true); err != nil {
		return err
	}
	after, err := postgresCPU(b.postmaster)
	if err != nil {
		return err
	}
	pids, err := children(b.postmaster)
	if err != nil {
		return err
	}
	var private int64
	for _, pid := range pids {
		private += memory(pid, "RssAnon")
	}
	b.line("roll-up of all: %s, %.1f s of PostgreSQL's CPU; afterwards all backends hold %d MB of their own",
		since(began), (after - before).Seconds(), private>>20)
	return nil
}

package seed

import (
	"context"
	"fmt"
	"io"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/console"
	"github.com/smoothschedule/smoothschedule/store/schema"
)

// LoadOptions says how much Load shall have made in the end.
type LoadOptions struct {
	Businesses   int
	Appointments int       // in all of them
	Progress     io.Writer // nil: nobody looks
}

const (
	maxLoad = 1_000_000
	// maxEach bounds the average, so that calendars reach back years and not ages.
	maxEach = 2000
	// Making a schema waits for the disk more than it computes; the owner has four connections.
	loadWorkers = 4
	loadBatch   = 50
)

func (o LoadOptions) check() error {
	switch {
	case o.Businesses < 1 || o.Businesses > maxLoad:
		return fmt.Errorf("--businesses must be between 1 and %d, not %d", maxLoad, o.Businesses)
	case o.Appointments < 1 || o.Appointments > maxLoad:
		return fmt.Errorf("--appointments must be between 1 and %d, not %d", maxLoad, o.Appointments)
	case o.Appointments/o.Businesses > maxEach:
		return fmt.Errorf("--appointments must be at most %d for each business; add businesses", maxEach)
	}
	return nil
}

// Load makes generated businesses up to a number, with appointments up to
// another. Which ones there are is read from the database, and each is written
// whole or not at all: a killed run goes on where it ended, and one more run
// changes nothing.
func Load(ctx context.Context, db *store.DB, opts LoadOptions) error {
	if err := opts.check(); err != nil {
		return err
	}
	l := &loader{db: db}
	var err error
	if l.now, err = clock(ctx, db); err != nil {
		return err
	}
	if l.prices, err = prices(ctx, schema.Direct(db)); err != nil {
		return err
	}
	numbers, appointments, err := missing(ctx, schema.Direct(db), opts)
	if err != nil {
		return err
	}
	p := newProgress(opts.Progress, opts.Businesses, opts.Businesses-len(numbers))
	if len(numbers) == 0 {
		p.say("All %d businesses are there already; to load more, ask for more of them.", opts.Businesses)
		return nil
	}
	if l.hash, err = hashOnce(); err != nil {
		return err
	}
	err = l.run(ctx, share(numbers, appointments), p)
	p.finish()
	if err != nil {
		if ctx.Err() != nil {
			err = ctx.Err()
		}
		return fmt.Errorf("loading stopped after %d of %d businesses (the same command goes on from here): %w",
			opts.Businesses-len(numbers)+int(l.done.Load()), opts.Businesses, err)
	}
	return l.finish(ctx)
}

// loader is one run of Load.
type loader struct {
	db     *store.DB
	now    time.Time
	prices map[string]int
	hash   string
	done   atomic.Int64
}

func (l *loader) run(ctx context.Context, orders []order, p *progress) error {
	group, ctx := errgroup.WithContext(ctx)
	batches := make(chan []order)
	group.Go(func() error {
		defer close(batches)
		for len(orders) > 0 {
			n := min(len(orders), loadBatch)
			select {
			case batches <- orders[:n]:
				orders = orders[n:]
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		return nil
	})
	for range loadWorkers {
		group.Go(func() error { return l.work(ctx, batches, p) })
	}
	return group.Wait()
}

func (l *loader) work(ctx context.Context, batches <-chan []order, p *progress) error {
	conn := &recycled{db: schema.Direct(l.db)}
	defer conn.release()
	for orders := range batches {
		list := make([]*business, len(orders))
		for i, o := range orders {
			b, err := l.generate(o)
			if err != nil {
				return fmt.Errorf("business %d: %w", o.number, err)
			}
			list[i] = b
		}
		for len(list) > 0 {
			n, err := l.save(ctx, conn, list)
			if err != nil {
				return err
			}
			if n == 0 {
				// The pool's time limit for a connection is short: give ours back.
				conn.release()
				if err := schema.AddSchemas(ctx, l.db, len(list)); err != nil {
					return fmt.Errorf("make schemas: %w", err)
				}
			}
			list = list[n:]
			l.done.Add(int64(n))
			p.add(n)
		}
	}
	return nil
}

// save writes as many businesses as schemas stand ready, in one transaction.
func (l *loader) save(ctx context.Context, conn *recycled, list []*business) (int, error) {
	c, err := conn.get(ctx)
	if err != nil {
		return 0, err
	}
	tx, err := c.BeginTx(ctx, nil)
	if err != nil {
		return 0, err
	}
	defer func() { _ = tx.Rollback() }()
	if _, err := tx.ExecContext(ctx, "SET LOCAL statement_timeout = '5min'"); err != nil {
		return 0, err
	}
	schemas, err := claim(ctx, tx, len(list))
	if err != nil || len(schemas) == 0 {
		return 0, err
	}
	list = list[:len(schemas)]
	for i, b := range list {
		b.schema = schemas[i]
	}
	if err := write(ctx, tx, list, l.hash); err != nil {
		return 0, err
	}
	return len(list), tx.Commit()
}

// finish makes lists and dashboard right: the businesses' own figures are
// written with them.
func (l *loader) finish(ctx context.Context) error {
	for _, name := range []string{"businesses", "business_totals", "users", "domains", "plan_changes", "business_daily", "audit_log", "tenant_schemas"} {
		if _, err := schema.Direct(l.db).ExecContext(ctx, "ANALYZE public."+name); err != nil {
			return fmt.Errorf("analyze %s: %w", name, err)
		}
	}
	if err := console.RollUp(ctx, l.db, false); err != nil {
		return fmt.Errorf("roll up the platform's figures: %w", err)
	}
	return nil
}

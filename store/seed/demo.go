package seed

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"

	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/console"
	"github.com/smoothschedule/smoothschedule/store/schema"
)

// DemoOptions is what Demo may be told.
type DemoOptions struct {
	// Out hears what happened, a line each; nil: nobody.
	Out io.Writer
}

func (o DemoOptions) say(format string, args ...any) {
	if o.Out != nil {
		fmt.Fprintf(o.Out, format+"\n", args...)
	}
}

// Demo fills an empty platform with 24 businesses, their people and months of
// appointments. Where there is a business already it does nothing. All of it is
// one transaction: a killed run leaves nothing and can be run again.
func Demo(ctx context.Context, db *store.DB, opts DemoOptions) error {
	now, err := clock(ctx, db)
	if err != nil {
		return err
	}
	made, err := demoRows(ctx, db, func(w *world) error { return w.build() }, now)
	if err != nil {
		return fmt.Errorf("seed the demo: %w", err)
	}
	if !made {
		opts.say("There are businesses already; the demo data was left out.")
		// A run killed after its commit left these to do.
		pending, err := unrolled(ctx, schema.Direct(db))
		if err != nil || !pending {
			return err
		}
	}
	if err := console.RollUp(ctx, db, true); err != nil {
		return fmt.Errorf("roll up the demo's figures: %w", err)
	}
	if made {
		opts.say("%d businesses were added; the password of everybody in them is %s.", len(demoBusinesses), Password)
	}
	return nil
}

// unrolled says whether no roll-up has seen the platform yet.
func unrolled(ctx context.Context, db *sql.DB) (yes bool, err error) {
	err = db.QueryRowContext(ctx, `SELECT NOT EXISTS (SELECT FROM public.platform_totals)`).Scan(&yes)
	return yes, err
}

// errSchemasShort says that another process took schemas made for the demo.
var errSchemasShort = errors.New("too few schemas stand ready")

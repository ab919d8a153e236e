package seed

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/schema"
)

// demoRows writes the demo in one transaction; false when there are businesses.
func demoRows(ctx context.Context, db *store.DB, build func(*world) error, now time.Time) (bool, error) {
	found, err := anyBusiness(ctx, schema.Direct(db))
	if err != nil || found {
		return false, err
	}
	hash, err := hashOnce()
	if err != nil {
		return false, err
	}
	w := &world{source: newSource(2, 0), now: now}
	if w.prices, err = prices(ctx, schema.Direct(db)); err != nil {
		return false, err
	}
	if err := schema.FillPool(ctx, db, len(demoBusinesses)); err != nil {
		return false, fmt.Errorf("make schemas: %w", err)
	}
	tx, err := schema.Direct(db).BeginTx(ctx, nil)
	if err != nil {
		return false, err
	}
	defer func() { _ = tx.Rollback() }()
	if _, err := tx.ExecContext(ctx, fmt.Sprintf("SET LOCAL statement_timeout = '2min'; SELECT pg_advisory_xact_lock(%d)", seedLock)); err != nil {
		return false, err
	}
	if found, err = anyBusiness(ctx, tx); err != nil || found {
		return false, err
	}
	staff := w.platformStaff()
	if w.staff, err = writeStaff(ctx, tx, staff, hash); err != nil {
		return false, err
	}
	if err := writeEvents(ctx, tx, noBusiness, logins(w.source, staff)); err != nil {
		return false, err
	}
	if err := build(w); err != nil {
		return false, err
	}
	schemas, err := claim(ctx, tx, len(w.businesses))
	if err != nil {
		return false, err
	}
	if len(schemas) < len(w.businesses) {
		return false, errSchemasShort
	}
	for i, b := range w.businesses {
		b.schema = schemas[i]
	}
	if err := write(ctx, tx, w.businesses, hash); err != nil {
		return false, err
	}
	if err := w.writeTickets(ctx, tx); err != nil {
		return false, err
	}
	if err := w.writeNotifications(ctx, tx); err != nil {
		return false, err
	}
	if err := w.writeNotices(ctx, tx); err != nil {
		return false, err
	}
	if err := w.writeCare(ctx, tx); err != nil {
		return false, err
	}
	return true, tx.Commit()
}

type queryer interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

func anyBusiness(ctx context.Context, q queryer) (yes bool, err error) {
	err = q.QueryRowContext(ctx, `SELECT EXISTS (SELECT FROM public.businesses)`).Scan(&yes)
	return yes, err
}

// writeStaff adds the platform's people but those who have a login already.
func writeStaff(ctx context.Context, tx *sql.Tx, staff []person, hash string) (map[string]person, error) {
	byName := make(map[string]person)
	var missing []person
	for _, p := range staff {
		var known person
		err := tx.QueryRowContext(ctx, `SELECT id, name FROM public.users WHERE business_id IS NULL AND lower(email) = $1`, p.email).Scan(&known.id, &known.name)
		switch {
		case err == nil:
			p.id, p.name = known.id, known.name
		case errors.Is(err, sql.ErrNoRows):
			missing = append(missing, p)
		default:
			return nil, err
		}
		local, _, _ := strings.Cut(p.email, "@")
		byName[local] = p
	}
	return byName, writePeople(ctx, tx, noBusiness, missing, hash)
}

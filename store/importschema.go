package store

import (
	"context"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/lib/pq"

	"github.com/smoothschedule/smoothschedule/migrations"
	"github.com/smoothschedule/smoothschedule/store/access"
)

// keepRestoring is how long a schema that was filled and never joined stays: no
// restore takes that long.
const keepRestoring = 24 * time.Hour

// fillSchema makes the schema as it was exported, fills it, and brings it to the
// newest version. It belongs to nobody until the business joins it.
func (im *importer) fillSchema() error {
	t := im.t
	if err := t.CheckSubdomain(im.m.Subdomain); err != nil {
		return err
	}
	if err := t.checkFree(im.m); err != nil {
		return err
	}
	if err := im.survey(); err != nil {
		return err
	}
	if _, err := t.exec(ReplaySchemaSQL(im.schema, im.m.TenantVersion)); err != nil {
		return fmt.Errorf("make the schema: %w", err)
	}
	own, err := t.tablesInOrder(im.schema)
	if err != nil {
		return err
	}
	if err := im.checkTables(own); err != nil {
		return err
	}
	for _, table := range own {
		if err := im.table(im.schema, table); err != nil {
			return err
		}
	}
	for _, step := range migrations.Tenants()[im.m.TenantVersion:] {
		if _, err := t.exec(migrateTenantSQL(im.schema, step, t.now)); err != nil {
			return fmt.Errorf("migrate the restored schema: %w", err)
		}
	}
	_, err = t.exec(`INSERT INTO public.tenant_schemas (schema_name, version, state, error, created_at, migrated_at) VALUES ($1, $2, 'restoring', $3, $4, $4)`,
		im.schema, latestTenantVersion(), im.hooks.name, im.now)
	return err
}

// checkTables refuses a file with a table that this version doesn't know, or with
// one twice.
func (im *importer) checkTables(own []string) error {
	seen := map[string]bool{}
	for _, name := range im.m.Tables {
		kind, table, _ := strings.Cut(name, "/")
		known := kind == "public" && slices.Contains(sharedExported, table) || kind == "tenant" && slices.Contains(own, table)
		if seen[name] || !known {
			return broken("The file holds a table that this version does not know: %.60s", table)
		}
		seen[name] = true
	}
	return nil
}

// survey reads what rows may refer to: who is in the file, whom and what of it this
// platform knows.
func (im *importer) survey() error {
	t := im.t
	err := im.each("public/users", func(r record) error {
		if id := r.id("id"); id != uuid.Nil {
			im.people[id], im.own[id] = access.Role(r.text("role")), true
		}
		return nil
	})
	if err != nil {
		return err
	}
	err = im.each("public/business_logos", func(r record) error {
		data, _ := hex.DecodeString(strings.TrimPrefix(r.text("data"), `\x`))
		im.logo = logoOf(data)
		return nil
	})
	if err != nil {
		return err
	}
	if err := im.numberTickets(); err != nil {
		return err
	}
	var staff []uuid.UUID
	if err := t.list(&staff, `SELECT id FROM public.users WHERE business_id IS NULL`); err != nil {
		return err
	}
	for _, id := range staff {
		im.staff[id] = true
	}
	var visits []struct {
		ID    uuid.UUID `db:"masquerade_id"`
		Actor uuid.UUID `db:"actor_id"`
	}
	err = t.list(&visits, `SELECT DISTINCT masquerade_id, actor_id FROM public.audit_log
		WHERE business_id = $1 AND action = 'masquerade.requested' AND masquerade_id IS NOT NULL AND actor_id IS NOT NULL`, im.m.BusinessID)
	for _, v := range visits {
		im.logged[v.ID] = v.Actor
	}
	return err
}

// numberTickets keeps the numbers that were given out here and are free, and gives
// new ones to the others: no file says which number comes next.
func (im *importer) numberTickets() error {
	t := im.t
	var last int64
	if err := t.get(&last, `SELECT COALESCE(pg_sequence_last_value(CAST(pg_get_serial_sequence('public.tickets', 'number') AS regclass)), 0)`); err != nil {
		return err
	}
	return im.each("public/tickets", func(r record) error {
		id := r.id("id")
		im.own[id] = true
		v, err := column{Name: "number", Type: "bigint"}.value(r["number"], im.now)
		if err != nil {
			return err
		}
		number := v.(int64)
		stays := number > 0 && number <= last
		if stays {
			if err := t.get(&stays, `SELECT NOT EXISTS (SELECT FROM public.tickets WHERE number = $1)`, number); err != nil {
				return err
			}
		}
		if !stays {
			err = t.get(&number, `SELECT nextval(pg_get_serial_sequence('public.tickets', 'number'))`)
			im.numbers[id] = number
		}
		return err
	})
}

// dropRestoring takes back the schema of a business that did not join it.
func (db *DB) dropRestoring(ctx context.Context, schema string) error {
	return db.run(ctx, db.direct, scope{platform: true, timeout: "5min"}, func(t *tx) error {
		gone, err := t.exec(`DELETE FROM public.tenant_schemas WHERE schema_name = $1 AND state = 'restoring' AND business_id IS NULL`, schema)
		if err != nil || gone == 0 {
			return err
		}
		_, err = t.exec("DROP SCHEMA " + pq.QuoteIdentifier(schema) + " CASCADE")
		return err
	})
}

// sweepRestoring clears what a killed program left: of the same restore, which is
// done again now, or of any a day later.
func (db *DB) sweepRestoring(ctx context.Context, name string) error {
	var left []string
	err := db.run(ctx, db.direct, scope{platform: true}, func(t *tx) error {
		return t.list(&left, `SELECT schema_name FROM public.tenant_schemas WHERE state = 'restoring' AND business_id IS NULL AND (error = $1 AND error <> '' OR created_at < $2)`,
			name, t.now.Add(-keepRestoring))
	})
	for _, schema := range left {
		if err == nil {
			err = db.dropRestoring(ctx, schema)
		}
	}
	return err
}

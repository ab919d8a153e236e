package transfer

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
	"github.com/smoothschedule/smoothschedule/store/internal/db"
	"github.com/smoothschedule/smoothschedule/store/schema"
	"github.com/smoothschedule/smoothschedule/store/settings"
)

// keepRestoring is how long a schema that was filled and never joined stays: no
// restore takes that long.
const keepRestoring = 24 * time.Hour

// fillSchema makes the schema as it was exported, fills it, and brings it to the
// newest version. It belongs to nobody until the business joins it.
func (im *importer) fillSchema() error {
	t := im.t
	if err := settings.CheckAllowedSubdomain(t, im.m.Subdomain); err != nil {
		return err
	}
	if err := checkFree(t, im.m); err != nil {
		return err
	}
	if err := im.survey(); err != nil {
		return err
	}
	if _, err := db.Exec(t, schema.ReplaySchemaSQL(im.schema, im.m.TenantVersion)); err != nil {
		return fmt.Errorf("make the schema: %w", err)
	}
	own, err := tablesInOrder(t, im.schema)
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
		if _, err := db.Exec(t, schema.MigrateTenantSQL(im.schema, step, t.Now())); err != nil {
			return fmt.Errorf("migrate the restored schema: %w", err)
		}
	}
	_, err = db.Exec(t, `INSERT INTO public.tenant_schemas (schema_name, version, state, error, created_at, migrated_at) VALUES ($1, $2, 'restoring', $3, $4, $4)`,
		im.schema, schema.LatestTenantVersion(), im.hooks.name, im.now)
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
	if err := db.List(t, &staff, `SELECT id FROM public.users WHERE business_id IS NULL`); err != nil {
		return err
	}
	for _, id := range staff {
		im.staff[id] = true
	}
	var visits []struct {
		ID    uuid.UUID `db:"masquerade_id"`
		Actor uuid.UUID `db:"actor_id"`
	}
	err = db.List(t, &visits, `SELECT DISTINCT masquerade_id, actor_id FROM public.audit_log
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
	if err := db.Get(t, &last, `SELECT COALESCE(pg_sequence_last_value(CAST(pg_get_serial_sequence('public.tickets', 'number') AS regclass)), 0)`); err != nil {
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
			if err := db.Get(t, &stays, `SELECT NOT EXISTS (SELECT FROM public.tickets WHERE number = $1)`, number); err != nil {
				return err
			}
		}
		if !stays {
			err = db.Get(t, &number, `SELECT nextval(pg_get_serial_sequence('public.tickets', 'number'))`)
			im.numbers[id] = number
		}
		return err
	})
}

// dropRestoring takes back the schema of a business that did not join it.
func dropRestoring(ctx context.Context, d *db.DB, schema string) error {
	return db.Run(ctx, d, db.Direct(d), db.Rows{Platform: true, Timeout: "5min"}, func(t db.Scope) error {
		gone, err := db.Exec(t, `DELETE FROM public.tenant_schemas WHERE schema_name = $1 AND state = 'restoring' AND business_id IS NULL`, schema)
		if err != nil || gone == 0 {
			return err
		}
		_, err = db.Exec(t, "DROP SCHEMA "+pq.QuoteIdentifier(schema)+" CASCADE")
		return err
	})
}

// sweepRestoring clears what a killed program left: of the same restore, which is
// done again now, or of any a day later.
func sweepRestoring(ctx context.Context, d *db.DB, name string) error {
	var left []string
	err := db.Run(ctx, d, db.Direct(d), db.Rows{Platform: true}, func(t db.Scope) error {
		return db.List(t, &left, `SELECT schema_name FROM public.tenant_schemas WHERE state = 'restoring' AND business_id IS NULL AND (error = $1 AND error <> '' OR created_at < $2)`,
			name, t.Now().Add(-keepRestoring))
	})
	for _, schema := range left {
		if err == nil {
			err = dropRestoring(ctx, d, schema)
		}
	}
	return err
}

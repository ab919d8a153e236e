package transfer

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/lib/pq"

	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/internal/db"
	"github.com/smoothschedule/smoothschedule/store/internal/paging"
	"github.com/smoothschedule/smoothschedule/store/schema"
	"github.com/smoothschedule/smoothschedule/store/settings"
)

// ImportBusiness restores a business from an exported file into a new schema; ids
// stay what they were. subdomain replaces its own, if that is taken.
//
// The owner's login makes and fills the schema, which nobody knows of yet. All
// else is one transaction of the web login, whose rows the database holds to the
// policies of this business alone; its commit is what makes the business be there.
func ImportBusiness(ctx context.Context, d *db.DB, file io.ReaderAt, size int64, subdomain string) (Manifest, error) {
	return importBusiness(ctx, d, file, size, subdomain, importHooks{})
}

// importHooks tell how far an import is, and end it in its own transaction.
type importHooks struct {
	name string // of the import: what an earlier try of it left is cleared
	rows func(done int) error
	end  func(t db.Scope) error
	last func(t db.Scope) error // of tests: before it is seen whose rows were written
}

func importBusiness(ctx context.Context, d *db.DB, file io.ReaderAt, size int64, subdomain string, hooks importHooks) (Manifest, error) {
	archive, err := openArchive(file, size, subdomain)
	if err != nil {
		return Manifest{}, err
	}
	im := newImporter(archive, hooks)
	if err := sweepRestoring(ctx, d, hooks.name); err != nil {
		return im.m, err
	}
	err = db.Run(ctx, d, db.Direct(d), db.Rows{Platform: true, Timeout: "30min"}, func(t db.Scope) error { return im.within(t, im.fillSchema) })
	if err == nil {
		err = db.Run(ctx, d, db.Web(d), db.Rows{Platform: true, Timeout: "30min"}, func(t db.Scope) error { return im.within(t, im.join) })
		if err != nil {
			err = errors.Join(err, dropRestoring(ctx, d, im.schema))
		}
	}
	db.Tenants(d).Forget()
	paging.Counts(d).Forget()
	return im.m, err
}

// importer restores one business. What a row may refer to is known before it is
// written.
type importer struct {
	*restoreArchive
	t      db.Scope
	now    time.Time
	schema string
	hooks  importHooks
	done   int // rows

	staff   map[uuid.UUID]bool // the platform's own people
	logged  map[uuid.UUID]uuid.UUID
	numbers map[uuid.UUID]int64 // of tickets whose number can't stay
	logo    string              // hash of the file's picture

	people    map[uuid.UUID]access.Role // of the file
	own       map[uuid.UUID]bool        // rows of the file
	tickets   map[uuid.UUID]bool
	messages  map[uuid.UUID]uuid.UUID // and their tickets
	visits    map[uuid.UUID]bool
	domains   int
	strangers uuid.UUID // names those who are not of the business, this time
}

func newImporter(archive *restoreArchive, hooks importHooks) *importer {
	return &importer{restoreArchive: archive, schema: schema.NewSchemaName(), hooks: hooks, strangers: uuid.New(),
		staff: map[uuid.UUID]bool{}, logged: map[uuid.UUID]uuid.UUID{}, numbers: map[uuid.UUID]int64{},
		people: map[uuid.UUID]access.Role{}, own: map[uuid.UUID]bool{}, tickets: map[uuid.UUID]bool{}, messages: map[uuid.UUID]uuid.UUID{}, visits: map[uuid.UUID]bool{}}
}

func (im *importer) within(t db.Scope, work func() error) error {
	im.t, im.now = t, t.Now()
	if im.m.ExportedAt.IsZero() || im.m.ExportedAt.After(im.now) {
		im.m.ExportedAt = im.now
	}
	return work()
}

// join puts the business on record.
func (im *importer) join() error {
	t := im.t
	if err := settings.CheckAllowedSubdomain(t, im.m.Subdomain); err != nil {
		return err
	}
	if err := checkFree(t, im.m); err != nil {
		return err
	}
	// The reserved names of a deleted business come back with it; the others in finish.
	if _, err := db.Exec(t, `DELETE FROM public.domains WHERE name = $1 AND business_id IS NULL AND formerly_of = $2`, im.m.Subdomain, im.m.BusinessID); err != nil {
		return err
	}
	if err := im.asBusiness(); err != nil {
		return err
	}
	if err := im.fillShared(); err != nil {
		return err
	}
	if err := im.asPlatform(); err != nil {
		return err
	}
	if err := im.finish(); err != nil {
		return err
	}
	if im.hooks.end != nil {
		if err := im.hooks.end(t); err != nil {
			return err
		}
	}
	if im.hooks.last != nil {
		if err := im.hooks.last(t); err != nil {
			return err
		}
	}
	return im.checkWritten()
}

// asBusiness leaves nothing in sight but this business's rows, and lets no other
// be written, whatever the statements say.
func (im *importer) asBusiness() error {
	db.JobsFor(im.t, db.Rows{Business: im.m.BusinessID})
	_, err := db.Exec(im.t, `SET LOCAL app.scope = ''; SET LOCAL app.business = `+pq.QuoteLiteral(im.m.BusinessID.String()))
	return err
}

func (im *importer) asPlatform() error {
	db.JobsFor(im.t, db.Rows{Platform: true, Business: im.m.BusinessID})
	_, err := db.Exec(im.t, `SET LOCAL app.scope = 'platform'`)
	return err
}

// checkFree refuses a business that is there, or an address that is another's.
func checkFree(t db.Scope, m Manifest) error {
	var there bool
	if err := db.Get(t, &there, `SELECT EXISTS (SELECT FROM public.businesses WHERE id = $1)`, m.BusinessID); err != nil {
		return err
	}
	if there {
		return &db.Error{Kind: db.Conflict, Field: "file", Message: "This business is here already; delete it first."}
	}
	err := db.Get(t, &there, `SELECT EXISTS (SELECT FROM public.domains WHERE name = $1 AND (business_id IS NOT NULL OR formerly_of IS DISTINCT FROM $2))`, m.Subdomain, m.BusinessID)
	if err == nil && there {
		err = &db.Error{Kind: db.Conflict, Field: "subdomain", Message: "The address " + m.Subdomain + " is taken; choose another."}
	}
	return err
}

// fillShared writes the rows of the shared tables, in an order in which each finds
// what it refers to; the file's own order counts for nothing.
func (im *importer) fillShared() error {
	for _, table := range sharedExported {
		if err := im.table("public", table); err != nil {
			return err
		}
		if table == "businesses" {
			if err := im.register(); err != nil {
				return err
			}
		}
	}
	return nil
}

// register notes the address under which the business is found, and its figures.
func (im *importer) register() error {
	if _, err := db.Exec(im.t, `INSERT INTO public.domains (name, business_id, kind, verified_at, created_at) VALUES ($1, $2, 'subdomain', $3, $3)`,
		im.m.Subdomain, im.m.BusinessID, im.now); err != nil {
		return err
	}
	made, err := db.Exec(im.t, `INSERT INTO public.business_totals (business_id, plan, status, last_activity_at)
		SELECT id, plan, status, $2 FROM public.businesses WHERE id = $1`, im.m.BusinessID, im.now)
	if err == nil && made != 1 {
		err = broken("The file is not whole: the business itself is missing.")
	}
	return err
}

// table reads the rows of a table, writes each anew and adds them in batches.
func (im *importer) table(schema, table string) error {
	name := path.Join("public", table)
	if schema != "public" {
		name = path.Join("tenant", table)
	}
	if !im.has(name) {
		return nil
	}
	columns, err := columnsOf(im.t, schema, table)
	if err != nil {
		return err
	}
	var batch []record
	var names []string
	size := 0
	flush := func() error {
		if len(batch) == 0 {
			return nil
		}
		if err := im.insert(schema, table, names, batch); err != nil {
			return err
		}
		batch, size = batch[:0], 0
		if im.hooks.rows != nil {
			return im.hooks.rows(im.done)
		}
		return nil
	}
	err = im.each(name, func(in record) error {
		im.done++
		row, err := im.rewrite(schema, table, columns, in)
		if err != nil || row == nil {
			return err
		}
		if own := row.id("id"); schema != "public" && own != uuid.Nil {
			im.own[own] = true
		}
		if others := row.columns(); !slices.Equal(others, names) {
			if err := flush(); err != nil {
				return err
			}
			names = others
		}
		batch = append(batch, row)
		if data, large := row["data"].(string); large {
			size += len(data)
		}
		size += 1 << 10
		if len(batch) >= batchRows || size >= batchBytes {
			return flush()
		}
		return nil
	})
	if err != nil {
		return err
	}
	return flush()
}

// insert adds rows that all have the same columns; others take their defaults.
func (im *importer) insert(schema, table string, names []string, rows []record) error {
	quoted, values := make([]string, len(names)), make([]string, len(names))
	args := []any{nil}
	for i, name := range names {
		quoted[i] = pq.QuoteIdentifier(name)
		if values[i] = quoted[i]; name == "business_id" { // no row can say another
			values[i] = "CAST($2 AS uuid)"
			args = append(args, im.m.BusinessID)
		}
	}
	target := pq.QuoteIdentifier(schema) + "." + pq.QuoteIdentifier(table)
	query := fmt.Sprintf("INSERT INTO %s (%s) OVERRIDING SYSTEM VALUE SELECT %s FROM jsonb_populate_recordset(NULL::%s, CAST($1 AS jsonb))",
		target, strings.Join(quoted, ", "), strings.Join(values, ", "), target)
	if schema == "public" && (table == "plan_changes" || table == "audit_log" || table == "domains") {
		query += " ON CONFLICT DO NOTHING" // some stay when a business is deleted, and a name that somebody has is his
	}
	text, err := json.Marshal(rows)
	if err != nil {
		return err
	}
	args[0] = string(text)
	_, err = db.Exec(im.t, query, args...)
	var refused *pq.Error
	if errors.As(err, &refused) && (refused.Code.Class() == "22" || refused.Code.Class() == "23" || refused.Code == "42501" && strings.Contains(refused.Message, "row-level")) {
		return broken("The file does not fit: a row of %s was refused (%s).", table, refused.Message)
	}
	return err
}

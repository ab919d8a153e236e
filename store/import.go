package store

import (
	"archive/zip"
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"github.com/google/uuid"
	"github.com/lib/pq"

	"github.com/smoothschedule/smoothschedule/migrations"
)

// Bounds of what is read at a time.
const (
	maxManifest = 1 << 20
	maxLine     = 32 << 20
	batchRows   = 500
	batchBytes  = 4 << 20
)

func broken(format string, args ...any) error {
	return &Error{Kind: Invalid, Field: "file", Message: fmt.Sprintf(format, args...)}
}

// ReadManifest says what an exported file holds, and refuses one that this
// program can't read.
func ReadManifest(file io.ReaderAt, size int64) (Manifest, error) {
	var m Manifest
	archive, err := zip.NewReader(file, size)
	if err != nil {
		return m, broken("This is no file of an export.")
	}
	if err := readMember(archive, "manifest.json", &m); err != nil {
		return m, err
	}
	switch {
	case m.Format > exportFormat || m.TenantVersion > latestTenantVersion() || m.PublicVersion > latestPublicVersion():
		return m, broken("This file was written by a newer version of smoothschedule; use that one.")
	case m.Format < 1 || m.TenantVersion < 1 || m.BusinessID == uuid.Nil:
		return m, broken("This is no file of an export.")
	}
	return m, nil
}

func readMember(archive *zip.Reader, name string, into any) error {
	member, err := archive.Open(name)
	if err != nil {
		return broken("The file is not whole: %s is missing.", name)
	}
	defer func() { _ = member.Close() }()
	if err := json.NewDecoder(io.LimitReader(member, maxManifest)).Decode(into); err != nil {
		return broken("The file is damaged: %s can't be read.", name)
	}
	return nil
}

// ImportBusiness restores a business from an exported file into a new schema; ids
// stay what they were. subdomain replaces its own, if that is taken. All of it is
// one transaction of the owner's login.
func (db *DB) ImportBusiness(ctx context.Context, file io.ReaderAt, size int64, subdomain string) (Manifest, error) {
	return db.importBusiness(ctx, file, size, subdomain, importHooks{})
}

// importHooks tell how far an import is, and end it in its own transaction.
type importHooks struct {
	rows func(done int) error
	end  func(t *tx) error
}

func (db *DB) importBusiness(ctx context.Context, file io.ReaderAt, size int64, subdomain string, hooks importHooks) (Manifest, error) {
	m, err := ReadManifest(file, size)
	if err != nil {
		return m, err
	}
	if subdomain != "" {
		if err := CheckSubdomain(subdomain); err != nil {
			return m, err
		}
		m.Subdomain = subdomain
	}
	archive, err := zip.NewReader(file, size)
	if err != nil {
		return m, broken("This is no file of an export.")
	}
	var end exportEnd
	if err := readMember(archive, "end.json", &end); err != nil {
		return m, err
	}
	err = db.run(ctx, db.direct, scope{platform: true, timeout: "30min"}, func(t tx) error {
		im := &importer{t: &t, m: m, zip: archive, end: end, schema: newSchemaName(), hooks: hooks}
		if err := im.run(); err != nil || hooks.end == nil {
			return err
		}
		return hooks.end(&t)
	})
	db.tenants.forget()
	db.counts.forget()
	return m, err
}

type importer struct {
	t      *tx
	m      Manifest
	zip    *zip.Reader
	end    exportEnd
	schema string
	staff  map[string]bool // ids of the platform's own people
	hooks  importHooks
	done   int // rows
}

func (im *importer) run() error {
	if err := im.free(); err != nil {
		return err
	}
	if _, err := im.t.exec(ReplaySchemaSQL(im.schema, im.m.TenantVersion)); err != nil {
		return fmt.Errorf("make the schema: %w", err)
	}
	own, err := im.t.tablesInOrder(im.schema)
	if err != nil {
		return err
	}
	if err := im.loadStaff(); err != nil {
		return err
	}
	for _, name := range im.m.Tables {
		kind, table := path.Split(name)
		switch {
		case kind == "public/" && slices.Contains(sharedExported, table):
			err = im.table(name, "public", table)
		case kind == "tenant/" && slices.Contains(own, table):
			err = im.table(name, im.schema, table)
		default:
			err = broken("The file holds a table that this version does not know: %s", table)
		}
		if err != nil {
			return err
		}
		if table == "businesses" {
			if err := im.register(); err != nil {
				return err
			}
		}
	}
	return im.finish()
}

// free refuses a business that is there, or an address that is another's. The
// reserved one of a deleted business may come back with it.
func (im *importer) free() error {
	if err := im.t.checkFree(im.m); err != nil {
		return err
	}
	_, err := im.t.exec(`DELETE FROM public.domains WHERE name = $1 AND business_id IS NULL`, im.m.Subdomain)
	return err
}

func (t *tx) checkFree(m Manifest) error {
	var there bool
	if err := t.get(&there, `SELECT EXISTS (SELECT FROM public.businesses WHERE id = $1)`, m.BusinessID); err != nil {
		return err
	}
	if there {
		return &Error{Kind: Conflict, Field: "file", Message: "This business is here already; delete it first."}
	}
	if err := t.get(&there, `SELECT EXISTS (SELECT FROM public.domains WHERE name = $1 AND business_id IS NOT NULL)`, m.Subdomain); err != nil {
		return err
	}
	if there {
		return &Error{Kind: Conflict, Field: "subdomain", Message: "The address " + m.Subdomain + " is taken; choose another."}
	}
	return nil
}

func (im *importer) loadStaff() error {
	var ids []string
	err := im.t.list(&ids, `SELECT CAST(id AS text) FROM public.users WHERE business_id IS NULL`)
	im.staff = make(map[string]bool, len(ids))
	for _, id := range ids {
		im.staff[id] = true
	}
	return err
}

// register notes the new schema, and the address under which the business is found.
func (im *importer) register() error {
	_, err := im.t.exec(`INSERT INTO public.tenant_schemas (schema_name, version, business_id, state, created_at, migrated_at) VALUES ($1, $2, $3, 'ready', $4, $4)`,
		im.schema, im.m.TenantVersion, im.m.BusinessID, im.t.now)
	if err != nil {
		return err
	}
	if _, err := im.t.exec(`INSERT INTO public.domains (name, business_id, kind, verified_at, created_at) VALUES ($1, $2, 'subdomain', $3, $3)`,
		im.m.Subdomain, im.m.BusinessID, im.t.now); err != nil {
		return err
	}
	_, err = im.t.exec(`INSERT INTO public.business_totals (business_id, plan, status, last_activity_at)
		SELECT id, plan, status, $2 FROM public.businesses WHERE id = $1`, im.m.BusinessID, im.t.now)
	return err
}

// finish brings the schema to the newest version and makes the figures true: what
// the business pays from now on is what it paid when it was exported.
func (im *importer) finish() error {
	t := im.t
	for _, step := range migrations.Tenants()[im.m.TenantVersion:] {
		if _, err := t.exec(migrateTenantSQL(im.schema, step, t.now)); err != nil {
			return fmt.Errorf("migrate the restored schema: %w", err)
		}
	}
	if _, err := t.exec(`SET LOCAL search_path = public`); err != nil {
		return err
	}
	if err := t.recountPeople(im.m.BusinessID); err != nil {
		return err
	}
	var now int
	if err := t.get(&now, `SELECT COALESCE(sum(mrr_after_cents - mrr_before_cents), 0) FROM public.plan_changes WHERE business_id = $1`, im.m.BusinessID); err != nil {
		return err
	}
	q := &PublicTx{*t}
	b, err := q.Business(im.m.BusinessID)
	if err != nil {
		return err
	}
	if now != im.m.MRRCents {
		err = q.stepMRR(b, now, im.m.MRRCents)
	} else {
		_, err = t.exec(`UPDATE public.business_totals SET mrr_cents = $2 WHERE business_id = $1`, b.ID, now)
	}
	if err != nil {
		return err
	}
	_, err = t.exec(`SELECT setval(pg_get_serial_sequence('public.tickets', 'number'), GREATEST((SELECT max(number) FROM public.tickets), 1))
		WHERE EXISTS (SELECT FROM public.tickets WHERE business_id = $1)`, b.ID)
	if err != nil {
		return err
	}
	if err := im.resume(); err != nil {
		return err
	}
	return q.auditBusiness(b, "business.imported", map[string]any{"exported_at": im.m.ExportedAt.Format("2006-01-02T15:04:05Z"), "subdomain": im.m.Subdomain})
}

// table reads the lines of a table and adds them in batches.
func (im *importer) table(name, schema, table string) error {
	member, err := im.zip.Open(name + ".ndjson")
	if err != nil {
		return broken("The file is not whole: %s is missing.", name)
	}
	defer func() { _ = member.Close() }()
	lines := bufio.NewScanner(member)
	lines.Buffer(make([]byte, 64<<10), maxLine)
	var batch []string
	size, count := 0, 0
	flush := func() error {
		if len(batch) == 0 {
			return nil
		}
		err := im.insert(schema, table, batch)
		im.done += len(batch)
		batch, size = batch[:0], 0
		if err == nil && im.hooks.rows != nil {
			err = im.hooks.rows(im.done)
		}
		return err
	}
	for lines.Scan() {
		count++
		line, err := im.changed(schema, table, lines.Text())
		if err != nil {
			return err
		}
		if line == "" {
			continue
		}
		batch, size = append(batch, line), size+len(line)
		if len(batch) >= batchRows || size >= batchBytes {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	if err := lines.Err(); err != nil {
		return broken("The file is damaged: %s can't be read.", name)
	}
	if count != im.end.Rows[name] {
		return broken("The file is not whole: %s has %d rows and not %d.", name, count, im.end.Rows[name])
	}
	return flush()
}

// insert adds rows whose columns are those of the first; newer columns take their
// defaults.
func (im *importer) insert(schema, table string, rows []string) error {
	var first map[string]json.RawMessage
	if err := json.Unmarshal([]byte(rows[0]), &first); err != nil {
		return broken("The file is damaged: a row of %s can't be read.", table)
	}
	columns := make([]string, 0, len(first))
	for name := range first {
		columns = append(columns, pq.QuoteIdentifier(name))
	}
	slices.Sort(columns)
	target := pq.QuoteIdentifier(schema) + "." + pq.QuoteIdentifier(table)
	list := strings.Join(columns, ", ")
	query := fmt.Sprintf("INSERT INTO %s (%s) OVERRIDING SYSTEM VALUE SELECT %s FROM jsonb_populate_recordset(NULL::%s, CAST($1 AS jsonb))", target, list, list, target)
	if schema == "public" && (table == "plan_changes" || table == "audit_log") {
		query += " ON CONFLICT (id) DO NOTHING" // these stay when a business is deleted
	}
	_, err := im.t.exec(query, "["+strings.Join(rows, ",")+"]")
	var refused *pq.Error
	if errors.As(err, &refused) && (refused.Code.Class() == "22" || refused.Code.Class() == "23" || refused.Code == "42703") {
		return broken("The file does not fit: a row of %s was refused (%s).", table, refused.Message)
	}
	return err
}

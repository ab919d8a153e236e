package transfer

import (
	"archive/zip"
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/lib/pq"

	"github.com/smoothschedule/smoothschedule/migrations"
	"github.com/smoothschedule/smoothschedule/store/console"
	"github.com/smoothschedule/smoothschedule/store/internal/db"
	"github.com/smoothschedule/smoothschedule/store/people"
)

// exportFormat is the version of the file's own shape: a zip with a manifest, a
// member of JSON lines for each table, and an end that counts them. The second
// added notices and masquerades; files of the first are read as well.
const exportFormat = 2

// Manifest says what an exported file holds and which program can read it.
type Manifest struct {
	Format        int       `json:"format"`
	PublicVersion int64     `json:"public_version"`
	TenantVersion int       `json:"tenant_version"`
	ExportedAt    time.Time `json:"exported_at"`
	BusinessID    uuid.UUID `json:"business_id"`
	Name          string    `json:"name"`
	Subdomain     string    `json:"subdomain"`
	MRRCents      int       `json:"mrr_cents"`
	Tables        []string  `json:"tables"` // in an order in which they can be filled
	Note          string    `json:"note"`
}

const exportNote = "One business of SmoothSchedule: a JSON object a line for each row. Passwords, sessions, second factors, tokens, addresses of calendar feeds and the staff's notes are left out."

// unexported are the columns that open something, lead to the platform's own
// pages, or are computed from others.
var unexported = map[string]pq.StringArray{"masquerades": {"session_hash", "code_hash", "code_expires_at", "back", "browser_hash", "minute", "minute_pages"},
	"users": {"staff_name_key", "search_form"}, "customers": {"search_form", "phone_digits"}, "domains": {"token"}, "resources": {"feed_secret"}, "blockers": {"hold_secret"}}

// exportEnd is the last member; a file without it is broken off.
type exportEnd struct {
	Rows map[string]int `json:"rows"`
}

// sharedExported are the shared tables with rows of a business, after those that
// they refer to. Nothing secret is among them.
var sharedExported = []string{"businesses", "domains", "users", "plan_changes", "business_daily", "business_logos", "tickets", "ticket_messages",
	"ticket_files", "notices", "masquerades", "audit_log"}

// latestPublicVersion is the newest migration of the shared schema.
func latestPublicVersion() (newest int64) {
	entries, err := fs.ReadDir(migrations.Public(), ".")
	if err != nil {
		return 0
	}
	for _, e := range entries {
		number, _, _ := strings.Cut(e.Name(), "_")
		if n, err := strconv.ParseInt(number, 10, 64); err == nil {
			newest = max(newest, n)
		}
	}
	return newest
}

// ExportBusiness writes everything of a business as one file: a consistent
// snapshot, row by row, whatever its size. It is the command line's; staff of the
// console use ExportBusinessFor.
func ExportBusiness(ctx context.Context, d *db.DB, id uuid.UUID, out io.Writer) error {
	return export(ctx, d, id, out, func(q *db.PublicTx, b console.Business) error {
		return console.AuditBusiness(q, b, "business.exported", nil)
	})
}

// ExportBusinessFor is ExportBusiness for who says why and proved himself just
// now; the owners are told.
func ExportBusinessFor(ctx context.Context, d *db.DB, id uuid.UUID, reason string, out io.Writer) error {
	return export(ctx, d, id, out, func(q *db.PublicTx, b console.Business) error {
		return people.RecordDownloadOf(q, people.Download{Noun: "business", File: b.Subdomain + ".zip", Reason: reason, Business: uuid.NullUUID{UUID: id, Valid: true}, Personal: true, Whole: true})
	})
}

// ExportOwn is the same file for an owner of the business, who proved himself just
// now; all owners are told. Only from where the platform's staff came is left out.
func ExportOwn(ctx context.Context, d *db.DB, tenant db.Tenant, out io.Writer) error {
	err := d.InTenant(ctx, tenant, func(q *db.TenantTx) error { return people.RecordExport(q, tenant) })
	if err != nil {
		return err
	}
	return exportAs(ctx, d, tenant.ID, out, true, func(*db.PublicTx, console.Business) error { return nil })
}

func export(ctx context.Context, d *db.DB, id uuid.UUID, out io.Writer, record func(*db.PublicTx, console.Business) error) error {
	return exportAs(ctx, d, id, out, false, record)
}

func exportAs(ctx context.Context, d *db.DB, id uuid.UUID, out io.Writer, own bool, record func(*db.PublicTx, console.Business) error) error {
	tenant, err := d.TenantByID(ctx, id)
	if err != nil {
		return err
	}
	var mrr, version int
	err = d.InPublic(ctx, func(q *db.PublicTx) error {
		b, err := console.ReadBusiness(q, id)
		if err != nil {
			return err
		}
		mrr = b.MRRCents
		if err := db.Get(q, &version, `SELECT version FROM public.tenant_schemas WHERE business_id = $1`, id); err != nil {
			return err
		}
		return record(q, b)
	})
	if err != nil {
		return err
	}
	// The business's own scope: row-level security leaves out everybody else's rows.
	s := db.Rows{Business: id, Schema: db.SchemaOf(&tenant), ReadOnly: true, Timeout: "30min"}
	return db.Run(ctx, d, db.Web(d), s, func(t db.Scope) error {
		if _, err := db.Exec(t, "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"); err != nil {
			return err
		}
		e := &exporter{t: t, own: own, zip: zip.NewWriter(out), end: exportEnd{Rows: map[string]int{}}}
		return e.write(tenant, mrr, version)
	})
}

type exporter struct {
	t   db.Scope
	own bool // for an owner
	zip *zip.Writer
	end exportEnd
}

func (e *exporter) write(tenant db.Tenant, mrr, version int) error {
	m := Manifest{Format: exportFormat, PublicVersion: latestPublicVersion(), TenantVersion: version, ExportedAt: e.t.Now().UTC(), BusinessID: tenant.ID, Name: tenant.Name,
		Subdomain: tenant.Subdomain, MRRCents: mrr, Note: exportNote}
	own, err := tablesInOrder(e.t, db.SchemaOf(&tenant))
	if err != nil {
		return err
	}
	for _, table := range sharedExported {
		m.Tables = append(m.Tables, path.Join("public", table))
	}
	for _, table := range own {
		m.Tables = append(m.Tables, path.Join("tenant", table))
	}
	if err := e.json("manifest.json", m); err != nil {
		return err
	}
	for _, name := range m.Tables {
		if err := e.table(name, tenant); err != nil {
			return fmt.Errorf("export %s: %w", name, err)
		}
	}
	if err := e.json("end.json", e.end); err != nil {
		return err
	}
	return e.zip.Close()
}

func (e *exporter) json(name string, value any) error {
	w, err := e.zip.Create(name)
	if err != nil {
		return err
	}
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(value)
}

// table writes a table as JSON lines. Rows come as they are read.
func (e *exporter) table(name string, tenant db.Tenant) error {
	w, err := e.zip.Create(name + ".ndjson")
	if err != nil {
		return err
	}
	kind, table := path.Split(name)
	query := "SELECT CAST(to_jsonb(t) - CAST($1 AS text[]) AS text) FROM " + pq.QuoteIdentifier(table) + " t"
	args := []any{append(pq.StringArray{}, unexported[table]...)}
	if kind == "public/" {
		column := "business_id"
		if table == "businesses" {
			column = "id"
		}
		query = "SELECT CAST(to_jsonb(t) - CAST($2 AS text[]) AS text) FROM public." + pq.QuoteIdentifier(table) + " t WHERE " + column + " = $1"
		args = []any{tenant.ID, args[0]}
	}
	if e.own && name == "public/audit_log" {
		query = `SELECT CAST((to_jsonb(t) - CAST($2 AS text[])) || CASE WHEN EXISTS (SELECT FROM public.users u WHERE u.id = t.actor_id AND u.business_id = $1)
			THEN CAST('{}' AS jsonb) ELSE CAST('{"address": ""}' AS jsonb) END AS text) FROM public.audit_log t WHERE t.business_id = $1`
	}
	rows, err := db.SQL(e.t).QueryContext(db.Context(e.t), query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	buffered := bufio.NewWriterSize(w, 64<<10)
	for rows.Next() {
		var line []byte
		if err := rows.Scan(&line); err != nil {
			return err
		}
		_, _ = buffered.Write(line)
		if err := buffered.WriteByte('\n'); err != nil {
			return err
		}
		e.end.Rows[name]++
	}
	if err := rows.Err(); err != nil {
		return err
	}
	return buffered.Flush()
}

// tablesInOrder lists the tables of a schema, each after those that it refers to.
func tablesInOrder(t db.Scope, schema string) ([]string, error) {
	var tables []string
	err := db.List(t, &tables, `SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE n.nspname = $1 AND c.relkind = 'r' ORDER BY c.relname`, schema)
	if err != nil {
		return nil, err
	}
	var refs []struct {
		Child  string `db:"child"`
		Parent string `db:"parent"`
	}
	err = db.List(t, &refs, `SELECT c.relname AS child, p.relname AS parent FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
		JOIN pg_class p ON p.oid = k.confrelid JOIN pg_namespace n ON n.oid = k.connamespace WHERE k.contype = 'f' AND n.nspname = $1`, schema)
	if err != nil {
		return nil, err
	}
	parents := map[string][]string{}
	for _, r := range refs {
		parents[r.Child] = append(parents[r.Child], r.Parent)
	}
	var ordered []string
	seen := map[string]bool{}
	var visit func(string)
	visit = func(table string) {
		if seen[table] {
			return
		}
		seen[table] = true
		for _, parent := range parents[table] {
			visit(parent)
		}
		ordered = append(ordered, table)
	}
	for _, table := range tables {
		visit(table)
	}
	return ordered, nil
}

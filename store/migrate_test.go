package store_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/smoothschedule/smoothschedule/migrations"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/schema"
	"github.com/smoothschedule/smoothschedule/store/storetest"
)

// describeSchema lists all that makes a schema, without its name.
const describeSchema = `
	SELECT 'column', c.relname || '.' || a.attname, format_type(a.atttypid, a.atttypmod) || a.attnotnull || COALESCE(pg_get_expr(d.adbin, d.adrelid), '') || a.attnum
	FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
	WHERE c.relnamespace = $1::text::regnamespace AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
	UNION ALL SELECT 'constraint', conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = $1::text::regnamespace
	UNION ALL SELECT 'index', indexname, indexdef FROM pg_indexes WHERE schemaname = $1::text
	UNION ALL SELECT 'grant', relname, relacl::text FROM pg_class WHERE relnamespace = $1::text::regnamespace AND relkind = 'r'
	UNION ALL SELECT 'grant', c.relname || '.' || a.attname, a.attacl::text FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
		WHERE c.relnamespace = $1::text::regnamespace AND a.attacl IS NOT NULL
	UNION ALL SELECT 'schema', '', nspacl::text FROM pg_namespace WHERE nspname = $1::text
	ORDER BY 1, 2, 3`

func schemaText(t *testing.T, db *sql.DB, schema string) string {
	t.Helper()
	rows, err := db.Query(describeSchema, schema)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var b strings.Builder
	for rows.Next() {
		var kind, name, text string
		if err := rows.Scan(&kind, &name, &text); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintln(&b, kind, name, strings.ReplaceAll(text, schema, "SCHEMA"))
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestSnapshotEqualsReplay(t *testing.T) {
	db := storetest.DB(t)
	if err := schema.AddSchemas(context.Background(), db, 1); err != nil {
		t.Fatal(err)
	}
	var made string
	if err := schema.Direct(db).QueryRow(`SELECT schema_name FROM tenant_schemas`).Scan(&made); err != nil {
		t.Fatal(err)
	}
	const replayed = "b_00000000000000000001"
	if _, err := schema.Direct(db).Exec(schema.ReplaySchemaSQL(replayed, len(migrations.Tenants()))); err != nil {
		t.Fatal(err)
	}
	a, b := schemaText(t, schema.Direct(db), made), schemaText(t, schema.Direct(db), replayed)
	if a != b {
		t.Errorf("snapshot:\n%s\nreplay:\n%s", a, b)
	}
	if len(a) < 1000 {
		t.Errorf("nothing was compared: %q", a)
	}
}

// addOldSchemas registers n schemas of an older version.
func addOldSchemas(t testing.TB, db *store.DB, n, version int) {
	t.Helper()
	for i := range n {
		name := fmt.Sprintf("b_%020x", 0xabc000+i)
		_, err := schema.Direct(db).Exec(schema.ReplaySchemaSQL(name, version) + fmt.Sprintf(
			`; INSERT INTO public.tenant_schemas VALUES ('%s', %d, NULL, 'ready', '', now(), now())`, name, version))
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestMigrateBringsTenantsUpToDate(t *testing.T) {
	ctx := context.Background()
	db := storetest.DB(t)
	before, err := schema.ReadMigrationStatus(ctx, db) // some stand ready from the snapshot
	if err != nil || before.Tenants == 0 {
		t.Fatalf("%+v, %v", before, err)
	}
	addOldSchemas(t, db, 5, 1)
	last := 0
	if err := schema.Migrate(ctx, db, func(done, _ int) { last = done }); err != nil {
		t.Fatal(err)
	}
	s, err := schema.ReadMigrationStatus(ctx, db)
	if err != nil || s.Behind != 0 || s.Tenants != before.Tenants+5 || last != 5 {
		t.Errorf("status %+v, progress %d, %v", s, last, err)
	}
	var made string
	if err := schema.Direct(db).QueryRow(`SELECT schema_name FROM tenant_schemas ORDER BY migrated_at LIMIT 1`).Scan(&made); err != nil {
		t.Fatal(err)
	}
	a := schemaText(t, schema.Direct(db), made)
	if b := schemaText(t, schema.Direct(db), fmt.Sprintf("b_%020x", 0xabc000)); a != b {
		t.Errorf("a migrated schema differs from a new one:\n%s\n%s", a, b)
	}
}

func TestMigrateGoesOnAfterAFailure(t *testing.T) {
	ctx := context.Background()
	db := storetest.DB(t)
	addOldSchemas(t, db, 4, 1)
	broken := fmt.Sprintf("b_%020x", 0xabc001)
	if _, err := schema.Direct(db).Exec(`CREATE TABLE ` + broken + `.appointments (x int)`); err != nil {
		t.Fatal(err)
	}
	if err := schema.Migrate(ctx, db, nil); err == nil {
		t.Error("want an error that names the number of failures")
	}
	s, err := schema.ReadMigrationStatus(ctx, db)
	if err != nil || s.Behind != 1 || len(s.Failed) != 1 || s.Failed[0].Schema != broken || s.Failed[0].Version != 2 {
		t.Fatalf("status %+v, %v", s, err)
	}
	if _, err := schema.Direct(db).Exec(`DROP TABLE ` + broken + `.appointments`); err != nil {
		t.Fatal(err)
	}
	if err := schema.Migrate(ctx, db, nil); err != nil {
		t.Fatal(err)
	}
	if s, _ := schema.ReadMigrationStatus(ctx, db); s.Behind != 0 || len(s.Failed) != 0 {
		t.Errorf("after the repair: %+v", s)
	}
}

func TestNewerDatabaseIsRefused(t *testing.T) {
	ctx := context.Background()
	for name, change := range map[string]string{
		"public": `INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, true)`,
		"tenant": `INSERT INTO tenant_schemas VALUES ('b_ffffffffffffffffffff', 9999, NULL, 'ready', '', now(), now())`,
	} {
		t.Run(name, func(t *testing.T) {
			db := storetest.DB(t)
			if err := schema.CheckVersion(ctx, db); err != nil {
				t.Fatalf("before: %v", err)
			}
			if _, err := schema.Direct(db).Exec(change); err != nil {
				t.Fatal(err)
			}
			if err := schema.CheckVersion(ctx, db); !errors.Is(err, schema.ErrNewer) {
				t.Errorf("CheckVersion: %v", err)
			}
			if err := schema.Migrate(ctx, db, nil); !errors.Is(err, schema.ErrNewer) {
				t.Errorf("Migrate: %v", err)
			}
		})
	}
}

// TestP3_EmptyBusinessIsSmall: ten thousand fit on one server.
func TestP3_EmptyBusinessIsSmall(t *testing.T) {
	db := storetest.DB(t)
	var files, bytes int
	err := schema.Direct(db).QueryRow(`
		WITH empty AS (SELECT CAST(min(schema_name) AS regnamespace) AS schema FROM tenant_schemas)
		SELECT count(*), sum(pg_relation_size(c.oid)) FROM pg_class c, empty
		WHERE c.relkind IN ('r', 'i', 't') AND (c.relnamespace = empty.schema
			OR c.oid IN (SELECT reltoastrelid FROM pg_class WHERE relnamespace = empty.schema)
			OR c.oid IN (SELECT i.indexrelid FROM pg_index i JOIN pg_class h ON h.reltoastrelid = i.indrelid WHERE h.relnamespace = empty.schema))`).Scan(&files, &bytes)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d files, %d bytes", files, bytes)
	if files > 60 || bytes > 500_000 {
		t.Errorf("%d files and %d bytes; want at most 60 and 500,000", files, bytes)
	}
}

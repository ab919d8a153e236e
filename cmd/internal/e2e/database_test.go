package e2e

import (
	"database/sql"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/smoothschedule/smoothschedule/migrations"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/schema"
	"github.com/smoothschedule/smoothschedule/store/storetest"
)

// database is one of the shared PostgreSQL, with an administrator's view of it.
type database struct {
	cfg   store.Config
	admin *sql.DB
}

// newDatabase is migrated and empty.
func newDatabase(t testing.TB) database {
	t.Helper()
	throwaway(t)
	return open(t, storetest.Config(t))
}

func open(t testing.TB, cfg store.Config) database {
	t.Helper()
	u, err := url.Parse(cfg.URL)
	if err != nil {
		t.Fatal(err)
	}
	admin, err := sql.Open("postgres", throwaway(t).AdminURL(strings.TrimPrefix(u.Path, "/")))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = admin.Close() })
	return database{cfg, admin}
}

func (d database) exec(t testing.TB, statement string, args ...any) {
	t.Helper()
	if _, err := d.admin.Exec(statement, args...); err != nil {
		t.Fatalf("%.100s: %v", statement, err)
	}
}

func (d database) number(t testing.TB, query string, args ...any) (n int) {
	t.Helper()
	if err := d.admin.QueryRow(query, args...).Scan(&n); err != nil {
		t.Fatalf("%.100s: %v", query, err)
	}
	return n
}

func (d database) texts(t testing.TB, query string, args ...any) []string {
	t.Helper()
	rows, err := d.admin.Query(query, args...)
	if err != nil {
		t.Fatalf("%.100s: %v", query, err)
	}
	defer rows.Close()
	var all []string
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			t.Fatal(err)
		}
		all = append(all, s)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

// snapshot tells everything that a refused start must leave as it was: each
// object of the catalog with its rights, the logins, and the rows of each table.
func (d database) snapshot(t testing.TB) []string {
	t.Helper()
	all := d.texts(t, `SELECT format('%s.%s %s %s %s %s', n.nspname, c.relname, c.relkind, c.oid, c.relfilenode, c.relacl)
		FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'`)
	all = append(all, d.texts(t, `SELECT format('%s %s', rolname, rolconfig) FROM pg_roles WHERE rolname LIKE 'smooth%'`)...)
	all = append(all, d.texts(t, `SELECT format('column %s %s %s', attrelid, attname, atttypid) FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
		JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'`)...)
	for _, table := range d.texts(t, `SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname !~ '^pg_' AND schemaname <> 'information_schema'`) {
		all = append(all, d.texts(t, fmt.Sprintf(`SELECT '%s ' || count(*) || ' ' || COALESCE(md5(string_agg(x::text, ',' ORDER BY x::text)), '') FROM %s x`, table, table))...)
	}
	slices.Sort(all)
	return all
}

// mustBeAsBefore compares snapshots.
func (d database) mustBeAsBefore(t testing.TB, before []string) {
	t.Helper()
	after := d.snapshot(t)
	var differ []string
	for _, line := range after {
		if _, there := slices.BinarySearch(before, line); !there {
			differ = append(differ, "+ "+line)
		}
	}
	for _, line := range before {
		if _, there := slices.BinarySearch(after, line); !there {
			differ = append(differ, "- "+line)
		}
	}
	if len(differ) > 0 {
		t.Errorf("%d things changed, as\n%s", len(differ), strings.Join(differ[:min(len(differ), 12)], "\n"))
	}
}

// anatomy tells what a tenant schema consists of, names and rights included.
const anatomy = `SELECT COALESCE(string_agg(line, E'\n' ORDER BY line), '') FROM (
	SELECT format('%s %s %s', c.relkind, c.relname, c.relacl) AS line FROM pg_class c WHERE c.relnamespace = $1::regnamespace
	UNION ALL
	SELECT format('%s.%s %s %s %s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, pg_get_expr(d.adbin, d.adrelid))
	FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
	WHERE c.relnamespace = $1::regnamespace AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
	UNION ALL
	SELECT format('%s %s', conname, replace(pg_get_constraintdef(oid), $1 || '.', '')) FROM pg_constraint WHERE connamespace = $1::regnamespace
) AS x`

// anatomies tells what a schema looks like at each version, from schemas that
// are made and thrown away.
func (d database) anatomies(t testing.TB) []string {
	t.Helper()
	owner := d.owner(t)
	var all []string
	for version := range len(migrations.Tenants()) + 1 {
		name := fmt.Sprintf("b_%020x", version)
		if _, err := owner.Exec(schema.ReplaySchemaSQL(name, version)); err != nil {
			t.Fatal(err)
		}
		all = append(all, d.texts(t, anatomy, name)[0])
		if _, err := owner.Exec("DROP SCHEMA " + name + " CASCADE"); err != nil {
			t.Fatal(err)
		}
	}
	return all
}

// owner is the login that migrations use.
func (d database) owner(t testing.TB) *sql.DB {
	t.Helper()
	db, err := sql.Open("postgres", d.cfg.DirectURL)
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxIdleConns(-1) // settle counts connections
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// settle waits until no statement of a killed program runs any more: the server
// finishes what it has begun.
func (d database) settle(t testing.TB) {
	t.Helper()
	eventually(t, "the killed program's connections to end", func() bool {
		return d.number(t, `SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND usename LIKE 'smooth%'`) == 0
	})
}

// checkRegister holds the register of schemas against the catalog, and both
// against what `migrate status` says.
func (d database) checkRegister(t testing.TB, anatomies []string) {
	t.Helper()
	var registered, behind, ready, newest int
	rows, err := d.admin.Query(`SELECT schema_name, version, business_id IS NULL FROM public.tenant_schemas`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		var version int
		var free bool
		if err := rows.Scan(&name, &version, &free); err != nil {
			t.Fatal(err)
		}
		registered++
		if free {
			ready++
		}
		if version == len(anatomies)-1 {
			newest++
		} else {
			behind++
		}
		var is string
		if err := d.admin.QueryRow(anatomy, name).Scan(&is); err != nil {
			t.Errorf("%s is registered at version %d and can't be read: %v", name, version, err)
		} else if is != anatomies[version] {
			t.Errorf("%s is registered at version %d and does not look like it:\n%s", name, version, is)
		}
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	if there := d.number(t, `SELECT count(*) FROM pg_namespace WHERE nspname ~ '^b_'`); there != registered {
		t.Errorf("the catalog has %d schemas and the register %d", there, registered)
	}
	said := command(t, urls(d.cfg), "", "migrate", "status").mustSucceed(t).stdout
	want := fmt.Sprintf("tenants  %d schemas at version %d, %d behind, 0 failed; %d stand ready to be claimed", newest, len(anatomies)-1, behind, ready)
	if !strings.Contains(said, want) {
		t.Errorf("migrate status says\n%sand the catalog\n%s", said, want)
	}
}

// emptyConfig is a database with logins and nothing else.
func emptyConfig(t testing.TB) store.Config {
	t.Helper()
	throwaway(t)
	return storetest.EmptyConfig(t)
}

package store_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/smoothschedule/smoothschedule/store/schema"
	"github.com/smoothschedule/smoothschedule/store/storetest"
)

var update = flag.Bool("update", false, "write the golden files anew")

// rights lists what each login is and may do: roles, grants on all that is in the
// public schema, policies, and what a tenant's schema grants.
const rights = `
	SELECT 'role ' || rolname || CASE WHEN rolsuper THEN ' superuser' ELSE '' END || CASE WHEN rolcreatedb THEN ' createdb' ELSE '' END
		|| CASE WHEN rolcreaterole THEN ' createrole' ELSE '' END || CASE WHEN rolbypassrls THEN ' bypassrls' ELSE '' END
		|| CASE WHEN rolreplication THEN ' replication' ELSE '' END || ' ' || COALESCE((SELECT array_to_string(setconfig, ' ') FROM pg_db_role_setting WHERE setrole = r.oid AND setdatabase = 0), '') AS line
	FROM pg_roles r WHERE rolname LIKE 'smooth%'
	UNION ALL SELECT 'member of ' || roleid::regrole || ': ' || member::regrole FROM pg_auth_members WHERE member::regrole::text LIKE 'smooth%'
	UNION ALL SELECT 'schema public: ' || a.grantee::regrole || ' ' || string_agg(a.privilege_type, ' ' ORDER BY a.privilege_type)
		FROM pg_namespace n, aclexplode(n.nspacl) a WHERE n.nspname = 'public' AND a.grantee <> 0 AND a.grantee::regrole::text LIKE 'smooth%' AND a.grantee <> n.nspowner GROUP BY a.grantee
	UNION ALL SELECT CASE c.relkind WHEN 'S' THEN 'sequence ' WHEN 'v' THEN 'view ' ELSE 'table ' END || c.relname || CASE WHEN c.relrowsecurity THEN ' (rows)' ELSE '' END || ': '
		|| COALESCE((SELECT string_agg(g.line, '; ' ORDER BY g.line) FROM (SELECT a.grantee::regrole || ' ' || string_agg(a.privilege_type, ' ' ORDER BY a.privilege_type) AS line
			FROM aclexplode(c.relacl) a WHERE a.grantee <> c.relowner GROUP BY a.grantee) g), 'nobody')
		FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'v', 'm', 'S', 'p')
	UNION ALL SELECT 'column ' || c.relname || '.' || t.attname || ': ' || a.grantee::regrole || ' ' || string_agg(a.privilege_type, ' ' ORDER BY a.privilege_type)
		FROM pg_attribute t JOIN pg_class c ON c.oid = t.attrelid, aclexplode(t.attacl) a WHERE c.relnamespace = 'public'::regnamespace GROUP BY c.relname, t.attname, a.grantee
	UNION ALL SELECT 'function ' || p.proname || CASE WHEN p.prosecdef THEN ' (as its owner)' ELSE '' END || ': '
		|| COALESCE((SELECT string_agg(CASE a.grantee WHEN 0 THEN 'everybody' ELSE a.grantee::regrole::text END, ' ' ORDER BY a.grantee::regrole::text) FROM aclexplode(p.proacl) a WHERE a.grantee <> p.proowner), CASE WHEN p.proacl IS NULL THEN 'everybody' ELSE 'nobody' END)
		FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace AND p.proowner <> 10
			AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
	UNION ALL SELECT 'policy ' || tablename || '.' || policyname || ' ' || cmd || ' ' || array_to_string(roles, ' ') || ': ' || regexp_replace(COALESCE(qual, '') || COALESCE(' CHECK ' || with_check, ''), '\s+', ' ', 'g')
		FROM pg_policies WHERE schemaname = 'public'
	ORDER BY 1`

// TestT4_Rights is a snapshot: whatever a migration lets a login do shows in the
// diff. If it is meant: go test ./store -run TestT4_Rights -update.
func TestT4_Rights(t *testing.T) {
	db := storetest.DB(t)
	rows, err := schema.Direct(db).Query(rights)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var lines []string
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			t.Fatal(err)
		}
		lines = append(lines, strings.TrimSpace(line))
	}
	if err := rows.Err(); err != nil || len(lines) < 50 {
		t.Fatalf("%d lines, %v", len(lines), err)
	}
	got, golden := strings.Join(lines, "\n")+"\n", filepath.Join("testdata", "rights.golden")
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("the rights differ from %s:\n%s", golden, differences(string(want), got))
	}
}

// differences lists the lines that one text has and the other has not.
func differences(before, after string) string {
	var b strings.Builder
	for _, line := range strings.Split(before, "\n") {
		if !strings.Contains(after, line+"\n") {
			b.WriteString("- " + line + "\n")
		}
	}
	for _, line := range strings.Split(after, "\n") {
		if !strings.Contains(before, line+"\n") {
			b.WriteString("+ " + line + "\n")
		}
	}
	return b.String()
}

// TestT4_EveryTableOfABusinessIsGuarded: a public table with a business's rows
// has row-level security, whoever adds it.
func TestT4_EveryTableOfABusinessIsGuarded(t *testing.T) {
	db := storetest.DB(t)
	var bare []string
	rows, err := schema.Direct(db).Query(`
		SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'business_id' AND NOT a.attisdropped
		WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
			AND (NOT c.relrowsecurity OR NOT EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid))`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			t.Fatal(err)
		}
		bare = append(bare, name)
	}
	if err := rows.Err(); err != nil || len(bare) > 0 {
		t.Errorf("without row-level security: %v, %v", bare, err)
	}
}

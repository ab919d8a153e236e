package schema

import (
	"context"
	"fmt"
	"strings"

	"github.com/jmoiron/sqlx"

	"github.com/smoothschedule/smoothschedule/store/internal/db"
)

// minServer is PostgreSQL 15: older ones lack NULLS NOT DISTINCT.
const minServer = 150000

// secrets are the tables that the read-only login must not read.
var secrets = []string{"credentials", "sessions", "user_tokens", "api_tokens", "login_failures", "signups", "consent_links",
	"authenticators", "recovery_codes", "passkeys", "login_steps", "known_devices", "email_changes", "masquerades"}

// CheckLogins refuses to work with logins that may more than they should: the
// walls between tenants stand on what each login can't do.
func CheckLogins(ctx context.Context, d *db.DB) error {
	for _, login := range []struct {
		name     string
		pool     *sqlx.DB
		owner    bool
		readOnly bool
	}{
		{"DATABASE_DIRECT_URL", db.Direct(d), true, false},
		{"DATABASE_URL", db.Web(d), false, false},
		{"DATABASE_READONLY_URL", db.Read(d), false, true},
	} {
		faults, err := loginFaults(ctx, login.pool, login.owner, login.readOnly)
		if err != nil {
			return fmt.Errorf("%s: the database does not answer: %w", login.name, err)
		}
		if len(faults) > 0 {
			return fmt.Errorf("%s is not safe to run with: this login %s; `smoothschedule init-db` makes the right ones",
				login.name, strings.Join(faults, ", "))
		}
	}
	return nil
}

func loginFaults(ctx context.Context, pool *sqlx.DB, owner, readOnly bool) ([]string, error) {
	var is struct {
		Version    int    `db:"version"`
		Super      bool   `db:"super"`
		BypassRLS  bool   `db:"bypass"`
		SearchPath string `db:"path"`
		ReadOnly   string `db:"read_only"`
		Creates    bool   `db:"creates"`
		Temp       bool   `db:"temp"`
		Owns       int    `db:"owns"`
		Powerful   bool   `db:"powerful"`
		Writes     int    `db:"writes"`
		Secrets    int    `db:"secrets"`
		Edits      bool   `db:"edits_audit"`
	}
	// What is in public is found by its dependency, which has an index: ten thousand
	// businesses are 300,000 rows of pg_class, and asking each for its rights took most of a second.
	err := pool.GetContext(ctx, &is, `
		SELECT current_setting('server_version_num')::int AS version, r.rolsuper AS super, r.rolbypassrls AS bypass,
			current_setting('search_path') AS path, current_setting('default_transaction_read_only') AS read_only,
			has_database_privilege(current_database(), 'CREATE') OR has_schema_privilege('public', 'CREATE') AS creates,
			has_database_privilege(current_database(), 'TEMP') AS temp,
			(SELECT count(*) FROM pg_class WHERE relowner = r.oid) AS owns,
			EXISTS (SELECT FROM pg_auth_members m WHERE m.member = r.oid) AS powerful,
			(SELECT count(*) FROM pg_depend d JOIN pg_class c ON c.oid = d.objid
				WHERE d.refclassid = to_regclass('pg_namespace') AND d.refobjid = to_regnamespace('public') AND d.classid = to_regclass('pg_class') AND c.relkind = 'r'
				AND (has_table_privilege(c.oid, 'INSERT') OR has_table_privilege(c.oid, 'UPDATE') OR has_table_privilege(c.oid, 'DELETE'))) AS writes,
			(SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
				WHERE n.nspname = 'public' AND c.relname = ANY($1) AND has_table_privilege(c.oid, 'SELECT')) AS secrets,
			(SELECT has_table_privilege(c.oid, 'UPDATE') OR has_table_privilege(c.oid, 'DELETE')
				FROM pg_class c WHERE c.oid = to_regclass('public.audit_log')) IS TRUE AS edits_audit
		FROM pg_roles r WHERE r.rolname = current_user`, secrets)
	if err != nil {
		return nil, err
	}
	var faults []string
	fault := func(wrong bool, text string) {
		if wrong {
			faults = append(faults, text)
		}
	}
	fault(is.Version < minServer, "leads to a PostgreSQL older than 15")
	fault(is.Super, "is a superuser")
	fault(is.BypassRLS, "bypasses row-level security")
	fault(is.Powerful, "is a member of another role")
	if owner {
		fault(!is.Creates, "can't create schemas in this database")
		return faults, nil
	}
	fault(is.SearchPath != `""` && is.SearchPath != "", "has a search_path (it must be empty)")
	fault(is.Creates, "can create objects")
	fault(is.Temp, "can create temporary tables")
	fault(is.Owns > 0, "owns tables")
	fault(is.Edits, "can change the audit log")
	if readOnly {
		fault(is.ReadOnly != "on", "is not read-only by default")
		fault(is.Writes > 0, "may write to tables")
		fault(is.Secrets > 0, "may read credentials or sessions")
	}
	return faults, nil
}

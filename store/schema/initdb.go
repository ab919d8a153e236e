package schema

import (
	"fmt"
	"strings"

	"github.com/lib/pq"
)

// Logins names the three logins of the program; grants in the migrations refer
// to them, so the names are fixed.
const (
	OwnerLogin    = "smooth_owner"
	WebLogin      = "smooth_web"
	ReadOnlyLogin = "smooth_read"
)

// InitSQL returns the statements that an administrator runs once to make the
// logins and the database's rights. It can be run again. Run CreateDatabaseSQL
// before, connected elsewhere, when the database does not exist.
func InitSQL(database string, password func(login string) string) string {
	var b strings.Builder
	for _, login := range []string{OwnerLogin, WebLogin, ReadOnlyLogin} {
		fmt.Fprintf(&b, `DO $$ BEGIN CREATE ROLE %[1]s LOGIN; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;
ALTER ROLE %[1]s LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS PASSWORD %[2]s;
`, login, pq.QuoteLiteral(password(login)))
	}
	// search_path and read-only belong to the role and not to the role in this
	// database: CREATE DATABASE … TEMPLATE would not copy the latter.
	fmt.Fprintf(&b, `ALTER ROLE %[1]s SET search_path = '';
ALTER ROLE %[2]s SET search_path = '';
ALTER ROLE %[2]s SET default_transaction_read_only = on;
`, WebLogin, ReadOnlyLogin)
	b.WriteString(EnterSQL(database) + insideSQL())
	return b.String()
}

// EnterSQL says who owns a database and who may enter it. That is kept beside the
// databases: a clone has it to be said again.
func EnterSQL(database string) string {
	return fmt.Sprintf(`ALTER DATABASE %[1]s OWNER TO %[4]s;
REVOKE ALL ON DATABASE %[1]s FROM PUBLIC;
GRANT CONNECT ON DATABASE %[1]s TO %[2]s, %[3]s;
`, pq.QuoteIdentifier(database), WebLogin, ReadOnlyLogin, OwnerLogin)
}

// insideSQL is what the logins may do in the database in which it is run.
func insideSQL() string {
	// Large objects are rows that no policy guards.
	return fmt.Sprintf(`ALTER SCHEMA public OWNER TO %[3]s;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO %[1]s, %[2]s;
DO $$ DECLARE f oid; BEGIN
	FOR f IN SELECT oid FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace
		AND (proname LIKE 'lo\_%%' OR proname IN ('lowrite', 'loread')) LOOP
		EXECUTE format('REVOKE EXECUTE ON FUNCTION %%s FROM PUBLIC', f::regprocedure);
	END LOOP;
END $$;
`, WebLogin, ReadOnlyLogin, OwnerLogin)
}

// CreateDatabaseSQL makes the database.
func CreateDatabaseSQL(database string) string {
	return "CREATE DATABASE " + pq.QuoteIdentifier(database) + " ENCODING 'UTF8' TEMPLATE template0"
}

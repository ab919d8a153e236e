package handlers_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/lib/pq"

	"github.com/smoothschedule/smoothschedule/handlers/handlertest"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/schema"
)

// victim is a business whose every text says so.
type victim struct {
	tenant store.Tenant
	schema string
	ids    []string // of all its rows
}

const (
	// shown is in what the victim itself shows to the public, hidden in all else.
	shown  = "zzshownzz"
	hidden = "zzhiddenzz"
)

// public are the columns that a business's public pages show.
var public = []string{"businesses.name", "services.name", "services.description", "resources.name", "policies.book_message",
	"businesses.about", "businesses.address", "businesses.phone", "businesses.contact_email"}

// newVictim opens a business with a row in each of its tables and marks all text.
func newVictim(t *testing.T, s *handlertest.Server, subdomain string) victim {
	t.Helper()
	v := victim{tenant: s.Business(subdomain)}
	db := schema.Direct(s.DB)
	if err := db.QueryRow(`SELECT schema_name FROM businesses WHERE id = $1`, v.tenant.ID).Scan(&v.schema); err != nil {
		t.Fatal(err)
	}
	_, err := db.Exec(strings.NewReplacer("SCHEMA", pq.QuoteIdentifier(v.schema), "BUSINESS", v.tenant.ID.String()).Replace(`
		DO $$
		DECLARE own uuid := (SELECT id FROM users WHERE business_id = 'BUSINESS' AND role = 'CUSTOMER');
			person uuid := (SELECT id FROM users WHERE business_id = 'BUSINESS' AND role = 'TENANT_OWNER' AND name <> 'First owner');
		BEGIN
			SET LOCAL search_path = SCHEMA, public;
			INSERT INTO services (id, name, description, duration_minutes, price_cents, created_at) VALUES (gen_random_uuid(), 'Wheel', 'x', 30, 1000, now());
			INSERT INTO resources (id, kind, name, user_id, created_at, feed_secret) VALUES (gen_random_uuid(), 'STAFF', 'Bay', person, now(), gen_random_uuid());
			INSERT INTO service_resources (service_id, resource_id) SELECT s.id, r.id FROM services s, resources r;
			INSERT INTO hours (id, resource_id, weekday, opens, closes) SELECT gen_random_uuid(), NULL, d, '08:00', '18:00' FROM generate_series(0, 6) d;
			INSERT INTO overrides (id, resource_id, day, last_day, reason) SELECT gen_random_uuid(), id, current_date + 400, current_date + 401, 'x' FROM resources;
			INSERT INTO customers (id, user_id, name, email, phone, created_at) VALUES (gen_random_uuid(), own, 'Cora', 'cora@example.test', '1', now());
			INSERT INTO customer_tags (tag, customer_id) SELECT 'x', id FROM customers;
			INSERT INTO customer_notes (customer_id, id, author_name, body, created_at) SELECT id, gen_random_uuid(), 'x', 'x', now() FROM customers;
			INSERT INTO appointments (id, customer_id, service_id, status, starts_at, ends_at, price_cents, created_at, updated_at, note, staff_note, link_secret)
				SELECT gen_random_uuid(), c.id, s.id, 'confirmed', now() + n * interval '1 day', now() + n * interval '1 day' + interval '30 minutes', 1000, now(), now(), 'x', 'x', gen_random_uuid()
				FROM customers c, services s, generate_series(0, 2) n;
			INSERT INTO appointment_resources (appointment_id, resource_id, during, holds)
				SELECT a.id, r.id, tstzrange(a.starts_at, a.ends_at), true FROM appointments a, resources r;
			INSERT INTO blockers (id, resource_id, starts_at, ends_at, reason) SELECT gen_random_uuid(), id, now() + interval '9 days', now() + interval '10 days', 'x' FROM resources;
			INSERT INTO tickets (id, business_id, opened_by, subject, status, priority, created_at, updated_at) VALUES (gen_random_uuid(), 'BUSINESS', person, 'x', 'open', 'low', now(), now());
			INSERT INTO masquerades (id, business_id, actor_id, actor_name, actor_email, actor_role, subject_id, subject_name, subject_role, session_hash, mode, reason, back, created_at, started_at, ended_at)
				VALUES (gen_random_uuid(), 'BUSINESS', person, 'x', 'x@example.test', 'PLATFORM_SUPPORT', person, 'x', 'TENANT_OWNER', '\x00', 'view', 'zzhiddenzz reason', '/', now(), now(), now());
			INSERT INTO ticket_messages (id, ticket_id, business_id, author_id, author_name, body, created_at)
				SELECT gen_random_uuid(), id, business_id, person, 'x', 'x', now() FROM tickets WHERE business_id = 'BUSINESS';
			INSERT INTO ticket_files (id, business_id, ticket_id, message_id, name, media_type, size, data, created_at)
				SELECT gen_random_uuid(), business_id, ticket_id, id, 'x.txt', 'text/plain', 10, 'zzhiddenzz', now() FROM ticket_messages WHERE business_id = 'BUSINESS';
		END $$`))
	if err != nil {
		t.Fatal(err)
	}
	v.mark(t, s)
	rows, err := db.Query(strings.ReplaceAll(idsOf(t, s, v), "BUSINESS", v.tenant.ID.String()))
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			t.Fatal(err)
		}
		v.ids = append(v.ids, id)
	}
	if err := rows.Err(); err != nil || len(v.ids) < 15 {
		t.Fatalf("the victim has %d rows, %v", len(v.ids), err)
	}
	return v
}

// texts lists the victim's columns of text: table, column and which rows.
const texts = `
	SELECT table_schema, table_name, column_name, COALESCE(character_maximum_length, 1000) FROM information_schema.columns
	WHERE data_type IN ('text', 'character varying') AND (table_schema = $1 OR table_schema = 'public' AND table_name IN
		(SELECT table_name FROM information_schema.columns WHERE table_schema = 'public' AND column_name = 'business_id') OR table_name = 'businesses')
		AND table_name NOT IN ('sessions', 'credentials', 'tenant_schemas', 'domains', 'river_job', 'masquerades', 'business_totals')
		AND table_name NOT LIKE '%\_lines'`

// mark writes the words into all texts that may hold them; columns of codes
// refuse by their checks.
func (v victim) mark(t *testing.T, s *handlertest.Server) {
	t.Helper()
	db := schema.Direct(s.DB)
	rows, err := db.Query(texts, v.schema)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var statements []string
	for rows.Next() {
		var schema, table, column string
		var most int
		if err := rows.Scan(&schema, &table, &column, &most); err != nil {
			t.Fatal(err)
		}
		name := table + "." + column
		word := hidden
		if slices.Contains(public, name) {
			word = shown
		}
		switch name {
		case "users.email", "users.role", "businesses.subdomain", "businesses.schema_name", "businesses.time_zone", "resources.time_zone", "services.reminder_hours",
			"policies.reminder_hours", "policies.frame_origins", "audit_log.action", "audit_log.object_type", "customers.email":
			continue
		}
		where := ""
		if schema == "public" {
			key := "business_id"
			if table == "businesses" {
				key = "id"
			}
			where = fmt.Sprintf(" WHERE %s = '%s'", key, v.tenant.ID)
		}
		statements = append(statements, fmt.Sprintf(`UPDATE %s.%s SET %s = left('%s ' || %s, %d)%s`, pq.QuoteIdentifier(schema), pq.QuoteIdentifier(table),
			pq.QuoteIdentifier(column), word, pq.QuoteIdentifier(column), most, where))
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	marked := 0
	for _, statement := range statements {
		if _, err := db.Exec(statement); err == nil {
			marked++
		}
	}
	if marked < 12 {
		t.Fatalf("only %d columns could be marked", marked)
	}
}

// idsOf is a query for the ids and numbers of all rows of a victim.
func idsOf(t *testing.T, s *handlertest.Server, v victim) string {
	t.Helper()
	rows, err := schema.Direct(s.DB).Query(`
		SELECT c.table_schema, c.table_name FROM information_schema.columns c JOIN information_schema.tables b USING (table_schema, table_name)
		WHERE c.column_name = 'id' AND c.data_type = 'uuid' AND b.table_type = 'BASE TABLE' AND (c.table_schema = $1 OR c.table_schema = 'public' AND c.table_name IN
			(SELECT table_name FROM information_schema.columns WHERE table_schema = 'public' AND column_name = 'business_id') AND c.table_name NOT IN ('audit_log', 'plan_changes'))`, v.schema)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	parts := []string{`SELECT number::text FROM public.tickets WHERE business_id = 'BUSINESS'`, `SELECT id::text FROM public.businesses WHERE id = 'BUSINESS'`}
	for rows.Next() {
		var schema, table string
		if err := rows.Scan(&schema, &table); err != nil {
			t.Fatal(err)
		}
		where := ""
		if schema == "public" {
			where = " WHERE business_id = 'BUSINESS'"
		}
		// Two of a kind suffice.
		parts = append(parts, fmt.Sprintf(`(SELECT id::text FROM %s.%s%s LIMIT 2)`, pq.QuoteIdentifier(schema), pq.QuoteIdentifier(table), where))
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return strings.Join(parts, " UNION ALL ")
}

// state is a digest of all that a victim has, to see whether anything changed.
func (v victim) state(t *testing.T, s *handlertest.Server) string {
	t.Helper()
	var text string
	err := schema.Direct(s.DB).QueryRow(`
		SELECT string_agg(x.name || ' ' || (xpath('/row/d/text()', query_to_xml(x.q, false, true, '')))[1]::text, E'\n' ORDER BY x.name) FROM (
			SELECT table_schema || '.' || table_name AS name, format('SELECT COALESCE(md5(string_agg(t::text, E''\n'' ORDER BY t::text)), ''-'') AS d FROM %I.%I t%s',
				table_schema, table_name, CASE WHEN table_schema = 'public' THEN format(' WHERE business_id = %L', $2::text) ELSE '' END) AS q
			FROM information_schema.tables b WHERE table_type = 'BASE TABLE' AND (table_schema = $1 OR table_schema = 'public' AND table_name NOT IN ('business_daily', 'business_totals')
				AND EXISTS (SELECT FROM information_schema.columns c WHERE c.table_schema = 'public' AND c.table_name = b.table_name AND c.column_name = 'business_id'))) x`,
		v.schema, v.tenant.ID.String()).Scan(&text)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

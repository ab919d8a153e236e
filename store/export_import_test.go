package store_test

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/booking"
	"github.com/smoothschedule/smoothschedule/store/console"
	"github.com/smoothschedule/smoothschedule/store/schema"
	"github.com/smoothschedule/smoothschedule/store/storetest"
	"github.com/smoothschedule/smoothschedule/store/transfer"
)

// fingerprint is what each table holds of a business.
func fingerprint(t *testing.T, db *store.DB, id uuid.UUID) map[string]string {
	t.Helper()
	var inSchema string
	if err := schema.Direct(db).QueryRow(`SELECT schema_name FROM businesses WHERE id = $1`, id).Scan(&inSchema); err != nil {
		t.Fatal(err)
	}
	prints := map[string]string{}
	ask := func(name, query string, args ...any) {
		var found string
		if err := schema.Direct(db).QueryRow(query, args...).Scan(&found); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		prints[name] = found
	}
	rows, err := schema.Direct(db).Query(`SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1 AND c.relkind = 'r'`, inSchema)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var tables []string
	for rows.Next() {
		var table string
		_ = rows.Scan(&table)
		tables = append(tables, table)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	for _, table := range tables {
		ask(table, fmt.Sprintf(`SELECT count(*) || ' ' || COALESCE(md5(string_agg(to_jsonb(t)::text, '|' ORDER BY to_jsonb(t)::text)), '') FROM %s.%s t`, inSchema, table))
	}
	for _, table := range []string{"users", "business_daily", "tickets", "ticket_messages"} {
		ask("public."+table, `SELECT count(*) || ' ' || COALESCE(md5(string_agg(to_jsonb(t)::text, '|' ORDER BY to_jsonb(t)::text)), '') FROM `+table+` t WHERE business_id = $1`, id)
	}
	ask("business", `SELECT (to_jsonb(b) - 'schema_name')::text FROM businesses b WHERE id = $1`, id)
	ask("mrr", `SELECT mrr_cents || ' ' || people_count || ' ' || search_text FROM business_totals WHERE business_id = $1`, id)
	ask("address", `SELECT string_agg(name || kind, ' ' ORDER BY name) FROM domains WHERE business_id = $1`, id)
	return prints
}

// TestExportAndImport: a business that is exported, deleted and restored is what it
// was, here and on another installation.
func TestExportAndImport(t *testing.T) {
	ctx, db, elsewhere := context.Background(), storetest.DB(t), storetest.DB(t)
	id, tenant := newBusiness(t, db, "moving")
	newBusiness(t, elsewhere, "moving") // whose address is taken there
	seedCustomer(t, db, tenant)
	if err := console.ChangePlan(ctx, db, id, "business"); err != nil {
		t.Fatal(err)
	}
	if err := console.RenameSubdomain(ctx, db, id, "moved"); err != nil {
		t.Fatal(err)
	}
	fill(t, db, id)
	staff := visited(t, db, id)
	before := fingerprint(t, db, id)
	var file bytes.Buffer
	if err := transfer.ExportBusiness(ctx, db, id, &file); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		data []byte
		want string
	}{
		"nothing":      {nil, "no file of an export"},
		"other bytes":  {[]byte("PK\x03\x04 and something else"), "no file of an export"},
		"broken off":   {without(t, file.Bytes(), "end.json"), "not whole"},
		"a lost row":   {without(t, file.Bytes(), "public/users.ndjson"), "not whole"},
		"newer":        {edited(t, file.Bytes(), "manifest.json", `"format": 2`, `"format": 3`), "newer version"},
		"newer schema": {edited(t, file.Bytes(), "manifest.json", `"tenant_version": `, `"tenant_version": 9`), "newer version"},
		"another's":    {edited(t, file.Bytes(), "public/users.ndjson", id.String(), uuid.NewString()), "another business"},
	} {
		_, err := transfer.ImportBusiness(ctx, elsewhere, bytes.NewReader(c.data), int64(len(c.data)), "fresh")
		if store.KindOf(err) != store.Invalid || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
	whole := bytes.NewReader(file.Bytes())
	if _, err := transfer.ImportBusiness(ctx, db, whole, whole.Size(), ""); store.KindOf(err) != store.Conflict {
		t.Errorf("while it is there: %v", err)
	}
	if err := console.DeleteBusiness(ctx, db, id, "Business moving"); err != nil {
		t.Fatal(err)
	}
	if err := console.DestroyBusiness(ctx, db, id, uuid.NullUUID{}); err != nil {
		t.Fatal(err)
	}
	if _, err := transfer.ImportBusiness(ctx, db, whole, whole.Size(), ""); err != nil {
		t.Fatal(err)
	}
	if after := fingerprint(t, db, id); !maps.Equal(before, after) {
		for name := range before {
			if before[name] != after[name] {
				t.Errorf("%s was %.300s and is %.300s", name, before[name], after[name])
			}
		}
	}
	restored(t, db, id, "a visit by "+staff.Name)
	back, err := db.TenantBySubdomain(ctx, "moved")
	if err != nil {
		t.Fatal(err)
	}
	err = db.InTenant(ctx, back, func(q *store.TenantTx) error {
		rows, _, err := booking.Customers(q, booking.CustomerFilter{})
		if err == nil && len(rows) != 1 {
			t.Errorf("%d customers", len(rows))
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
	if _, err := transfer.ImportBusiness(ctx, elsewhere, whole, whole.Size(), "moving"); store.FieldErrors(err)["subdomain"] == "" {
		t.Errorf("an address that is taken: %v", err)
	}
	if _, err := transfer.ImportBusiness(ctx, elsewhere, whole, whole.Size(), "fresh"); err != nil {
		t.Fatal(err)
	}
	if b := business(t, elsewhere, id); b.Subdomain != "fresh" || b.MRRCents != 7900 || b.PeopleCount != 1 {
		t.Errorf("elsewhere: %+v", b)
	}
	restored(t, elsewhere, id, "") // its staff is not of this platform
	if bytes.Contains(member(t, file.Bytes(), "public/masquerades.ndjson"), []byte("_hash")) {
		t.Error("hashes of a session and a code are in the file")
	}
	// A file as the program wrote it before there were notices in it.
	old := edited(t, file.Bytes(), "manifest.json", `"format": 2`, `"format": 1`)
	for _, table := range []string{"public/notices", "public/masquerades"} {
		old = edited(t, without(t, old, table+".ndjson"), "manifest.json", `    "`+table+"\",\n", "")
	}
	third := storetest.DB(t)
	if _, err := transfer.ImportBusiness(ctx, third, bytes.NewReader(old), int64(len(old)), ""); err != nil || business(t, third, id).MRRCents != 7900 {
		t.Errorf("a file of format 1: %v", err)
	}
}

// visited gives a business mails in each state and a visit by support that is
// not over.
func visited(t *testing.T, db *store.DB, id uuid.UUID) store.Person {
	t.Helper()
	staff := newStaff(t, db, access.PlatformManager)
	for _, statement := range []string{`
		INSERT INTO notices (id, business_id, appointment_id, customer_id, kind, to_name, to_email, state, starts_at, due_at, created_at, changed_at)
			SELECT gen_random_uuid(), $1, '00000000-0000-0000-0000-00000000000c', gen_random_uuid(), kind, 'Ann', 'ann@x.test', state, now(), now() + days * interval '1 day', now(), now()
			FROM (VALUES ('confirmed', 'sent', -1), ('moved', 'sending', -1), ('cancelled', 'queued', -1), ('reminder', 'queued', 2)) v (kind, state, days)`, `
		INSERT INTO masquerades (id, business_id, actor_id, actor_name, actor_role, subject_id, subject_name, subject_role, session_hash, mode, consent, reason, back,
				code_hash, code_expires_at, created_at, started_at)
			SELECT gen_random_uuid(), $1, a.id, a.name, a.role, s.id, s.name, s.role, '\x01', 'write', 'granted', 'Their calendar is empty', '/users', '\x02', now(), now(), now()
			FROM users a, users s WHERE a.business_id IS NULL AND s.business_id = $1`, `
		INSERT INTO audit_log (id, at, business_id, actor_id, actor_name, subject_name, masquerade_id, action, object_type, object_id, object_name)
			SELECT gen_random_uuid(), now(), business_id, actor_id, actor_name, subject_name, id, 'masquerade.requested', 'user', subject_id::text, '' FROM masquerades WHERE business_id = $1`} {
		if _, err := schema.Direct(db).Exec(statement, id); err != nil {
			t.Fatal(err)
		}
	}
	return staff
}

// restored holds what became of mails and visits against what should.
func restored(t *testing.T, db *store.DB, id uuid.UUID, visit string) {
	t.Helper()
	var mails, visits, jobs string
	err := schema.Direct(db).QueryRow(`SELECT
		(SELECT string_agg(kind || ' ' || state, ', ' ORDER BY kind) FROM notices WHERE business_id = $1),
		COALESCE((SELECT string_agg('a visit by ' || actor_name, ', ') FROM masquerades WHERE business_id = $1 AND consent = 'granted' AND ended_at IS NOT NULL
			AND code_hash IS NULL AND session_hash = ''), ''),
		(SELECT string_agg(n.kind || CASE WHEN j.scheduled_at > now() + interval '1 day' THEN ' in time' ELSE '' END, ', ') FROM river_job j JOIN notices n ON n.id::text = j.args ->> 'notice_id'
			WHERE n.business_id = $1) ||
		(SELECT ', ' || count(*) || ' request' FROM river_job WHERE kind = 'expire_request' AND args ->> 'business_id' = $1::text AND scheduled_at > now() + interval '1 day')`, id).Scan(&mails, &visits, &jobs)
	if err != nil {
		t.Fatal(err)
	}
	if mails != "cancelled failed, confirmed sent, moved failed, reminder queued" || jobs != "reminder in time, 1 request" || visits != visit {
		t.Errorf("restored with the mails %q, the jobs %q, the visits %q", mails, jobs, visits)
	}
}

// member is one of a zip.
func member(t *testing.T, data []byte, name string) (found []byte) {
	rezip(t, data, func(member string, text []byte) ([]byte, bool) {
		if member == name {
			found = text
		}
		return text, true
	})
	return found
}

// fill gives a business rows in the tables that refer to one another.
func fill(t *testing.T, db *store.DB, id uuid.UUID) {
	t.Helper()
	var inSchema string
	if err := schema.Direct(db).QueryRow(`SELECT schema_name FROM businesses WHERE id = $1`, id).Scan(&inSchema); err != nil {
		t.Fatal(err)
	}
	_, err := schema.Direct(db).Exec(strings.ReplaceAll(`
		INSERT INTO S.services (id, name, duration_minutes, price_cents, created_at) VALUES ('00000000-0000-0000-0000-00000000000a', 'Cut "&" "é😀"', 30, 2500, now());
		INSERT INTO S.resources (id, kind, name, created_at) VALUES ('00000000-0000-0000-0000-00000000000b', 'ROOM', 'One', now());
		INSERT INTO S.service_resources (service_id, resource_id) VALUES ('00000000-0000-0000-0000-00000000000a', '00000000-0000-0000-0000-00000000000b');
		INSERT INTO S.appointments (id, customer_id, service_id, status, starts_at, ends_at, price_cents, created_at, updated_at, link_secret)
			SELECT '00000000-0000-0000-0000-00000000000c', id, '00000000-0000-0000-0000-00000000000a', 'confirmed', now(), now() + interval '1 hour', 2500, now(), now(), gen_random_uuid() FROM S.customers;
		INSERT INTO S.appointments (id, customer_id, service_id, status, starts_at, ends_at, price_cents, created_at, updated_at, approve_by)
			SELECT gen_random_uuid(), id, '00000000-0000-0000-0000-00000000000a', 'pending', now() + interval '3 days', now() + interval '73 hours', 2500, now(), now(), now() + interval '2 days' FROM S.customers;
		INSERT INTO S.appointment_resources (appointment_id, resource_id, during, holds)
			VALUES ('00000000-0000-0000-0000-00000000000c', '00000000-0000-0000-0000-00000000000b', tstzrange(now(), now() + interval '1 hour'), true);`, "S.", inSchema+"."))
	if err == nil {
		_, err = schema.Direct(db).Exec(`INSERT INTO tickets (id, business_id, opened_by, subject, status, priority, created_at, updated_at)
			SELECT gen_random_uuid(), $1, id, 'Help', 'open', 'low', now(), now() FROM users WHERE business_id = $1`, id)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// without is a zip that lacks a member.
func without(t *testing.T, data []byte, name string) []byte {
	return rezip(t, data, func(member string, text []byte) ([]byte, bool) { return text, member != name })
}

// edited is a zip with a word of one member replaced.
func edited(t *testing.T, data []byte, name, from, to string) []byte {
	return rezip(t, data, func(member string, text []byte) ([]byte, bool) {
		if member == name {
			text = bytes.ReplaceAll(text, []byte(from), []byte(to))
		}
		return text, true
	})
}

func rezip(t *testing.T, data []byte, change func(string, []byte) ([]byte, bool)) []byte {
	t.Helper()
	in, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, member := range in.File {
		r, err := member.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, _ := io.ReadAll(r)
		if text, keep := change(member.Name, text); keep {
			m, _ := w.Create(member.Name)
			_, _ = m.Write(text)
		}
	}
	_ = w.Close()
	return out.Bytes()
}

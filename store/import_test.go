package store_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	core "github.com/smoothschedule/smoothschedule/store/internal/db"
	"github.com/smoothschedule/smoothschedule/store/schema"
	"github.com/smoothschedule/smoothschedule/store/storetest"
	"github.com/smoothschedule/smoothschedule/store/transfer"
)

// restoring is a business exported elsewhere, and a platform with a business and
// staff of its own into which crafted files of it are restored.
type restoring struct {
	db    *store.DB
	id    uuid.UUID // of the business in the file
	file  []byte
	other uuid.UUID // a business that is here
	staff store.Person
}

func newRestoring(t *testing.T) *restoring {
	t.Helper()
	from := storetest.DB(t)
	id, tenant := newBusiness(t, from, "moving")
	seedCustomer(t, from, tenant)
	fill(t, from, id)
	visited(t, from, id)
	for _, statement := range []string{
		`INSERT INTO ticket_messages (id, ticket_id, business_id, author_name, body, created_at) SELECT gen_random_uuid(), id, business_id, 'Ann', 'It is empty', now() FROM tickets WHERE business_id = $1`,
		`INSERT INTO ticket_files (id, business_id, ticket_id, message_id, name, media_type, size, data, created_at)
			SELECT gen_random_uuid(), business_id, ticket_id, id, 'a.txt', 'text/plain', 5, 'hello', now() FROM ticket_messages WHERE business_id = $1`,
		`INSERT INTO domains (name, business_id, kind, token, created_at) VALUES ('www.moving.test', $1, 'custom', 'known', now())`,
	} {
		if _, err := schema.Direct(from).Exec(statement, id); err != nil {
			t.Fatal(err)
		}
	}
	var file bytes.Buffer
	if err := transfer.ExportBusiness(context.Background(), from, id, &file); err != nil {
		t.Fatal(err)
	}
	r := &restoring{db: storetest.DB(t), id: id, file: file.Bytes()}
	r.other, _ = newBusiness(t, r.db, "acme")
	r.staff = newStaff(t, r.db, access.Superuser)
	return r
}

// lines is the file with the lines of a table changed.
func (r *restoring) lines(t *testing.T, table string, change func(lines []string) []string) []byte {
	t.Helper()
	n := 0
	data := rezip(t, r.file, func(name string, text []byte) ([]byte, bool) {
		if name == table+".ndjson" {
			lines := change(strings.Split(strings.TrimSpace(string(text)), "\n"))
			n, text = len(lines), []byte(strings.Join(lines, "\n")+"\n")
		}
		return text, true
	})
	return rezip(t, data, func(name string, text []byte) ([]byte, bool) {
		if name == "end.json" {
			var end struct {
				Rows map[string]int `json:"rows"`
			}
			if err := json.Unmarshal(text, &end); err != nil {
				t.Fatal(err)
			}
			end.Rows[table] = n
			text, _ = json.Marshal(end)
		}
		return text, true
	})
}

// row is the first row of a table with other values.
func (r *restoring) row(t *testing.T, table string, change map[string]any) string {
	t.Helper()
	line, _, _ := bytes.Cut(member(t, r.file, table+".ndjson"), []byte("\n"))
	var row map[string]any
	if err := json.Unmarshal(line, &row); err != nil {
		t.Fatalf("%s: %v", table, err)
	}
	for name, value := range change {
		row[name] = value
	}
	text, _ := json.Marshal(row)
	return string(text)
}

// foreign is everything here that is not of the file's business.
func (r *restoring) foreign(t *testing.T) string {
	t.Helper()
	var all strings.Builder
	for _, table := range []string{"users", "domains", "tickets", "ticket_messages", "ticket_files", "notices", "masquerades", "audit_log", "plan_changes", "business_daily"} {
		var found string
		if err := schema.Direct(r.db).QueryRow(`SELECT count(*) || COALESCE(md5(string_agg(to_jsonb(t)::text, '|' ORDER BY to_jsonb(t)::text)), '') FROM `+table+` t WHERE business_id IS DISTINCT FROM $1`, r.id).Scan(&found); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintln(&all, table, found)
	}
	return all.String()
}

func (r *restoring) restore(data []byte) error {
	_, err := transfer.ImportBusiness(context.Background(), r.db, bytes.NewReader(data), int64(len(data)), "")
	return err
}

// TestRestoreRefuses: whatever a crafted file says, it writes nothing of others,
// gives nobody a role of the platform, and leaves nothing behind when it is refused.
func TestRestoreRefuses(t *testing.T) {
	r := newRestoring(t)
	others := uuid.NewString() // a ticket that is here, of another business
	if _, err := schema.Direct(r.db).Exec(`INSERT INTO tickets (id, business_id, subject, status, priority, created_at, updated_at) VALUES ($1, $2, 'Help', 'open', 'low', now(), now())`, others, r.other); err != nil {
		t.Fatal(err)
	}
	superuser := r.row(t, "public/users", map[string]any{"id": uuid.NewString(), "business_id": nil, "email": "planted@example.test", "role": "SUPERUSER"})
	before := r.foreign(t)
	add := func(table, line string) []byte {
		return r.lines(t, table, func(lines []string) []string { return append(lines, line) })
	}
	tail := func(table, text string) []byte {
		return r.lines(t, table, func(lines []string) []string { lines[0] += text; return lines })
	}
	inside := func(table, text string) []byte {
		return r.lines(t, table, func(lines []string) []string {
			lines[0] = strings.TrimSuffix(lines[0], "}") + "," + text + "}"
			return lines
		})
	}
	edit := func(table string, change map[string]any) []byte {
		return r.lines(t, table, func(lines []string) []string { lines[0] = r.row(t, table, change); return lines })
	}
	for name, data := range map[string][]byte{
		"a second object behind the first":       tail("public/users", ","+superuser),
		"a second object after a space":          tail("public/users", " "+superuser),
		"anything behind the object":             tail("public/audit_log", "]"),
		"the role twice":                         inside("public/users", `"role":"SUPERUSER"`),
		"the role in another case":               inside("public/users", `"Role":"SUPERUSER"`),
		"the business twice":                     inside("public/users", `"business_id":null`),
		"an array":                               add("public/users", "["+superuser+"]"),
		"a staff role in the business":           edit("public/users", map[string]any{"role": "SUPERUSER"}),
		"a role that is none":                    edit("public/users", map[string]any{"role": []string{"TENANT_OWNER"}}),
		"a person of nobody":                     add("public/users", superuser),
		"a person of another business":           add("public/users", r.row(t, "public/users", map[string]any{"id": uuid.NewString(), "email": "b@example.test", "business_id": r.other})),
		"somebody's id":                          add("public/users", r.row(t, "public/users", map[string]any{"id": r.staff.ID, "email": "c@example.test"})),
		"a person whose name shows nothing":      edit("public/users", map[string]any{"name": "\u200b\u2800\u3164"}),
		"an e-mail address with a line":          edit("public/users", map[string]any{"email": "a@x.test\r\nBcc: b@y.test"}),
		"another business":                       edit("public/businesses", map[string]any{"id": r.other}),
		"a plan that is none":                    edit("public/businesses", map[string]any{"plan": "platinum"}),
		"a colour that is a style":               edit("public/businesses", map[string]any{"accent_color": "#000000;}"}),
		"a time zone that is none":               edit("public/businesses", map[string]any{"time_zone": "../../etc/passwd"}),
		"a column that is none":                  inside("public/tickets", `"id) SELECT 1 --":1`),
		"a message of another's ticket":          edit("public/ticket_messages", map[string]any{"ticket_id": others}),
		"a page as a picture":                    edit("public/ticket_files", map[string]any{"name": "a.png", "media_type": "image/png", "data": `\x3c68746d6c3e`}),
		"a domain that is none":                  edit("public/domains", map[string]any{"name": "localhost", "kind": "custom"}),
		"a kind of domain that is none":          edit("public/domains", map[string]any{"kind": "any"}),
		"an event that is none":                  edit("public/audit_log", map[string]any{"action": "user.disabled\nuser.enabled"}),
		"a number out of its bounds":             edit("public/tickets", map[string]any{"number": json.Number("1e30")}),
		"the year 99999":                         edit("public/tickets", map[string]any{"updated_at": "99999-01-01T00:00:00Z"}),
		"an appointment with a column of nobody": inside("tenant/appointments", `"business_id":"`+r.other.String()+`"`),
		"a table twice":                          edited(t, r.file, "manifest.json", `"tables": [`, `"tables": ["public/users",`),
		"the sessions":                           edited(t, r.file, "manifest.json", `"tables": [`, `"tables": ["public/sessions",`),
		"the credentials":                        edited(t, r.file, "manifest.json", `"tables": [`, `"tables": ["public/credentials",`),
		"a reserved address":                     edited(t, r.file, "manifest.json", `"subdomain": "moving"`, `"subdomain": "api"`),
		"rows without number":                    edited(t, r.file, "end.json", `"public/users": `, `"public/users": 900000000`),
		"what it pays, without bounds":           edited(t, r.file, "manifest.json", `"mrr_cents": `, `"mrr_cents": -9`),
	} {
		if bytes.Equal(data, r.file) {
			t.Fatalf("%s: the file is as it was", name)
		}
		if err := r.restore(data); store.KindOf(err) != store.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	if after := r.foreign(t); after != before {
		t.Errorf("others' rows were\n%s and are\n%s", before, after)
	}
	var left int
	if err := schema.Direct(r.db).QueryRow(`SELECT (SELECT count(*) FROM tenant_schemas WHERE state = 'restoring') + (SELECT count(*) FROM businesses WHERE id = $1)
		+ (SELECT count(*) FROM pg_namespace n WHERE nspname LIKE 'b\_%' AND NOT EXISTS (SELECT FROM tenant_schemas s WHERE s.schema_name = n.nspname))`, r.id).Scan(&left); err != nil || left != 0 {
		t.Errorf("%d things are left, %v", left, err)
	}
}

// TestRestoreKeepsToItself: what a file may say, and what becomes of it.
func TestRestoreKeepsToItself(t *testing.T) {
	r := newRestoring(t)
	if _, err := schema.Direct(r.db).Exec(`INSERT INTO domains (name, kind, formerly_of, reserved_until, created_at) VALUES ('bygone', 'former', $1, now() + interval '1 month', now()),
		('another', 'former', gen_random_uuid(), now() + interval '1 month', now())`, r.id); err != nil {
		t.Fatal(err)
	}
	before := r.foreign(t)
	stranger, staff := uuid.NewString(), r.staff.ID.String()
	change := func(table string, rows ...map[string]any) {
		r.file = r.lines(t, table, func(lines []string) []string {
			for _, row := range rows {
				lines = append(lines, r.row(t, table, row))
			}
			return lines[len(lines)-len(rows):]
		})
	}
	change("public/businesses", map[string]any{"support_consent": "always", "primary_domain": "www.moving.test", "schema_name": "public", "deleting_since": "2020-01-01T00:00:00Z"})
	change("public/domains", map[string]any{"name": "api", "kind": "former", "reserved_until": nil}, map[string]any{"name": "another", "kind": "former", "reserved_until": "2199-01-01T00:00:00Z"},
		map[string]any{"name": "www.moving.test", "kind": "custom", "verified_at": "2020-01-01T00:00:00Z", "reserved_until": "2199-01-01T00:00:00Z", "business_id": r.id, "token": "known"})
	change("public/tickets", map[string]any{"number": json.Number("9223372036854775807"), "assignee_id": stranger, "opened_by": staff, "subject": "He\u202elp\u0007"})
	change("public/audit_log", map[string]any{"id": uuid.NewString(), "actor_id": staff, "subject_id": staff, "object_type": "user", "object_id": staff, "action": "user.disabled", "at": "2190-01-01T00:00:00Z"})
	change("public/masquerades", map[string]any{"actor_id": staff})
	r.file = edited(t, r.file, "tenant/customers.ndjson", `"user_id": null`, `"user_id": "`+staff+`"`)
	r.file = edited(t, r.file, "tenant/resources.ndjson", `"user_id": null`, `"feed_secret": "`+stranger+`", "user_id": "`+staff+`"`)
	if _, err := transfer.ImportBusiness(context.Background(), r.db, bytes.NewReader(r.file), int64(len(r.file)), "another"); store.FieldErrors(err)["subdomain"] == "" {
		t.Errorf("an address that is kept for another business: %v", err)
	}
	if err := r.restore(r.file); err != nil {
		t.Fatal(err)
	}
	for i, after := range strings.Split(r.foreign(t), "\n") { // the name that is kept for this business is its own again
		if before := strings.Split(before, "\n")[i]; after != before && !strings.HasPrefix(after, "domains") {
			t.Errorf("others' rows were %s and are %s", before, after)
		}
	}
	var inSchema string
	if err := schema.Direct(r.db).QueryRow(`SELECT schema_name FROM businesses WHERE id = $1`, r.id).Scan(&inSchema); err != nil || !strings.HasPrefix(inSchema, "b_") {
		t.Fatalf("%q %v", inSchema, err)
	}
	for question, want := range map[string]string{
		`SELECT support_consent || primary_domain || (deleting_since IS NULL) FROM businesses WHERE id = $1`:                                                                                            "asktrue",
		`SELECT string_agg(name || ' ' || kind, ', ' ORDER BY name) FROM domains WHERE business_id = $1`:                                                                                                "bygone former, moving subdomain, www.moving.test custom",
		`SELECT (verified_at IS NULL AND reserved_until IS NULL AND token NOT IN ('', 'known'))::text FROM domains WHERE business_id = $1 AND kind = 'custom'`:                                          "true",
		`SELECT subject || (number < 1000) || (opened_by IS NULL) || (assignee_id IS NULL) FROM tickets WHERE business_id = $1`:                                                                         "Helptruetruetrue",
		`SELECT count(*)::text FROM audit_log WHERE business_id = $1 AND (actor_id = '` + staff + `' OR subject_id = '` + staff + `' OR object_id = '` + staff + `' OR at > now() + interval '1 hour')`: "0",
		`SELECT count(*)::text FROM masquerades WHERE business_id = $1`:                                                                                                                                 "0",
		`SELECT count(user_id)::text FROM ` + inSchema + `.customers WHERE $1::uuid IS NOT NULL`:                                                                                                        "0",
		`SELECT (count(user_id) + count(feed_secret))::text FROM ` + inSchema + `.resources WHERE $1::uuid IS NOT NULL`:                                                                                 "0",
		`SELECT count(*)::text FROM owner_terms WHERE business_id = $1 AND until IS NULL AND since > now() - interval '1 hour'`:                                                                         "1",
	} {
		var got string
		if err := schema.Direct(r.db).QueryRow(question, r.id).Scan(&got); err != nil || got != want {
			t.Errorf("%s: %q, want %q, %v", question, got, want, err)
		}
	}
}

// TestRestoreAsksWhoseRows: the import runs under the policies of its business, and
// the database is asked before the commit, should anything have written past them.
func TestRestoreAsksWhoseRows(t *testing.T) {
	r := newRestoring(t)
	watch := `CREATE FUNCTION public.watch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
		IF session_user <> 'smooth_web' OR current_setting('app.scope', true) <> '' OR current_setting('app.business', true) <> '` + r.id.String() + `' THEN
			RAISE 'a row of % past the policies', TG_TABLE_NAME USING ERRCODE = '23000';
		END IF;
		RETURN NEW; END $$; GRANT EXECUTE ON FUNCTION public.watch() TO smooth_web;`
	for _, table := range []string{"businesses", "domains", "users", "tickets", "ticket_messages", "ticket_files", "notices", "audit_log"} {
		watch += `CREATE TRIGGER watch BEFORE INSERT ON public.` + table + ` FOR EACH ROW EXECUTE FUNCTION public.watch();`
	}
	if _, err := schema.Direct(r.db).Exec(watch); err != nil {
		t.Fatal(err)
	}
	nothing := func(core.Scope) error { return errTest }
	if err := transfer.ImportAnd(context.Background(), r.db, bytes.NewReader(r.file), int64(len(r.file)), nothing); err == nil || !strings.Contains(err.Error(), "audit_log past the policies") {
		t.Errorf("the program's own line in the log comes first that is written for the platform, and not: %v", err)
	}
	if _, err := schema.Direct(r.db).Exec(`DROP FUNCTION public.watch() CASCADE`); err != nil {
		t.Fatal(err)
	}
	for name, statement := range map[string]string{
		"staff":              `INSERT INTO public.users (id, email, name, role, created_at) VALUES (gen_random_uuid(), 'p@x.test', 'P', 'SUPERUSER', now())`,
		"another's owner":    `INSERT INTO public.users (id, business_id, email, name, role, created_at) SELECT gen_random_uuid(), id, 'p@x.test', 'P', 'TENANT_OWNER', now() FROM public.businesses WHERE subdomain = 'acme'`,
		"another's log":      `INSERT INTO public.audit_log (id, at, business_id, actor_name, subject_name, action, object_type, object_id, object_name) SELECT gen_random_uuid(), now(), id, '', '', 'a.b', '', '', '' FROM public.businesses WHERE subdomain = 'acme'`,
		"another's business": `UPDATE public.businesses SET name = 'Taken' WHERE subdomain = 'acme'`,
		"a name of nobody":   `INSERT INTO public.domains (name, kind, created_at) VALUES ('free', 'former', now())`,
	} {
		under := errTest
		err := transfer.ImportAnd(context.Background(), r.db, bytes.NewReader(r.file), int64(len(r.file)), func(q core.Scope) error {
			exec := func(statement string) (int64, error) { return core.Exec(q, statement) }
			if _, err := exec(`SAVEPOINT before; SET LOCAL app.scope = ''`); err != nil {
				return err
			}
			n, refused := exec(statement)
			if under = refused; refused == nil && n == 0 {
				under = errTest // not in sight
			}
			if _, err := exec(`ROLLBACK TO before; RELEASE before; SET LOCAL app.scope = 'platform'`); err != nil {
				return err
			}
			_, err := exec(statement)
			return err
		})
		if under == nil {
			t.Errorf("%s: written in the scope of the business", name)
		}
		if store.KindOf(err) != store.Invalid || !strings.Contains(err.Error(), "rows of others") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

var errTest = fmt.Errorf("refused")

func FuzzS8_RestoreLine(f *testing.F) {
	db := storetest.DB(f)
	business, owner := uuid.New(), uuid.New()
	rewrite := transfer.Rewriter(db, business, owner)
	user := `{"id":"` + owner.String() + `","business_id":"` + business.String() + `","email":"a@b.test","name":"Ann","role":"TENANT_OWNER","is_active":true,"created_at":"2026-01-01T00:00:00Z"`
	for _, line := range []string{user + `}`, user + `},` + user + `}`, user + `} {}`, user + `,"role":"SUPERUSER"}`, user + `,"Role":"SUPERUSER"}`, user + `,"role":{"a":"SUPERUSER"}}`,
		user + `,"business_id":null}`, user + `,"name":"\u0000"}`, user + `,"second_factor":1e400}`, `[` + user + `}]`, `{}`, ``, `null`, `"a"`, `{"a":` + strings.Repeat("[", 200), "\x00", user + `,"id":7}`} {
		for i := range transfer.SharedExported {
			f.Add(i, []byte(line))
		}
	}
	f.Fuzz(func(t *testing.T, table int, line []byte) {
		if table < 0 || table >= len(transfer.SharedExported) {
			return
		}
		text, err := rewrite(transfer.SharedExported[table], line)
		if err != nil || text == "" {
			return
		}
		var row map[string]any
		if err := json.Unmarshal([]byte(text), &row); err != nil {
			t.Fatalf("%q is written as %q", line, text)
		}
		if transfer.SharedExported[table] == "businesses" {
			if row["id"] != business.String() {
				t.Fatalf("%q is written as %q", line, text)
			}
			return
		}
		if row["business_id"] != business.String() {
			t.Fatalf("%q is written as %q", line, text)
		}
		if role, named := row["role"]; named && (role == "SUPERUSER" || strings.HasPrefix(fmt.Sprint(role), "PLATFORM")) {
			t.Fatalf("%q is written as %q", line, text)
		}
		if at, err := time.Parse(time.RFC3339, fmt.Sprint(row["created_at"])); err == nil && at.After(time.Now().Add(time.Minute)) {
			t.Fatalf("%q is written as %q", line, text)
		}
	})
}

package handlers_test

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/lib/pq"

	"github.com/smoothschedule/smoothschedule/handlers"
	"github.com/smoothschedule/smoothschedule/handlers/access"
	"github.com/smoothschedule/smoothschedule/handlers/api"
	"github.com/smoothschedule/smoothschedule/handlers/handlertest"
	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
)

// The isolation suite takes its list from the route table: a route that is added
// is in it. It asks for each with another tenant's ids, cookie and host, and
// looks in every answer for words that only the victim's data hold.

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
	db := s.DB.Direct()
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
	db := s.DB.Direct()
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
	rows, err := s.DB.Direct().Query(`
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
	err := s.DB.Direct().QueryRow(`
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

// cookieOf logs somebody in and returns the bare cookie, to be sent elsewhere.
func cookieOf(t *testing.T, s *handlertest.Server, host string, role store.Role) string {
	t.Helper()
	r := s.On(host).Post("/login", url.Values{"email": {handlertest.Email(role)}, "password": {handlertest.Password}})
	for _, c := range r.Result().Cookies() {
		if strings.HasSuffix(c.Name, "session") && c.Value != "" {
			return c.Name + "=" + c.Value
		}
	}
	t.Fatalf("no cookie for %s on %s: %d", role, host, r.Code)
	return ""
}

// refusals are the only answers to somebody who must see nothing.
func refused(r handlertest.Response, route web.Route) bool {
	switch r.Code {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusGone, http.StatusServiceUnavailable:
		return true
	case http.StatusSeeOther:
		return strings.HasPrefix(r.Location(), "/login")
	case http.StatusNoContent:
		return route.Background
	}
	return false
}

// open says whether a route is for everybody; it may show what is public.
func open(r web.Route) bool {
	return r.Permission == access.Public || r.Permission == access.Development
}

// foreign fills a form with another tenant's ids under every name that forms use.
func (v victim) foreign(n int) url.Values {
	form := url.Values{"name": {"x"}, "decision": {"grant"}, "date": {"2030-01-07"}, "start": {"2030-01-07T10:00"}, "email": {"x@example.test"}, "q": {""}}
	for i, name := range fields {
		if strings.HasSuffix(name, "_id") || name == "id" || name == "ids" || name == "services" || strings.HasPrefix(name, "set_") || name == "business" {
			form.Set(name, v.ids[(n+i)%len(v.ids)])
		}
	}
	return form
}

var ids = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f-]{27}|[0-9]+`)

var tokenParameter = regexp.MustCompile(`:(token|code|file)\b`)

func TestT1_OtherTenants(t *testing.T) {
	s := handlertest.New(t)
	v := newVictim(t, s, "victim")
	s.Business("attacker")
	_, business, _ := handlers.Surfaces(s.App, t.TempDir())
	t.Run("own", func(t *testing.T) { v.opens(t, s, business.Routes) })
	before := v.state(t, s)
	attacker := &keeper{host: "attacker.localhost", role: store.TenantOwner}

	t.Run("ids", func(t *testing.T) {
		for n, r := range business.Routes {
			if r.Path == "/logout" {
				continue
			}
			c := attacker.signedIn(s)
			for i, id := range v.ids {
				if !strings.Contains(r.Path, ":") && i > 1 {
					break
				}
				path := concrete(r.Path, url.PathEscape(id))
				var got handlertest.Response
				if access.IsSafe(r.Method) {
					got = c.Get(path + "?" + v.foreign(n+i).Encode())
				} else {
					got = c.Post(path, v.foreign(n+i))
				}
				if text := got.Body.String(); strings.Contains(text, shown) || strings.Contains(text, hidden) {
					t.Fatalf("%s %s shows the victim's data: %d\n%s", r.Method, path, got.Code, text)
				}
				if strings.Contains(r.Path, ":") && !tokenParameter.MatchString(r.Path) && got.Code < 300 && got.Code != http.StatusNoContent {
					t.Errorf("%s %s with the victim's id: %d", r.Method, path, got.Code)
				}
			}
		}
	})
	if after := v.state(t, s); after != before {
		t.Errorf("the victim's data changed:\n%s\n---\n%s", before, after)
	}
	t.Run("cookie", func(t *testing.T) {
		for name, cookie := range map[string]string{
			"owner elsewhere":    cookieOf(t, s, "attacker.localhost", store.TenantOwner),
			"customer elsewhere": cookieOf(t, s, "attacker.localhost", store.Customer),
		} {
			for i, host := range []string{"victim.localhost", "VICTIM.LocalHost:8000", "Victim.localhost.", "victim.lvh.me"} {
				v.refuses(t, s.On(host).With("Cookie", cookie), business.Routes, v.ids[i:i+2], name+" on "+host)
			}
		}
	})
	t.Run("host", func(t *testing.T) {
		cookie := cookieOf(t, s, "victim.localhost", store.TenantOwner)
		platform, _, site := handlers.Surfaces(s.App, t.TempDir())
		for host, own := range map[string][]web.Route{"platform.localhost": platform.Routes, "PLATFORM.localhost": platform.Routes, "localhost": site.Routes,
			"www.localhost": site.Routes, "attacker.localhost": business.Routes, "nobody.localhost": nil, "example.com": nil, "victim.evil.localhost": nil} {
			c := s.On(host).With("Cookie", cookie)
			for _, r := range business.Routes {
				for _, id := range v.ids[:1] {
					got := c.Do(r.Method, concrete(r.Path, id), form(r))
					if text := got.Body.String(); strings.Contains(text, hidden) || strings.Contains(text, shown) {
						t.Fatalf("%s%s: %d shows the victim's data", host, r.Path, got.Code)
					}
					has := slices.ContainsFunc(own, func(o web.Route) bool { return o.Method == r.Method && o.Path == r.Path && open(o) })
					if !has && !refused(got, r) && got.Code != http.StatusMethodNotAllowed && got.Code != http.StatusNotFound {
						t.Errorf("%s %s%s: %d to %q", r.Method, host, r.Path, got.Code, got.Location())
					}
				}
			}
		}
		// The very cookie is good at home, however its host is written.
		if r := s.On("VICTIM.localhost:8000").With("Cookie", cookie).Get("/customers"); r.Code != http.StatusOK || !strings.Contains(r.Body.String(), hidden) {
			t.Errorf("at home: %d", r.Code)
		}
	})
}

// opens is the other half of the proof: each page with an id in its address opens
// for the victim's own people with one of the very ids that are refused to others,
// and shows the words. Unsafe routes have theirs in the table of deeds.
func (v victim) opens(t *testing.T, s *handlertest.Server, routes []web.Route) {
	t.Helper()
	own := []*handlertest.Client{s.At(v.tenant.Subdomain).As(store.TenantOwner), s.At(v.tenant.Subdomain).As(store.Customer)}
	var ticket string
	if err := s.DB.Direct().QueryRow(`SELECT number FROM tickets WHERE business_id = $1`, v.tenant.ID).Scan(&ticket); err != nil {
		t.Fatal(err)
	}
	used := map[string]bool{}
	for _, r := range routes {
		if !access.IsSafe(r.Method) || !strings.Contains(r.Path, ":") || tokenParameter.MatchString(r.Path) || r.Permission == access.Development {
			continue
		}
		opened, shows := false, false
		for _, c := range own {
			for _, id := range v.ids {
				path := strings.Replace(r.Path, ":number/files", ticket+"/files", 1)
				if r.Background && r.Path == path {
					path += "?seen=nothing" // news, and not that there is none
				}
				got := c.Get(concrete(path, url.PathEscape(id)))
				if got.Code == http.StatusOK {
					opened, used[id] = true, true
					shows = shows || strings.Contains(got.Body.String(), hidden) || strings.Contains(got.Body.String(), shown)
				}
			}
		}
		if !opened || !shows {
			t.Errorf("%s opens for its own people: %v, and shows their data: %v; what is refused to others proves nothing", r.Path, opened, shows)
		}
	}
	if len(used) < 8 {
		t.Errorf("only %d ids open anything", len(used))
	}
}

// refuses asks for each route with each id and accepts a refusal alone, or from
// what is public no more than what is public.
func (v victim) refuses(t *testing.T, c *handlertest.Client, routes []web.Route, ids []string, who string) {
	t.Helper()
	for _, r := range routes {
		for i, id := range ids {
			if i > 0 && !strings.Contains(r.Path, ":") {
				break
			}
			got := c.Do(r.Method, concrete(r.Path, url.PathEscape(id)), form(r))
			if strings.Contains(got.Body.String(), hidden) {
				t.Fatalf("%s: %s %s shows the victim's data: %d\n%s", who, r.Method, r.Path, got.Code, got.Body)
			}
			if !open(r) && !refused(got, r) {
				t.Errorf("%s: %s %s: %d to %q", who, r.Method, r.Path, got.Code, got.Location())
			}
		}
	}
}

func TestT1_ClosedBusinesses(t *testing.T) {
	s := handlertest.New(t)
	v := newVictim(t, s, "victim")
	s.Business("attacker")
	_, business, _ := handlers.Surfaces(s.App, t.TempDir())
	_, apiSide := handlers.APIs(api.New(s.App))
	cookies := map[string]string{"nobody": "x=y", "another": cookieOf(t, s, "attacker.localhost", store.TenantOwner)}
	for _, role := range []store.Role{store.TenantManager, store.TenantStaff, store.Customer} {
		cookies[string(role)] = cookieOf(t, s, "victim.localhost", role)
	}
	for status, want := range map[string]int{"suspended": http.StatusServiceUnavailable, "archived": http.StatusGone} {
		t.Run(status, func(t *testing.T) {
			if _, err := s.DB.Direct().Exec(`UPDATE businesses SET status = $2 WHERE id = $1`, v.tenant.ID, status); err != nil {
				t.Fatal(err)
			}
			s.Business("fresh-" + status) // makes this process forget which businesses it knows
			for who, cookie := range cookies {
				c := s.At("victim").With("Cookie", cookie)
				for _, r := range append(slices.Clone(business.Routes), apiSide.Routes...) {
					got := c.Do(r.Method, concrete(r.Path, v.ids[0]), form(r))
					if text := got.Body.String(); strings.Contains(text, hidden) {
						t.Fatalf("%s: %s %s shows the victim's data: %d", who, r.Method, r.Path, got.Code)
					}
					if r.Closed || r.Background || strings.HasPrefix(r.Path, "/dev/") {
						continue
					}
					if got.Code != want && !refused(got, r) {
						t.Errorf("%s: %s %s: %d, want %d", who, r.Method, r.Path, got.Code, want)
					}
				}
			}
		})
	}
}

package handlers_test

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"runtime"
	"strings"
	"testing"

	"github.com/lib/pq"

	"github.com/smoothschedule/smoothschedule/handlers/handlertest"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/schema"
)

// ending is a business in which somebody writes while somebody else ends it.
type ending struct {
	t       *testing.T
	s       *handlertest.Server
	tenant  store.Tenant
	owner   *handlertest.Client // not the one whose eyes support looks with
	root    *handlertest.Client // a superuser
	service string              // the path of one
	table   string              // where it lies
	n       int
}

func newEnding(t *testing.T) *ending {
	s := handlertest.New(t)
	for _, role := range []access.Role{access.PlatformManager, access.Superuser} {
		s.Staff(role)
	}
	e := &ending{t: t, s: s, tenant: s.Business("acme")}
	// A second owner, so that the first can lose the role, and a second superuser.
	e.sql(`INSERT INTO users (id, business_id, email, name, role, created_at) SELECT gen_random_uuid(), business_id, 'second@example.test', 'Second', role, created_at - interval '9 days'
		FROM users WHERE email = 'tenant_owner@example.test'`)
	e.sql(`INSERT INTO credentials (user_id, business_id, password_hash, changed_at) SELECT u.id, u.business_id, c.password_hash, c.changed_at
		FROM users u, users o JOIN credentials c ON c.user_id = o.id WHERE u.email = 'second@example.test' AND o.email = 'tenant_owner@example.test'`)
	e.login()
	e.owner.Post("/services", url.Values{"name": {"Oil"}, "duration_minutes": {"30"}, "price": {"10"}})
	var id, inSchema string
	if err := schema.Direct(s.DB).QueryRow(`SELECT schema_name FROM tenant_schemas WHERE business_id = $1`, e.tenant.ID).Scan(&inSchema); err != nil {
		t.Fatal(err)
	}
	table := pq.QuoteIdentifier(inSchema) + ".services"
	if err := schema.Direct(s.DB).QueryRow(`SELECT id FROM ` + table).Scan(&id); err != nil {
		t.Fatal(err)
	}
	e.service, e.table = "/services/"+id, table
	return e
}

func (e *ending) login() {
	e.t.Helper()
	e.owner, e.root = e.s.At("acme"), e.s.Platform().As(access.Superuser)
	if r := e.owner.Post("/login", url.Values{"email": {"second@example.test"}, "password": {handlertest.Password}}); r.Code != http.StatusSeeOther {
		e.t.Fatalf("the second owner: %d", r.Code)
	}
}

func (e *ending) sql(statement string, args ...any) {
	e.t.Helper()
	if _, err := schema.Direct(e.s.DB).Exec(statement, args...); err != nil {
		e.t.Fatal(err)
	}
}

func (e *ending) one(query string, args ...any) (text string) {
	e.t.Helper()
	if err := schema.Direct(e.s.DB).QueryRow(query, args...).Scan(&text); err != nil {
		e.t.Fatal(err)
	}
	return text
}

func (e *ending) id(role access.Role) string {
	e.t.Helper()
	return e.one(`SELECT id FROM users WHERE email = $1`, handlertest.Email(role))
}

// reset makes everything as it was before an end.
func (e *ending) reset() {
	e.sql(`UPDATE users SET is_active = true`)
	e.sql(`UPDATE users SET role = CASE WHEN business_id IS NULL THEN upper(split_part(email, '@', 1)) ELSE role END WHERE business_id IS NULL`)
	e.sql(`UPDATE users SET role = upper(split_part(email, '@', 1)) WHERE email LIKE 'tenant\_%'`)
	e.sql(`UPDATE businesses SET status = 'active', status_reason = '', status_before = NULL, support_consent = 'ask'`)
	e.sql(`DELETE FROM sessions WHERE masquerade_id IS NOT NULL`)
	e.sql(`UPDATE masquerades SET ended_at = COALESCE(ended_at, now()), created_at = created_at - interval '1 day'`) // one at a time, few an hour
	e.login()
}

// act does what must work.
func (e *ending) act(c *handlertest.Client, path string, form url.Values) {
	e.t.Helper()
	if r := c.Post(path, form); r.Code != http.StatusSeeOther {
		e.t.Errorf("%s: %d %s", path, r.Code, r.Doc().Find("main").Text())
	}
}

// ends are all the ways in which a masquerade with changes ends while one of its
// requests is under way.
func (e *ending) ends() map[string]func(desk, site *handlertest.Client, m string) {
	return map[string]func(desk, site *handlertest.Client, m string){
		"consent withdrawn": func(_, _ *handlertest.Client, m string) {
			e.act(e.owner, "/support-access/"+m, url.Values{"decision": {"withdraw"}})
		},
		"never": func(_, _ *handlertest.Client, _ string) {
			e.act(e.owner, "/support-access", url.Values{"consent": {"never"}})
		},
		"stop":   func(_, site *handlertest.Client, _ string) { e.act(site, "/masquerade/stop", url.Values{}) },
		"logout": func(_, site *handlertest.Client, _ string) { e.act(site, "/logout", url.Values{}) },
		"the operator logs out": func(desk, _ *handlertest.Client, _ string) {
			e.act(desk, "/logout", url.Values{})
		},
		"the operator logs in anew": func(desk, _ *handlertest.Client, _ string) {
			e.act(desk, "/login", url.Values{"email": {handlertest.Email(access.PlatformManager)}, "password": {handlertest.Password}})
		},
		"ended by another": func(_, _ *handlertest.Client, m string) { e.act(e.root, "/masquerades/"+m+"/end", url.Values{}) },
		"the operator is disabled": func(_, _ *handlertest.Client, _ string) {
			e.act(e.root, "/users/"+e.id(access.PlatformManager)+"/disable", url.Values{})
		},
		"the operator's role": func(_, _ *handlertest.Client, _ string) {
			e.act(e.root, "/users/"+e.id(access.PlatformManager)+"/role", url.Values{"role": {"SUPERUSER"}})
		},
		"the operator's sessions are ended": func(_, _ *handlertest.Client, _ string) {
			e.act(e.root, "/users/"+e.id(access.PlatformManager)+"/sessions/end", url.Values{})
		},
		"the person is disabled": func(_, _ *handlertest.Client, _ string) {
			e.act(e.owner, "/team/"+e.id(access.TenantOwner)+"/active", url.Values{"active": {""}})
		},
		"the person's role": func(_, _ *handlertest.Client, _ string) {
			e.act(e.owner, "/team/"+e.id(access.TenantOwner)+"/role", url.Values{"role": {"TENANT_MANAGER"}})
		},
		"suspended": func(_, _ *handlertest.Client, _ string) {
			e.act(e.root, "/businesses/"+e.tenant.ID.String()+"/suspend", url.Values{"reason": {"not paid at all"}})
		},
		"archived": func(_, _ *handlertest.Client, _ string) {
			e.act(e.root, "/businesses/"+e.tenant.ID.String()+"/archive", url.Values{"reason": {"gone for good"}})
		},
		"the ticket is closed": func(_, _ *handlertest.Client, m string) {
			number := e.one(`SELECT number FROM tickets WHERE subject = 'The hours'`)
			e.sql(`UPDATE masquerades SET ticket = $2 WHERE id = $1`, m, number)
			e.sql(`UPDATE tickets SET status = 'open' WHERE number = $1`, number)
			e.act(e.root, "/support/"+number+"/change", url.Values{"status": {"closed"}})
		},
		"time is over": func(_, _ *handlertest.Client, m string) {
			e.sql(`UPDATE sessions SET expires_at = now() - interval '1 second' WHERE masquerade_id = $1`, m)
		},
		"idle": func(_, _ *handlertest.Client, m string) {
			e.sql(`UPDATE sessions SET last_seen_at = now() - interval '1 hour' WHERE masquerade_id = $1`, m)
		},
	}
}

// ownEnds are those of an ordinary session of a manager.
func (e *ending) ownEnds() map[string]func(c *handlertest.Client) {
	manager := e.id(access.TenantManager)
	return map[string]func(c *handlertest.Client){
		"logged out": func(c *handlertest.Client) { e.act(c, "/logout", url.Values{}) },
		"disabled":   func(*handlertest.Client) { e.act(e.owner, "/team/"+manager+"/active", url.Values{"active": {""}}) },
		"another role": func(*handlertest.Client) {
			e.act(e.owner, "/team/"+manager+"/role", url.Values{"role": {"TENANT_STAFF"}})
		},
		"a new password": func(c *handlertest.Client) {
			e.act(c, "/account/password", url.Values{"current": {handlertest.Password}, "password": {"a very new phrase 7"}, "repeat": {"a very new phrase 7"}})
			e.sql(`UPDATE credentials c SET password_hash = o.password_hash FROM users u, users w JOIN credentials o ON o.user_id = w.id
				WHERE u.id = c.user_id AND u.email = 'tenant_manager@example.test' AND w.email = 'second@example.test'`)
		},
		"ended on the console": func(*handlertest.Client) { e.act(e.root, "/users/"+manager+"/sessions/end", url.Values{}) },
		"suspended": func(*handlertest.Client) {
			e.act(e.root, "/businesses/"+e.tenant.ID.String()+"/suspend", url.Values{"reason": {"not paid at all"}})
		},
		"idle": func(*handlertest.Client) {
			e.sql(`UPDATE sessions SET last_seen_at = now() - interval '30 days' WHERE user_id = $1`, manager)
		},
	}
}

// pausing is a body of which the rest comes after something has happened.
type pausing struct {
	io.Reader
	between func()
}

func pause(body []byte, between func()) io.Reader {
	return io.MultiReader(bytes.NewReader(body[:10]), &pausing{bytes.NewReader(body[10:]), between})
}

func (p *pausing) Read(b []byte) (int, error) {
	if between := p.between; between != nil {
		p.between = nil
		between()
	}
	return p.Reader.Read(b)
}

// upload sends a ticket with a file, slowly.
func (e *ending) upload(c *handlertest.Client, between func()) (handlertest.Response, bool) {
	e.n++
	subject := "after the end " + strings.Repeat("x", e.n)
	r := sendTicket(c, subject, between)
	return r, e.one(`SELECT count(*) FROM tickets WHERE subject = $1`, subject) == "1"
}

// sendTicket sends a ticket with a file, of which the rest comes after something
// has happened.
func sendTicket(c *handlertest.Client, subject string, between func()) handlertest.Response {
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for name, value := range map[string]string{"subject": subject, "body": "What I see.", "priority": "low"} {
		_ = w.WriteField(name, value)
	}
	part, _ := w.CreateFormFile("files", "screen.txt")
	_, _ = part.Write([]byte("what I see"))
	_ = w.Close()
	return c.Send(http.MethodPost, "/support", w.FormDataContentType(), pause(body.Bytes(), between))
}

// TestM4_NothingIsShownAfterTheEnd: an upload with a mistake is answered with its
// form, but not to somebody whose session ended while it came.
func TestM4_NothingIsShownAfterTheEnd(t *testing.T) {
	e := newEnding(t)
	c := e.s.At("acme").As(access.TenantManager)
	if r := sendTicket(c, "", func() {}); r.Code != http.StatusUnprocessableEntity {
		t.Fatalf("a ticket without a subject: %d", r.Code)
	}
	r := sendTicket(c, "", func() { e.act(e.root, "/users/"+e.id(access.TenantManager)+"/sessions/end", url.Values{}) })
	if r.Code != http.StatusSeeOther || !strings.HasPrefix(r.Location(), "/login") {
		t.Errorf("after the end: %d to %q", r.Code, r.Location())
	}
}

// queued sends a form that waits for a row until something has happened.
func (e *ending) queued(c *handlertest.Client, between func()) (handlertest.Response, bool) {
	e.t.Helper()
	e.n++
	name := "Oil " + strings.Repeat("x", e.n)
	lock, err := schema.Direct(e.s.DB).Begin()
	if err != nil {
		e.t.Fatal(err)
	}
	if _, err := lock.Exec(`SELECT FROM ` + e.table + ` FOR UPDATE`); err != nil {
		e.t.Fatal(err)
	}
	answer := make(chan handlertest.Response)
	go func() {
		answer <- c.Post(e.service, url.Values{"name": {name}, "duration_minutes": {"30"}, "price": {"10"}})
	}()
	for e.one(`SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE NOT granted AND datname = current_database()`) == "0" {
		select {
		case r := <-answer:
			e.t.Fatalf("the form didn't wait: %d to %q", r.Code, r.Location())
		default:
			runtime.Gosched()
		}
	}
	between()
	if err := lock.Rollback(); err != nil {
		e.t.Fatal(err)
	}
	r := <-answer
	return r, e.one(`SELECT count(*) FROM `+e.table+` WHERE name = $1`, name) == "1"
}

// masquerade with changes, with its id.
func (e *ending) masquerade() (desk, site *handlertest.Client, id string) {
	e.t.Helper()
	e.act(e.owner, "/support-access", url.Values{"consent": {"always"}})
	desk = e.s.Platform().As(access.PlatformManager)
	r := desk.Post("/masquerade", url.Values{"user_id": {e.id(access.TenantOwner)}, "reason": {"ticket 12: repair the hours"}, "mode": {"write"}})
	site = enter(e.t, e.s, e.tenant, r)
	return desk, site, e.one(`SELECT id FROM masquerades ORDER BY created_at DESC LIMIT 1`)
}

// TestM4_NothingIsWrittenAfterTheEnd: what was on its way when a masquerade or a
// session ended, as an upload or as a form that waited for a row, is not written.
func TestM4_NothingIsWrittenAfterTheEnd(t *testing.T) {
	e := newEnding(t)
	if r, written := e.upload(e.owner, func() {}); !written || r.Code != http.StatusSeeOther {
		t.Fatalf("an upload that nobody interrupts: %d", r.Code)
	}
	if r, written := e.queued(e.owner, func() {}); !written || r.Code != http.StatusSeeOther {
		t.Fatalf("a form that only waits: %d", r.Code)
	}
	e.sql(`UPDATE tickets SET subject = 'The hours'`)
	ways := map[string]func(*handlertest.Client, func()) (handlertest.Response, bool){"upload": e.upload, "form": e.queued}
	for way, send := range ways {
		for name, end := range e.ends() {
			t.Run(way+", masquerade, "+name, func(t *testing.T) {
				e.t = t
				e.reset()
				desk, site, m := e.masquerade()
				r, written := send(site, func() { end(desk, site, m) })
				if written || r.Code < 300 || r.Code == http.StatusOK || strings.HasPrefix(r.Location(), "/support/") {
					t.Errorf("written %v, answered %d to %q", written, r.Code, r.Location())
				}
				if r := site.Get("/customers"); r.Code == http.StatusOK {
					t.Error("still inside")
				}
			})
		}
		for name, end := range e.ownEnds() {
			t.Run(way+", session, "+name, func(t *testing.T) {
				e.t = t
				e.reset()
				c := e.s.At("acme").As(access.TenantManager)
				r, written := send(c, func() { end(c) })
				if written || r.Code < 300 || strings.HasPrefix(r.Location(), "/support/") {
					t.Errorf("written %v, answered %d to %q", written, r.Code, r.Location())
				}
			})
		}
	}
}

// TestM4_EndsWithTheOperatorsSession: where the console would ask to log in again,
// the masquerade is over, too; and who works in one is not idle.
func TestM4_EndsWithTheOperatorsSession(t *testing.T) {
	e := newEnding(t)
	for name, change := range map[string]string{
		"idle":     `last_seen_at = now() - interval '10 hours'`,
		"too old":  `expires_at = now() - interval '1 minute'`,
		"revoked":  `revoked_at = now()`,
		"one left": `last_seen_at = now() - interval '119 minutes'`,
	} {
		t.Run(name, func(t *testing.T) {
			e.t = t
			e.reset()
			desk, site, m := e.masquerade()
			e.sql(`UPDATE sessions SET `+change+` WHERE id_hash = (SELECT session_hash FROM masquerades WHERE id = $1)`, m)
			e.sql(`UPDATE masquerades SET started_at = started_at - interval '5 minutes' WHERE id = $1`, m)
			e.sql(`UPDATE sessions SET last_seen_at = last_seen_at - interval '5 minutes' WHERE masquerade_id = $1`, m)
			inside := site.Get("/customers").Code == http.StatusOK
			if inside != (name == "one left") {
				t.Errorf("inside: %v", inside)
			}
			if there := desk.Get("/dashboard").Code == http.StatusOK; there != inside {
				t.Errorf("on the console: %v, inside: %v", there, inside)
			}
			if over := e.one(`SELECT ended_at IS NOT NULL FROM masquerades WHERE id = $1`, m) == "true"; over == inside {
				t.Error("the end is not on record")
			}
			if inside && e.one(`SELECT last_seen_at > now() - interval '1 minute' FROM sessions WHERE id_hash = (SELECT session_hash FROM masquerades WHERE id = $1)`, m) != "true" {
				t.Error("who works in a masquerade counts as idle")
			}
		})
	}
}

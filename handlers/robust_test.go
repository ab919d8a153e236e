package handlers_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/smoothschedule/smoothschedule/handlers"
	"github.com/smoothschedule/smoothschedule/handlers/handlertest"
	"github.com/smoothschedule/smoothschedule/store/access"
)

// nasty are texts that nobody types and somebody sends.
var nasty = []string{
	"", " ", "\x00", "a\x00b", "\x1b[31m", "\xff\xfe", "𝒳😀\u202e\u200d", "שלום عالم",
	strings.Repeat("x", 10_000), strings.Repeat("é", 300), "'; DROP TABLE users; --", "<script>alert(1)</script>", "%", "_%\\",
	"1000000000000", "-1", "1e309", "NaN", "xn--80ak6aa92e", "-a", "a..b", "WWW", "../../etc/passwd", "//evil.test/", "https://evil.test",
	"2031-02-29", "0000-00-00T00:00", "Mars/Olympus", "nobody@", "\"a b\"@example.test", "=HYPERLINK(1)", "[object Object]", someID,
}

// fields are the names under which forms and addresses take values.
var fields = []string{
	"q", "sort", "page", "after", "before", "plan", "status", "role", "business", "priority", "assignee", "date", "view", "period", "from", "to",
	"name", "subdomain", "time_zone", "owner_name", "owner_email", "email", "password", "reason", "mode", "back", "ticket", "user_id", "next", "id", "ids",
	"subject", "body", "domain", "confirm", "kind", "description", "duration_minutes", "price", "buffer_before_minutes", "notice", "notice_unit", "horizon_days", "step_minutes",
	"with_sets", "set_1", "services", "direction", "start", "resource_id", "party_size", "zone", "hold", "form", "shown", "anybody", "seen", "phone", "website", "revoke", "monday_from", "monday_to", "copy", "copy_from", "copy_to", "opens", "closes", "service_id", "confirm_zone", "confirm_maintenance", "theme", "business_name", "code", "expires", "price_cents", "query", "list", "token", "note", "unanswered", "export_reason", "pages", "changes", "history", "notes", "steps",
}

// TestS8_BadInput sends texts of every kind to every route of every surface, as
// somebody who may open it: no answer is a failure of the program.
func TestS8_BadInput(t *testing.T) {
	s := handlertest.New(t)
	acme := s.Business("acme")
	s.Staff(access.Superuser)
	platform, business, site := handlers.Surfaces(s.App, t.TempDir())
	filled := filledForms()
	for _, w := range []struct {
		surface handlers.Surface
		host    string
		role    access.Role
	}{{business, "acme.localhost", access.TenantOwner}, {site, "localhost", ""}, {platform, "platform.localhost", access.Superuser}} { // the last one may rename or close acme
		t.Run(w.surface.Name, func(t *testing.T) {
			who := &keeper{host: w.host, role: w.role}
			for i, r := range w.surface.Routes {
				if r.Path == "/logout" {
					continue
				}
				c := who.signedIn(s)
				for j, text := range nasty {
					path := concrete(r.Path, url.PathEscape(oneOf(i+j, text, someID, acme.ID.String())))
					check(t, c, r.Method, path, filled[(i+j*7)%len(filled)])
				}
			}
		})
	}
}

// filledForms are encoded forms: over all of them each field takes each text.
func filledForms() []string {
	filled := make([]string, len(nasty))
	for n := range filled {
		values := url.Values{}
		for k, name := range fields {
			values.Set(name, nasty[(n+k*3)%len(nasty)])
		}
		filled[n] = values.Encode()
	}
	return filled
}

// keeper logs in once; where a route ended the session, again.
type keeper struct {
	client *handlertest.Client
	host   string
	role   access.Role
}

func (k *keeper) signedIn(s *handlertest.Server) *handlertest.Client {
	if k.client == nil || k.role != "" && k.client.Get("/login").Code != http.StatusSeeOther {
		k.client = s.On(k.host)
		if k.role != "" {
			k.client.As(k.role)
		}
	}
	return k.client
}

func check(t *testing.T, c *handlertest.Client, method, path, form string) {
	t.Helper()
	var r handlertest.Response
	if access.IsSafe(method) {
		r = c.Get(path + "?" + form)
	} else {
		r = c.Send(http.MethodPost, path, "application/x-www-form-urlencoded", strings.NewReader(form))
	}
	if r.Code >= 500 {
		t.Errorf("%s %.100s: %d %.300s", method, path, r.Code, r.Body)
	}
}

func oneOf(n int, texts ...string) string { return texts[n%len(texts)] }

// TestS8_OddRequests sends bodies, methods, headers and hosts that no browser
// makes.
func TestS8_OddRequests(t *testing.T) {
	s := handlertest.New(t)
	s.Business("acme")
	s.Staff(access.Superuser)
	platform, business, site := handlers.Surfaces(s.App, t.TempDir())
	big := strings.Repeat("a", 10<<20)
	for _, w := range []struct {
		surface handlers.Surface
		host    string
		role    access.Role
	}{{platform, "platform.localhost", access.Superuser}, {business, "acme.localhost", access.TenantOwner}, {site, "localhost", ""}} {
		c := s.On(w.host)
		if w.role != "" {
			c = c.As(w.role)
		}
		for _, r := range w.surface.Routes {
			path := concrete(r.Path, someID)
			if path == "/logout" {
				continue
			}
			for name, send := range map[string]func() handlertest.Response{
				"a body of 10 MB": func() handlertest.Response {
					return c.Send(r.Method, path, "application/x-www-form-urlencoded", strings.NewReader(big))
				},
				"a broken form": func() handlertest.Response {
					return c.Send(r.Method, path, "application/x-www-form-urlencoded", strings.NewReader("%zz=%&;="))
				},
				"a broken upload": func() handlertest.Response {
					return c.Send(r.Method, path, "multipart/form-data; boundary=x", strings.NewReader("--x\r\nnothing"))
				},
				"an upload without": func() handlertest.Response {
					return c.Send(r.Method, path, "multipart/form-data", strings.NewReader(""))
				},
				"JSON":     func() handlertest.Response { return c.Send(r.Method, path, "application/json", strings.NewReader("{")) },
				"PROPFIND": func() handlertest.Response { return c.Send("PROPFIND", path, "", nil) },
				"HEAD":     func() handlertest.Response { return c.Send(http.MethodHead, path, "", nil) },
				"odd headers": func() handlertest.Response {
					return c.With("HX-Request", "\x7f").With("HX-Target", strings.Repeat("z", 4000)).With("Accept-Encoding", "gzip;q=NaN").
						With("X-Forwarded-For", "::1, 999.1.1.1").With("If-None-Match", "\"").Send(r.Method, path, "text/plain", nil)
				},
			} {
				if got := send(); got.Code >= 500 {
					t.Errorf("%s to %s %s: %d", name, r.Method, r.Path, got.Code)
				}
			}
		}
	}
	for _, host := range []string{"", " ", "a b", "[", "[::1", "localhost:", ":8000", "ä.localhost", strings.Repeat("a", 300) + ".localhost", "\x00", "a..localhost", "platform.localhost.evil.test"} {
		if got := s.On("x").Host(host).Get("/"); got.Code >= 500 {
			t.Errorf("host %q: %d", host, got.Code)
		}
	}
}

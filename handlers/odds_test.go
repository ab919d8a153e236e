package handlers_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/smoothschedule/smoothschedule/handlers/handlertest"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/console"
	"github.com/smoothschedule/smoothschedule/store/schema"
)

// TestRequestLineLeadsNowhereElse: an opaque target such as "x:@evil.example/" must
// not become another host in a redirect, nor a way back in a form.
func TestRequestLineLeadsNowhereElse(t *testing.T) {
	s := handlertest.New(t)
	tenant := s.Business("acme")
	if err := console.RenameSubdomain(context.Background(), s.DB, tenant.ID, "acme-garage"); err != nil {
		t.Fatal(err)
	}
	if _, err := schema.Direct(s.DB).Exec(`INSERT INTO domains (name, business_id, kind, verified_at, created_at) VALUES ('book.acme.test', $1, 'custom', now(), now())`, tenant.ID); err != nil {
		t.Fatal(err)
	}
	for _, host := range []string{"acme.localhost", "book.acme.test", "acme-garage.localhost", "platform.localhost"} {
		for _, target := range []*url.URL{{Scheme: "x", Opaque: "@evil.example/"}, {Scheme: "x", Opaque: "@evil.example/", RawQuery: "a=b"}, {Opaque: "//evil.example/"}, {Path: "@evil.example/"}} {
			r := httptest.NewRequest(http.MethodGet, "/", nil)
			r.Host, r.URL = host, target
			rec := httptest.NewRecorder()
			s.Handler.ServeHTTP(rec, r)
			for _, to := range []string{rec.Header().Get("Location"), rec.Body.String()} {
				if strings.Contains(to, "evil.example") {
					t.Errorf("%s %v: %d leads to %.200s", host, target, rec.Code, to)
				}
			}
		}
	}
	if r := s.On("acme.localhost").Get("/book?service_id=a%2Fb"); r.Location() != "http://acme-garage.localhost:8000/book?service_id=a%2Fb" {
		t.Errorf("a former name leads to %q", r.Location())
	}
}

// TestClosedOnPurposeIsNoFailure: visitors of a suspended business are no reason
// to wake anybody; a database that is gone is.
func TestClosedOnPurposeIsNoFailure(t *testing.T) {
	s := handlertest.New(t)
	tenant := s.Business("acme")
	s.Staff(access.PlatformManager)
	if r := s.Platform().As(access.PlatformManager).Post("/businesses/"+tenant.ID.String()+"/suspend", url.Values{"reason": {"Unpaid bills"}}); r.Code != http.StatusSeeOther {
		t.Fatalf("suspend: %d", r.Code)
	}
	var log bytes.Buffer
	s.App.Log = slog.New(slog.NewTextHandler(&log, nil))
	for _, path := range []string{"/", "/book", "/api/availability/?service_id=x&date=2031-01-01"} {
		if r := s.At("acme").Get(path); r.Code != http.StatusServiceUnavailable || r.Header().Get("Retry-After") == "" {
			t.Errorf("%s: %d", path, r.Code)
		}
	}
	if strings.Contains(log.String(), "level=ERROR") || strings.Contains(log.String(), "level=WARN") || strings.Count(log.String(), "closed on purpose") != 3 {
		t.Errorf("the log says\n%s", log.String())
	}
}

// TestDeceptiveNames can't be taken by anybody but a superuser's word, neither at
// sign-up nor on the console nor by a change of address.
func TestDeceptiveNames(t *testing.T) {
	s := handlertest.New(t)
	tenant := s.Business("acme")
	for _, role := range []access.Role{access.Superuser, access.PlatformManager} {
		s.Staff(role)
	}
	manager, root := s.Platform().As(access.PlatformManager), s.Platform().As(access.Superuser)
	create := func(c *handlertest.Client, name string) int {
		return c.Post("/businesses", url.Values{"name": {"B"}, "subdomain": {name}, "plan": {"free"}, "time_zone": {"Europe/Zurich"}, "owner_name": {"O"}, "owner_email": {"o@" + name + ".test"}}).Code
	}
	for _, name := range []string{"smoothschedule-login", "my-smooth-schedule", "sm00thschedule", "support-team", "paypal-login", "paypa1-zurich", "acme-log-in", "verify", "team-s1gn1n", "acme-security"} {
		if err := console.SubdomainFree(t.Context(), s.DB, name); store.FieldErrors(err)["subdomain"] == "" {
			t.Errorf("%s is free: %v", name, err)
		}
		if code := create(manager, name); code != http.StatusUnprocessableEntity {
			t.Errorf("a manager creates %s: %d", name, code)
		}
		if r := manager.Post("/businesses/"+tenant.ID.String()+"/rename", url.Values{"subdomain": {name}}); r.Code != http.StatusUnprocessableEntity {
			t.Errorf("a manager renames to %s: %d", name, r.Code)
		}
	}
	if r := s.On("localhost").Post("/signup", signUp("subdomain", "paypal-login")); r.Code != http.StatusUnprocessableEntity || r.Doc().Find("#f-subdomain-error").Length() != 1 {
		t.Errorf("sign-up as paypal-login: %d", r.Code)
	}
	for _, name := range []string{"accounting-meier", "loginov-salon", "supporters-club", "googly-eyes", "billings-garage"} {
		if code := create(manager, name); code != http.StatusSeeOther {
			t.Errorf("a manager creates %s, which deceives nobody: %d", name, code)
		}
	}
	if code := create(root, "zurich-it-support"); code != http.StatusSeeOther {
		t.Errorf("a superuser's word: %d", code)
	}
	if r := root.Post("/businesses/"+tenant.ID.String()+"/rename", url.Values{"subdomain": {"acme-security"}}); r.Code != http.StatusSeeOther {
		t.Errorf("a superuser renames: %d", r.Code)
	}
}

// TestFlashStaysOnItsHost: the signature of a message is good on all hosts, so the
// host is in it.
func TestFlashStaysOnItsHost(t *testing.T) {
	s := handlertest.New(t)
	s.Business("acme")
	s.Business("other")
	owner := s.At("acme").As(access.TenantOwner)
	r := owner.Post("/customers", url.Values{"name": {"Quite a message"}})
	if r.Code != http.StatusSeeOther {
		t.Fatalf("%d", r.Code)
	}
	var left *http.Cookie
	for _, c := range r.Result().Cookies() {
		if strings.HasSuffix(c.Name, "flash") {
			left = c
		}
	}
	if left == nil {
		t.Fatal("no message was left: the test is blind")
	}
	for host, shown := range map[string]bool{"acme.localhost": true, "other.localhost": false} {
		doc := s.On(host).With("Cookie", left.Name+"="+left.Value).Get("/login").Doc()
		if got := strings.Contains(doc.Text(), "Quite a message"); got != shown {
			t.Errorf("%s shows it: %v", host, got)
		}
	}
}

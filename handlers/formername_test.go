package handlers_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/smoothschedule/smoothschedule/handlers"
	"github.com/smoothschedule/smoothschedule/handlers/handlertest"
	"github.com/smoothschedule/smoothschedule/store/schema"
)

// TestFormerNameForwards: what was begun at a business's former name goes on at
// its present one, forms with what was typed; of nobody else's pages it does.
func TestFormerNameForwards(t *testing.T) {
	s := handlertest.New(t)
	s.Business("acme")
	s.Business("other")
	if _, err := schema.Direct(s.DB).Exec(`INSERT INTO domains (name, business_id, kind, created_at) SELECT 'acme-old', id, 'former', now() FROM businesses WHERE subdomain = 'acme'`); err != nil {
		t.Fatal(err)
	}
	for method, want := range map[string]int{http.MethodGet: 301, http.MethodHead: 301, http.MethodPost: 308, http.MethodPut: 308, http.MethodDelete: 308} {
		for _, path := range []string{"/book?service_id=x", "/b/some-token/cancel", "/api/availability/?service_id=x&date=2031-01-01"} {
			r := s.At("acme-old").Do(method, path, nil)
			if r.Code != want || r.Location() != "http://acme.localhost:8000"+path {
				t.Errorf("%s %s at the former name: %d to %q", method, path, r.Code, r.Location())
			}
		}
	}
	form := url.Values{"email": {handlertest.Email("TENANT_OWNER")}, "password": {handlertest.Password}}
	for origin, want := range map[string]int{
		"http://acme-old.localhost:8000": http.StatusSeeOther, "http://acme.localhost:8000": http.StatusForbidden, // a browser says same-origin then
		"https://acme-old.localhost:8000": http.StatusForbidden, "http://other.localhost:8000": http.StatusForbidden, "http://x.acme-old.localhost:8000": http.StatusForbidden,
		"http://acme-old.evil.test": http.StatusForbidden, "http://localhost:8000": http.StatusForbidden, "null": http.StatusForbidden,
	} {
		r := s.At("acme").With("Origin", origin).With("Sec-Fetch-Site", "same-site").Post("/login", form)
		if r.Code != want {
			t.Errorf("a form that was redirected from %s: %d, want %d", origin, r.Code, want)
		}
	}
	if r := s.At("other").With("Origin", "http://acme-old.localhost:8000").With("Sec-Fetch-Site", "same-site").Post("/login", form); r.Code != http.StatusForbidden {
		t.Errorf("a former name of somebody else: %d", r.Code)
	}
}

// TestSecretPagesAreNotIndexed: no page behind a mailed link, whatever it
// answers, gets into a search engine or tells others its address.
func TestSecretPagesAreNotIndexed(t *testing.T) {
	s := handlertest.New(t)
	s.Business("acme")
	platform, business, site := handlers.Surfaces(s.App, t.TempDir())
	secret := regexp.MustCompile(`:(token|code)\b`)
	n := 0
	for host, surface := range map[string]handlers.Surface{"platform.localhost": platform, "acme.localhost": business, "localhost": site} {
		for _, route := range surface.Routes {
			if !secret.MatchString(route.Path) {
				continue
			}
			n++
			r := s.On(host).Do(route.Method, concrete(route.Path, "some-secret"), nil)
			if !strings.Contains(r.Header().Get("X-Robots-Tag"), "noindex") || r.Header().Get("Referrer-Policy") != "strict-origin" {
				t.Errorf("%s %s: X-Robots-Tag %q, Referrer-Policy %q", route.Method, route.Path, r.Header().Get("X-Robots-Tag"), r.Header().Get("Referrer-Policy"))
			}
		}
	}
	if n < 20 {
		t.Errorf("only %d routes with a secret were found", n)
	}
}

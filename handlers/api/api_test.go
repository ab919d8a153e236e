package api_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/smoothschedule/smoothschedule/store/access"
)

func TestAddresses(t *testing.T) {
	w := newWorld(t)
	c := w.as(access.Superuser)
	for _, path := range []string{"/api", "/api/", "/api/nothing", "/api/platform/", "/api/platform/businesses/a/b/", "/api/openapi.json/", "/api/%2e%2e/login"} {
		wantError(t, path, c.Get(path), http.StatusNotFound, "not_found")
	}
	for path, allow := range map[string]string{tokenPath: "OPTIONS, POST", businessesPath: "OPTIONS, GET, HEAD"} {
		for _, method := range []string{"GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "FOO"} {
			if strings.Contains(allow, method) {
				continue
			}
			r := c.Do(method, path, nil)
			wantError(t, method+" "+path, r, http.StatusMethodNotAllowed, "method_not_allowed")
			if r.Header().Get("Allow") != allow {
				t.Errorf("%s %s: Allow %q", method, path, r.Header().Get("Allow"))
			}
		}
	}
	for path, to := range map[string]string{
		"/api/platform/businesses?page=2&search=%25": "/api/platform/businesses/?page=2&search=%25",
		"/api/platform/users":                        "/api/platform/users/",
		"/api/platform/businesses/metrics":           "/api/platform/businesses/metrics/",
		"/api/platform/users/%2f%2fevil.example":     "/api/platform/users/%2f%2fevil.example/",
	} {
		if r := c.Get(path); r.Code != http.StatusPermanentRedirect || r.Location() != to {
			t.Errorf("%s: %d to %q", path, r.Code, r.Location())
		}
	}
	if r := c.Do(http.MethodPost, "/api/auth/token", url.Values{}); r.Code != http.StatusPermanentRedirect || r.Location() != tokenPath {
		t.Errorf("POST without its slash: %d to %q", r.Code, r.Location())
	}
	for _, path := range []string{businessesPath, metricsPath, "/api/openapi.json", "/api/docs"} {
		if r := c.Do(http.MethodHead, path, nil); r.Code != http.StatusOK {
			t.Errorf("HEAD %s: %d", path, r.Code)
		}
	}
	r := c.Do(http.MethodHead, businessesPath, nil)
	if r.Body.Len() != 0 || r.Header().Get("Content-Length") == "" {
		t.Errorf("HEAD has a body of %d bytes", r.Body.Len())
	}
	if h := r.Header(); h.Get("Content-Security-Policy") == "" || h.Get("X-Content-Type-Options") != "nosniff" || h.Get("X-Request-Id") == "" || h.Get("Cache-Control") != "no-store" {
		t.Errorf("headers %v", h)
	}
}

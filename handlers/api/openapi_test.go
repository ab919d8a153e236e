package api_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/handlers/api"
	"github.com/smoothschedule/smoothschedule/handlers/handlertest"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

// openapi is the description as it is served.
type openapi map[string]any

func description(t testing.TB, w *world) openapi {
	t.Helper()
	r := w.Platform().Get("/api/openapi.json")
	if r.Code != http.StatusOK || r.Header().Get("Content-Type") != "application/json" {
		t.Fatalf("%d %v", r.Code, r.Header())
	}
	return openapi(decode(t, r))
}

// resolve follows references.
func (d openapi) resolve(node any) map[string]any {
	m, _ := node.(map[string]any)
	ref, _ := m["$ref"].(string)
	if ref == "" {
		return m
	}
	at := any(map[string]any(d))
	for _, part := range strings.Split(strings.TrimPrefix(ref, "#/"), "/") {
		at = at.(map[string]any)[part]
	}
	return d.resolve(at)
}

func (d openapi) operation(method, path string) map[string]any {
	item, _ := d["paths"].(map[string]any)[path].(map[string]any)
	o, _ := item[strings.ToLower(method)].(map[string]any)
	return o
}

// faults holds a value against a schema; both are meant to say all there is.
func (d openapi) faults(at string, schema, value any) []string {
	s := d.resolve(schema)
	if s == nil {
		return []string{at + ": no schema"}
	}
	if choices, ok := s["oneOf"].([]any); ok {
		var all []string
		for _, choice := range choices {
			f := d.faults(at, choice, value)
			if len(f) == 0 {
				return nil
			}
			all = append(all, f...)
		}
		return all
	}
	kinds, ok := s["type"].([]any)
	if !ok {
		kinds = []any{s["type"]}
	}
	if !slices.ContainsFunc(kinds, func(kind any) bool { return isKind(kind, value) }) {
		return []string{fmt.Sprintf("%s: %v is not %v", at, value, s["type"])}
	}
	var all []string
	fault := func(format string, args ...any) { all = append(all, at+": "+fmt.Sprintf(format, args...)) }
	switch v := value.(type) {
	case string:
		if enum, ok := s["enum"].([]any); ok && !slices.Contains(enum, value) {
			fault("%q is none of %v", v, enum)
		}
		if pattern, ok := s["pattern"].(string); ok && !regexp.MustCompile(pattern).MatchString(v) {
			fault("%q does not match %s", v, pattern)
		}
		switch s["format"] {
		case "uuid":
			if _, err := uuid.Parse(v); err != nil {
				fault("%q is no id", v)
			}
		case "date-time":
			if _, err := time.Parse(time.RFC3339, v); err != nil || !strings.HasSuffix(v, "Z") {
				fault("%q is no time in UTC", v)
			}
		case "uri":
			if u, err := url.Parse(v); err != nil || !u.IsAbs() {
				fault("%q is no absolute address", v)
			}
		}
	case []any:
		for i, item := range v {
			all = append(all, d.faults(fmt.Sprintf("%s[%d]", at, i), s["items"], item)...)
		}
	case map[string]any:
		properties, _ := s["properties"].(map[string]any)
		for key, item := range v {
			if schema, known := properties[key]; known {
				all = append(all, d.faults(at+"."+key, schema, item)...)
			} else if more, ok := s["additionalProperties"].(map[string]any); ok {
				all = append(all, d.faults(at+"."+key, more, item)...)
			} else {
				fault("%s is not described", key)
			}
		}
		for key := range properties {
			if _, sent := v[key]; !sent {
				fault("%s is missing", key)
			}
		}
	}
	return all
}

func isKind(kind, value any) bool {
	switch v := value.(type) {
	case nil:
		return kind == "null"
	case bool:
		return kind == "boolean"
	case string:
		return kind == "string"
	case float64:
		return kind == "number" || (kind == "integer" && v == float64(int64(v)))
	case []any:
		return kind == "array"
	}
	return kind == "object"
}

// TestDescriptionNamesTheRoutes: no route without a description, and none of
// what isn't there.
func TestDescriptionNamesTheRoutes(t *testing.T) {
	w := newWorld(t)
	d := description(t, w)
	described := map[string]bool{}
	for path, item := range d["paths"].(map[string]any) {
		for method := range item.(map[string]any) {
			described[strings.ToUpper(method)+" "+path] = true
		}
	}
	handlers := api.New(w.App)
	for _, route := range append(handlers.PlatformRoutes(), handlers.BusinessRoutes()...) {
		if route.Path == urls.APIDescription() || route.Path == urls.APIDocs() {
			continue
		}
		name := route.Method + " " + strings.Replace(route.Path, ":id", "{id}", 1)
		if d.operation(route.Method, strings.TrimPrefix(name, route.Method+" ")) == nil {
			t.Errorf("%s is not described", name)
		}
		delete(described, name)
	}
	if len(described) > 0 {
		t.Errorf("described and not there: %v", described)
	}
}

// TestEveryDescribedAnswer produces each answer that the description names and
// holds it against its schema; nothing comes that it doesn't name.
func TestEveryDescribedAnswer(t *testing.T) {
	w := newWorld(t)
	d := description(t, w)
	seen := map[string]bool{}
	record := func(method, path string, r handlertest.Response) {
		t.Helper()
		what := fmt.Sprintf("%s %s %d", method, path, r.Code)
		response := d.resolve(d.operation(method, path)["responses"].(map[string]any)[fmt.Sprint(r.Code)])
		if response == nil {
			t.Errorf("%s is not described: %.200s", what, r.Body)
			return
		}
		seen[what] = true
		for name := range d.headers(response) {
			if r.Header().Get(name) == "" {
				t.Errorf("%s: the header %s is missing", what, name)
			}
		}
		content, _ := response["content"].(map[string]any)
		if content == nil {
			if r.Body.Len() > 0 {
				t.Errorf("%s has a body", what)
			}
			return
		}
		var value any
		if err := json.Unmarshal(r.Body.Bytes(), &value); err != nil {
			t.Errorf("%s: %v", what, err)
		}
		for _, fault := range d.faults(what, content["application/json"].(map[string]any)["schema"], value) {
			t.Error(fault)
		}
	}
	super, sales, owner := w.as(store.Superuser), w.as(store.PlatformSales), w.with(w.token("acme.localhost", store.TenantOwner))
	w.exec(`UPDATE business_totals SET owner_id = NULL WHERE business_id <> $1`, w.acme.ID)
	spent := w.token("platform.localhost", store.Superuser)
	full := map[string]string{"GET " + businessesPath: "", "GET " + usersPath: "", "GET " + metricsPath: "",
		"GET " + businessesPath + "{id}/": w.acme.ID.String(), "GET " + usersPath + "{id}/": w.user.ID.String()}
	for operation, id := range full {
		method, path, _ := strings.Cut(operation, " ")
		at := strings.Replace(path, "{id}", id, 1)
		r := super.Get(at)
		record(method, path, r)
		if tag := r.Header().Get("ETag"); tag != "" {
			record(method, path, super.With("If-None-Match", tag).Get(at))
		}
		record(method, path, w.Platform().Get(at))
		record(method, path, w.with("smooth_x").Get(at))
		record(method, path, owner.Get(at))
		record(method, path, sales.Get(at))
		if id != "" {
			record(method, path, super.Get(strings.Replace(path, "{id}", "00000000-0000-0000-0000-000000000000", 1)))
		}
	}
	for _, query := range []string{"?page_size=1", "?page_size=1&page=2", "?page=99", "?page=x", "?search=acme", "?ordering=-created_at"} {
		record("GET", businessesPath, super.Get(businessesPath+query))
		record("GET", usersPath, super.Get(usersPath+query))
	}
	// Each choice that the description offers is taken.
	for _, path := range []string{businessesPath, usersPath} {
		for _, p := range d.operation("GET", path)["parameters"].([]any) {
			p := d.resolve(p)
			enum, _ := d.resolve(p["schema"])["enum"].([]any)
			for _, choice := range enum {
				if r := super.Get(path + "?" + p["name"].(string) + "=" + choice.(string)); r.Code != http.StatusOK {
					t.Errorf("%s: %s=%s is described and not taken: %d", path, p["name"], choice, r.Code)
				}
			}
		}
	}
	post := func(kind, body string) {
		t.Helper()
		record("POST", tokenPath, w.Platform().Send(http.MethodPost, tokenPath, kind, strings.NewReader(body)))
	}
	email, password := handlertest.Email(store.PlatformManager), handlertest.Password
	post("application/json", fmt.Sprintf(`{"email": %q, "password": %q}`, email, password))
	post("application/x-www-form-urlencoded", url.Values{"email": {email}, "password": {password}}.Encode())
	post("application/json", `{`)
	post("application/json", `{"email": "x", "password": "y"}`)
	post("application/json", strings.Repeat(" ", 70_000))
	post("text/plain", `x`)
	post("application/json", `{}`)
	w.exec(`INSERT INTO login_failures (key, at) SELECT key, now() FROM login_failures, generate_series(1, 100)`)
	post("application/json", `{"email": "x", "password": "y"}`)
	for range 1300 {
		if w.with(spent).Get(metricsPath).Code == http.StatusTooManyRequests {
			break
		}
	}
	for operation, id := range full {
		method, path, _ := strings.Cut(operation, " ")
		record(method, path, w.with(spent).Get(strings.Replace(path, "{id}", id, 1)))
	}
	w.exec(`DELETE FROM platform_totals`)
	record("GET", metricsPath, super.Get(metricsPath))
	visitor, ask := w.At("acme"), availabilityPath+"?service_id="+w.service().String()+"&date="
	for _, query := range []string{soon(), "2026-02-30", "tomorrow"} {
		record("GET", availabilityPath, visitor.Get(ask+query))
	}
	record("GET", availabilityPath, visitor.Get(availabilityPath+"?service_id=00000000-0000-0000-0000-000000000000&date="+soon()))
	for range 1300 {
		if visitor.Get(availabilityPath).Code == http.StatusTooManyRequests {
			break
		}
	}
	record("GET", availabilityPath, visitor.Get(availabilityPath))

	for path, item := range d["paths"].(map[string]any) {
		for method, o := range item.(map[string]any) {
			for status := range o.(map[string]any)["responses"].(map[string]any) {
				if what := strings.ToUpper(method) + " " + path + " " + status; !seen[what] {
					t.Errorf("%s is described and was never seen", what)
				}
			}
		}
	}
}

func (d openapi) headers(response map[string]any) map[string]any {
	headers, _ := response["headers"].(map[string]any)
	return headers
}

func TestDocsPage(t *testing.T) {
	w := newWorld(t)
	r := w.On("localhost").With("Cookie", "smooth_flash=x; smooth_session=y").Get("/api/docs")
	if r.Code != http.StatusOK || !strings.HasPrefix(r.Header().Get("Content-Type"), "text/html") || len(r.Result().Cookies()) > 0 {
		t.Fatalf("%d %v", r.Code, r.Header())
	}
	doc := r.Doc()
	if doc.Find("h1").Length() != 1 || doc.Find("script:not([src])").Length() > 0 || doc.Find("[style]").Length() > 0 {
		t.Error("not one heading, or something that the policy forbids")
	}
	text := doc.Find("main").Text()
	for path := range description(t, w)["paths"].(map[string]any) {
		if !strings.Contains(text, path) {
			t.Errorf("%s is missing", path)
		}
	}
	doc.Find(`main a[href^="#"]`).Each(func(_ int, link *goquery.Selection) {
		if href := link.AttrOr("href", ""); doc.Find(href).Length() != 1 {
			t.Errorf("%s leads nowhere", href)
		}
	})
}

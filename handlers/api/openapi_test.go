package api_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/smoothschedule/smoothschedule/handlers/api"
	"github.com/smoothschedule/smoothschedule/handlers/handlertest"
	"github.com/smoothschedule/smoothschedule/store/access"
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

// schemas compiles the description's schemas: those of OpenAPI 3.1 are JSON
// Schemas of 2020-12, so a checker of these holds answers against them as any
// reader of the description would.
func (d openapi) schemas(t testing.TB) *jsonschema.Compiler {
	t.Helper()
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	c.AssertFormat()
	if err := c.AddResource("openapi.json", map[string]any(d)); err != nil {
		t.Fatal(err)
	}
	return c
}

// response returns what an operation says of a status, and where it says so.
func (d openapi) response(method, path string, status int) (response map[string]any, at string) {
	responses, _ := d.operation(method, path)["responses"].(map[string]any)
	said, _ := responses[fmt.Sprint(status)].(map[string]any)
	if ref, _ := said["$ref"].(string); ref != "" {
		return d.resolve(said), ref
	}
	pointer := strings.NewReplacer("~", "~0", "/", "~1", "{", "%7B", "}", "%7D")
	return said, fmt.Sprintf("#/paths/%s/%s/responses/%d", pointer.Replace(path), strings.ToLower(method), status)
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

// answers holds what was answered against the description and remembers it.
type answers struct {
	openapi
	t       testing.TB
	schemas *jsonschema.Compiler
	seen    map[string]bool
}

func (a *answers) record(method, path string, r handlertest.Response) {
	a.t.Helper()
	what := fmt.Sprintf("%s %s %d", method, path, r.Code)
	response, at := a.response(method, path, r.Code)
	if response == nil {
		a.t.Errorf("%s is not described: %.200s", what, r.Body)
		return
	}
	a.seen[what] = true
	headers, _ := response["headers"].(map[string]any)
	for name := range headers {
		if r.Header().Get(name) == "" {
			a.t.Errorf("%s: the header %s is missing", what, name)
		}
	}
	if response["content"] == nil {
		if r.Body.Len() > 0 {
			a.t.Errorf("%s has a body", what)
		}
		return
	}
	schema, err := a.schemas.Compile("openapi.json" + at + "/content/application~1json/schema")
	if err != nil {
		a.t.Fatalf("%s: %v", what, err)
	}
	value, err := jsonschema.UnmarshalJSON(r.Body)
	if err == nil {
		err = schema.Validate(value)
	}
	if err != nil {
		a.t.Errorf("%s: %v", what, err)
	}
}

// unseen are the described answers that never came.
func (a *answers) unseen() []string {
	var all []string
	for path, item := range a.openapi["paths"].(map[string]any) {
		for method, o := range item.(map[string]any) {
			for status := range o.(map[string]any)["responses"].(map[string]any) {
				if what := strings.ToUpper(method) + " " + path + " " + status; !a.seen[what] {
					all = append(all, what)
				}
			}
		}
	}
	slices.Sort(all)
	return all
}

// TestEveryDescribedAnswer produces each answer that the description names and
// holds it against its schema; nothing comes that it doesn't name.
func TestEveryDescribedAnswer(t *testing.T) {
	w := newWorld(t)
	d := description(t, w)
	all := &answers{openapi: d, t: t, schemas: d.schemas(t), seen: map[string]bool{}}
	record := all.record
	super, sales, owner := w.as(access.Superuser), w.as(access.PlatformSales), w.with(w.token("acme.localhost", access.TenantOwner))
	w.exec(`UPDATE business_totals SET owner_id = NULL WHERE business_id <> $1`, w.acme.ID)
	spent, manager := w.token("platform.localhost", access.Superuser), w.as(access.PlatformManager)
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
	email, password := handlertest.Email(access.PlatformManager), handlertest.Password
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
	record("GET", metricsPath, manager.Get(metricsPath)) // the superuser has no requests left
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

	if unseen := all.unseen(); len(unseen) > 0 {
		t.Errorf("described and never seen: %s", strings.Join(unseen, ", "))
	}
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

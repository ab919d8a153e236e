package handlers_test

import (
	"encoding/csv"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/smoothschedule/smoothschedule/handlers"
	"github.com/smoothschedule/smoothschedule/handlers/handlertest"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/schema"
)

func newBusinessForm() url.Values {
	return url.Values{"name": {"O'Brien & Søn's Garage"}, "subdomain": {"obrien"}, "plan": {"business"}, "time_zone": {"Europe/Dublin"},
		"owner_name": {"Aoife O'Brien"}, "owner_email": {"aoife@obrien.test"}}
}

func TestHosts(t *testing.T) {
	s := handlertest.New(t)
	s.Business("acme")
	archived := s.Business("old-shop")
	if _, err := schema.Direct(s.DB).Exec(`UPDATE businesses SET status = 'archived' WHERE id = $1`, archived.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := schema.Direct(s.DB).Exec(`INSERT INTO domains (name, business_id, kind, created_at) SELECT 'acme-old', id, 'former', now() FROM businesses WHERE subdomain = 'acme'`); err != nil {
		t.Fatal(err)
	}
	for host, want := range map[string]int{
		"localhost": 200, "www.localhost": 200, "LocalHost:8000": 200, "lvh.me": 200, "acme.localhost": 200, "ACME.localhost.:8000": 200, "acme.lvh.me": 200,
		"nobody.localhost": 404, "a.b.localhost": 404, "example.com": 404, "[::1]:8000": 404, "": 404, "localhost.evil.com": 404, "evil-localhost": 404,
		"acme-old.localhost": 301, "..localhost": 404, "acme..localhost": 404, "xn--80ak6aa92e.localhost": 404,
	} {
		if r := s.On("x").Host(host).Get("/"); r.Code != want {
			t.Errorf("host %q: %d, want %d", host, r.Code, want)
		}
	}
	if r := s.On("nobody.localhost").Get("/healthz"); r.Code != 200 {
		t.Errorf("/healthz on any host: %d", r.Code)
	}
	if r := s.On("example.com").Get("/readyz"); r.Code != 200 {
		t.Errorf("/readyz on any host: %d", r.Code)
	}
}

func TestPermissionsOfThePlatform(t *testing.T) {
	s := handlertest.New(t)
	target := s.Business("acme")
	clients := map[access.Role]*handlertest.Client{}
	for _, role := range []access.Role{access.Superuser, access.PlatformManager, access.PlatformSupport, access.PlatformSales} {
		s.Staff(role)
		clients[role] = s.Platform().As(role)
	}
	business := "/businesses/" + target.ID.String()
	for _, c := range []struct {
		method, path                   string
		super, manager, support, sales int
	}{
		{"GET", "/dashboard", 200, 200, 200, 200},
		{"GET", "/businesses", 200, 200, 200, 200},
		{"GET", business, 200, 200, 200, 200},
		{"GET", "/businesses/new", 200, 200, 404, 200},
		{"POST", "/businesses", 422, 422, 403, 422},
		{"POST", business + "/suspend", 422, 422, 403, 403},
		{"POST", business + "/reactivate", 409, 409, 403, 403},
		{"POST", business + "/plan", 422, 422, 403, 422},
		{"GET", "/masquerade/new?user_id=" + target.ID.String(), 404, 404, 404, 404},
		{"POST", "/masquerade", 404, 404, 404, 404},
		{"GET", "/nothing", 404, 404, 404, 404},
	} {
		for role, want := range map[access.Role]int{access.Superuser: c.super, access.PlatformManager: c.manager, access.PlatformSupport: c.support, access.PlatformSales: c.sales} {
			form := url.Values{}
			if c.method == "GET" {
				form = nil
			}
			if r := clients[role].Do(c.method, c.path, form); r.Code != want {
				t.Errorf("%s %s as %s: %d, want %d", c.method, c.path, role, r.Code, want)
			}
		}
	}
}

func TestCreateBusiness(t *testing.T) {
	s := handlertest.New(t)
	s.Staff(access.Superuser)
	c := s.Platform().As(access.Superuser)
	r := c.Post("/businesses", newBusinessForm())
	if r.Code != http.StatusSeeOther || !strings.HasPrefix(r.Location(), "/businesses/") {
		t.Fatalf("%d to %q", r.Code, r.Location())
	}
	page := c.Get(r.Location())
	if got := page.Doc().Find("h1").Text(); !strings.Contains(got, "O'Brien & Søn's Garage") {
		t.Errorf("the page's heading is %q", got)
	}
	if r := s.At("obrien").Get("/"); r.Code != 200 {
		t.Errorf("its site: %d", r.Code)
	}
	for name, change := range map[string]struct{ field, value string }{
		"taken":              {"subdomain", "OBRIEN"},
		"reserved":           {"subdomain", "www"},
		"hyphen first":       {"subdomain", "-a-b"},
		"two dots":           {"subdomain", "a..b"},
		"punycode":           {"subdomain", "xn--80ak6aa92e"},
		"no name":            {"name", "  "},
		"10,000 characters":  {"name", strings.Repeat("x", 10000)},
		"control characters": {"name", "a\x07b"},
		"turned around":      {"name", "abc\u202edef"},
		"no plan":            {"plan", "golden"},
		"no zone":            {"time_zone", "Mars/Olympus"},
		"local zone":         {"time_zone", "Local"},
		"path as zone":       {"time_zone", "../../etc/passwd"},
		"no mail":            {"owner_email", "aoife"},
		"two mails":          {"owner_email", "a@b.test, c@d.test"},
	} {
		form := newBusinessForm()
		form.Set(change.field, change.value)
		r := c.Post("/businesses", form)
		field := r.Doc().Find(`[name="` + change.field + `"]`)
		if r.Code != http.StatusUnprocessableEntity || field.AttrOr("aria-invalid", "") != "true" {
			t.Errorf("%s: %d, field marked %q", name, r.Code, field.AttrOr("aria-invalid", ""))
		}
		if kept := r.Doc().Find(`[name="owner_name"]`).AttrOr("value", ""); kept != "Aoife O'Brien" {
			t.Errorf("%s: what was typed is lost: %q", name, kept)
		}
	}
	for _, name := range []string{"مَطعَم الياسمين", "寿司 さくら", "Ταβέρνα Ο Ήλιος", "💈 Barber", strings.Repeat("ж", 120)} {
		form := newBusinessForm()
		form.Set("name", name)
		form.Set("subdomain", "n"+strings.ToLower(strings.Repeat("x", 3+len(name)%30)))
		if r := c.Post("/businesses", form); r.Code != http.StatusSeeOther {
			t.Errorf("%q: %d", name, r.Code)
		}
	}
}

func TestListTakesAnyQuery(t *testing.T) {
	s := handlertest.New(t)
	s.Staff(access.PlatformSales)
	s.Business("acme")
	c := s.Platform().As(access.PlatformSales)
	for _, q := range []string{
		"page=1000000000000", "page=-1", "page=x", "sort=unknown", "sort=-", "sort=name%27%3B--", "plan=golden", "status=", "q=%25", "q=_", "q=%5C", "q=%00",
		"q=%ff%fe", "q=" + strings.Repeat("x", 5000), "after=!!!", "after=WyJ4IiwieSJd", "before=WyIiLCIwMDAwMDAwMC0wMDAwLTAwMDAtMDAwMC0wMDAwMDAwMDAwMDAiXQ&sort=people", "page=400", "q=%F0%9F%92%88",
	} {
		if r := c.Get("/businesses?" + q); r.Code != 200 {
			t.Errorf("?%.60s: %d", q, r.Code)
		}
	}
	if r := c.Get("/businesses?q=acme"); r.Doc().Find("tbody tr").Length() != 1 {
		t.Error("the search finds nothing")
	}
	if r := c.Get("/businesses?q=nothing-like-it"); r.Doc().Find("tbody tr").Length() != 0 {
		t.Error("the search finds what is not there")
	}
}

func TestSuspendAndReactivate(t *testing.T) {
	s := handlertest.New(t)
	s.Staff(access.PlatformManager)
	target := s.Business("acme")
	manager, owner := s.Platform().As(access.PlatformManager), s.At("acme").As(access.TenantOwner)
	page := "/businesses/" + target.ID.String()
	if r := manager.Post(page+"/suspend", url.Values{"reason": {"bills unpaid"}}); r.Code != http.StatusSeeOther {
		t.Fatalf("suspend: %d", r.Code)
	}
	if r := manager.Post(page+"/suspend", url.Values{"reason": {"bills unpaid"}}); r.Code != http.StatusConflict {
		t.Errorf("suspending twice: %d, want 409", r.Code)
	}
	if r := s.At("acme").Get("/"); r.Code != http.StatusServiceUnavailable || strings.Contains(r.Body.String(), "bills unpaid") {
		t.Errorf("the public: %d, or the reason is public", r.Code)
	}
	if r := owner.Get("/"); r.Code != http.StatusServiceUnavailable || !strings.Contains(r.Body.String(), "bills unpaid") {
		t.Errorf("the owner: %d, or the reason is missing", r.Code)
	}
	if r := manager.Post(page+"/reactivate", url.Values{}); r.Code != http.StatusSeeOther {
		t.Errorf("reactivate: %d", r.Code)
	}
	if r := owner.Get("/"); r.Code != 200 {
		t.Errorf("the owner afterwards: %d", r.Code)
	}
}

// TestS4_CrossOrigin: every unsafe route of the HTML surfaces refuses other
// origins, siblings of the same domain included.
func TestS4_CrossOrigin(t *testing.T) {
	s := handlertest.New(t)
	s.Staff(access.Superuser)
	target := s.Business("acme")
	platform, business, _ := handlers.Surfaces(s.App, "")
	for _, host := range []struct {
		name   string
		client *handlertest.Client
		table  handlers.Surface
	}{
		{"platform.localhost", s.Platform().As(access.Superuser), platform},
		{"acme.localhost", s.At("acme").As(access.TenantOwner), business},
	} {
		for _, route := range host.table.Routes {
			if access.IsSafe(route.Method) {
				continue
			}
			path := strings.NewReplacer(":id", target.ID.String(), ":token", "x", ":code", "x").Replace(route.Path)
			for name, headers := range map[string][2]string{
				"sibling":  {"Origin", "http://evil.localhost"},
				"apex":     {"Origin", "http://localhost"},
				"other":    {"Origin", "https://evil.example"},
				"null":     {"Origin", "null"},
				"fetch":    {"Sec-Fetch-Site", "cross-site"},
				"samesite": {"Sec-Fetch-Site", "same-site"},
			} {
				if r := host.client.With(headers[0], headers[1]).Post(path, url.Values{}); r.Code != http.StatusForbidden {
					t.Errorf("%s %s from %s: %d, want 403", route.Method, path, name, r.Code)
				}
			}
		}
	}
}

func TestS2_Headers(t *testing.T) {
	s := handlertest.New(t)
	s.Business("acme")
	for host, path := range map[string]string{"platform.localhost": "/login", "acme.localhost": "/", "localhost": "/", "nobody.localhost": "/"} {
		h := s.On(host).Get(path).Header()
		csp := h.Get("Content-Security-Policy")
		if !strings.HasPrefix(csp, "default-src 'none'") || strings.Contains(csp, "unsafe") || !strings.Contains(csp, "frame-ancestors 'none'") ||
			!strings.Contains(csp, "form-action 'self' http://*.localhost:8000") {
			t.Errorf("%s: CSP %q", host, csp)
		}
		if h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Referrer-Policy") != "same-origin" || h.Get("Cross-Origin-Opener-Policy") != "same-origin" {
			t.Errorf("%s: headers %v", host, h)
		}
	}
	if p := s.At("acme").Get("/masquerade/some-code").Header().Get("Referrer-Policy"); p != "strict-origin" {
		t.Errorf("a page with a token in its path: %q", p)
	}
}

// TestCSVIsTheFilteredSet: the file holds what the list shows, and nothing that a
// spreadsheet would run.
func TestCSVIsTheFilteredSet(t *testing.T) {
	s := handlertest.New(t)
	s.Staff(access.PlatformSales)
	for _, name := range []string{"acme", "beta"} {
		s.Business(name)
	}
	if _, err := schema.Direct(s.DB).Exec(`UPDATE businesses SET name = '=1+2' WHERE subdomain = 'acme'`); err != nil {
		t.Fatal(err)
	}
	c := s.Platform().As(access.PlatformSales)
	r := c.Get("/businesses.csv")
	lines, err := csv.NewReader(r.Body).ReadAll()
	if err != nil || len(lines) != 3 || lines[1][1] != "'=1+2" {
		t.Errorf("%v, %v", lines, err)
	}
	lines, err = csv.NewReader(c.Get("/businesses.csv?q=beta&plan=professional").Body).ReadAll()
	if err != nil || len(lines) != 2 || lines[1][2] != "beta.localhost:8000" {
		t.Errorf("filtered: %v, %v", lines, err)
	}
}

// TestAuditLog: managers see all of it, support its own entries.
func TestAuditLog(t *testing.T) {
	s := handlertest.New(t)
	s.Staff(access.PlatformManager)
	s.Staff(access.PlatformSupport)
	target := s.Business("acme")
	manager, support := s.Platform().As(access.PlatformManager), s.Platform().As(access.PlatformSupport)
	manager.Post("/businesses/"+target.ID.String()+"/suspend", url.Values{"reason": {"bills unpaid"}})
	rows := func(c *handlertest.Client, query string) int {
		r := c.Get("/audit" + query)
		if r.Code != 200 {
			t.Errorf("/audit%s: %d", query, r.Code)
		}
		return r.Doc().Find("tbody tr").Length()
	}
	if n := rows(manager, "?q=suspended"); n != 1 {
		t.Errorf("the manager finds %d suspensions", n)
	}
	if n := rows(manager, "?business="+target.ID.String()+"&kind=business&period=24h"); n != 2 {
		t.Errorf("the business has %d events of its own, want 2", n)
	}
	if n := rows(support, "?q=suspended"); n != 0 {
		t.Errorf("support sees %d entries of others", n)
	}
	if n := rows(support, ""); n != 1 {
		t.Errorf("support sees %d own entries, want the login", n)
	}
	lines, err := csv.NewReader(support.Post("/audit.csv?period=7d", url.Values{"export_reason": {"for the yearly review"}}).Body).ReadAll()
	if err != nil || len(lines) != 2 {
		t.Errorf("support's file: %v, %v", lines, err)
	}
}

package handlers_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/smoothschedule/smoothschedule/handlers"
	"github.com/smoothschedule/smoothschedule/handlers/handlertest"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
)

// masquerade starts one by its forms and returns the operator's two browsers.
func visit(t *testing.T, s *handlertest.Server, tenant store.Tenant, back string) (platform, site *handlertest.Client) {
	t.Helper()
	platform = s.Platform().As(access.PlatformSupport)
	page := platform.Get("/businesses/" + tenant.ID.String()).Doc()
	link, ok := page.Find(`a[href^="/masquerade/new"]`).First().Attr("href")
	if !ok {
		t.Fatal("no link to masquerade on the business's page")
	}
	u, _ := url.Parse(link)
	form := url.Values{"user_id": {u.Query().Get("user_id")}, "reason": {"ticket 12: sees no appointments"}, "back": {back}, "mode": {"view"}}
	r := platform.Post("/masquerade", form)
	if r.Code != http.StatusSeeOther || !strings.HasPrefix(r.Location(), "http://"+tenant.Subdomain+".localhost:8000/masquerade/") {
		t.Fatalf("start: %d to %q", r.Code, r.Location())
	}
	landing, _ := url.Parse(r.Location())
	site = s.At(tenant.Subdomain)
	if r := site.Get(landing.Path); r.Code != 200 || len(r.Result().Cookies()) != 0 {
		t.Fatalf("the landing page: %d, cookies %v", r.Code, r.Result().Cookies())
	}
	if r := s.At(tenant.Subdomain).With("User-Agent", "Another/1.0").Post(landing.Path, url.Values{}); r.Code < 400 {
		t.Errorf("the code in another browser: %d to %q", r.Code, r.Location())
	}
	if r := site.Post(landing.Path, url.Values{}); r.Code != http.StatusSeeOther || r.Location() != "/" {
		t.Fatalf("enter: %d to %q", r.Code, r.Location())
	}
	if r := s.At(tenant.Subdomain).Post(landing.Path, url.Values{}); r.Code != http.StatusNotFound {
		t.Errorf("the code a second time: %d, want 404", r.Code)
	}
	unhurried(t, s)
	return platform, site
}

func TestM13_ThereAndBack(t *testing.T) {
	s := handlertest.New(t)
	s.Staff(access.PlatformSupport)
	tenant := s.Business("acme")
	platform, site := visit(t, s, tenant, "/businesses?q=ac&page=2")
	for path, want := range map[string]int{"/": 200, "/customers": 200, "/appointments": 200, "/appointments?date=nonsense": 422, "/nothing": 404, "/portal": 404} {
		r := site.Get(path)
		if r.Code != want {
			t.Errorf("%s: %d, want %d", path, r.Code, want)
		}
		banner := r.Doc().Find(`form[action="/masquerade/stop"]`)
		if text := banner.Parent().Text(); banner.Length() != 1 || !strings.Contains(r.Body.String(), "The PLATFORM_SUPPORT") {
			t.Errorf("%s: no banner with the operator's name: %q", path, text)
		}
	}
	r := site.Post("/masquerade/stop", url.Values{})
	if r.Code != http.StatusSeeOther || r.Location() != "http://platform.localhost:8000/businesses?q=ac&page=2" {
		t.Errorf("stop: %d to %q", r.Code, r.Location())
	}
	if r.Header().Get("Clear-Site-Data") != `"cache", "storage"` {
		t.Errorf("Clear-Site-Data: %q", r.Header().Get("Clear-Site-Data"))
	}
	if r := site.Get("/customers"); r.Code != http.StatusSeeOther {
		t.Errorf("inside after the end: %d", r.Code)
	}
	if r := platform.Get("/businesses"); r.Code != 200 {
		t.Errorf("the operator is logged out of the platform: %d", r.Code)
	}
}

// TestM6_NoWriteRouteSucceeds takes the list from the table itself.
func TestM6_NoWriteRouteSucceeds(t *testing.T) {
	s := handlertest.New(t)
	s.Staff(access.PlatformSupport)
	tenant := s.Business("acme")
	_, site := visit(t, s, tenant, "/")
	_, business, _ := handlers.Surfaces(s.App, "")
	tried := 0
	for _, route := range business.Routes {
		if access.IsSafe(route.Method) || route.Masqueraded {
			continue
		}
		tried++
		path := strings.NewReplacer(":id", tenant.ID.String(), ":token", "x").Replace(route.Path)
		if r := site.Post(path, url.Values{"email": {"a@b.test"}, "password": {"long enough a password"}}); r.Code != http.StatusForbidden {
			t.Errorf("POST %s: %d, want 403", path, r.Code)
		}
	}
	if tried == 0 {
		t.Error("no route was tried")
	}
}

func TestMasqueradeStart_BadInput(t *testing.T) {
	s := handlertest.New(t)
	s.Staff(access.PlatformSupport)
	tenant := s.Business("acme")
	c := s.Platform().As(access.PlatformSupport)
	link, _ := c.Get("/businesses/" + tenant.ID.String()).Doc().Find(`a[href^="/masquerade/new"]`).First().Attr("href")
	if r := c.Get(link); r.Code != 200 {
		t.Fatalf("the form: %d", r.Code)
	}
	u, _ := url.Parse(link)
	user := u.Query().Get("user_id")
	for name, form := range map[string]url.Values{
		"short reason": {"user_id": {user}, "reason": {"because"}},
		"no such mode": {"user_id": {user}, "reason": {"long enough a reason"}, "mode": {"root"}},
	} {
		if r := c.Post("/masquerade", form); r.Code != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d, want 422", name, r.Code)
		}
	}
	for name, user := range map[string]string{"no id": "", "not an id": "x", "nobody": "00000000-0000-0000-0000-000000000001"} {
		if r := c.Post("/masquerade", url.Values{"user_id": {user}, "reason": {"long enough a reason"}}); r.Code != http.StatusNotFound {
			t.Errorf("%s: %d, want 404", name, r.Code)
		}
	}
	for _, back := range []string{"//evil.example", "https://evil.example", `/\evil.example`, "javascript:alert(1)", "/a\r\nb"} {
		form := url.Values{"user_id": {user}, "reason": {"long enough a reason"}, "back": {back}}
		landing, _ := url.Parse(c.Post("/masquerade", form).Location())
		site := s.At("acme")
		site.Post(landing.Path, url.Values{})
		if r := site.Post("/masquerade/stop", url.Values{}); r.Location() != "http://platform.localhost:8000/businesses" {
			t.Errorf("back to %q leads to %q", back, r.Location())
		}
	}
}

// TestM4_EndedByAnother: an administrator sees who is where and ends it
// with the operator's next request.
func TestM4_EndedByAnother(t *testing.T) {
	s := handlertest.New(t)
	s.Staff(access.PlatformSupport)
	s.Staff(access.PlatformManager)
	tenant := s.Business("acme")
	_, site := visit(t, s, tenant, "/")
	site.Get("/customers")
	manager := s.Platform().As(access.PlatformManager)
	list := manager.Get("/masquerades?state=live").Doc()
	form, ok := list.Find(`tbody form[action^="/masquerades/"]`).Attr("action")
	if !ok || !strings.Contains(list.Find("tbody").Text(), "ticket 12: sees no appointments") {
		t.Fatalf("not listed as live: %q", list.Find("tbody").Text())
	}
	if r := manager.Post(form, url.Values{}); r.Code != http.StatusSeeOther {
		t.Fatalf("end: %d", r.Code)
	}
	if r := site.Get("/customers"); r.Code != http.StatusSeeOther {
		t.Errorf("still inside: %d", r.Code)
	}
	if n := manager.Get("/masquerades?state=live").Doc().Find("tbody tr").Length(); n != 0 {
		t.Errorf("%d live afterwards", n)
	}
	s.Staff(access.PlatformSales)
	if r := s.Platform().As(access.PlatformSales).Post(form, url.Values{}); r.Code != http.StatusNotFound {
		t.Errorf("sales: %d", r.Code)
	}
}

// TestM9_OwnersSeeIt: start, reason, pages and end are on the owner's page with
// its next load; nobody else of the business sees them.
func TestM9_OwnersSeeIt(t *testing.T) {
	s := handlertest.New(t)
	s.Staff(access.PlatformSupport)
	tenant := s.Business("acme")
	owner := s.At("acme").As(access.TenantOwner)
	_, site := visit(t, s, tenant, "/")
	site.Get("/customers?q=secret")
	if r := site.Get("/support-access"); r.Code != http.StatusForbidden {
		t.Errorf("the operator opens it: %d, want 403", r.Code)
	}
	page := owner.Get("/support-access").Body.String()
	for _, want := range []string{"The PLATFORM_SUPPORT", "ticket 12: sees no appointments", "/customers", "Live"} {
		if !strings.Contains(page, want) {
			t.Errorf("the owner's page lacks %q", want)
		}
	}
	if strings.Contains(page, "q=secret") {
		t.Error("the record holds a query")
	}
	site.Post("/masquerade/stop", url.Values{})
	if page := owner.Get("/support-access").Body.String(); !strings.Contains(page, "stopped") {
		t.Error("the owner's page lacks the end")
	}
	if r := s.At("acme").As(access.TenantManager).Get("/support-access"); r.Code != http.StatusNotFound {
		t.Errorf("a manager: %d, want 404", r.Code)
	}
	s.Business("other")
	if page := s.At("other").As(access.TenantOwner).Get("/support-access").Body.String(); strings.Contains(page, "ticket 12") {
		t.Error("another business's owner sees it")
	}
}

package handlers_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/smoothschedule/smoothschedule/handlers"
	"github.com/smoothschedule/smoothschedule/handlers/handlertest"
	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/schema"
)

// ownerOf is the person whose eyes masquerades of the tests look with.
func ownerOf(t *testing.T, s *handlertest.Server, tenant store.Tenant) string {
	t.Helper()
	var id string
	err := schema.Direct(s.DB).QueryRow(`SELECT id FROM users WHERE business_id = $1 AND role = 'TENANT_OWNER' AND name <> 'First owner'`, tenant.ID).Scan(&id)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// enter spends the code to which a start led and returns the browser inside.
func enter(t *testing.T, s *handlertest.Server, tenant store.Tenant, start handlertest.Response) *handlertest.Client {
	t.Helper()
	landing, err := url.Parse(start.Location())
	if err != nil || start.Code != http.StatusSeeOther || !strings.HasPrefix(landing.Path, "/masquerade/") {
		t.Fatalf("no landing page: %d to %q\n%s", start.Code, start.Location(), start.Body)
	}
	site := s.At(tenant.Subdomain)
	if r := site.Post(landing.Path, url.Values{}); r.Code != http.StatusSeeOther {
		t.Fatalf("enter: %d", r.Code)
	}
	unhurried(t, s)
	return site
}

// unhurried lets the masquerades of a test look at more pages than people read.
func unhurried(t *testing.T, s *handlertest.Server) {
	t.Helper()
	if _, err := schema.Direct(s.DB).Exec(`UPDATE masquerades SET minute = now() + interval '1 year', minute_pages = -1000000 WHERE ended_at IS NULL`); err != nil {
		t.Fatal(err)
	}
}

// writing makes a masquerade with changes that an owner agreed to.
func writing(t *testing.T, s *handlertest.Server, tenant store.Tenant) (platform, site *handlertest.Client) {
	t.Helper()
	owner := s.At(tenant.Subdomain).As(access.TenantOwner)
	if r := owner.Post("/support-access", url.Values{"consent": {"always"}}); r.Code != http.StatusSeeOther {
		t.Fatalf("consent: %d", r.Code)
	}
	platform = s.Platform().As(access.PlatformManager)
	r := platform.Post("/masquerade", url.Values{"user_id": {ownerOf(t, s, tenant)}, "reason": {"ticket 12: repair the hours"}, "mode": {"write"}})
	return platform, enter(t, s, tenant, r)
}

// TestM2_AskAndAnswer walks the whole way: request, owner's answer on the site,
// start, a change, its record.
func TestM2_AskAndAnswer(t *testing.T) {
	s := handlertest.New(t)
	s.Staff(access.PlatformManager)
	tenant := s.Business("acme")
	manager, owner := s.Platform().As(access.PlatformManager), s.At("acme").As(access.TenantOwner)
	asked := manager.Post("/masquerade", url.Values{"user_id": {ownerOf(t, s, tenant)}, "reason": {"ticket 12: repair the hours"}, "mode": {"write"}, "back": {"/audit"}})
	page := asked.Location()
	if asked.Code != http.StatusSeeOther || !strings.HasPrefix(page, "/masquerades/") {
		t.Fatalf("asked: %d to %q", asked.Code, page)
	}
	if doc := manager.Get(page).Doc(); doc.Find(`form[action$="/open"]`).Length() != 0 || doc.Find(`form[action$="/approve"]`).Length() != 0 {
		t.Error("the request can be opened or approved by who asked")
	}
	if r := manager.Get(page + "/updates?state=asked"); r.Code != http.StatusNoContent {
		t.Errorf("news without any: %d", r.Code)
	}
	decide, _ := owner.Get("/support-access").Doc().Find(`form[action^="/support-access/"]`).Attr("action")
	if decide == "" {
		t.Fatal("the owner isn't asked")
	}
	if r := s.At("acme").As(access.TenantManager).Post(decide, url.Values{"decision": {"grant"}}); r.Code != http.StatusNotFound {
		t.Errorf("a manager of the business answers: %d", r.Code)
	}
	if r := owner.Post(decide, url.Values{"decision": {"perhaps"}}); r.Code != http.StatusUnprocessableEntity {
		t.Errorf("no answer: %d", r.Code)
	}
	if r := owner.Post(decide, url.Values{"decision": {"grant"}}); r.Code != http.StatusSeeOther {
		t.Fatalf("agree: %d", r.Code)
	}
	// Until it begins the owner finds where to take that back on the first page.
	if n := owner.Get("/").Doc().Find(`main form[action="` + decide + `"] [value="withdraw"]`).Length(); n != 1 {
		t.Errorf("agreed and not begun: the first page has %d buttons to take it back", n)
	}
	if r := manager.Get(page + "/updates?state=asked"); r.Code != http.StatusOK || !strings.Contains(r.Body.String(), "/open") {
		t.Errorf("the news: %d", r.Code)
	}
	if text := manager.Get("/notifications").Doc().Find("tbody").Text(); !strings.Contains(text, "Consent given: Business acme") {
		t.Errorf("the bell: %q", text)
	}
	site := enter(t, s, tenant, manager.Post(page+"/open", url.Values{}))
	if banner := site.Get("/").Doc().Find("aside.masq").Text(); !strings.Contains(banner, "With changes") {
		t.Errorf("the banner: %q", banner)
	}
	if r := site.Post("/services", url.Values{"name": {"Oil change"}, "duration_minutes": {"30"}, "price": {"10"}}); r.Code != http.StatusSeeOther {
		t.Fatalf("a change: %d %s", r.Code, r.Body)
	}
	var actor, subject string
	err := schema.Direct(s.DB).QueryRow(`SELECT actor_name, subject_name FROM audit_log WHERE action = 'service.created' AND masquerade_id IS NOT NULL`).Scan(&actor, &subject)
	if err != nil || actor != "The PLATFORM_MANAGER (platform_manager@example.test)" || subject != "The TENANT_OWNER" {
		t.Errorf("recorded as %q for %q, %v", actor, subject, err)
	}
	if text := owner.Get("/support-access").Body.String(); !strings.Contains(text, "Service: created") || !strings.Contains(text, "Oil change") {
		t.Error("the owner doesn't see the change")
	}
	if r := owner.Post(decide, url.Values{"decision": {"withdraw"}}); r.Code != http.StatusSeeOther {
		t.Errorf("withdraw: %d", r.Code)
	}
	if r := site.Get("/"); r.Doc().Find("aside.masq").Length() != 0 || r.Header().Get("Clear-Site-Data") == "" {
		t.Error("still inside after the consent is taken back")
	}
	if r := owner.Post(decide, url.Values{"decision": {"withdraw"}}); r.Code != http.StatusConflict {
		t.Errorf("withdraw twice: %d", r.Code)
	}
}

// TestM2_SecondPerson: where the owners never agree, another manager or
// superuser must; support can't ask at all.
func TestM2_SecondPerson(t *testing.T) {
	s := handlertest.New(t)
	for _, role := range []access.Role{access.PlatformManager, access.PlatformSupport, access.Superuser} {
		s.Staff(role)
	}
	tenant := s.Business("acme")
	s.At("acme").As(access.TenantOwner).Post("/support-access", url.Values{"consent": {"never"}})
	form := url.Values{"user_id": {ownerOf(t, s, tenant)}, "reason": {"ticket 12: repair the hours"}, "mode": {"write"}}
	support, manager, super := s.Platform().As(access.PlatformSupport), s.Platform().As(access.PlatformManager), s.Platform().As(access.Superuser)
	if r := support.Post("/masquerade", form); r.Code != http.StatusForbidden {
		t.Errorf("support with changes: %d, want 403", r.Code)
	}
	page := manager.Post("/masquerade", form).Location()
	if !strings.HasPrefix(page, "/masquerades/") {
		t.Fatalf("leads to %q", page)
	}
	for name, c := range map[string]struct {
		client *handlertest.Client
		path   string
		want   int
	}{
		"who asked approves": {manager, page + "/approve", http.StatusForbidden},
		"support approves":   {support, page + "/approve", http.StatusForbidden},
		"another opens":      {super, page + "/open", http.StatusNotFound},
		"opened too early":   {manager, page + "/open", http.StatusConflict},
	} {
		if r := c.client.Post(c.path, url.Values{}); r.Code != c.want {
			t.Errorf("%s: %d, want %d", name, r.Code, c.want)
		}
	}
	if r := support.Get(page); r.Code != http.StatusNotFound {
		t.Errorf("support sees another's request: %d", r.Code)
	}
	if text := super.Get("/notifications").Doc().Find("tbody").Text(); !strings.Contains(text, "asks to change Business acme") {
		t.Errorf("the second person isn't told: %q", text)
	}
	if n := super.Get("/masquerades?state=waiting").Doc().Find("tbody tr").Length(); n != 1 {
		t.Errorf("%d requests wait", n)
	}
	if n := super.Get(page).Doc().Find(`form[action$="/approve"]`).Length(); n != 1 {
		t.Errorf("%d buttons to approve", n)
	}
	if r := super.Post(page+"/approve", url.Values{}); r.Code != http.StatusSeeOther {
		t.Fatalf("approve: %d", r.Code)
	}
	site := enter(t, s, tenant, manager.Post(page+"/open", url.Values{}))
	if r := site.Post("/settings/booking", url.Values{"notice": {"1"}, "notice_unit": {"hours"}, "horizon_days": {"60"}, "step_minutes": {"15"}}); r.Code != http.StatusSeeOther {
		t.Errorf("a change: %d", r.Code)
	}
}

// TestM7_PersonalActions: what the table calls personal answers 403 in both
// modes, for whatever route is added later.
func TestM7_PersonalActions(t *testing.T) {
	s := handlertest.New(t)
	s.Staff(access.PlatformSupport)
	s.Staff(access.PlatformManager)
	tenant := s.Business("acme")
	_, viewing := visit(t, s, tenant, "/")
	_, changing := writing(t, s, tenant)
	_, business, _ := handlers.Surfaces(s.App, t.TempDir())
	whole := s.Handler
	s.Handler = handlers.Probe(s.App, business, answerReached)
	defer func() { s.Handler = whole }()
	tried, open := 0, 0
	for _, r := range business.Routes {
		for mode, c := range map[string]*handlertest.Client{"view": viewing, "write": changing} {
			got := c.Do(r.Method, concrete(r.Path, someID), form(r)).Code
			switch {
			case r.IsPersonal():
				if tried++; got != http.StatusForbidden {
					t.Errorf("%s %s in mode %s: %d, want 403", r.Method, r.Path, mode, got)
				}
			case mode == "write" && !access.IsSafe(r.Method) && got == reached:
				open++
			}
		}
	}
	if tried < 20 || open < 10 {
		t.Errorf("%d personal routes tried, %d open with changes: the test is blind", tried, open)
	}
}

// TestM7_NoMailIsRedirected: a masquerade with changes may correct a customer's
// name and phone or the business's, and never where mails and links go.
func TestM7_NoMailIsRedirected(t *testing.T) {
	s := handlertest.New(t)
	s.Staff(access.PlatformManager)
	tenant := s.Business("acme")
	_, site := writing(t, s, tenant)
	owner := s.At("acme").As(access.TenantOwner)
	page := owner.Post("/customers", url.Values{"name": {"Carla"}, "email": {"carla@example.test"}}).Location()
	for email, want := range map[string]int{"carla@example.test": http.StatusSeeOther, "thief@example.test": http.StatusForbidden, "": http.StatusForbidden} {
		if r := site.Post(page, url.Values{"name": {"Carla Gomez"}, "email": {email}, "phone": {"1"}}); r.Code != want {
			t.Errorf("the address %q: %d, want %d", email, r.Code, want)
		}
	}
	bare := owner.Post("/customers", url.Values{"name": {"Dora"}}).Location()
	if r := site.Post(bare, url.Values{"name": {"Dora"}, "email": {"thief@example.test"}}); r.Code != http.StatusForbidden {
		t.Errorf("a first address: %d", r.Code)
	}
	if site.Get(page).Doc().Find(`input[name="email"][readonly]`).Length() != 1 || site.Get("/settings").Doc().Find(`input[name="email"][readonly]`).Length() != 1 {
		t.Error("the forms offer to change an address")
	}
	profile := url.Values{"name": {"Acme"}, "time_zone": {tenant.TimeZone}, "phone": {"1"}}
	if r := site.Post("/settings", profile); r.Code != http.StatusSeeOther {
		t.Errorf("the business's phone: %d", r.Code)
	}
	profile.Set("email", "thief@example.test")
	if r := site.Post("/settings", profile); r.Code != http.StatusForbidden {
		t.Errorf("the business's address: %d", r.Code)
	}
	if r := owner.Post(page, url.Values{"name": {"Carla"}, "email": {"carla.new@example.test"}}); r.Code != http.StatusSeeOther {
		t.Errorf("the owner: %d", r.Code)
	}
	if r := owner.Post("/settings", profile); r.Code != http.StatusSeeOther {
		t.Errorf("the owner, of the business: %d", r.Code)
	}
}

// TestM7_WhatIsPersonal fixes the list itself.
func TestM7_WhatIsPersonal(t *testing.T) {
	for path, want := range map[string]bool{
		"POST /password/forgot": true, "POST /login": true, "GET /login": false, "POST /invitation/:token": true, "POST /support-access": true,
		"GET /support-access": true, "POST /support-access/:id": true, "POST /consent/:token": true, "GET /customers.csv": true, "GET /customers/export": true,
		"POST /customers/:id/erase": true, "POST /services/:id/delete": true, "POST /team": true, "POST /team/:id/role": true, "GET /account": true,
		"POST /account/tokens": true, "GET /account/factors": true, "POST /resources/:id/feed": true, "POST /services": false, "GET /customers": false,
		"POST /settings/hours": false, "POST /masquerade/stop": false, "POST /appointments": false, "POST /settings/ownership": true,
	} {
		method, path, _ := strings.Cut(path, " ")
		if got := (web.Route{Method: method, Path: path, Permission: access.Public}).IsPersonal(); got != want {
			t.Errorf("%s %s: %v, want %v", method, path, got, want)
		}
	}
}

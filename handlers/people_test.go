package handlers_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/smoothschedule/smoothschedule/handlers/handlertest"
	"github.com/smoothschedule/smoothschedule/store/access"
)

// TestUsers goes through the directory and a person's page, as each role.
func TestUsers(t *testing.T) {
	s := handlertest.New(t)
	for _, role := range staffRoles {
		s.Staff(role)
	}
	acme := s.Business("acme")
	manager := s.Platform().As(access.PlatformManager)
	rows := func(c *handlertest.Client, query string) int {
		t.Helper()
		return c.Get("/users" + query).Doc().Find("#users tbody tr").Length()
	}
	for query, want := range map[string]int{"": 9, "?role=SUPERUSER": 1, "?role=KING": 9, "?status=disabled": 0, "?seen=24h": 1, "?business=" + acme.ID.String(): 5, "?q=tenant_owner": 1} {
		if got := rows(manager, query); got != want {
			t.Errorf("/users%s: %d rows, want %d", query, got, want)
		}
	}
	if r := manager.With("HX-Request", "true").With("HX-Request-Type", "partial").Get("/users?q=tenant_owner"); r.Doc().Find("h1").Length() != 0 || r.Doc().Find("#users").Length() != 1 {
		t.Errorf("the fragment: %d", r.Code)
	}
	if r := manager.Post("/users.csv?q=tenant_owner", url.Values{"export_reason": {"for the yearly review"}}); r.Code != http.StatusOK || !strings.Contains(r.Body.String(), "tenant_owner@example.test,TENANT_OWNER,Business acme,"+acme.ID.String()) {
		t.Errorf("CSV: %d %s", r.Code, r.Body)
	}
	page := func(role access.Role) string {
		t.Helper()
		return manager.Get("/users?role="+string(role)+"&q=the").Doc().Find("#users tbody a.main-link").First().AttrOr("href", "")
	}
	owner, hand, root := page(access.TenantOwner), page(access.TenantStaff), page(access.Superuser)

	t.Run("the business is named and support looks only", func(t *testing.T) {
		desk := s.Platform().As(access.PlatformSupport)
		doc := desk.Get(owner).Doc()
		if got := doc.Find(`.facts a[href="/businesses/` + acme.ID.String() + `"]`).Text(); got != "Business acme" {
			t.Errorf("business %q", got)
		}
		if doc.Find(`main form`).Length() != 0 || doc.Find(`a[href^="/masquerade/new"]`).Length() != 1 {
			t.Error("support gets buttons, or none to look inside")
		}
		for _, action := range []string{"/disable", "/role", "/reset", "/edit", "/sessions/end"} {
			if r := desk.Post(owner+action, url.Values{}); r.Code != http.StatusForbidden {
				t.Errorf("support %s: %d", action, r.Code)
			}
		}
		if r := s.Platform().As(access.PlatformSales).Get("/users"); r.Code != http.StatusNotFound {
			t.Errorf("sales: %d", r.Code)
		}
	})

	t.Run("an invitation", func(t *testing.T) {
		form := url.Values{"business": {acme.ID.String()}, "name": {"Kept"}, "email": {"nobody"}, "role": {"TENANT_STAFF"}}
		if r := manager.Post("/users", form); r.Code != 422 || r.Doc().Find(`#f-email[aria-invalid="true"]`).Length() != 1 || r.Doc().Find("#f-name").AttrOr("value", "") != "Kept" {
			t.Errorf("no address: %d", r.Code)
		}
		form.Set("email", "fifth@acme.test")
		if r := manager.Post("/users", form); r.Code != http.StatusSeeOther {
			t.Errorf("the fifth: %d", r.Code)
		}
		form.Set("email", "new@acme.test")
		if r := manager.Post("/users", form); r.Code != 422 || !strings.Contains(r.Doc().Find(".alert").Text(), "holds 5 people") {
			t.Errorf("a full plan: %d", r.Code)
		}
		manager.Post("/businesses/"+acme.ID.String()+"/plan", url.Values{"plan": {"business"}})
		if r := manager.Post("/users", form); r.Code != http.StatusSeeOther || rows(manager, "?q=new@acme.test") != 1 {
			t.Errorf("invited: %d", r.Code)
		}
		invited := manager.Get("/users?q=new@acme.test").Doc().Find("#users tbody a.main-link").AttrOr("href", "")
		if r := manager.Post(invited+"/invite", url.Values{}); r.Code != http.StatusSeeOther {
			t.Errorf("again: %d", r.Code)
		}
		if r := manager.Post(invited+"/reset", url.Values{}); r.Code != http.StatusConflict {
			t.Errorf("a reset without a password: %d", r.Code)
		}
	})

	t.Run("a role holds from the next request", func(t *testing.T) {
		site := s.At("acme").As(access.TenantStaff)
		if r := site.Get("/settings"); r.Code != http.StatusNotFound {
			t.Fatalf("staff: %d", r.Code)
		}
		if r := manager.Post(hand+"/role", url.Values{"role": {"TENANT_MANAGER"}}); r.Code != http.StatusSeeOther {
			t.Fatalf("change: %d", r.Code)
		}
		if r := site.Get("/settings"); r.Code != http.StatusOK {
			t.Errorf("a manager now: %d", r.Code)
		}
		if r := manager.Post(hand+"/role", url.Values{"role": {"SUPERUSER"}}); r.Code != 422 || r.Doc().Find(`#f-role[aria-invalid="true"]`).Length() != 1 {
			t.Errorf("a platform role: %d", r.Code)
		}
	})

	t.Run("sessions and disabling act at once", func(t *testing.T) {
		site := s.At("acme").As(access.TenantStaff)
		end := manager.Get(hand).Doc().Find(`form[action*="/sessions/"][action$="/end"]`).First().AttrOr("action", "")
		if r := manager.Post(end, url.Values{}); r.Code != http.StatusSeeOther {
			t.Errorf("end %q: %d", end, r.Code)
		}
		manager.Post(hand+"/sessions/end", url.Values{})
		if r := site.Get("/customers"); r.Code != http.StatusSeeOther {
			t.Errorf("after the end: %d", r.Code)
		}
		site = s.At("acme").As(access.TenantStaff)
		manager.Post(hand+"/disable", url.Values{})
		if r := site.Get("/customers"); r.Code != http.StatusSeeOther {
			t.Errorf("disabled: %d", r.Code)
		}
		manager.Post(hand+"/enable", url.Values{})
		s.At("acme").As(access.TenantStaff)
	})

	t.Run("a name", func(t *testing.T) {
		if r := manager.Post(owner+"/edit", url.Values{"name": {""}}); r.Code != 422 || r.Doc().Find(`#f-name[aria-invalid="true"]`).Length() != 1 {
			t.Errorf("none: %d", r.Code)
		}
		if r := manager.Post(owner+"/edit", url.Values{"name": {"Zoë <O>"}}); r.Code != http.StatusSeeOther || !strings.Contains(manager.Get(owner).Doc().Find("h1").Text(), "Zoë <O>") {
			t.Errorf("saved: %d", r.Code)
		}
	})

	t.Run("the audit log leads to the person, and to others as far as one may go", func(t *testing.T) {
		id := strings.TrimPrefix(owner, "/users/")
		doc := manager.Get("/audit?person=" + id).Doc()
		if n := doc.Find(`#audit a[href="` + owner + `"]`).Length(); n < 2 || !strings.Contains(doc.Find(".chip").Text(), "Zoë") {
			t.Errorf("%d links to the person, chips %q", n, doc.Find(".chip").Text())
		}
		if n := manager.Get(`/audit`).Doc().Find(`#audit a[href^="/settings"]`).Length(); n != 0 {
			t.Errorf("%d links to settings for a manager", n)
		}
		if r := manager.Post("/audit.csv?person="+id, url.Values{"export_reason": {"for the yearly review"}}); !strings.Contains(r.Body.String(), "user.renamed,user,"+id) {
			t.Errorf("CSV: %s", r.Body)
		}
	})

	t.Run("platform staff are the superuser's", func(t *testing.T) {
		if r := manager.Post(root+"/disable", url.Values{}); r.Code != http.StatusForbidden {
			t.Errorf("a manager disables a superuser: %d", r.Code)
		}
		if doc := manager.Get(root).Doc(); doc.Find("main form").Length() != 0 {
			t.Error("a manager gets buttons for a superuser")
		}
	})
}

// TestStaff is the list of the platform's people and its form.
func TestStaff(t *testing.T) {
	s := handlertest.New(t)
	for _, role := range staffRoles {
		s.Staff(role)
	}
	root := s.Platform().As(access.Superuser)
	doc := root.Get("/staff").Doc()
	if doc.Find("tbody tr").Length() != 4 || !strings.Contains(doc.Find("dl").Text(), "answers tickets") {
		t.Error("the list or what the roles may do")
	}
	if r := root.Post("/staff", url.Values{"name": {"Kept"}, "email": {"x"}, "role": {"PLATFORM_SALES"}}); r.Code != 422 || r.Doc().Find("#f-name").AttrOr("value", "") != "Kept" {
		t.Errorf("no address: %d", r.Code)
	}
	if r := root.Post("/staff", url.Values{"name": {"Lou"}, "email": {"lou@example.test"}, "role": {"TENANT_OWNER"}}); r.Code != 422 || r.Doc().Find(`#f-role[aria-invalid="true"]`).Length() != 1 {
		t.Errorf("a business's role: %d", r.Code)
	}
	if r := root.Post("/staff", url.Values{"name": {"Lou"}, "email": {"lou@example.test"}, "role": {"PLATFORM_SALES"}}); r.Code != http.StatusSeeOther {
		t.Errorf("invited: %d", r.Code)
	}
	if got := root.Get("/staff").Doc().Find("tbody tr:has(a:contains(Lou))").Text(); !strings.Contains(got, "Invited") {
		t.Errorf("the row: %q", got)
	}
	self := root.Get("/users?role=SUPERUSER").Doc().Find("#users tbody a.main-link").AttrOr("href", "")
	if r := root.Post(self+"/disable", url.Values{}); r.Code != http.StatusForbidden {
		t.Errorf("the own login: %d", r.Code)
	}
	if r := s.Platform().As(access.PlatformManager).Get("/staff"); r.Code != http.StatusNotFound {
		t.Errorf("a manager: %d", r.Code)
	}
}

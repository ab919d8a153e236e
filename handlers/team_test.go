package handlers_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/smoothschedule/smoothschedule/handlers/handlertest"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/schema"
)

// TestTeamPages: who may do what to whom is the store's table; here it shows
// that each answer reaches the page it belongs to.
func TestTeamPages(t *testing.T) {
	s := handlertest.New(t)
	tenant := s.Business("acme")
	if _, err := schema.Direct(s.DB).Exec(`UPDATE users SET is_active = false WHERE business_id = $1 AND email = 'first@example.test'`, tenant.ID); err != nil {
		t.Fatal(err)
	}
	owner, manager, staff := s.At("acme").As(access.TenantOwner), s.At("acme").As(access.TenantManager), s.At("acme").As(access.TenantStaff)
	post := func(c *handlertest.Client, path string, want int, values ...string) handlertest.Response {
		t.Helper()
		form := url.Values{}
		for i := 0; i < len(values); i += 2 {
			form.Add(values[i], values[i+1])
		}
		r := c.Post(path, form)
		if r.Code != want {
			t.Fatalf("POST %s %v: %d, want %d: %.300s", path, values, r.Code, want, r.Doc().Find("main").Text())
		}
		return r
	}
	page := func(email string) string {
		t.Helper()
		href, _ := owner.Get("/team?q=" + url.QueryEscape(email)).Doc().Find("#team tbody a.main-link").Attr("href")
		if href == "" {
			t.Fatalf("%s is not in the list", email)
		}
		return href
	}
	post(manager, "/team", http.StatusUnprocessableEntity, "name", "", "email", "x", "role", "TENANT_STAFF")
	post(manager, "/team", http.StatusUnprocessableEntity, "name", "New", "email", "new@example.test", "role", "SUPERUSER")
	post(manager, "/team", http.StatusForbidden, "name", "New", "email", "new@example.test", "role", "TENANT_OWNER")
	post(staff, "/team", http.StatusNotFound, "name", "New", "email", "new@example.test", "role", "TENANT_STAFF")
	if manager.Get("/team/new").Doc().Find(`input[value="TENANT_OWNER"]`).Length() > 0 {
		t.Error("a manager is offered to invite an owner")
	}
	post(manager, "/team", http.StatusSeeOther, "name", "New", "email", "new@example.test", "role", "TENANT_STAFF")
	post(manager, "/team", http.StatusUnprocessableEntity, "name", "New", "email", "NEW@example.test", "role", "TENANT_STAFF")
	post(manager, "/team", http.StatusSeeOther, "name", "Fifth", "email", "fifth@example.test", "role", "TENANT_STAFF")
	// professional holds five people
	doc := post(owner, "/team", http.StatusUnprocessableEntity, "name", "Sixth", "email", "sixth@example.test", "role", "TENANT_STAFF").Doc()
	if text := doc.Find(".alert").Text(); !strings.Contains(text, "holds 5 people") || doc.Find(`main .alert a[href="/settings/plan"]`).Length() != 1 {
		t.Errorf("a full plan: %s", text)
	}
	fresh := page("new@example.test")
	post(manager, fresh+"/resend", http.StatusSeeOther)
	post(manager, fresh+"/withdraw", http.StatusSeeOther)
	post(manager, fresh+"/withdraw", http.StatusNotFound)

	boss, deputy, helper := page(handlertest.Email(access.TenantOwner)), page(handlertest.Email(access.TenantManager)), page(handlertest.Email(access.TenantStaff))
	post(manager, boss+"/role", http.StatusForbidden, "role", "TENANT_STAFF")
	post(manager, deputy+"/role", http.StatusForbidden, "role", "TENANT_STAFF")
	post(owner, helper+"/role", http.StatusUnprocessableEntity, "role", "CUSTOMER")
	if text := post(owner, boss+"/role", http.StatusConflict, "role", "TENANT_STAFF").Doc().Find(".alert").Text(); !strings.Contains(text, "last owner") {
		t.Errorf("the last owner: %s", text)
	}
	post(owner, boss+"/active", http.StatusConflict)
	post(manager, helper+"/role", http.StatusSeeOther, "role", "TENANT_MANAGER")
	if r := staff.Get("/team"); r.Code != http.StatusOK {
		t.Errorf("the next request of who is a manager now: %d", r.Code)
	}
	post(manager, helper+"/active", http.StatusSeeOther)
	if r := staff.Get("/team"); r.Code != http.StatusSeeOther {
		t.Errorf("the next request of who is disabled now: %d", r.Code)
	}
	post(manager, helper+"/active", http.StatusSeeOther, "active", "1")

	ann := post(owner, "/resources", http.StatusSeeOther, "name", "Ann", "kind", "STAFF").Location()
	ann = ann[strings.LastIndex(ann, "/")+1:]
	post(manager, helper+"/calendar", http.StatusUnprocessableEntity, "resource", "x")
	post(manager, helper+"/calendar", http.StatusSeeOther, "resource", ann)
	post(manager, deputy+"/calendar", http.StatusUnprocessableEntity, "resource", ann)
	if text := owner.Get("/team").Doc().Find("#team tbody").Text(); !strings.Contains(text, "Ann") {
		t.Errorf("the calendar is not shown: %s", text)
	}

	id := deputy[strings.LastIndex(deputy, "/")+1:]
	post(manager, "/team/hand-over", http.StatusForbidden, "to", id, "password", handlertest.Password)
	post(owner, "/team/hand-over", http.StatusUnprocessableEntity, "to", id, "password", "wrong")
	post(owner, "/team/hand-over", http.StatusUnprocessableEntity, "to", "x", "password", handlertest.Password)
	post(owner, "/team/hand-over", http.StatusSeeOther, "to", id, "password", handlertest.Password)
	if r := owner.Get("/team/hand-over"); r.Code != http.StatusNotFound {
		t.Errorf("who handed over: %d", r.Code)
	}
	if r := manager.Get("/team/hand-over"); r.Code != http.StatusOK {
		t.Errorf("who owns now: %d", r.Code)
	}
	for _, query := range []string{"?role=TENANT_STAFF&state=invited&sort=-name", "?state=disabled", "?sort=last_login", "?sort=-role&page=9"} {
		if r := manager.Get("/team" + query); r.Code != http.StatusOK {
			t.Errorf("%s: %d", query, r.Code)
		}
	}
	if r := manager.With("HX-Request", "true").With("HX-Request-Type", "partial").Get("/team?q=a"); r.Code != http.StatusOK || r.Doc().Find("h1").Length() != 0 {
		t.Error(fmt.Sprint("the list alone: ", r.Code))
	}
}

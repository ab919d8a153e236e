package handlers_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"github.com/smoothschedule/smoothschedule/handlers/handlertest"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/schema"
)

// TestWhatARoleMayNotSeeIsOnNoPage: sales sees no people but whom it sells to,
// and who sees own entries of the audit log alone sees no others' anywhere.
func TestWhatARoleMayNotSeeIsOnNoPage(t *testing.T) {
	s := handlertest.New(t)
	tenant := s.Business("acme")
	for _, role := range []access.Role{access.PlatformManager, access.PlatformSupport, access.PlatformSales} {
		s.Staff(role)
	}
	manager, support, sales := s.Platform().As(access.PlatformManager), s.Platform().As(access.PlatformSupport), s.Platform().As(access.PlatformSales)
	page := "/businesses/" + tenant.ID.String()
	person := manager.Get(page).Doc().Find(`a[href^="/masquerade/new"]`)
	if person.Length() == 0 {
		t.Fatal("the manager sees nobody: the test is blind")
	}
	for _, c := range []*handlertest.Client{manager, support, sales} {
		if r := c.Post(page+"/notes", url.Values{"note": {"Called them"}}); r.Code != http.StatusSeeOther {
			t.Fatalf("a note: %d", r.Code)
		}
	}
	if r := manager.Post(page+"/plan", url.Values{"plan": {"enterprise"}}); r.Code != http.StatusSeeOther {
		t.Fatalf("the plan: %d", r.Code)
	}
	sales.Get(page).Doc().Find("table:has(caption:contains(History)) tbody tr").Each(func(_ int, row *goquery.Selection) {
		if strings.TrimSpace(row.Find("td").Last().Text()) == "" || strings.Contains(row.Text(), "PLATFORM_MANAGER") {
			t.Errorf("sales reads of a plan: %q", row.Text())
		}
	})
	if link := manager.Get("/businesses").Doc().Find(`#businesses a[href^="/masquerade/new"]`).AttrOr("href", ""); manager.Get(link).Doc().Find(`input[name="user_id"]`).AttrOr("value", "") == "" || !strings.Contains(manager.Get(link).Doc().Find("main").Text(), "Owner") {
		t.Errorf("the list leads to %q, which is not about the owner", link)
	}
	actors := func(c *handlertest.Client, path, head string) string {
		return c.Get(path).Doc().Find(head).Closest("section").Find("ol.timeline").Text()
	}
	if text := actors(manager, page, "#activity-head"); !strings.Contains(text, "PLATFORM_SUPPORT") || !strings.Contains(text, "PLATFORM_SALES") {
		t.Errorf("a manager sees %q", text)
	}
	for role, c := range map[access.Role]*handlertest.Client{access.PlatformSupport: support, access.PlatformSales: sales} {
		text := actors(c, page, "#activity-head")
		if !strings.Contains(text, string(role)) || strings.Contains(text, "PLATFORM_MANAGER") || strings.Count(text, "The PLATFORM_") != 1 {
			t.Errorf("%s sees what others did: %q", role, text)
		}
		c.Get(page).Doc().Find("table:contains('Change') tbody tr").Each(func(_ int, row *goquery.Selection) {
			if strings.Contains(row.Text(), "PLATFORM_MANAGER") {
				t.Errorf("%s sees who changed the plan: %q", role, row.Text())
			}
		})
	}
	var staff string
	if err := schema.Direct(s.DB).QueryRow(`SELECT id FROM users WHERE business_id = $1 AND role = 'TENANT_STAFF'`, tenant.ID).Scan(&staff); err != nil {
		t.Fatal(err)
	}
	if r := manager.Post("/users/"+staff+"/edit", url.Values{"name": {"The TENANT_STAFF"}}); r.Code >= http.StatusBadRequest {
		t.Logf("renaming: %d", r.Code)
	}
	if r := manager.Post("/users/"+staff+"/disable", nil); r.Code != http.StatusSeeOther {
		t.Fatalf("disable: %d", r.Code)
	}
	if text := actors(manager, "/users/"+staff, "#trail-head"); !strings.Contains(text, "PLATFORM_MANAGER") {
		t.Errorf("a manager sees %q of a person", text)
	}
	if text := actors(support, "/users/"+staff, "#trail-head"); strings.Contains(text, "PLATFORM_MANAGER") {
		t.Errorf("support sees what a manager did to a person: %q", text)
	}
	// Sales sees the owner, as in every list of businesses, and nobody else.
	if !strings.Contains(sales.Get(page).Doc().Text(), "first@example.test") {
		t.Error("sales doesn't know whom to talk to")
	}
	for _, path := range []string{"/dashboard", "/businesses", "/businesses.csv", page, "/audit", "/audit.csv", "/notifications", "/search?q=tenant_staff", "/account"} {
		body := sales.Get(path).Body.String()
		for _, role := range []access.Role{access.TenantManager, access.TenantStaff, access.Customer} {
			// The search repeats what was typed.
			if strings.Contains(body, handlertest.Email(role)) || strings.Contains(body, "The "+string(role)) {
				t.Errorf("sales sees the %s on %s", role, path)
			}
		}
	}
}

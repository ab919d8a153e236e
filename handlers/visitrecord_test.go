package handlers_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"github.com/smoothschedule/smoothschedule/handlers/handlertest"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/schema"
)

// flood makes 60 later visits of a business, of which the first has 5,000 page
// views, the second 250 different pages and 130 changes.
const flood = `
	CREATE TEMP TABLE made AS SELECT gen_random_uuid() AS id, n FROM generate_series(1, 60) n;
	INSERT INTO masquerades (id, business_id, actor_id, actor_name, actor_role, subject_id, subject_name, subject_role, session_hash, mode, consent, reason, back, created_at, started_at, ended_at, end_reason)
		SELECT made.id, m.business_id, m.actor_id, m.actor_name, m.actor_role, m.subject_id, m.subject_name, m.subject_role, '\x00', 'write', 'standing', 'routine check ' || n, '/',
			now() + n * interval '1 second', now() + n * interval '1 second', now() + n * interval '1 second', 'stopped' FROM made, (SELECT * FROM masquerades LIMIT 1) m;
	INSERT INTO audit_log (id, at, business_id, actor_id, actor_name, subject_name, masquerade_id, action, object_type, object_id, object_name, details, address)
		SELECT gen_random_uuid(), now() + v * interval '1 millisecond', m.business_id, m.actor_id, m.actor_name, m.subject_name, made.id, 'masquerade.page_viewed', 'user', '', '',
			jsonb_build_object('page', '/customers'), '' FROM made, (SELECT * FROM masquerades WHERE reason NOT LIKE 'routine%' LIMIT 1) m, generate_series(1, 5000) v WHERE made.n = 1;
	INSERT INTO audit_log (id, at, business_id, actor_id, actor_name, subject_name, masquerade_id, action, object_type, object_id, object_name, details, address)
		SELECT gen_random_uuid(), now() + v * interval '1 millisecond', m.business_id, m.actor_id, m.actor_name, m.subject_name, made.id, a, 'service', gen_random_uuid()::text, 'Thing ' || v,
			jsonb_build_object('page', '/customers?page=' || v), '' FROM made, (SELECT * FROM masquerades WHERE reason NOT LIKE 'routine%' LIMIT 1) m, generate_series(1, 250) v,
			(VALUES ('masquerade.page_viewed'), ('service.changed')) AS k(a) WHERE made.n = 2 AND (a = 'masquerade.page_viewed' OR v <= 130);
	DROP TABLE made`

// everyPage follows the links to the next page of a list and gives each one to see.
func everyPage(t *testing.T, c *handlertest.Client, path, next string, see func(*goquery.Document)) {
	t.Helper()
	for n := 0; path != "" && n < 40; n++ {
		r := c.Get(path)
		if r.Code != http.StatusOK {
			t.Fatalf("%s: %d", path, r.Code)
		}
		doc := r.Doc()
		see(doc)
		path = ""
		if href := doc.Find(next).AttrOr("href", "#"); href != "#" {
			path = href
		}
	}
}

// TestM9_NothingIsPushedOff: whatever comes later, and however much, each visit
// with each of its pages and changes stays on the owner's pages.
func TestM9_NothingIsPushedOff(t *testing.T) {
	s := handlertest.New(t)
	s.Staff(access.PlatformManager)
	tenant := s.Business("acme")
	owner := s.At("acme").As(access.TenantOwner)
	customer := owner.Post("/customers", url.Values{"name": {"Carla Gomez"}, "email": {"carla@example.test"}}).Location()
	_, site := writing(t, s, tenant)
	site.Get(customer)
	site.Get(customer)
	for _, note := range []string{"first", "second", "third"} {
		if r := site.Post(customer+"/notes", url.Values{"body": {note}}); r.Code != http.StatusSeeOther {
			t.Fatalf("a note: %d", r.Code)
		}
	}
	site.Post("/masquerade/stop", url.Values{})
	if _, err := schema.Direct(s.DB).Exec(flood); err != nil {
		t.Fatal(err)
	}
	visits, lines := map[string]string{}, 0
	everyPage(t, owner, "/support-access", "#visits-right", func(doc *goquery.Document) {
		if n := doc.Find("li.card").Length(); n > store.PageSize {
			t.Errorf("%d visits on a page", n)
		}
		doc.Find("li.card").Each(func(_ int, li *goquery.Selection) {
			visits[li.Find("h3 a").AttrOr("href", "")] = strings.TrimSpace(li.Find(".card-body > p").First().Text())
			if strings.Contains(li.Text(), "routine check 1") && strings.Contains(li.Text(), "5000 times") {
				lines++
			}
		})
	})
	if len(visits) != 61 || lines != 1 {
		t.Fatalf("the list leads to %d of 61 visits, 5,000 views are one line: %v", len(visits), lines == 1)
	}
	for href, reason := range visits {
		want := map[string][2]int{"routine check 1": {1, 0}, "routine check 2": {250, 130}, "ticket 12: repair the hours": {1, 3}}[reason]
		var pages, changes []string
		collect := func(id string, into *[]string) func(*goquery.Document) {
			return func(doc *goquery.Document) {
				doc.Find(`section[aria-labelledby="` + id + `"] li.flex`).Each(func(_ int, li *goquery.Selection) {
					*into = append(*into, strings.Join(strings.Fields(li.Text()), " ")+" "+li.Find("a").AttrOr("href", ""))
				})
			}
		}
		if want == [2]int{} && reason != "routine check 60" {
			continue // one of those without anything is enough
		}
		everyPage(t, owner, href, "#pages-right", collect("visit-pages", &pages))
		everyPage(t, owner, href, "#changes-right", collect("visit-changes", &changes))
		slices.Sort(pages)
		slices.Sort(changes)
		if len(slices.Compact(pages)) != want[0] || len(changes) != want[1] {
			t.Errorf("%s: %d pages and %d changes, want %v", reason, len(pages), len(changes), want)
		}
		if reason == "ticket 12: repair the hours" {
			text := strings.Join(append(pages, changes...), "\n")
			for _, part := range []string{"Carla Gomez", customer, "2 times"} {
				if !strings.Contains(text, part) {
					t.Errorf("the visit's page lacks %q:\n%s", part, text)
				}
			}
		}
		if r := s.At("acme").As(access.TenantManager).Get(href); r.Code != http.StatusNotFound {
			t.Errorf("a manager opens a visit's page: %d", r.Code)
		}
	}
	// The console tells the same.
	manager := s.Platform().As(access.PlatformManager)
	page := strings.Replace(owner.Get("/support-access?page=3").Doc().Find("li.card h3 a").Last().AttrOr("href", ""), "/support-access/", "/masquerades/", 1)
	if text := manager.Get(page).Doc().Find("main").Text(); strings.Contains(text, "Carla") || !strings.Contains(text, "Customer: note added") {
		t.Errorf("the console's page of the visit: %.600s", text)
	}
	s.Business("other")
	if r := s.At("other").As(access.TenantOwner).Get(strings.Replace(page, "/masquerades/", "/support-access/", 1)); r.Code != http.StatusNotFound {
		t.Errorf("another business's owner: %d", r.Code)
	}
}

// TestM9_StaffChangesArePaged: what staff did outside of visits is never pushed
// off; the same again is one line.
func TestM9_StaffChangesArePaged(t *testing.T) {
	s := handlertest.New(t)
	s.Staff(access.PlatformManager)
	tenant := s.Business("acme")
	manager, owner := s.Platform().As(access.PlatformManager), s.At("acme").As(access.TenantOwner)
	r := manager.Post("/users", url.Values{"business": {tenant.ID.String()}, "email": {"quiet@example.test"}, "name": {"Quiet"}, "role": {"TENANT_OWNER"}})
	if r.Code != http.StatusSeeOther {
		t.Fatalf("invite: %d", r.Code)
	}
	rename := func(n int, what string) {
		if _, err := schema.Direct(s.DB).Exec(fmt.Sprintf(`INSERT INTO audit_log (id, at, business_id, actor_id, actor_name, subject_name, action, object_type, object_id, object_name, details, address)
			SELECT gen_random_uuid(), now() + v * interval '1 second', business_id, actor_id, actor_name, '', 'user.renamed', 'user', '', %s, '{}', '' FROM audit_log, generate_series(1, %d) v WHERE action = 'user.invited'`, what, n)); err != nil {
			t.Fatal(err)
		}
	}
	rename(300, "'same@example.test'")
	if text := owner.Get("/support-access").Doc().Find(`section[aria-labelledby="platform-changes"]`).Text(); !strings.Contains(text, "quiet@example.test") || !strings.Contains(text, "300 times") {
		t.Errorf("after 300 renamings of one person: %s", text)
	}
	rename(60, "v || '@example.test'")
	if n := owner.Get("/support-access").Doc().Find(`a[href="/support-access/changes"]`).Length(); n != 1 {
		t.Error("no way to the rest")
	}
	all := map[string]bool{}
	everyPage(t, owner, "/support-access/changes", "#changes-right", func(doc *goquery.Document) {
		doc.Find("main li.wrap-anywhere").Each(func(_ int, li *goquery.Selection) { all[li.Find("bdi").Eq(1).Text()] = true })
	})
	if len(all) != 62 || !all["quiet@example.test"] {
		t.Errorf("%d of 62 lines, the invitation: %v", len(all), all["quiet@example.test"])
	}
}

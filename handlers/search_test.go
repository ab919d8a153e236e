package handlers_test

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"github.com/smoothschedule/smoothschedule/handlers/handlertest"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/people"
)

// TestK1_Search: each kind is found by what people know of it, as far as the
// role may open it; the palette gets a part, everybody else a page.
func TestK1_Search(t *testing.T) {
	s := handlertest.New(t)
	for _, role := range []access.Role{access.Superuser, access.PlatformSupport, access.PlatformSales} {
		s.Staff(role)
	}
	acme, other := s.Business("acme"), s.Business("other")
	var user people.User
	err := s.DB.InPublic(context.Background(), func(q *store.PublicTx) error {
		rows, _, err := people.Users(q, people.UserFilter{Q: "tenant_manager@example.test"})
		user = rows[0]
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	owner := s.At("acme").As(access.TenantOwner)
	if r := owner.Post("/support", url.Values{"subject": {"Printer ate 100 % of it"}, "body": {"Help, it did it again."}, "priority": {"high"}}); r.Code != http.StatusSeeOther {
		t.Fatalf("open a ticket: %d", r.Code)
	}
	hrefs := func(doc *goquery.Document, selector string) (found []string) {
		doc.Find(selector).Each(func(_ int, a *goquery.Selection) { found = append(found, a.AttrOr("href", "")) })
		return found
	}
	super := s.Platform().As(access.Superuser)
	for _, c := range []struct{ name, q, want string }{
		{"business by name", "BUSINESS acm", "/businesses/" + acme.ID.String()},
		{"business by subdomain", "acme", "/businesses/" + acme.ID.String()},
		{"business by id", acme.ID.String(), "/businesses/" + acme.ID.String()},
		{"business by its owner's e-mail", "first@example.test", "/businesses/" + other.ID.String()},
		{"user by e-mail", "tenant_manager@example.test", "/users/" + user.ID.String()},
		{"user by name", "The tenant_manager", "/users/" + user.ID.String()},
		{"user by id", user.ID.String(), "/users/" + user.ID.String()},
		{"ticket by number", "#1", "/support/1"},
		{"ticket by subject, wildcards meaning themselves", "100 %", "/support/1"},
		{"page", "plans", "/settings/plans"},
		{"page by another word", "smtp", "/settings/mail"},
		{"action", "invite", "/staff#invite-head"},
		{"action without a search", "", "/businesses/new"},
	} {
		t.Run(c.name, func(t *testing.T) {
			doc := super.Get("/search?q=" + url.QueryEscape(c.q)).Doc()
			if found := hrefs(doc, ".found a"); !slices.Contains(found, c.want) {
				t.Errorf("%q finds %v", c.q, found)
			}
		})
	}
	for _, q := range []string{"%", "_", "\x00", strings.Repeat("a", 10_000), "a' OR 1=1 --", "\xff\xfe"} {
		if r := super.Get("/search?q=" + url.QueryEscape(q)); r.Code != http.StatusOK {
			t.Errorf("%.20q: %d", q, r.Code)
		}
	}
	t.Run("as a part", func(t *testing.T) {
		r := super.With("HX-Request", "true").With("HX-Request-Type", "partial").Get("/search?q=acme")
		doc := r.Doc()
		if r.Code != 200 || doc.Find("h1").Length() != 0 || doc.Find(`[role=listbox] a[role=option]`).Length() == 0 || doc.Find("[data-for]").AttrOr("data-for", "") != "acme" {
			t.Errorf("%d %s", r.Code, r.Body)
		}
	})
	t.Run("what a role may not open is not found", func(t *testing.T) {
		for q, selector := range map[string]string{"tenant_manager": `a[href^="/users/"]`, "printer": `a[href^="/support/"]`, "plans": `a[href^="/settings"]`, "invite": `a[href^="/staff"]`, "restore": `a[href$="/restore"]`} {
			if found := hrefs(s.Platform().As(access.PlatformSales).Get("/search?q="+q).Doc(), "main "+selector); len(found) > 0 {
				t.Errorf("sales finds %v by %q", found, q)
			}
		}
		if found := hrefs(s.Platform().As(access.PlatformSupport).Get("/search?q=tenant_manager").Doc(), ".found a"); len(found) == 0 {
			t.Error("support does not find people")
		}
	})
	t.Run("on a business's site", func(t *testing.T) {
		if r := owner.Post("/customers", url.Values{"name": {"Zoe Quick"}, "email": {"zoe@example.test"}, "phone": {"+41 79 555 12 34"}}); r.Code != http.StatusSeeOther {
			t.Fatalf("%d", r.Code)
		}
		for _, q := range []string{"zoe", "ZOE@example", "555 12"} {
			if found := hrefs(owner.Get("/search?q="+url.QueryEscape(q)).Doc(), `.found a[href^="/customers/"]`); len(found) != 1 {
				t.Errorf("%q finds %v", q, found)
			}
		}
		if found := hrefs(s.At("other").As(access.TenantOwner).Get("/search?q=zoe").Doc(), `.found a:not([href^="/customers/new"])`); len(found) != 0 {
			t.Errorf("another business finds %v", found)
		}
		if r := s.At("acme").As(access.Customer).Get("/search?q=zoe"); r.Code != http.StatusNotFound {
			t.Errorf("a customer: %d", r.Code)
		}
	})
}

package handlers_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"github.com/smoothschedule/smoothschedule/handlers/handlertest"
	"github.com/smoothschedule/smoothschedule/store/access"
)

// TestC25_FindingABusiness: list and palette find it by whatever somebody has at
// hand, and find no other by that.
func TestC25_FindingABusiness(t *testing.T) {
	s := handlertest.New(t)
	s.Staff(access.Superuser)
	b := s.Business("acme")
	s.Business("bravo")
	root, owner := s.Platform().As(access.Superuser), s.At("acme").As(access.TenantOwner)
	root.Post("/businesses/"+b.ID.String()+"/domains", url.Values{"domain": {"www.acme-garage.example"}})
	if r := owner.Post("/settings", url.Values{"name": {"Acme"}, "time_zone": {b.TimeZone}, "phone": {"+1 (303) 555-0142"}, "email": {"desk@acme-garage.example"}, "contact_email": {"desk@acme-garage.example"}}); r.Code >= 400 {
		t.Fatalf("profile: %d %s", r.Code, r.Doc().Find("main .error").Text())
	}
	page := "/businesses/" + b.ID.String()
	for _, q := range []string{"www.acme-garage.example", "acme-garage", "https://www.acme-garage.example/book?service=1", b.ID.String(), strings.ToUpper(b.ID.String()),
		"303 555 0142", "(303) 555-0142", "+13035550142", "desk@acme-garage.example",
		"http://acme.localhost:8000/schedule?date=2026-01-01", "acme.localhost", "http://platform.localhost:8000" + page + "?steps=2"} {
		query := url.QueryEscape(q)
		list := root.Get("/businesses?q=" + query).Doc().Find("#businesses tbody tr")
		if list.Length() != 1 || list.Find(`a[href="`+page+`"]`).Length() == 0 {
			t.Errorf("the list finds %d businesses by %q", list.Length(), q)
		}
		found := root.Get("/search?q=" + query).Doc().Find(`[href^="/businesses/"]`)
		if found.FilterFunction(func(_ int, a *goquery.Selection) bool { return a.AttrOr("href", "") == page }).Length() != 1 {
			t.Errorf("the palette doesn't find the business by %q", q)
		}
	}
	if n := root.Get("/businesses?q=" + url.QueryEscape("https://nobody.example/")).Doc().Find("#businesses tbody tr").Length(); n != 0 {
		t.Errorf("a foreign address finds %d businesses", n)
	}
}

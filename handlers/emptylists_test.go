package handlers_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/handlers/handlertest"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/schema"
)

// TestL2_EachListTellsWhyItIsEmpty: that there is nothing yet or no match, and
// that reading failed, with the search kept and a way to try again.
func TestL2_EachListTellsWhyItIsEmpty(t *testing.T) {
	s := handlertest.New(t)
	tenant := s.Business("acme")
	s.Staff(access.Superuser)
	staff := s.Platform().As(access.Superuser)
	owner := s.At("acme").As(access.TenantOwner)
	var inSchema string
	if err := schema.Direct(s.DB).QueryRow(`SELECT schema_name FROM businesses WHERE id = $1`, tenant.ID).Scan(&inSchema); err != nil {
		t.Fatal(err)
	}
	for _, list := range []struct {
		path, reads string
		client      *handlertest.Client
		rows        bool // there are some already
	}{
		{"/businesses", "public.business_lines", staff, true},
		{"/users", "public.user_lines", staff, true},
		{"/support", "public.ticket_lines", staff, false},
		{"/audit", "public.audit_lines", staff, true},
		{"/masquerades", "public.masquerades RENAME COLUMN reason", staff, false},
		{"/customers", inSchema + ".customers", owner, false},
		{"/services", inSchema + ".services", owner, false},
		{"/resources", inSchema + ".resources", owner, false},
		{"/appointments", inSchema + ".appointments", owner, false},
		{"/team", inSchema + ".resources", owner, true},
		{"/notices", "public.notices", owner, false},
		{"/support", "public.tickets", owner, false},
	} {
		title := func(path string, want int) (string, *goquery.Document) {
			t.Helper()
			r := list.client.Get(path)
			if r.Code != want {
				t.Fatalf("%s: %d, want %d", path, r.Code, want)
			}
			return r.Doc().Find("main .empty-title").First().Text(), r.Doc()
		}
		nothing, whole := title(list.path, http.StatusOK)
		acts(t, list.path, whole)
		if (nothing == "") != list.rows {
			t.Errorf("%s: %q", list.path, nothing)
		}
		noMatch, doc := title(list.path+"?q=nobody+at+all&status=no_show", http.StatusOK)
		if noMatch == "" || noMatch == nothing || doc.Find("main .empty a.btn").Length() == 0 {
			t.Errorf("%s without a match: %q", list.path, noMatch)
		}
		rename := func(what, to string) {
			t.Helper()
			if !strings.Contains(what, "RENAME COLUMN") {
				what += " RENAME"
			}
			if _, err := schema.Direct(s.DB).Exec(`ALTER TABLE ` + what + ` TO ` + to); err != nil {
				t.Fatal(err)
			}
		}
		rename(list.reads, "away")
		failed, doc := title(list.path+"?q=nobody&status=no_show", http.StatusInternalServerError)
		again, _ := doc.Find("main .empty-failed[role=alert] a.btn").Attr("href")
		if failed == "" || failed == nothing || failed == noMatch || again == "" {
			t.Errorf("%s failed: %q, again at %q", list.path, failed, again)
		}
		if q, shown := doc.Find("main input[name=q]").Attr("value"); shown && q != "nobody" {
			t.Errorf("%s lost the search: %q", list.path, q)
		}
		cut := strings.LastIndexAny(list.reads, ". ") + 1
		rename(list.reads[:cut]+"away", list.reads[cut:])
		if text, _ := title(list.path, http.StatusOK); text != nothing {
			t.Errorf("%s later: %q", list.path, text)
		}
	}
	acts(t, "/schedule", owner.Get("/schedule").Doc())
}

// TestL2_NotAllowedIsNotNothing: a role that may not see rows is told so, instead
// of that there are none.
func TestL2_NotAllowedIsNotNothing(t *testing.T) {
	s := handlertest.New(t)
	tenant := s.Business("acme")
	s.Staff(access.PlatformSales)
	s.Staff(access.Superuser)
	sales, super := s.Platform().As(access.PlatformSales), s.Platform().As(access.Superuser)
	page := "/businesses/" + tenant.ID.String()
	said := func(c *handlertest.Client, path, in string) string {
		return c.Get(path).Doc().Find(in + " .empty-title").First().Text()
	}
	s.At("acme").As(access.TenantOwner).Post("/support", url.Values{"subject": {"Our secret plan"}, "body": {"Tell nobody but support."}, "priority": {"medium"}})
	for name, c := range map[string]*handlertest.Client{"sales": sales, "superuser": super} {
		if sees := strings.Contains(c.Get(page).Doc().Find(`[aria-labelledby="activity-head"]`).Text(), "secret plan"); sees != (name == "superuser") {
			t.Errorf("%s sees what tickets are about: %v", name, sees)
		}
	}
	denied := said(sales, page, `[aria-labelledby="tickets-head"]`)
	if denied == "" || said(super, page, `[aria-labelledby="tickets-head"]`) != "" || sales.Get(page).Doc().Find(`a[href*="/support"]`).Length() > 0 {
		t.Errorf("the tickets of a business: %q", denied)
	}
	if got := said(sales, "/audit?business="+tenant.ID.String(), "main"); got != denied {
		t.Errorf("others' entries about a business: %q", got)
	}
	if got := said(super, "/audit?business="+tenant.ID.String(), "main"); got == denied {
		t.Errorf("who sees all: %q", got)
	}
}

// TestL1_StaleFilters: a filter for what is gone shows the list without a match.
func TestL1_StaleFilters(t *testing.T) {
	s := handlertest.New(t)
	s.Staff(access.Superuser)
	gone := uuid.NewString()
	for _, path := range []string{"/users?business=", "/support?business=", "/audit?business=", "/audit?person=", "/support?assignee="} {
		if r := s.Platform().As(access.Superuser).Get(path + gone); r.Code != http.StatusOK || r.Doc().Find("main .empty-title").Length() != 1 {
			t.Errorf("%s: %d", path, r.Code)
		}
	}
}

// acts holds the filters of a page to one way: a choice holds at once, as the form
// says, and without scripts there is a button for it.
func acts(t *testing.T, path string, doc *goquery.Document) {
	t.Helper()
	doc.Find(`main form[method="get"]:not(details form):not(.pick-bar):has(select, input[type="date"])`).Each(func(_ int, form *goquery.Selection) {
		_, atOnce := form.Attr("data-acts")
		if trigger := form.AttrOr("hx-trigger", ""); !strings.HasPrefix(trigger, "input ") && (!atOnce || trigger != "submit") || form.AttrOr("hx-sync", "") != "this:replace" {
			t.Errorf("%s: a choice waits for a button (%q)", path, trigger)
		}
		if form.Find("button[type=submit].no-script-only").Length() != 1 {
			t.Errorf("%s: nothing sends the choice without scripts", path)
		}
		form.Find("select, input:not([type=hidden])").Each(func(_ int, field *goquery.Selection) {
			if field.AttrOr("id", "") == "" {
				t.Errorf("%s: the focus is lost with %s", path, field.AttrOr("name", ""))
			}
		})
	})
}

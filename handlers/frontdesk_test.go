package handlers_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/smoothschedule/smoothschedule/handlers/handlertest"
	"github.com/smoothschedule/smoothschedule/store/access"
)

// TestFrontDesk: what was typed into a search becomes somebody new, one person is
// not written down twice, and people, appointments and services lead to each other.
func TestFrontDesk(t *testing.T) {
	t.Parallel()
	s := handlertest.New(t)
	acme := s.Business("acme")
	service, ann := bookable(t, s, acme)
	owner, day := s.At("acme").As(access.TenantOwner), time.Now().AddDate(0, 0, 7).Format(time.DateOnly)
	value := func(page, field string) string {
		t.Helper()
		return owner.Get(page).Doc().Find("#f-"+field).AttrOr("value", "none")
	}
	book := func(want int, form url.Values) handlertest.Response {
		t.Helper()
		form.Set("service_id", service.String())
		form.Set("resource_id", ann.String())
		r := owner.Post("/appointments", form)
		if r.Code != want {
			t.Fatalf("%v: %d, want %d: %s", form, r.Code, want, r.Doc().Find("main").Text())
		}
		return r
	}

	// The search that found nobody names who is new, in the form, the list and the palette.
	for _, page := range []string{"/customers?q=Zelda+Quartz", "/search?q=Zelda+Quartz"} {
		link := owner.Get(page).Doc().Find(`a[href^="/customers/new?q="]`).AttrOr("href", "")
		if value(link, "name") != "Zelda Quartz" {
			t.Errorf("%s leads to %q, which knows no name", page, link)
		}
	}
	if got := value("/customers/new?q=212+555+2667", "phone"); got != "212 555 2667" || value("/customers/new?q=a@b.test", "email") != "a@b.test" {
		t.Errorf("a number that was searched becomes %q", got)
	}
	pick := owner.Get("/appointments/new?q=Zelda+Quartz").Doc().Find("#customer-pick")
	if fresh := pick.Find("#f-customer-new[checked]"); fresh.AttrOr("data-name", "") != "Zelda Quartz" || !strings.Contains(pick.Text(), "“Zelda Quartz”") {
		t.Errorf("the booking form offers %s", pick.Text())
	}
	appointment := strings.Split(book(http.StatusSeeOther, url.Values{"q": {"Zelda Quartz"}, "customer_id": {"new"}, "start": {day + "T09:00"}}).Location(), "?")[0]
	page := owner.Get(appointment).Doc()
	zelda := page.Find(`a[href^="/customers/"]`).AttrOr("href", "")
	if text := owner.Get(zelda).Doc().Find("h1").Text(); strings.TrimSpace(text) != "Zelda Quartz" {
		t.Fatalf("the appointment leads to %q, %q", zelda, text)
	}
	if n := page.Find(`a[href="/services/` + service.String() + `"]`).Length(); n == 0 || page.Find(`a[href*="resource=`+ann.String()+`"]`).Length() == 0 {
		t.Error("the appointment does not lead to its service and its person")
	}

	// Without scripts the search is a button of the form: all that is typed stays, in no address.
	draft := url.Values{"find": {"1"}, "q": {"Zelda"}, "customer_name": {"Somebody Else"}, "note": {"private"}, "date": {day}, "time": {"1630"}}
	found := owner.Post("/appointments", draft)
	if doc := found.Doc(); found.Code != http.StatusOK || doc.Find(`input[name=customer_id][value="`+strings.TrimPrefix(zelda, "/customers/")+`"]`).Length() != 1 ||
		doc.Find("#f-note").AttrOr("value", "") != "private" || doc.Find("#f-customer_name").AttrOr("value", "") != "Somebody Else" || doc.Find("#f-start").AttrOr("value", "") != "16:30" {
		t.Errorf("the search without scripts: %d %s", found.Code, found.Location())
	}
	if n := found.Doc().Find(`[formmethod="get"]`).Length(); n > 0 || strings.Contains(owner.Get("/appointments/new").Body.String(), `formmethod="get"`) {
		t.Error("a button of the form sends it as an address")
	}
	for _, clock := range []string{"25:00", "24:00", "noon"} {
		r := owner.Post("/appointments", url.Values{"service_id": {service.String()}, "customer_id": {"new"}, "customer_name": {"Ann"}, "date": {day}, "time": {clock}})
		if said := r.Doc().Find("#f-start-error").Text(); r.Code != http.StatusUnprocessableEntity || !strings.Contains(said, "like") {
			t.Errorf("%s: %d %q", clock, r.Code, said)
		}
	}

	// Her number is known now: who has it is asked before there are two of her.
	owner.Post(zelda, url.Values{"name": {"Zelda Quartz"}, "email": {"zelda@example.test"}, "phone": {"+1 212 555 2667"}})
	desk := owner.Get(zelda).Doc()
	if desk.Find(`a[href="tel:+12125552667"]`).Length() == 0 || desk.Find(`a[href="mailto:zelda@example.test"]`).Length() == 0 || desk.Find(`a[href^="`+appointment+`"]`).Length() == 0 {
		t.Error("her page leads neither to telephone and mail nor to the appointment")
	}
	if link := desk.Find(`header a[href^="/appointments/new"]`).AttrOr("href", ""); owner.Get(link).Doc().Find(`input[name=customer_id][checked]`).AttrOr("value", "") != strings.TrimPrefix(zelda, "/customers/") {
		t.Errorf("Book on her page leads to %q, which is not for her", link)
	}
	again := url.Values{"name": {"Zelda Q."}, "phone": {"(212) 555-2667"}}
	r := owner.Post("/customers", again)
	if r.Code != http.StatusConflict || r.Doc().Find(`a[href="`+zelda+`"]`).Length() == 0 || r.Doc().Find("#f-name").AttrOr("value", "") != "Zelda Q." {
		t.Errorf("the same number once more: %d %s", r.Code, r.Doc().Find("main").Text())
	}
	again.Set("same_phone", "1")
	if r := owner.Post("/customers", again); r.Code != http.StatusSeeOther {
		t.Errorf("a shared number: %d", r.Code)
	}
	twin := url.Values{"customer_name": {"Z. Quartz"}, "customer_phone": {"2125552667"}, "start": {day + "T11:00"}}
	r = book(http.StatusConflict, twin)
	if r.Doc().Find(`#customer-pick input[value="`+strings.TrimPrefix(zelda, "/customers/")+`"]`).Length() == 0 || r.Doc().Find("#f-customer_name").AttrOr("value", "") != "Z. Quartz" {
		t.Errorf("a booking with the same number: %s", r.Doc().Find("#customer-pick").Text())
	}
	twin.Set("same_phone", "1")
	book(http.StatusSeeOther, twin)
	// A visitor is told nothing of whose number it is.
	if r := s.At("acme").Post("/book", url.Values{"service_id": {service.String()}, "start": {day + "T13:00"}, "name": {"V"}, "email": {"v@example.test"}, "phone": {"2125552667"}}); r.Code != http.StatusSeeOther {
		t.Errorf("a visitor with a known number: %d", r.Code)
	}

	// A domain has one form, whoever types it.
	for i, email := range []string{"kontakt@müller.example", "kontakt@xn--mller-kva.example", "kontakt@MÜLLER.example"} {
		start := time.Now().AddDate(0, 0, 7*i+14).Format(time.DateOnly) + "T10:00"
		if r := s.At("acme").Post("/book", url.Values{"service_id": {service.String()}, "start": {start}, "name": {"Karl"}, "email": {email}}); r.Code != http.StatusSeeOther {
			t.Errorf("%s: %d %s", email, r.Code, r.Doc().Find("main").Text())
		}
	}
	if rows := owner.Get("/customers?q=kontakt").Doc().Find("tbody tr"); rows.Length() != 1 || !strings.Contains(rows.Text(), "kontakt@xn--mller-kva.example") {
		t.Errorf("%d customers: %s", rows.Length(), rows.Text())
	}
	if r := owner.Post("/customers", url.Values{"name": {"x"}, "email": {"x@mü ller.example"}}); r.Code != http.StatusUnprocessableEntity {
		t.Errorf("a domain that is none: %d", r.Code)
	}
}

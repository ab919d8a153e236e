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

// TestMergeAtTheDesk: from a number that two have to one customer, by the pages
// alone; and who may not.
func TestMergeAtTheDesk(t *testing.T) {
	t.Parallel()
	s := handlertest.New(t)
	acme := s.Business("acme")
	service, ann := bookable(t, s, acme)
	s.Staff(access.PlatformSupport)
	s.Staff(access.PlatformManager)
	desk := s.At("acme").As(access.TenantStaff)
	add := func(form url.Values) string {
		t.Helper()
		r := desk.Post("/customers", form)
		if r.Code != http.StatusSeeOther {
			t.Fatalf("%v: %d", form, r.Code)
		}
		return r.Location()
	}
	one := add(url.Values{"name": {"Jordan Meyer"}, "email": {"jordan@example.test"}, "phone": {"+1 212 555 2667"}})
	two := add(url.Values{"name": {"J. Meyer"}, "email": {"jm@example.test"}})
	id := func(page string) string { return strings.TrimPrefix(page, "/customers/") }
	day := time.Now().AddDate(0, 0, 7).Format(time.DateOnly)
	order := url.Values{"service_id": {service.String()}, "resource_id": {ann.String()}, "customer_id": {id(two)}, "start": {day + "T09:00"}}
	if r := s.At("acme").As(access.TenantOwner).Post("/appointments", order); r.Code != http.StatusSeeOther {
		t.Fatalf("booked: %d", r.Code)
	}

	// Somebody who is known gets a number that another one has: asked, nothing lost.
	change := url.Values{"name": {"J. Meyer"}, "email": {"jm@example.test"}, "phone": {"2125552667"}}
	r := desk.Post(two, change)
	link := r.Doc().Find(`#details a[href^="`+two+`/merge"]`).AttrOr("href", "")
	if r.Code != http.StatusConflict || r.Doc().Find("#f-phone").AttrOr("value", "") != "2125552667" || link == "" {
		t.Fatalf("the number of another: %d %q", r.Code, link)
	}
	change.Set("same_phone", "1")
	if r := desk.Post(two, change); r.Code != http.StatusSeeOther {
		t.Errorf("a shared number: %d", r.Code)
	}
	if r := desk.Post(two, change); r.Code != http.StatusSeeOther {
		t.Errorf("saved once more, with the number that it has: %d", r.Code)
	}

	// From her page, by the number or by a search, to the page that names both.
	find := desk.Get(one).Doc().Find(`header a[href$="/merge"]`).AttrOr("href", "")
	for _, page := range []string{find, find + "?q=J.+Meyer"} {
		if n := desk.Get(page).Doc().Find(`a[href="` + one + "/merge?with=" + id(two) + `"]`).Length(); n != 1 {
			t.Errorf("%s leads %d times to the other record", page, n)
		}
	}
	page := one + "/merge?with=" + id(two)
	doc := desk.Get(page).Doc()
	text := doc.Find("main").Text()
	for _, want := range []string{"Jordan Meyer", "J. Meyer", "jm@example.test", "1 appointment (1 ahead)", "can’t be taken back"} {
		if !strings.Contains(text, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	form := url.Values{"with": {id(two)}, "name": {id(one)}, "phone": {id(one)}, "form_version": {doc.Find(`input[name="form_version"]`).AttrOr("value", "")}}
	if r := desk.Post(one+"/merge", form); r.Code != http.StatusUnprocessableEntity || r.Doc().Find(`#f-email[aria-invalid="true"]`).Length() != 1 {
		t.Errorf("no address chosen: %d", r.Code)
	}
	form.Set("email", id(two))

	// Not by who looks only, not by support where mails would go elsewhere, not by a customer.
	_, viewing := visit(t, s, acme, "/")
	if r := viewing.Post(one+"/merge", form); r.Code != http.StatusForbidden || viewing.Get(page).Doc().Find("main form button").Length() != 0 || viewing.Get(one).Doc().Find(`a[href$="/merge"]`).Length() != 0 {
		t.Errorf("a visit that looks: %d, or buttons", r.Code)
	}
	_, changing := writing(t, s, acme)
	if r := changing.Post(one+"/merge", form); r.Code != http.StatusForbidden || changing.Get(page).Doc().Find(`form[action$="/merge"][method=post]`).Length() != 0 {
		t.Errorf("a visit with changes: %d, or a form", r.Code)
	}
	if r := s.At("acme").As(access.Customer).Post(one+"/merge", form); r.Code != http.StatusNotFound {
		t.Errorf("a customer: %d", r.Code)
	}

	// What was changed meanwhile is shown first.
	desk.Post(two, url.Values{"name": {"Jordana Meyer"}, "email": {"jm@example.test"}, "phone": {"2125552667"}})
	r = desk.Post(one+"/merge", form)
	if r.Code != http.StatusConflict || !strings.Contains(r.Doc().Find("main").Text(), "Jordana Meyer") || r.Doc().Find(`#f-email-1[checked]`).Length() != 1 {
		t.Errorf("an older page: %d %s", r.Code, r.Doc().Find("main").Text())
	}
	form.Set("form_version", r.Doc().Find(`input[name="form_version"]`).AttrOr("value", ""))
	if r := desk.Post(one+"/merge", form); r.Code != http.StatusSeeOther || r.Location() != one {
		t.Fatalf("merged: %d %s", r.Code, r.Location())
	}
	doc = desk.Get(one).Doc()
	if doc.Find("#f-email").AttrOr("value", "") != "jm@example.test" || !strings.Contains(doc.Find("#notes").Text(), "Jordana Meyer") || doc.Find(`a[href^="/appointments/"]`).Length() < 2 {
		t.Errorf("the one customer: %s", doc.Find("main").Text())
	}
	// Old pages lead on: a bookmark, and the booking form of a colleague.
	if r := desk.Get(two); r.Code != http.StatusSeeOther || r.Location() != one {
		t.Errorf("the record that went: %d %s", r.Code, r.Location())
	}
	order.Set("start", day+"T13:00")
	if r := s.At("acme").As(access.TenantOwner).Post("/appointments", order); r.Code != http.StatusSeeOther {
		t.Errorf("booked for the record that went: %d %s", r.Code, r.Doc().Find("main").Text())
	}
	if r := desk.Post(one+"/merge", form); r.Code != http.StatusNotFound {
		t.Errorf("merged twice: %d", r.Code)
	}
}

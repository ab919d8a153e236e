package handlers_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/schema"
)

// TestFullPlan: whatever would take more than the plan holds says so in the words
// of who reads it, and keeps what was typed.
func TestFullPlan(t *testing.T) {
	w := newSalon(t)
	plan := func(set string) {
		t.Helper()
		if _, err := schema.Direct(w.s.DB).Exec(`UPDATE plans SET ` + set); err != nil {
			t.Fatal(err)
		}
	}
	now := time.Now().In(w.tenant.Location())
	month := time.Date(now.Year(), now.Month()+1, 1, 0, 0, 0, 0, now.Location()) // the full one
	full, other := month.AddDate(0, 0, 9).Format(time.DateOnly), month.AddDate(0, 1, 9).Format(time.DateOnly)
	name := month.Format("January 2006")
	says := func(what string, doc *goquery.Document, words ...string) {
		t.Helper()
		text := strings.Join(strings.Fields(doc.Find(".alert").Text()), " ")
		for _, word := range words {
			if !strings.Contains(text, word) {
				t.Errorf("%s: %q says nothing of %q", what, text, word)
			}
		}
	}
	kept := func(what string, doc *goquery.Document, values ...string) {
		t.Helper()
		for i := 0; i < len(values); i += 2 {
			field := doc.Find(values[i])
			if got := field.AttrOr("value", strings.TrimSpace(field.Text())); got != values[i+1] {
				t.Errorf("%s: %s has %q and not %q", what, values[i], got, values[i+1])
			}
		}
	}

	w.day = full
	in := w.book(w.ann, "10:00")
	cancelled := w.book(w.ann, "11:00")
	w.post(w.owner, cancelled+"/status", http.StatusSeeOther, "status", "cancelled")
	w.day = other
	out := w.book(w.ann, "10:00")
	guests := []string{"service_id", w.haircut.String(), "name", "Gina Guest", "email", "gina@example.test", "phone", "079", "note", "Only the fringe"}
	guest := w.s.At("acme")
	link := "/b/" + strings.SplitN(strings.TrimPrefix(w.post(guest, "/book", http.StatusSeeOther, append(guests, "start", other+"T12:00")...).Location(), "/book/done/"), "?", 2)[0]
	plan(`max_appointments_per_month = 1`)

	visitor := []string{"Nothing more can be booked online in " + name, "Business acme"}
	doc := w.post(guest, "/book", http.StatusConflict, append(guests, "start", full+"T12:00")...).Doc()
	says("a visitor", doc, visitor...)
	kept("a visitor", doc, "#f-name", "Gina Guest", "#f-email", "gina@example.test", "#f-phone", "079", "#f-note", "Only the fringe")
	if text := doc.Find("main").Text(); strings.Contains(text, "no other free time") || strings.Contains(text, "plan") {
		t.Errorf("a visitor reads: %s", text)
	}
	says("a visitor before typing", w.post(guest, "/book/hold", http.StatusConflict, "service_id", w.haircut.String(), "start", full+"T12:00").Doc(), visitor...)
	form := inputs(guest.Get(link + "/move?date=" + full).Doc().Find(`form[action="` + link + `/move"]`))
	form.Set("start", full+"T12:00")
	if r := guest.Post(link+"/move", form); r.Code != http.StatusConflict {
		t.Errorf("a guest's move: %d", r.Code)
	} else {
		says("a guest's move", r.Doc(), visitor...)
	}

	team := []string{"holds 1 appointment a month", name, "bigger plan"}
	typed := []string{"service_id", w.haircut.String(), "resource_id", w.ben.String(), "date", full, "time", "12:15", "customer_name", "Dan", "customer_email", "dan@example.test",
		"price", "41.50", "minutes", "45", "staff_note", "Bring tea"}
	for what, c := range map[string]*struct{ from, selector string }{"the team's form": {"page", "main"}, "the dialog": {"peek", "#peek-dialog"}} {
		client := w.owner
		if c.from == "peek" {
			client = w.inDialog(client)
		}
		doc := w.post(client, "/appointments", http.StatusConflict, typed...).Doc()
		says(what, doc, team...)
		kept(what, doc, "#f-customer_name", "Dan", "#f-customer_email", "dan@example.test", "#f-date", full, "#f-start", "12:15", "#f-price", "41.50", "#f-minutes", "45",
			"#f-staff_note", "Bring tea", "#f-resource_id option[selected]", w.ben.String())
		if doc.Find(c.selector).Length() != 1 {
			t.Errorf("%s: it is not there", what)
		}
	}
	doc = w.post(w.owner, out+"/move", http.StatusConflict, "date", full, "time", "13:15", "minutes", "50", "resource_id", w.ben.String()).Doc()
	says("a move", doc, team...)
	kept("a move", doc, "#f-move-date", full, "#f-move-time", "13:15", "#f-move-minutes", "50")
	doc = w.post(w.onBoard(w.owner), out+"/move", http.StatusConflict, "start", full+"T13:15", "minutes", "60", "back", "/schedule?date="+full).Doc()
	says("a drag", doc, team...)
	says("taking a cancellation back", w.post(w.owner, cancelled+"/status", http.StatusConflict, "status", "confirmed").Doc(), team...)

	// Within the month nothing is more than before.
	w.post(w.owner, in+"/move", http.StatusSeeOther, "start", full+"T14:00")
	w.post(w.owner, in+"/status", http.StatusSeeOther, "status", "cancelled")
	w.post(w.owner, in+"/status", http.StatusSeeOther, "status", "confirmed")

	plan(`max_people = 1, max_resources = 1`)
	doc = w.post(w.owner, "/team", http.StatusUnprocessableEntity, "name", "Nina New", "email", "nina@example.test", "role", "TENANT_STAFF").Doc()
	says("an invitation", doc, "holds 1 person,")
	kept("an invitation", doc, "#f-name", "Nina New", "#f-email", "nina@example.test")
	doc = w.post(w.owner, "/resources", http.StatusUnprocessableEntity, "name", "Chair", "kind", "ROOM", "capacity", "2").Doc()
	says("a resource", doc, "holds 1 resource,")
	kept("a resource", doc, "#f-name", "Chair", "#f-capacity", "2")
	if r := w.s.At("acme").As(access.TenantManager).Post("/resources", url.Values{"name": {"Chair"}, "kind": {"ROOM"}}); !strings.Contains(r.Doc().Find(".alert").Text(), "An owner can") {
		t.Errorf("a manager reads: %s", r.Doc().Find(".alert").Text())
	}
}

package handlers_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/availability"
	"github.com/smoothschedule/smoothschedule/store/booking"
	"github.com/smoothschedule/smoothschedule/store/calendar"
	"github.com/smoothschedule/smoothschedule/store/catalog"
)

// TestOfferedIsAccepted: what a page lists can be had, whoever was disabled, however
// many come, and whatever nobody can do.
func TestOfferedIsAccepted(t *testing.T) {
	w := newSalon(t)
	visitor := func() string {
		done := w.post(w.s.At("acme"), "/book", http.StatusSeeOther, "service_id", w.haircut.String(), "start", w.day+"T10:00", "resource_id", w.ann.String(), "name", "Cora", "email", "cora@x.test").Location()
		return strings.Replace(done, "/book/done/", "/b/", 1)
	}
	link, teams := visitor(), w.book(w.ann, "14:00")
	w.post(w.owner, "/resources/"+w.ann.String(), http.StatusSeeOther, "name", "Ann", "status", "disabled", "services", w.haircut.String())
	if text := w.owner.Get("/resources").Doc().Find(".toast").Text(); !strings.Contains(text, "2 appointments ahead") {
		t.Errorf("disabled without a word: %s", text)
	}

	move := w.s.At("acme").Get(link + "/move?date=" + w.day).Doc()
	if text := move.Find("main").Text(); !strings.Contains(text, "Ann can’t be booked any more") || move.Find(`a[href*="anybody"]`).Length() > 0 {
		t.Errorf("the move page: %.300s", text)
	}
	form := inputs(move.Find(`form[action$="/move"]`))
	form.Set("start", move.Find(`button[name="start"]`).Last().AttrOr("value", ""))
	w.post(w.s.At("acme"), link+"/move", http.StatusSeeOther, pairs(form)...)
	token, _ := calendar.ParseBookingToken(link[len("/b/"):])
	if b := onRecord(t, w.s, w.tenant, token.ID); b.With() != "Ben" {
		t.Errorf("moved to %s", b.With())
	}
	// The team keeps whom it has: in another time, and when a cancellation is taken back.
	id := uuid.MustParse(teams[len("/appointments/"):][:36])
	teams = "/appointments/" + id.String()
	ann := func(what string) {
		t.Helper()
		if b := onRecord(t, w.s, w.tenant, id); b.With() != "Ann" || b.Status != "confirmed" {
			t.Errorf("%s: %s with %s", what, b.Status, b.With())
		}
	}
	values := inputs(w.owner.Get(teams).Doc().Find(`form[action$="/move"]`))
	values.Set("time", "15:00")
	w.post(w.owner, teams+"/move", http.StatusSeeOther, pairs(values)...)
	ann("moved in time")
	w.post(w.owner, teams+"/status", http.StatusSeeOther, "status", "cancelled")
	w.post(w.owner, teams+"/status", http.StatusSeeOther, "status", "confirmed")
	ann("restored")
	w.in(func(q *store.TenantTx) error {
		s, err := catalog.ReadService(q, w.haircut)
		if s.Sets = [][]uuid.UUID{{w.ben}}; err != nil {
			return err
		}
		return booking.UpdateService(q, s)
	})
	w.post(w.owner, teams+"/move", http.StatusSeeOther, "start", w.day+"T16:00")
	ann("moved once the service does not know her")
	w.post(w.owner, "/appointments", http.StatusUnprocessableEntity, "service_id", w.haircut.String(), "start", w.day+"T12:00", "resource_id", w.ann.String(), "customer_name", "New", "anyway", "1")

	// Parties end where the largest room does.
	var dinner, ghost uuid.UUID
	w.in(func(q *store.TenantTx) error {
		six := 6
		room, err := catalog.CreateResource(q, catalog.Resource{Name: "Room", Kind: "ROOM", IsActive: true, Capacity: &six}, nil)
		if err != nil {
			return err
		}
		if dinner, err = catalog.CreateService(q, catalog.Service{Name: "Dinner", DurationMinutes: 60, IsActive: true, MaxParty: 8, Sets: [][]uuid.UUID{{room}}}); err != nil {
			return err
		}
		ghost, err = catalog.CreateService(q, catalog.Service{Name: "Ghost ride", DurationMinutes: 60, IsActive: true, Sets: [][]uuid.UUID{{w.ann}}})
		return err
	})
	if last := w.s.At("acme").Get("/book?service_id="+dinner.String()).Doc().Find(`select[name="party_size"] option`).Last().AttrOr("value", ""); last != "6" {
		t.Errorf("parties up to %s are offered", last)
	}
	for _, path := range []string{"/book", "/book/hold"} {
		text := w.post(w.s.At("acme"), path, http.StatusUnprocessableEntity, "service_id", dinner.String(), "start", w.day+"T10:00", "party_size", "7", "name", "P", "email", "p@x.test").Doc().Find("main").Text()
		if !strings.Contains(text, "at most 6 people") {
			t.Errorf("seven by %s: %.300s", path, text)
		}
	}
	w.post(w.s.At("acme"), "/book", http.StatusSeeOther, "service_id", dinner.String(), "start", w.day+"T10:00", "party_size", "6", "name", "P", "email", "p@x.test")

	// What nobody can do is not shown, and said where a link leads to it.
	for _, path := range []string{"/", "/book"} {
		if text := w.s.At("acme").Get(path).Doc().Find("main").Text(); strings.Contains(text, "Ghost ride") || !strings.Contains(text, "Dinner") {
			t.Errorf("%s: %s", path, text)
		}
	}
	if text := w.s.At("acme").Get("/book?service_id=" + ghost.String()).Doc().Find("main").Text(); !strings.Contains(text, "Nobody does this") {
		t.Errorf("the link: %.200s", text)
	}
	w.post(w.s.At("acme"), "/book", http.StatusUnprocessableEntity, "service_id", ghost.String(), "start", w.day+"T10:00", "name", "P", "email", "p@x.test")
	open := func() (open bool) {
		w.owner.Get("/").Doc().Find("#checklist li").Each(func(_ int, li *goquery.Selection) {
			open = open || strings.Contains(li.Text(), "Add your services") && li.Find("a").Length() > 0
		})
		return open
	}
	if open() {
		t.Error("the step is open though some services can be booked")
	}
	w.post(w.owner, "/resources/"+w.ben.String(), http.StatusSeeOther, "name", "Ben", "status", "disabled", "services", w.haircut.String())
	w.in(func(q *store.TenantTx) error {
		s, err := catalog.ReadService(q, dinner)
		if s.IsActive = false; err != nil {
			return err
		}
		return booking.UpdateService(q, s)
	})
	if !open() {
		t.Error("the step is done though nobody can do anything")
	}

	// Beyond the horizon the page says so.
	text := w.s.At("acme").Get("/book?service_id=" + w.haircut.String() + "&date=" + dayAhead(w, 70)).Doc().Find("main").Text()
	if !strings.Contains(text, "Times can be booked 60 days ahead") {
		t.Errorf("beyond the horizon: %.300s", text)
	}
}

// dayAhead is a date some days after today at a salon.
func dayAhead(w *salon, days int) string {
	week, _ := availability.ParseDate(w.day)
	return (week - 7 + store.Date(days)).String()
}

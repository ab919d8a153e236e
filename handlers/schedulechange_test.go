package handlers_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/booking"
	"github.com/smoothschedule/smoothschedule/store/calendar"
	"github.com/smoothschedule/smoothschedule/store/catalog"
	"github.com/smoothschedule/smoothschedule/store/schema"
)

func TestMovingAppointments(t *testing.T) {
	w := newSalon(t)
	ten, noon := w.book(w.ann, "10:00"), w.book(w.ann, "12:00")
	_ = noon
	// By its form, without scripts.
	doc := w.owner.Get(ten).Doc()
	if doc.Find(`form[action="`+ten+`/move"]`).Length() != 1 {
		t.Fatal("no form to move it")
	}
	r := w.post(w.owner, ten+"/move", http.StatusConflict, "date", w.day, "time", "12:30", "resource_id", w.ann.String(), "minutes", "60")
	if doc := r.Doc(); doc.Find(".alert form").Length() == 0 || doc.Find("#f-move-time").AttrOr("value", "") != "12:30" {
		t.Errorf("a taken time: %s", doc.Find(".alert").Text())
	}
	w.post(w.owner, ten+"/move", http.StatusUnprocessableEntity, "date", "tomorrow", "time", "", "minutes", "60")
	w.post(w.owner, ten+"/move", http.StatusUnprocessableEntity, "date", w.day, "time", "09:00", "minutes", "1")
	version, _ := doc.Find(`form[action="` + ten + `/move"] [name="version"]`).Attr("value")
	w.post(w.owner, ten+"/move", http.StatusSeeOther, "date", w.day, "time", "14:00", "resource_id", w.ben.String(), "minutes", "90", "version", version)
	// The message can take it back.
	undo := w.owner.Get(ten).Doc().Find(`.toast form`)
	if undo.AttrOr("action", "") != ten+"/move" {
		t.Fatalf("undo posts to %q", undo.AttrOr("action", ""))
	}
	back := pairs(inputs(undo))
	w.post(w.owner, ten+"/move", http.StatusSeeOther, back...)
	if text := w.owner.Get(ten).Doc().Find(".facts").Text(); !strings.Contains(text, "10:00") || !strings.Contains(text, "Ann") || !strings.Contains(text, "1 h") {
		t.Errorf("taken back: %s", text)
	}
	w.post(w.owner, ten+"/move", http.StatusConflict, "date", w.day, "time", "15:00", "minutes", "60", "version", version) // an old one
	// By a drag: the answer is the schedule, or a note above it.
	board := w.onBoard(w.owner)
	doc = w.post(board, ten+"/move", http.StatusConflict, "start", w.day+"T12:15", "minutes", "60", "resource_id", w.ann.String(), "from_resource", w.ann.String(), "back", w.schedule()).Doc()
	note := doc.Find(`hx-partial[hx-target="#schedule-note"]`)
	if !strings.Contains(note.Text(), "taken") || note.Find("form[hx-post]").Length() == 0 || doc.Find("#schedule").Length() > 0 {
		t.Errorf("dropped on a taken time: %s", note.Text())
	}
	doc = w.post(board, ten+"/move", http.StatusOK, "start", w.day+"T15:00", "minutes", "60", "resource_id", w.ann.String(), "from_resource", w.ann.String(), "back", w.schedule()).Doc()
	if doc.Find("#schedule [data-item]").Length() != 2 || doc.Find(`.toast form[hx-target="#schedule"]`).Length() != 1 {
		t.Errorf("dropped: %s", doc.Text())
	}
}

func TestBookingFromTheSchedule(t *testing.T) {
	w := newSalon(t)
	good := []string{"service_id", w.haircut.String(), "start", w.day + "T10:00", "customer_name", "Carla", "customer_email", "carla@example.test"}
	with := func(values ...string) []string { return append(values, good...) }
	w.post(w.owner, "/appointments", http.StatusUnprocessableEntity)
	doc := w.post(w.owner, "/appointments", http.StatusUnprocessableEntity, with("price", "cheap")...).Doc()
	if doc.Find("#f-price").AttrOr("aria-invalid", "") != "true" || doc.Find("#f-customer_name").AttrOr("value", "") != "Carla" {
		t.Error("a bad price: the form doesn't come back as typed")
	}
	w.post(w.owner, "/appointments", http.StatusUnprocessableEntity, with("service_id", uuid.NewString(), "start", "2026-02-30T10:00")...)
	id, secret := uuid.Must(uuid.NewV7()).String(), uuid.NewString()
	made := w.post(w.owner, "/appointments", http.StatusSeeOther, with("price", "40.50", "note", "Short", "minutes", "45", "id", id, "secret", secret)...).Location()
	if again := w.post(w.owner, "/appointments", http.StatusSeeOther, with("id", id, "secret", secret)...).Location(); again != made {
		t.Errorf("sent twice: %s and %s", made, again)
	}
	page := w.owner.Get(made).Doc()
	if text := page.Find(".facts").Text(); !strings.Contains(text, "$40.50") || !strings.Contains(text, "45 min") || !strings.Contains(text, "Short") {
		t.Errorf("the page: %s", text)
	}
	if history := page.Find(".timeline").Text(); !strings.Contains(history, "Booked") || !strings.Contains(history, "TENANT_OWNER") {
		t.Errorf("the history: %s", history)
	}
	// The same customer again, by search; both people are taken at ten then.
	found := w.owner.Get("/appointments/new?q=carl").Doc().Find(`[name="customer_id"]`).First().AttrOr("value", "")
	w.post(w.owner, "/appointments", http.StatusSeeOther, "service_id", w.haircut.String(), "start", w.day+"T10:00", "customer_id", found)
	doc = w.post(w.owner, "/appointments", http.StatusConflict, good...).Doc()
	if doc.Find(`.alert form[action="/appointments"] [name="customer_email"]`).Length() == 0 {
		t.Errorf("taken: no other times are offered: %s", doc.Find(".alert").Text())
	}
	// In front of the schedule.
	if doc := w.inDialog(w.owner).Get("/appointments/new").Doc(); doc.Find("dialog form[hx-post]").Length() != 1 || doc.Find("html").Find("h1").Length() > 0 {
		t.Error("no dialog")
	}
	// It is read first: Enter twice on the schedule must not cancel it.
	if first := w.inDialog(w.owner).Get(made).Doc().Find("dialog").Find("[autofocus], input:not([type=hidden]), select, textarea").First(); !first.Is("h2[tabindex]") {
		t.Error("the focus begins in the form that cancels")
	}
	// What happens to it.
	w.post(w.owner, made+"/status", http.StatusUnprocessableEntity, "status", "lost")
	w.post(w.owner, made+"/status", http.StatusConflict, "status", "completed") // it lies ahead
	w.post(w.owner, made+"/notes", http.StatusUnprocessableEntity, "staff_note", strings.Repeat("x", 201), "price", "1")
	w.post(w.owner, made+"/notes", http.StatusSeeOther, "staff_note", "Likes tea", "price", "39")
	w.post(w.owner, made+"/status", http.StatusSeeOther, "status", "cancelled", "back", w.schedule())
	doc = w.owner.Get(w.schedule()).Doc()
	if doc.Find("[data-item]").Length() != 1 || doc.Find(".toast form").AttrOr("action", "") != made+"/status" {
		t.Error("after the cancellation: it is still there, or can't be taken back")
	}
	w.post(w.owner, made+"/status", http.StatusSeeOther, "status", "confirmed")
	if text := w.owner.Get(made).Doc().Find("main").Text(); !strings.Contains(text, "Likes tea") || !strings.Contains(text, "$39") {
		t.Error("the note is lost")
	}
}

// proposedTimeFits: the time that a new appointment begins with has room for its
// service.
func (w *salon) proposedTimeFits() {
	date, _ := time.Parse(time.DateOnly, w.day)
	day := date.AddDate(0, 0, 1).Format(time.DateOnly)
	for _, who := range []uuid.UUID{w.ann, w.ben} {
		w.post(w.owner, "/appointments", http.StatusSeeOther, "service_id", w.haircut.String(), "resource_id", who.String(), "start", day+"T09:30", "customer_name", "Early")
	}
	for _, with := range []string{"", w.ben.String()} {
		at := w.owner.Get("/appointments/new?start="+day+"&resource_id="+with).Doc().Find(`main [name="time"]`).AttrOr("value", "")
		if at != "10:30" {
			w.t.Errorf("an hour is proposed at %s, between 09:00 and 10:30 there is half an hour free", at)
		}
	}
}

func TestOutsideHours(t *testing.T) {
	w := newSalon(t)
	at := w.book(w.ann, "10:00")
	w.book(w.ann, "20:00")
	w.proposedTimeFits()
	late := []string{"service_id", w.haircut.String(), "resource_id", w.ben.String(), "start", w.day + "T20:00", "customer_name", "Dan"}
	doc := w.post(w.owner, "/appointments", http.StatusUnprocessableEntity, late...).Doc()
	if !strings.Contains(doc.Find(".alert").Text(), "outside the hours of Ben") || doc.Find("#f-anyway").Length() != 1 || doc.Find("#f-customer_name").AttrOr("value", "") != "Dan" {
		t.Errorf("booking at night: %s", doc.Find(".alert").Text())
	}
	doc = w.post(w.owner, "/appointments", http.StatusUnprocessableEntity, append(slices.Clone(late[:2]), late[4:]...)...).Doc()
	if text := doc.Find(".alert").Text(); !strings.Contains(text, "Nobody who does this") || !strings.Contains(text, "Ben") {
		t.Errorf("anybody at night: %s", text)
	}
	w.post(w.owner, "/appointments", http.StatusSeeOther, append(late, "anyway", "1")...)
	doc = w.post(w.owner, at+"/move", http.StatusUnprocessableEntity, "date", w.day, "time", "07:00", "minutes", "60").Doc()
	if doc.Find("#f-move-anyway").Length() != 1 {
		t.Error("moving by the form asks nothing")
	}
	// A drag asks above the lanes, and says where to.
	dropped := []string{"start", w.day + "T07:00", "minutes", "60", "back", w.schedule()}
	note := w.post(w.onBoard(w.owner), at+"/move", http.StatusUnprocessableEntity, dropped...).Doc().Find(`[hx-target="#schedule-note"] form`).First()
	if note.Find(`[name="anyway"]`).Length() != 1 || note.Find(`[name="start"]`).AttrOr("value", "") != w.day+"T07:00" {
		t.Error("a drag can't be insisted on")
	}
	w.post(w.onBoard(w.owner), at+"/move", http.StatusOK, append(dropped, "anyway", "1")...)
	w.post(w.owner, at+"/move", http.StatusConflict, "start", w.day+"T19:30", "minutes", "60", "anyway", "1")
	w.in(func(q *store.TenantTx) error {
		day, _ := time.Parse(time.DateOnly, w.day)
		return catalog.AddOverride(q, catalog.Override{First: store.DateOf(day), Last: store.DateOf(day), Resource: uuid.NullUUID{UUID: w.ben, Valid: true}})
	})
	doc = w.post(w.owner, "/appointments", http.StatusUnprocessableEntity, "service_id", w.haircut.String(), "resource_id", w.ben.String(), "start", w.day+"T12:00", "customer_name", "Eve").Doc()
	if text := doc.Find(".alert").Text(); !strings.Contains(text, "Ben has time off") {
		t.Errorf("into time off: %s", text)
	}
}

func TestConfirmingByDrop(t *testing.T) {
	w := newSalon(t)
	w.in(func(q *store.TenantTx) error {
		p, err := catalog.ReadPolicies(q)
		p.NeedsApproval, p.ApprovalHours, p.BookingOpen = true, 24, true
		if err == nil {
			err = booking.SavePolicies(q, p)
		}
		return err
	})
	start, _ := time.ParseInLocation("2006-01-02T15:04", w.day+"T10:00", w.tenant.Location())
	asked, err := booking.Book(context.Background(), w.s.DB, w.tenant, calendar.NewBooking{Service: w.haircut, Start: start, Name: "Gus", Email: "gus@example.test", Source: calendar.ByGuest,
		Resource: uuid.NullUUID{UUID: w.ann, Valid: true}})
	if err != nil || asked.Status != "pending" {
		t.Fatalf("%+v %v", asked, err)
	}
	request := w.owner.Get(w.schedule()).Doc().Find("[data-request]")
	if request.AttrOr("data-request", "") != asked.ID.String() || request.AttrOr("data-clock", "") != "10:00" {
		t.Fatal("the request can't be dragged")
	}
	path := "/appointments/" + asked.ID.String()
	doc := w.post(w.onBoard(w.owner), path+"/move", http.StatusOK, "start", w.day+"T14:00", "minutes", "60", "resource_id", w.ben.String(), "version",
		request.AttrOr("data-version", ""), "status", "confirmed", "back", w.schedule()).Doc()
	undo := doc.Find(".toast form")
	if text := doc.Find(".toast").Text(); !strings.Contains(text, "Gus is confirmed for") || !strings.Contains(text, "14:00") || !strings.Contains(text, "Ben") || doc.Find("[data-request]").Length() > 0 {
		t.Errorf("dropped: %s", text)
	}
	var fields []string
	undo.Find("input").Each(func(_ int, in *goquery.Selection) {
		fields = append(fields, in.AttrOr("name", ""), in.AttrOr("value", ""))
	})
	doc = w.post(w.onBoard(w.owner), undo.AttrOr("action", ""), http.StatusOK, fields...).Doc()
	if again := doc.Find("[data-request]"); again.AttrOr("data-clock", "") != "10:00" {
		t.Errorf("taken back: %s", doc.Find(".toast").Text())
	}
	// The customer, who has not heard of it yet, hears nothing.
	if n := count(t, w.s, `SELECT count(*) FROM notices WHERE state = 'queued' AND kind IN ('approved', 'moved')`); n != 0 {
		t.Errorf("%d mails are on their way", n)
	}
	// By a click, at its own time; one mail.
	w.post(w.owner, path+"/status", http.StatusSeeOther, "status", "confirmed", "back", w.schedule())
	if undo := w.owner.Get(w.schedule()).Doc().Find(".toast form"); undo.Find(`[name="status"]`).AttrOr("value", "") != "pending" {
		t.Error("a click can't be taken back")
	}
	if n := count(t, w.s, `SELECT count(*) FROM notices WHERE state = 'queued' AND kind = 'approved'`); n != 1 {
		t.Errorf("%d mails of the confirmation", n)
	}
	// The log of mails, and the appointment's page, tell of it.
	if text := w.staff.Get("/notices?state=queued&kind=approved&q=gus").Doc().Find("tbody").Text(); !strings.Contains(text, "Request accepted") || !strings.Contains(text, "gus@example.test") {
		t.Errorf("the log: %s", text)
	}
	if doc := w.owner.Get("/notices?customer=" + uuid.NewString()).Doc(); doc.Find("tbody tr").Length() != 0 {
		t.Error("the log of nobody has mails")
	}
	if text := w.owner.Get(path).Doc().Find("#mails-head").Closest("section").Text(); !strings.Contains(text, "Request accepted") || !strings.Contains(text, "Planned") {
		t.Errorf("the appointment's mails: %s", text)
	}
	if text := w.s.At("other").As(access.TenantOwner).Get("/notices").Doc().Find("main").Text(); strings.Contains(text, "Gus") {
		t.Error("another business reads them")
	}
	w.failMail()
	failed := w.owner.Get("/notices?state=failed").Doc().Find(`tbody form`).First().AttrOr("action", "")
	w.post(w.staff, failed, http.StatusForbidden)
	w.post(w.owner, failed, http.StatusSeeOther)
	w.post(w.owner, failed, http.StatusConflict)
}

func (w *salon) failMail() {
	w.t.Helper()
	if _, err := schema.Direct(w.s.DB).Exec(`UPDATE notices SET state = 'failed', error = 'No such mailbox' WHERE kind = 'approved' AND state = 'queued'`); err != nil {
		w.t.Fatal(err)
	}
}

func TestStaffChangeTheirOwnAppointments(t *testing.T) {
	w := newSalon(t)
	anns, bens := w.book(w.ann, "10:00"), w.book(w.ben, "10:00")
	doc := w.staff.Get(w.schedule()).Doc()
	if doc.Find("[data-item]").Length() != 1 || doc.Find("ol.slots li").Length() != 2 {
		t.Errorf("staff can move %d of %d", doc.Find("[data-item]").Length(), doc.Find("ol.slots li").Length())
	}
	w.post(w.staff, bens+"/move", http.StatusForbidden, "start", w.day+"T12:00")
	w.post(w.staff, bens+"/status", http.StatusForbidden, "status", "cancelled")
	w.post(w.staff, bens+"/notes", http.StatusForbidden, "price", "1")
	w.post(w.staff, anns+"/move", http.StatusForbidden, "start", w.day+"T12:00", "resource_id", w.ben.String())
	w.post(w.staff, anns+"/move", http.StatusSeeOther, "start", w.day+"T12:00")
	w.post(w.staff, "/appointments", http.StatusForbidden, "service_id", w.haircut.String(), "resource_id", w.ben.String(), "start", w.day+"T14:00", "customer_name", "Dan")
	w.post(w.staff, "/appointments", http.StatusSeeOther, "service_id", w.haircut.String(), "start", w.day+"T14:00", "customer_name", "Dan")
	w.post(w.staff, "/blockers", http.StatusForbidden, "date", w.day, "time", "16:00", "to", "17:00", "resource_id", w.ben.String())
	w.post(w.staff, "/blockers", http.StatusForbidden, "date", w.day, "time", "16:00", "to", "17:00")
	w.post(w.staff, "/blockers", http.StatusSeeOther, "date", w.day, "time", "16:00", "to", "17:00", "resource_id", w.ann.String())
	if bens := w.staff.Get(bens).Doc(); bens.Find(`main form`).Length() > 0 {
		t.Error("staff see forms for what they can't change")
	}
}

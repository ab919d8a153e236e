package handlers_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/catalog"
)

// TestHourThatComesTwice: where the clocks go back, lists, pages and messages tell
// the two hours apart, and forms let choose between them.
func TestHourThatComesTwice(t *testing.T) {
	w := newSalon(t)
	w.post(w.owner, "/settings", http.StatusSeeOther, "name", "Acme", "time_zone", "Europe/Zurich", "confirm_zone", "1")
	setPolicies(t, w.s, w.tenant, func(p *catalog.Policies) { p.HorizonDays, p.StepMinutes = 730, 30 })
	w.in(func(q *store.TenantTx) error {
		var week catalog.Week
		for i := range week {
			week[i] = []catalog.Hours{{From: 0, To: 1440}}
		}
		return catalog.SetWeek(q, uuid.NullUUID{}, week)
	})
	zone, err := time.LoadLocation("Europe/Zurich")
	if err != nil {
		t.Fatal(err)
	}
	day := time.Now().In(zone).AddDate(0, 0, 2)
	lastOfOctober := func() bool {
		return day.Month() == time.October && day.Weekday() == time.Sunday && day.AddDate(0, 0, 7).Month() == time.November
	}
	for !lastOfOctober() {
		day = day.AddDate(0, 0, 1)
	}
	date := day.Format(time.DateOnly)

	labels := map[string]bool{}
	buttons := w.s.At("acme").Get("/book?service_id=" + w.haircut.String() + "&date=" + date).Doc().Find(`button[name="start"][value^="` + date + `T02"]`)
	buttons.Each(func(_ int, b *goquery.Selection) { labels[strings.TrimSpace(b.Text())] = true })
	if buttons.Length() != 4 || len(labels) != 4 {
		t.Errorf("the buttons of two o'clock: %v", labels)
	}
	done := w.post(w.s.At("acme"), "/book", http.StatusSeeOther, "service_id", w.haircut.String(), "start", date+"T02:30:00+02:00", "name", "Fay", "email", "fay@x.test").Location()
	if text := w.s.At("acme").Get(strings.Replace(done, "/book/done/", "/b/", 1)).Doc().Find("main").Text(); !strings.Contains(text, "02:30 CEST–02:30 CET (Europe/Zurich)") {
		t.Errorf("the customer's page: %.400s", text)
	}

	form := []string{"service_id", w.haircut.String(), "date", date, "time", "02:30", "customer_name", "Carla", "minutes", "30"}
	doc := w.post(w.owner, "/appointments", http.StatusUnprocessableEntity, form...).Doc()
	if doc.Find(`select[name="offset"] option`).Length() != 3 || doc.Find("#f-start").AttrOr("aria-invalid", "") != "true" {
		t.Errorf("the form asks nothing: %s", doc.Find(".alert").Text())
	}
	at := w.post(w.owner, "/appointments", http.StatusSeeOther, append(form, "offset", "+01:00")...).Location()
	second := time.Date(day.Year(), day.Month(), day.Day(), 1, 30, 0, 0, time.UTC)
	id := uuid.MustParse(at[len("/appointments/"):][:36])
	is := func(what string, start time.Time, minutes int) {
		t.Helper()
		if b := onRecord(t, w.s, w.tenant, id); !b.StartsAt.Equal(start) || b.EndsAt.Sub(b.StartsAt).Minutes() != float64(minutes) {
			t.Errorf("%s: %s – %s", what, b.StartsAt, b.EndsAt)
		}
	}
	is("the second was chosen", second, 30)
	page := w.owner.Get(at).Doc()
	if text := page.Find("main").Text(); !strings.Contains(text, "02:30 CET") {
		t.Errorf("the team's page: %.300s", text)
	}
	// The form of its page means what it is, and so does local time that stays.
	values := inputs(page.Find(`form[action$="/move"]`))
	values.Set("minutes", "45")
	w.post(w.owner, "/appointments/"+id.String()+"/move", http.StatusSeeOther, pairs(values)...)
	is("made longer by the form", second, 45)
	w.post(w.owner, "/appointments/"+id.String()+"/move", http.StatusSeeOther, "start", date+"T02:30", "minutes", "30")
	is("made shorter by local time", second, 30)
	w.post(w.owner, "/appointments/"+id.String()+"/move", http.StatusSeeOther, "date", date, "time", "02:30", "offset", "+02:00", "minutes", "30", "resource_id", w.ben.String(), "anyway", "1")
	is("moved to the first", second.Add(-time.Hour), 30)
	// Blocked time is told apart, too.
	w.post(w.owner, "/blockers", http.StatusUnprocessableEntity, "date", date, "time", "02:15", "to", "02:45", "resource_id", w.ann.String())
	w.post(w.owner, "/blockers", http.StatusSeeOther, "date", date, "time", "02:15", "to", "02:45", "offset", "+01:00", "resource_id", w.ann.String())
	if text := w.owner.Get("/schedule?date=" + date).Doc().Find(".toast").Text(); !strings.Contains(text, "02:15 CET–02:45 CET") {
		t.Errorf("blocked: %s", text)
	}
}

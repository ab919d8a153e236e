package handlers_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/booking"
	"github.com/smoothschedule/smoothschedule/store/catalog"
)

// TestWaysFromTheSchedule: new things begin on the day that is shown and in a
// calendar that may be booked into, and what keeps others out is drawn.
func TestWaysFromTheSchedule(t *testing.T) {
	w := newSalon(t)
	w.in(func(q *store.TenantTx) error {
		s, err := catalog.ReadService(q, w.haircut)
		if s.BufferBeforeMinutes, s.BufferAfterMinutes = 5, 15; err != nil {
			return err
		}
		return booking.UpdateService(q, s)
	})
	at := w.book(w.ann, "09:05")

	schedule := w.owner.Get(w.schedule()).Doc()
	form := func(text, resource string) (date, clock string) {
		t.Helper()
		href, _ := schedule.Find(`a:contains("` + text + `")`).First().Attr("href")
		doc := w.owner.Get(href + "&resource_id=" + resource).Doc()
		return doc.Find("#f-date").AttrOr("value", ""), doc.Find("#f-start").AttrOr("value", "")
	}
	// A haircut's five minutes before lie within the hours, too.
	for text, first := range map[string]string{"New appointment": "09:15", "Block time": "09:00"} {
		// Ann is taken until 10:05 and kept free until 10:20; Ben is there.
		for resource, want := range map[string]string{"": first, w.ben.String(): first, w.ann.String(): "10:30"} {
			if date, clock := form(text, resource); date != w.day || clock != want {
				t.Errorf("%s for %q: %s %s, not %s", text, resource, date, clock, want)
			}
		}
	}
	// Buffers are drawn, and said.
	var texts []string
	schedule.Find(".shade .buffer").Each(func(_ int, b *goquery.Selection) { texts = append(texts, b.Text()) })
	if !slices.Equal(texts, []string{"from 09:00", "until 10:20"}) || !strings.Contains(schedule.Find(".slot").Text(), "kept free from 09:00 before it, until 10:20 after it") {
		t.Errorf("buffers: %v, %s", texts, schedule.Find(".slot").Text())
	}
	if text := w.owner.Get(at).Doc().Find(".facts").Text(); !strings.Contains(text, "until 10:20 after it") {
		t.Errorf("the appointment's page: %s", text)
	}
	w.post(w.owner, strings.SplitN(at, "?", 2)[0]+"/status", http.StatusSeeOther, "status", "cancelled")
	if n := w.owner.Get(w.schedule()).Doc().Find(".buffer").Length(); n != 0 {
		t.Errorf("a cancelled appointment has %d buffers", n)
	}

	// A click begins something only where that is allowed, in lanes and in cells.
	for _, view := range []string{"", "&view=week"} {
		for who, want := range map[string][]string{"owner": {w.ann.String(), w.ben.String()}, "staff": {w.ann.String()}} {
			client := w.owner
			if who == "staff" {
				client = w.staff
			}
			var may []string
			client.Get(w.schedule() + view).Doc().Find("[data-lane][data-new]").Each(func(_ int, l *goquery.Selection) { may = append(may, l.AttrOr("data-resource", "")) })
			slices.Sort(want)
			slices.Sort(may)
			if may = slices.Compact(may); !slices.Equal(may, want) {
				t.Errorf("%s%s may begin in %v", who, view, may)
			}
		}
	}

	// A night belongs to its evening.
	w.in(func(q *store.TenantTx) error {
		var week catalog.Week
		week[5], week[6], week[0] = []catalog.Hours{{From: 18 * 60, To: 1440}}, []catalog.Hours{{From: 0, To: 120}, {From: 18 * 60, To: 1440}}, []catalog.Hours{{From: 0, To: 150}, {From: 600, To: 720}}
		week[1], week[2] = []catalog.Hours{{From: 0, To: 1440}}, []catalog.Hours{{From: 0, To: 120}}
		return catalog.SetWeek(q, uuid.NullUUID{}, week)
	})
	text := w.s.At("acme").Get("/").Doc().Find("main").Text()
	for _, want := range []string{"Friday18:00–02:00", "Saturday18:00–02:30", "Sunday10:00–12:00", "Monday00:00–24:00", "Tuesday00:00–02:00"} {
		if !strings.Contains(strings.ReplaceAll(strings.Join(strings.Fields(text), ""), "(today)", ""), want) {
			t.Errorf("no %s in %s", want, text)
		}
	}
}

package handlers_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"github.com/smoothschedule/smoothschedule/store/availability"
	"github.com/smoothschedule/smoothschedule/store/catalog"
)

// withoutMidnight is the next day of a zone that does not begin at 00:00, and its
// zone; looked for hour by hour, in a way of its own.
func withoutMidnight(t *testing.T, name string) (date string, zone *time.Location) {
	t.Helper()
	zone, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	at := time.Now().Add(48 * time.Hour).Truncate(time.Hour)
	for range 800 * 24 {
		before, after := at.In(zone), at.Add(time.Hour).In(zone)
		if before.Day() != after.Day() && after.Hour() != 0 {
			return after.Format(time.DateOnly), zone
		}
		at = at.Add(time.Hour)
	}
	t.Fatal("no day of " + name + " is without a midnight")
	return "", nil
}

// TestDaysWithoutMidnight: lists, weeks, lanes and headings are of the day, also
// where the clocks skip its midnight.
func TestDaysWithoutMidnight(t *testing.T) {
	w := newSalon(t)
	setPolicies(t, w.s, w.tenant, func(p *catalog.Policies) { p.HorizonDays = 730 })
	for _, name := range []string{"America/Santiago", "Africa/Cairo"} {
		date, zone := withoutMidnight(t, name)
		w.post(w.owner, "/settings", http.StatusSeeOther, "name", "Acme", "time_zone", name, "confirm_zone", "1")
		day, _ := time.Parse(time.DateOnly, date)
		eve := day.AddDate(0, 0, -1).Format(time.DateOnly)
		for _, start := range []string{eve + "T23:15", date + "T12:00", date + "T23:00"} {
			w.post(w.owner, "/appointments", http.StatusSeeOther, "service_id", w.haircut.String(), "resource_id", w.ann.String(), "start", start, "anyway", "1", "minutes", "30", "customer_name", "C "+start)
		}
		on := func(path string) (found []string) {
			text := w.owner.Get(path).Doc().Find("main").Text()
			for _, start := range []string{eve + "T23:15", date + "T12:00", date + "T23:00"} {
				if strings.Contains(text, "C "+start) {
					found = append(found, start)
				}
			}
			return found
		}
		for path, want := range map[string][]string{
			"/appointments?date=" + eve:                                        {eve + "T23:15"},
			"/appointments?date=" + date:                                       {date + "T12:00", date + "T23:00"},
			"/schedule?view=week&date=" + date:                                 nil,
			"/schedule?view=week&resource=" + w.ann.String() + "&date=" + date: nil,
			"/schedule?view=week&resource=" + w.ann.String() + "&date=" + eve:  nil,
			"/schedule?date=" + date:                                           {date + "T12:00", date + "T23:00"},
		} {
			found := on(path)
			if want == nil { // the eve may be of another week
				found = slices.DeleteFunc(found, func(s string) bool { return strings.HasPrefix(s, eve) != strings.Contains(path, "date="+eve) })
				if want = []string{date + "T12:00", date + "T23:00"}; strings.Contains(path, "date="+eve) {
					want = []string{eve + "T23:15"}
				}
			}
			if !slices.Equal(found, want) {
				t.Errorf("%s: %s shows %v, not %v", name, path, found, want)
			}
		}
		doc := w.owner.Get("/schedule?view=week&resource=" + w.ann.String() + "&date=" + date).Doc()
		var lanes []string
		doc.Find("[data-lane]").Each(func(_ int, l *goquery.Selection) { lanes = append(lanes, l.AttrOr("data-date", "")) })
		monday := day.AddDate(0, 0, -(int(day.Weekday())+6)%7)
		for i := range 7 {
			if want := monday.AddDate(0, 0, i).Format(time.DateOnly); len(lanes) != 7 || lanes[i] != want {
				t.Fatalf("%s: the week's lanes are %v", name, lanes)
			}
		}
		if text := doc.Find("main").Text(); !strings.Contains(text, monday.AddDate(0, 0, 6).Format("2 January 2006")) {
			t.Errorf("%s: the week's heading", name)
		}
		doc = w.owner.Get("/schedule?date=" + date).Doc()
		if lane := doc.Find("[data-lane]").First().AttrOr("data-date", ""); lane != date || !strings.Contains(doc.Find("main").Text(), "The clocks go forward by 1 h on this day, at 00:00") {
			t.Errorf("%s: the day's lane is of %s: %s", name, lane, doc.Find("main").Text())
		}
		if doc := w.owner.Get("/schedule?date=" + eve).Doc(); strings.Contains(doc.Find("main").Text(), "The clocks go") {
			t.Errorf("%s: the clocks change on the day before", name)
		}
		// What is dropped on the day stays on it.
		item := w.owner.Get("/appointments?date="+date+"&resource="+w.ann.String()).Doc().Find("a.main-link").First().AttrOr("href", "")
		item, _, _ = strings.Cut(item, "?")
		w.post(w.owner, item+"/move", http.StatusSeeOther, "start", date+"T13:00", "minutes", "60", "anyway", "1")
		if text := w.owner.Get(item).Doc().Find("main").Text(); !strings.Contains(text, day.Format("Mon 2 Jan")) || !strings.Contains(text, "13:00") {
			t.Errorf("%s: moved to %.200s", name, text)
		}
		// A visitor's week has seven days, in a heading as in the list.
		last, _ := availability.ParseDate(date)
		text := w.owner.Get("/book?service_id=" + w.haircut.String() + "&zone=" + name + "&date=" + (last - 6).String()).Doc().Find("main").Text()
		if !strings.Contains(text, "–"+last.Format("2 January 2006")) && !strings.Contains(text, "– "+last.Format("2 January 2006")) {
			t.Errorf("%s: the booking page doesn't end with %s (%s): %.300s", name, last, zone, text)
		}
	}
}

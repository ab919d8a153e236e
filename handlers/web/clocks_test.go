package web_test

import (
	"strings"
	"testing"
	"time"

	"github.com/smoothschedule/smoothschedule/handlers/handlertest"
	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
)

// TestB3_OneInstant: in each zone, around both edges of daylight saving, the
// page, the mail, the calendar file and the API mean the same instant; local
// times that the clocks skip are refused.
func TestB3_OneInstant(t *testing.T) {
	zones := handlertest.Zones(t)
	edges := 0
	for _, name := range zones {
		zone, err := time.LoadLocation(name)
		if err != nil {
			continue
		}
		at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
		for range 3 {
			_, end := at.In(zone).ZoneBounds()
			if end.IsZero() || end.Year() > 2027 {
				break
			}
			edges++
			for minutes := -120; minutes <= 120; minutes += 15 {
				sameInstant(t, name, zone, end.Add(time.Duration(minutes)*time.Minute).Truncate(15*time.Minute))
			}
			skipped(t, name, zone, end)
			at = end.Add(time.Hour)
		}
	}
	if len(zones) < 300 || edges < 200 {
		t.Errorf("%d zones, %d edges", len(zones), edges)
	}
}

func sameInstant(t *testing.T, name string, zone *time.Location, at time.Time) {
	t.Helper()
	// API and the page's buttons: RFC 3339 with the zone's offset.
	text := at.In(zone).Format(time.RFC3339)
	if got, wrong := store.ParseStart(text, zone); wrong != "" || !got.Equal(at) {
		t.Errorf("%s: %s is read as %s %s", name, text, got, wrong)
	}
	// A local time means the first instant at which the clocks show it.
	local := at.In(zone).Format("2006-01-02T15:04")
	if got, wrong := store.ParseStart(local, zone); wrong != "" || got.In(zone).Format("2006-01-02T15:04") != local || got.After(at) || at.Sub(got) > 24*time.Hour {
		t.Errorf("%s: local %s is read as %s %s", name, local, got, wrong)
	}
	// Page and mail: local time with the zone's name for that moment.
	abbreviation, _ := at.In(zone).Zone()
	if said := web.When(at, at, zone); !strings.Contains(said, at.In(zone).Format("15:04")) || !strings.HasSuffix(said, ", "+abbreviation+")") {
		t.Errorf("%s: %s is said as %s", name, text, said)
	}
	file := string(web.Calendar("", web.CalendarEvent{ID: "x", Start: at, End: at.Add(time.Hour), Changed: at, Title: "x"}))
	if !strings.Contains(file, "DTSTART:"+at.UTC().Format("20060102T150405Z")+"\r\n") {
		t.Errorf("%s: %s is filed as %s", name, text, file)
	}
}

// skipped sees that a local time inside a gap is no time.
func skipped(t *testing.T, name string, zone *time.Location, edge time.Time) {
	t.Helper()
	_, before := edge.Add(-time.Second).In(zone).Zone()
	_, after := edge.In(zone).Zone()
	if after-before < 20*60 {
		return
	}
	wall := edge.Add(time.Duration(before) * time.Second).Add(10 * time.Minute).UTC().Format("2006-01-02T15:04")
	if got, wrong := store.ParseStart(wall, zone); wrong == "" {
		t.Errorf("%s: %s does not exist and is read as %s", name, wall, got)
	}
}

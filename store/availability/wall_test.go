package availability

import (
	"archive/zip"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// zones are all that the time zone database has, from the toolchain's own copy.
func zones(t testing.TB) []*time.Location {
	t.Helper()
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	archive, err := zip.OpenReader(filepath.Join(strings.TrimSpace(string(root)), "lib", "time", "zoneinfo.zip"))
	if err != nil {
		t.Fatal(err)
	}
	defer archive.Close()
	var list []*time.Location
	for _, f := range archive.File {
		if strings.HasSuffix(f.Name, "/") {
			continue
		}
		zone, err := time.LoadLocation(f.Name)
		if err != nil {
			t.Fatalf("%s: %v", f.Name, err)
		}
		list = append(list, zone)
	}
	if len(list) < 400 {
		t.Fatalf("only %d zones", len(list))
	}
	return list
}

// edges are the moments of a year at which a zone's clocks jump.
func edges(zone *time.Location, year int) []time.Time {
	var list []time.Time
	at := time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC).In(zone)
	for {
		_, end := at.ZoneBounds()
		if end.IsZero() || end.Year() > year {
			return list
		}
		_, before := at.Zone()
		if _, after := end.Zone(); after != before {
			list = append(list, end)
		}
		at = end
	}
}

// shows is what a zone's clocks show at a moment, as seconds.
func shows(t time.Time) int64 {
	y, m, d := t.Date()
	hour, minutes, seconds := t.Clock()
	return int64(On(y, m, d))*day + int64(hour*3600+minutes*60+seconds)
}

// TestAtOnBothEdgesOfAllZones holds At against walking through the hours around
// each jump minute by minute.
func TestAtOnBothEdgesOfAllZones(t *testing.T) {
	jumps := 0
	for _, zone := range zones(t) {
		for _, edge := range edges(zone, 2026) {
			jumps++
			for i := -180; i <= 180; i += 10 {
				// The wall time that would be if the clocks did not jump, and
				// the one that is.
				_, before := edge.Add(-time.Second).Zone()
				for _, wall := range []int64{edge.Unix() + int64(before) + int64(i)*60, shows(edge.Add(time.Duration(i) * time.Minute))} {
					want := edge.Add(-6 * time.Hour)
					for shows(want) < wall {
						want = want.Add(time.Minute)
					}
					date := Date(floorDiv(wall, day))
					if got := date.At(int(wall-int64(date)*day)/60, zone); !got.Equal(want) {
						t.Fatalf("%s %s minute %d: %s, want %s", zone, date, (wall-int64(date)*day)/60, got, want)
					}
				}
			}
		}
	}
	if jumps < 200 {
		t.Errorf("only %d jumps were looked at", jumps)
	}
}

// TestSlotsOnBothEdgesOfAllZones: open all day, every quarter of an hour that
// exists is offered once for each time that the clocks show it.
func TestSlotsOnBothEdgesOfAllZones(t *testing.T) {
	var always Week
	for i := range always {
		always[i] = []Hours{{0, 1440}}
	}
	for _, zone := range zones(t) {
		for _, edge := range edges(zone, 2026) {
			date := DateOf(edge)
			whole := date.Day(zone)
			q := Query{Now: edge.AddDate(0, 0, -2), From: whole.Start, To: whole.End, Business: Calendar{Zone: zone, Week: always},
				Resources: make([]Resource, 1), Service: Service{Duration: time.Hour, Sets: [][]int{{0}}}, Policy: Policy{StepMinutes: 15}}
			var want []time.Time
			for at := whole.Start; at.Before(whole.End); at = at.Add(time.Minute) {
				if at.Minute()%15 == 0 {
					want = append(want, at)
				}
			}
			got := Slots(q)
			if len(got) != len(want) {
				t.Fatalf("%s %s: %d starts, want %d", zone, date, len(got), len(want))
			}
			for i, slot := range got {
				if !slot.Start.Equal(want[i]) || slot.End.Sub(slot.Start) != time.Hour {
					t.Fatalf("%s: %s to %s, want %s", zone, slot.Start, slot.End, want[i])
				}
			}
		}
	}
}

func TestDates(t *testing.T) {
	for text, want := range map[string]time.Weekday{"2026-11-22": time.Sunday, "1969-12-31": time.Wednesday, "2000-02-29": time.Tuesday} {
		d, err := ParseDate(text)
		if err != nil || d.String() != text || d.Weekday() != want {
			t.Errorf("%s: %s %s %v", text, d, d.Weekday(), err)
		}
	}
	if _, err := ParseDate("2026-02-30"); err == nil {
		t.Error("30 February was taken")
	}
	// Samoa left a day out when it crossed the date line.
	apia, err := time.LoadLocation("Pacific/Apia")
	if err != nil {
		t.Fatal(err)
	}
	if missing := On(2011, time.December, 30).Day(apia); !missing.Start.Equal(missing.End) {
		t.Errorf("the day that never was lasts %s", missing.End.Sub(missing.Start))
	}
}

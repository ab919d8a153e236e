package availability

import (
	"testing"
	"time"
)

// TestTwiceInAllZones holds Twins and ClockText against a list of what the clocks
// of each zone show around each jump, minute by minute.
func TestTwiceInAllZones(t *testing.T) {
	const hours = 5
	doubles := 0
	for _, zone := range zones(t) {
		for _, edge := range edges(zone, 2026) {
			shown := map[string][]time.Time{} // by wall time
			for m := -60 * hours; m < 60*hours; m++ {
				at := edge.Add(time.Duration(m) * time.Minute).In(zone)
				shown[at.Format("2006-01-02 15:04")] = append(shown[at.Format("2006-01-02 15:04")], at)
			}
			for wall, moments := range shown {
				texts := map[string]bool{}
				for _, at := range moments {
					first, second, twice := Twins(at)
					if twice != (len(moments) == 2) || !first.Equal(moments[0]) || !second.Equal(moments[len(moments)-1]) {
						t.Fatalf("%s %s: %s, %s, %v; want %v", zone, wall, first, second, twice, moments)
					}
					texts[ClockText(at)] = true
				}
				if len(texts) != len(moments) {
					t.Fatalf("%s %s reads %v", zone, wall, texts)
				}
				if len(moments) == 2 {
					doubles++
				}
			}
		}
	}
	if doubles < 3000 {
		t.Errorf("only %d minutes came twice", doubles)
	}
}

func TestClockText(t *testing.T) {
	for zone, want := range map[string][2]string{"Europe/Zurich": {"02:30 CEST", "02:30 CET"}, "Australia/Lord_Howe": {"01:30 UTC+11:00", "01:30 UTC+10:30"}} {
		loc, err := time.LoadLocation(zone)
		if err != nil {
			t.Fatal(err)
		}
		day, clock := On(2026, time.October, 25), 150
		if zone != "Europe/Zurich" {
			day, clock = On(2027, time.April, 4), 90
		}
		first, second, _ := Twins(day.At(clock, loc))
		if ClockText(first) != want[0] || ClockText(second) != want[1] || ClockText(day.At(600, loc)) != "10:00" {
			t.Errorf("%s: %s, %s", zone, ClockText(first), ClockText(second))
		}
	}
}

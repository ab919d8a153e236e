package platform

import (
	"testing"
	"time"

	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/views/ui"
)

func TestChangeHasItsMeaning(t *testing.T) {
	for _, c := range []struct {
		now, before float64
		lessIsGood  bool
		trend       ui.Trend
		meaning     ui.Meaning
	}{
		{110, 100, false, ui.Up, ui.Good}, {90, 100, false, ui.Down, ui.Bad}, {100, 100, false, ui.Flat, ui.Neutral},
		{110, 100, true, ui.Up, ui.Bad}, {90, 100, true, ui.Down, ui.Good}, {0, 0, true, ui.Flat, ui.Neutral},
	} {
		if d := grew(c.now, c.before, "", c.lessIsGood); d.Trend != c.trend || d.Meaning != c.meaning {
			t.Errorf("%+v: %+v", c, d)
		}
	}
	if grew(5, 0, "", false) != nil {
		t.Error("a growth from nothing has no percentage")
	}
	if d := points(1.8, 2.1, ""); d.Trend != ui.Down || d.Meaning != ui.Good {
		t.Errorf("falling churn: %+v", d)
	}
}

// TestSparklinesLeaveNoDayOut: what happened on any one day is in the line, however
// many days a point stands for, and the last point is today's state.
func TestSparklinesLeaveNoDayOut(t *testing.T) {
	for _, n := range []int{1, 30, 59, 60, 61, 90, 119, 365} {
		days := make([]store.PlatformDay, n)
		for i := range days {
			days[i] = store.PlatformDay{Day: time.Now().AddDate(0, 0, i-n), SignUps: 1 + i%3, Active: i}
		}
		total := 0.0
		for _, d := range days {
			total += float64(d.SignUps)
		}
		happened := spark(days, sumOf, func(d store.PlatformDay) float64 { return float64(d.SignUps) })
		if sumOf(happened) != total || len(happened) > maxSpark {
			t.Errorf("%d days: %v in %d points, want %v", n, sumOf(happened), len(happened), total)
		}
		if state := spark(days, lastOf, func(d store.PlatformDay) float64 { return float64(d.Active) }); state[len(state)-1] != float64(n-1) {
			t.Errorf("%d days: the line ends with %v", n, state[len(state)-1])
		}
	}
	if got := signed(287715.5); got != "+287,715.5" {
		t.Errorf("a large change reads %s", got)
	}
}

package platform

import (
	"testing"
	"time"

	"github.com/smoothschedule/smoothschedule/store/console"
)

// TestSparklinesLeaveNoDayOut: what happened on any one day is in the line, however
// many days a point stands for, and the last point is today's state.
func TestSparklinesLeaveNoDayOut(t *testing.T) {
	for _, n := range []int{1, 30, 59, 60, 61, 90, 119, 365} {
		days := make([]console.PlatformDay, n)
		for i := range days {
			days[i] = console.PlatformDay{Day: time.Now().AddDate(0, 0, i-n), SignUps: 1 + i%3, Active: i}
		}
		total := 0.0
		for _, d := range days {
			total += float64(d.SignUps)
		}
		happened := spark(days, sumOf, func(d console.PlatformDay) float64 { return float64(d.SignUps) })
		if sumOf(happened) != total || len(happened) > maxSpark {
			t.Errorf("%d days: %v in %d points, want %v", n, sumOf(happened), len(happened), total)
		}
		if state := spark(days, lastOf, func(d console.PlatformDay) float64 { return float64(d.Active) }); state[len(state)-1] != float64(n-1) {
			t.Errorf("%d days: the line ends with %v", n, state[len(state)-1])
		}
	}
}

package availability

import (
	"strings"
	"time"
)

// Twins are the two instants at which the clocks of a zone show what they show at
// a moment, where they go back over it; twice is false where there is one alone.
func Twins(at time.Time) (first, second time.Time, twice bool) {
	_, offset := at.Zone()
	began, ends := at.ZoneBounds()
	if !began.IsZero() {
		_, before := began.Add(-time.Second).Zone()
		if back := time.Duration(before-offset) * time.Second; at.Before(began.Add(back)) {
			return at.Add(-back), at, true
		}
	}
	if !ends.IsZero() {
		_, after := ends.Zone()
		if back := time.Duration(offset-after) * time.Second; !at.Before(ends.Add(-back)) {
			return at, at.Add(back), true
		}
	}
	return at, at, false
}

// ClockText is the time of day that the clocks of at's zone show, with the name of
// what they follow where they show it twice.
func ClockText(at time.Time) string {
	if _, _, twice := Twins(at); !twice {
		return at.Format("15:04")
	}
	return NamedClock(at)
}

// NamedClock is a time of day with the name of what the clocks follow then: "02:30
// CEST", and the distance from UTC where that has no name of its own.
func NamedClock(at time.Time) string {
	first, second, _ := Twins(at)
	name, _ := at.Zone()
	one, _ := first.Zone()
	other, _ := second.Zone()
	if strings.Trim(name, "+-0123456789") == "" || one == other && !first.Equal(second) {
		name = "UTC" + at.Format("-07:00")
	}
	return at.Format("15:04 ") + name
}

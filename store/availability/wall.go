package availability

import "time"

// Date is a day of the calendar, counted from 1 January 1970; in which zone is
// said where it is used.
type Date int

const (
	minute = 60
	day    = 24 * 60 * minute
	// farthest is more than any zone's clocks are away from UTC.
	farthest = day
)

// On is the date of a year, month and day.
func On(year int, month time.Month, dayOfMonth int) Date {
	return Date(floorDiv(time.Date(year, month, dayOfMonth, 0, 0, 0, 0, time.UTC).Unix(), day))
}

// DateOf is the date that the clocks of t's own location show.
func DateOf(t time.Time) Date { return On(t.Date()) }

// ParseDate reads a date like 2026-11-22.
func ParseDate(text string) (Date, error) {
	t, err := time.Parse(time.DateOnly, text)
	return DateOf(t), err
}

// String is the date as 2026-11-22.
func (d Date) String() string { return d.Format(time.DateOnly) }

// Format writes a date by a layout of package time, in no zone.
func (d Date) Format(layout string) string { return time.Unix(int64(d)*day, 0).UTC().Format(layout) }

// FirstOfMonth is the first date of its month, or of one some months later.
func (d Date) FirstOfMonth(later int) Date {
	y, m, _ := time.Unix(int64(d)*day, 0).UTC().Date()
	return On(y, m+time.Month(later), 1)
}

// Weekday is the date's day of the week.
func (d Date) Weekday() time.Weekday { return time.Weekday(((int(d)+4)%7 + 7) % 7) }

// At is the first moment at which the clocks of a zone show a date's minute, or
// later: where the clocks skip it, the moment of the skip; where they show it
// twice, the first of the two. Minute 1440 is the end of the day.
func (d Date) At(minutes int, zone *time.Location) time.Time {
	return time.Unix(instant(int64(d)*day+int64(minutes)*minute, zone), 0).In(zone)
}

// Day is a whole date in a zone: 23, 24 or 25 hours, or none where the zone
// left a date out.
func (d Date) Day(zone *time.Location) Interval {
	return Interval{d.At(0, zone), (d + 1).At(0, zone)}
}

// instant finds the first second at which the clocks of a zone show at least
// wall, which counts seconds as if the zone were UTC.
func instant(wall int64, zone *time.Location) int64 {
	at := time.Unix(wall-farthest, 0).In(zone)
	for {
		_, offset := at.Zone()
		_, end := at.ZoneBounds()
		first := max(at.Unix(), wall-int64(offset))
		if end.IsZero() || first < end.Unix() {
			return first
		}
		at = end
	}
}

// starts lists the seconds in [from, to) at which the clocks of a zone show a
// multiple of step minutes since midnight. What they show twice is there twice.
func starts(from, to int64, step int, zone *time.Location) []int64 {
	var list []int64
	for at := from; at < to; {
		t := time.Unix(at, 0).In(zone)
		_, seconds := t.Zone()
		offset, stop := int64(seconds), to
		if _, end := t.ZoneBounds(); !end.IsZero() {
			stop = min(to, end.Unix())
		}
		for midnight := floorDiv(at+offset, day) * day; midnight < stop+offset; midnight += day {
			for m := int64(0); m < day; m += int64(step) * minute {
				if s := midnight + m - offset; s >= at && s < stop {
					list = append(list, s)
				}
			}
		}
		at = stop
	}
	return list
}

func floorDiv(a, b int64) int64 {
	if a < 0 && a%b != 0 {
		return a/b - 1
	}
	return a / b
}

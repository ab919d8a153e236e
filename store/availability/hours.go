package availability

import "time"

// Hours is a stretch of a local day in minutes since midnight; To 1440 is its end.
type Hours struct{ From, To int }

// Week holds the hours of each weekday, Sunday first. A break is what lies
// between two hours of a day; a day without hours is closed.
type Week [7][]Hours

// Override says that the days First to Last have other hours, or none: a
// holiday, time off, a long Saturday. Where several meet, a closed one wins.
type Override struct {
	First, Last Date
	Open        []Hours
}

// Calendar is when a business is open, in its own zone.
type Calendar struct {
	Zone      *time.Location
	Week      Week
	Overrides []Override
}

// on returns the hours that overrides give to a date, and whether they do.
func on(overrides []Override, d Date) (hours []Hours, given bool) {
	for _, o := range overrides {
		if d < o.First || d > o.Last {
			continue
		}
		if len(o.Open) == 0 {
			return nil, true
		}
		hours, given = append(hours, o.Open...), true
	}
	return hours, given
}

// ClosedOn says whether overrides close a whole day.
func ClosedOn(overrides []Override, d Date) bool {
	hours, given := on(overrides, d)
	return given && len(hours) == 0
}

// open lists when a week with its overrides is open between two moments and,
// at the edges, a day around them.
func open(week *Week, overrides []Override, zone *time.Location, around span) []span {
	var spans []span
	for d := range dates(around, zone) {
		hours, changed := on(overrides, d)
		if !changed {
			hours = week[d.Weekday()]
		}
		spans = append(spans, at(d, hours, zone)...)
	}
	return merge(spans)
}

func at(d Date, hours []Hours, zone *time.Location) []span {
	spans := make([]span, len(hours))
	for i, h := range hours {
		spans[i] = span{instant(int64(d)*day+int64(h.From)*minute, zone), instant(int64(d)*day+int64(h.To)*minute, zone)}
	}
	return spans
}

// changed lists the whole days that have overrides, and the hours given to them.
func changed(overrides []Override, zone *time.Location, around span) (days, hours []span) {
	if len(overrides) == 0 {
		return nil, nil
	}
	for d := range dates(around, zone) {
		if other, given := on(overrides, d); given {
			days = append(days, spanOf(d.Day(zone)))
			hours = append(hours, at(d, other, zone)...)
		}
	}
	return merge(days), merge(hours)
}

// dates yields the dates of a zone that touch a span. One more at the end: where
// clocks go back over midnight, they show the old date again in the new day.
func dates(around span, zone *time.Location) func(yield func(Date) bool) {
	first := DateOf(time.Unix(around.from, 0).In(zone))
	last := DateOf(time.Unix(around.to, 0).In(zone)) + 1
	return func(yield func(Date) bool) {
		for d := first; d <= last; d++ {
			if !yield(d) {
				return
			}
		}
	}
}

package seed

import (
	"slices"
	"time"
)

// span is an opening in minutes since local midnight.
type span struct{ opens, closes int }

// week holds the openings of each weekday, Sunday first.
type week [7][]span

func (b *business) weekOf(r resource) week {
	if r.week != nil {
		return *r.week
	}
	return b.week
}

// booker puts appointments into a business's calendar so that buffers stay
// within opening hours and no resource is taken twice.
type booker struct {
	*business
	source
	now   time.Time
	short int                    // book nothing longer than these minutes; 0: anything
	taken map[int][][2]time.Time // by resource, of the day in hand
}

// local returns the midnight that begins a day, counted from today.
func (k *booker) local(offset int) time.Time {
	t := k.now.In(k.zone)
	return time.Date(t.Year(), t.Month(), t.Day()+offset, 0, 0, 0, 0, k.zone)
}

func (k *booker) isClosed(day time.Time) bool {
	return slices.ContainsFunc(k.closed, func(c time.Time) bool { return c.Equal(day) })
}

func (k *booker) free(r int, from, to time.Time) bool {
	for _, a := range k.absences {
		if a.resource == r && from.Before(a.last.AddDate(0, 0, 1)) && a.first.Before(to) {
			return false
		}
	}
	for _, t := range k.taken[r] {
		if from.Before(t[1]) && t[0].Before(to) {
			return false
		}
	}
	for _, b := range k.blockers {
		if b.resource == r && from.Before(b.end) && b.start.Before(to) {
			return false
		}
	}
	return true
}

// fillDay books a day. density is the chance that a free quarter or half hour
// begins an appointment: 1 fills the day.
func (k *booker) fillDay(offset int, density float64) []appointment {
	day := k.local(offset)
	if k.isClosed(day) {
		return nil
	}
	k.taken = make(map[int][][2]time.Time)
	var list []appointment
	for r, res := range k.resources {
		if res.kind != "STAFF" {
			continue
		}
		for _, open := range k.weekOf(res)[day.Weekday()] {
			cursor := at(day, open.opens)
			closes := at(day, open.closes)
			for cursor.Before(closes) {
				if k.Float64() >= density {
					cursor = cursor.Add(time.Duration(k.between(1, 3)) * 15 * time.Minute)
					continue
				}
				a, until, ok := k.book(r, cursor, closes)
				if !ok {
					cursor = cursor.Add(15 * time.Minute)
					continue
				}
				list = append(list, a)
				cursor = until
			}
		}
	}
	return list
}

// at is wall time: a day on which the clocks change has the same openings.
func at(day time.Time, minutes int) time.Time {
	return time.Date(day.Year(), day.Month(), day.Day(), 0, minutes, 0, 0, day.Location())
}

// book tries a few services for a member of staff at a moment.
func (k *booker) book(r int, from, closes time.Time) (_ appointment, until time.Time, ok bool) {
	for range 3 {
		i := k.IntN(len(k.services))
		s := k.services[i]
		if s.hidden || !k.resources[r].does(i, s) || k.short > 0 && s.minutes > k.short {
			continue
		}
		start := from.Add(time.Duration(s.before) * time.Minute)
		end := start.Add(time.Duration(s.minutes) * time.Minute)
		until = end.Add(time.Duration(s.after) * time.Minute)
		if until.After(closes) || !k.free(r, from, until) {
			continue
		}
		takes := []int{r}
		if s.needs != "" {
			second := slices.IndexFunc(k.resources, func(x resource) bool {
				return x.kind == s.needs && x.does(i, s) && k.free(k.indexOf(x), from, until)
			})
			if second < 0 {
				continue
			}
			takes = append(takes, second)
		}
		for _, x := range takes {
			k.taken[x] = append(k.taken[x], [2]time.Time{from, until})
		}
		// The next begins on a quarter of an hour.
		if rest := until.Sub(from) % (15 * time.Minute); rest > 0 {
			return appointment{service: i, resources: takes, start: start, end: end}, until.Add(15*time.Minute - rest), true
		}
		return appointment{service: i, resources: takes, start: start, end: end}, until, true
	}
	return appointment{}, until, false
}

func (k *booker) indexOf(r resource) int {
	return slices.IndexFunc(k.resources, func(x resource) bool { return x.id == r.id })
}

// perDay estimates how many appointments a day takes at density 1.
func (k *booker) perDay() float64 {
	minutes := 0
	for _, r := range k.resources {
		if r.kind != "STAFF" {
			continue
		}
		for _, day := range k.weekOf(r) {
			for _, s := range day {
				minutes += s.closes - s.opens
			}
		}
	}
	return float64(minutes) / 7 / 60
}

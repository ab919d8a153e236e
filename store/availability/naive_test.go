package availability

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
)

// naive answers a query minute by minute, the way one would explain the rules.
type naive struct {
	Query
	moments map[string]time.Time
}

// moment walks to the first minute at which the clocks show a wall time or later.
func (n *naive) moment(d Date, minutes int, zone *time.Location) time.Time {
	key := fmt.Sprint(d, minutes, zone)
	if at, ok := n.moments[key]; ok {
		return at
	}
	at := time.Unix(int64(d-2)*day, 0).In(zone)
	for shows(at) < int64(d)*day+int64(minutes)*60 {
		at = at.Add(time.Minute)
	}
	n.moments[key] = at
	return at
}

func (n *naive) within(at time.Time, d Date, hours []Hours, zone *time.Location) bool {
	return slices.ContainsFunc(hours, func(h Hours) bool {
		return !at.Before(n.moment(d, h.From, zone)) && at.Before(n.moment(d, h.To, zone))
	})
}

// dateAt is the date whose day a moment lies in: the last one that began.
func (n *naive) dateAt(at time.Time, zone *time.Location) Date {
	d := DateOf(at.In(zone)) + 1
	for at.Before(n.moment(d, 0, zone)) {
		d--
	}
	return d
}

func (n *naive) isOpen(r Resource, at time.Time) bool {
	zone, own := n.Business.Zone, n.Business.Zone
	if r.Zone != nil {
		own = r.Zone
	}
	date := n.dateAt(at, zone)
	hours, changed := on(n.Business.Overrides, date)
	if changed && !n.within(at, date, hours, zone) || covered(n.Blocked, at) || covered(r.Busy, at) {
		return false
	}
	there := n.dateAt(at, own)
	if other, given := on(r.Overrides, there); given {
		return n.within(at, there, other, own)
	}
	switch {
	case r.Week != nil:
		return n.within(at, there, r.Week[there.Weekday()], own)
	case changed:
		return true
	}
	return n.within(at, date, n.Business.Week[date.Weekday()], zone)
}

func covered(list []Interval, at time.Time) bool {
	return slices.ContainsFunc(list, func(i Interval) bool { return !at.Before(i.Start) && at.Before(i.End) })
}

func (n *naive) free(r Resource, start time.Time) bool {
	end := start.Add(n.Service.Duration + n.Service.After)
	for at := start.Add(-n.Service.Before); at.Before(end); at = at.Add(time.Minute) {
		if !n.isOpen(r, at) {
			return false
		}
	}
	return true
}

// possible tries all ways to take one of each set.
func (n *naive) possible(sets [][]int, taken []int, start time.Time) bool {
	if len(sets) == 0 {
		return true
	}
	return slices.ContainsFunc(sets[0], func(r int) bool {
		return !slices.Contains(taken, r) && n.free(n.Resources[r], start) && n.possible(sets[1:], append(slices.Clone(taken), r), start)
	})
}

func (n *naive) starts() []time.Time {
	var list []time.Time
	last := n.Now.In(n.Business.Zone).AddDate(0, 0, n.Policy.HorizonDays).Format(time.DateOnly)
	for at := n.From.In(n.Business.Zone); at.Before(n.To); at = at.Add(time.Minute) {
		if (at.Hour()*60+at.Minute())%n.Policy.StepMinutes != 0 || at.Before(n.Now.Add(n.Policy.Notice)) {
			continue
		}
		if n.Policy.HorizonDays > 0 && at.Format(time.DateOnly) > last {
			continue
		}
		if n.possible(n.Service.Sets, nil, at) {
			list = append(list, at)
		}
	}
	return list
}

var oddZones = []string{"Europe/Zurich", "America/New_York", "Australia/Lord_Howe", "America/Havana", "Africa/Cairo", "Asia/Beirut", "Pacific/Chatham",
	"America/Santiago", "Atlantic/Azores", "Asia/Kathmandu", "America/St_Johns", "Antarctica/Troll", "Africa/Casablanca", "UTC"}

// random makes a query around a day on which clocks jump, if they do anywhere.
func random(t testing.TB, r *rand.Rand) Query {
	load := func() *time.Location {
		zone, err := time.LoadLocation(oddZones[r.IntN(len(oddZones))])
		if err != nil {
			t.Fatal(err)
		}
		return zone
	}
	zone := load()
	near := time.Date(2026, time.Month(1+r.IntN(12)), 1+r.IntN(28), r.IntN(24), 15*r.IntN(4), 0, 0, time.UTC)
	if jumps := edges(zone, 2026); len(jumps) > 0 && r.IntN(4) > 0 {
		near = jumps[r.IntN(len(jumps))].Add(time.Duration(r.IntN(8)-4) * time.Hour)
	}
	hours := func() (list []Hours) {
		for range r.IntN(3) {
			from := 5 * r.IntN(280)
			list = append(list, Hours{from, min(1440, from+5*(1+r.IntN(200)))})
		}
		return list
	}
	week := func() (w Week) {
		for i := range w {
			w[i] = hours()
			if r.IntN(3) == 0 {
				w[i] = []Hours{{0, 1440}}
			}
		}
		return w
	}
	overrides := func() (list []Override) {
		for range r.IntN(3) {
			first := DateOf(near) + Date(r.IntN(5)-2)
			list = append(list, Override{first, first + Date(r.IntN(2)), hours()})
		}
		return list
	}
	busy := func(n int) (list []Interval) {
		for range r.IntN(n) {
			from := near.Add(time.Duration(r.IntN(600)-300) * 5 * time.Minute)
			list = append(list, Interval{from, from.Add(time.Duration(r.IntN(30)) * 5 * time.Minute)})
		}
		return list
	}
	q := Query{
		Now: near.Add(-time.Duration(r.IntN(40)) * time.Hour), From: near.Add(-12 * time.Hour), To: near.Add(14 * time.Hour),
		Business: Calendar{zone, week(), overrides()}, Blocked: busy(2),
		Service: Service{Duration: time.Duration(1+r.IntN(12)) * 10 * time.Minute, Before: time.Duration(r.IntN(4)) * 5 * time.Minute, After: time.Duration(r.IntN(4)) * 5 * time.Minute},
		Policy:  Policy{Notice: time.Duration(r.IntN(20)) * time.Hour, HorizonDays: r.IntN(4), StepMinutes: []int{5, 15, 20, 50, 60}[r.IntN(5)]},
	}
	for i := range 1 + r.IntN(4) {
		resource := Resource{ID: uuid.UUID{byte(i + 1)}, Overrides: overrides(), Busy: busy(12), Load: r.IntN(3)}
		if r.IntN(2) == 0 {
			own := week()
			resource.Week = &own
		}
		if r.IntN(3) == 0 {
			resource.Zone = load()
		}
		q.Resources = append(q.Resources, resource)
	}
	for range 1 + r.IntN(3) {
		var set []int
		for i := range q.Resources {
			if r.IntN(3) > 0 {
				set = append(set, i)
			}
		}
		q.Service.Sets = append(q.Service.Sets, set)
	}
	return q
}

func compare(t *testing.T, q Query) (found int) {
	t.Helper()
	n := &naive{Query: q, moments: map[string]time.Time{}}
	want, got := n.starts(), Slots(q)
	for i := range max(len(want), len(got)) {
		switch {
		case i >= len(got) || i < len(want) && want[i].Before(got[i].Start):
			t.Fatalf("%s is missing in %+v", want[i], q)
		case i >= len(want) || got[i].Start.Before(want[i]):
			t.Fatalf("%s is too much in %+v", got[i].Start, q)
		}
		slot := got[i]
		for at, id := range slot.Resources {
			if slices.Contains(slot.Resources[:at], id) || !n.free(q.Resources[id[0]-1], slot.Start) || !slices.Contains(q.Service.Sets[at], int(id[0]-1)) {
				t.Fatalf("%s takes %v in %+v", slot.Start, slot.Resources, q)
			}
		}
		if again, why := Check(q, slot.Start); why != Free || !slices.Equal(again.Resources, slot.Resources) {
			t.Fatalf("Check of %s: %q %v, want %v", slot.Start, why, again.Resources, slot.Resources)
		}
	}
	return len(got)
}

// TestSlotsAgainstMinutes holds Slots against the naive answer.
func TestSlotsAgainstMinutes(t *testing.T) {
	rounds, found := 400, 0
	if testing.Short() {
		rounds = 100
	}
	for seed := range rounds {
		found += compare(t, random(t, rand.New(rand.NewPCG(1, uint64(seed)))))
	}
	if found < 10*rounds {
		t.Errorf("only %d starts in %d queries", found, rounds)
	}
}

func FuzzSlots(f *testing.F) {
	for seed := range uint64(5) {
		f.Add(seed, seed)
	}
	f.Fuzz(func(t *testing.T, a, b uint64) { compare(t, random(t, rand.New(rand.NewPCG(a, b)))) })
}

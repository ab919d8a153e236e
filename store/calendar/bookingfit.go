package calendar

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/availability"
	"github.com/smoothschedule/smoothschedule/store/catalog"
	"github.com/smoothschedule/smoothschedule/store/internal/db"
)

// Placement is where an appointment shall go.
type Placement struct {
	Start     time.Time
	Minutes   int
	Resource  uuid.NullUUID
	OrAnybody bool        // whoever does it, once resource does not any more
	Exactly   []uuid.UUID // all that it takes, when nothing else will do
	Party     int
	Hold      uuid.UUID
	AnyTime   bool // the team: notice, horizon, step, hours and what time it is don't matter
	Ask       bool // … but what is outside of hours or long past has to be insisted on
	Moving    uuid.UUID
	Prefers   []uuid.UUID
	Was       time.Time // where what moves begins now
	Began     bool      // it has begun and its start stays: what is over needs nobody any more
}

const (
	// writtenFor is how long afterwards the team writes something down without a
	// question: further back it is often a wrong date …
	writtenFor = 24 * time.Hour
	// … and further back than this it always is.
	writtenMost = 366 * 24 * time.Hour
)

// PastProblem is what speaks against a place in the past; nil when nothing does.
func (at Placement) PastProblem(end, now time.Time) error {
	switch {
	case !at.AnyTime || !at.Start.Before(now) || at.Start.Equal(at.Was):
		return nil
	case at.Start.Before(now.Add(-writtenMost)):
		return db.InvalidField("start", "This is more than a year ago.")
	case !at.Ask:
		return nil
	}
	e := Refused(availability.TooSoon, nil)
	switch e.Anyway = true; {
	case at.Start.Before(now.Add(-writtenFor)):
		e.Message = "This is more than a day ago."
	case at.Was.After(now) && !end.After(now):
		e.Message = "This is over already, and the customer is not told of it."
	default:
		return nil
	}
	return e
}

// LeaveThePast frees what is over of an appointment that has begun: those who do it
// stay with it, and who comes in while it runs is taken from now on.
func (x *Question) LeaveThePast(now time.Time, at Placement) {
	runs := at.Start.Add(x.Service.Duration).After(now)
	for i := range x.Resources {
		if r := &x.Resources[i]; runs || slices.Contains(at.Prefers, r.ID) {
			r.Keeps = append(r.Keeps, Interval{Start: at.Start.Add(-x.Service.Before), End: now})
		}
	}
}

// OutsideText says what keeps a slot out of the hours. Who was not asked for is
// named as the one of those who could have done it.
func OutsideText(q *db.TenantTx, x Question, slot availability.Slot, asked bool) (string, error) {
	taken := Interval{Start: slot.Start.Add(-x.Service.Before), End: slot.End.Add(x.Service.After)}
	covers := func(open []Interval) bool {
		return slices.ContainsFunc(open, func(o Interval) bool { return !o.Start.After(taken.Start) && !o.End.Before(taken.End) })
	}
	for i, open := range availability.Open(x.Query, taken) {
		r := x.Resources[i]
		if !slices.Contains(slot.Resources, r.ID) || covers(open) {
			continue
		}
		if availability.ClosedOn(x.Business.Overrides, availability.DateOf(slot.Start.In(x.Business.Zone))) {
			return "The business is closed on this day.", nil
		}
		zone := x.Business.Zone
		if r.Zone != nil {
			zone = r.Zone
		}
		resource, err := catalog.ReadResource(q, r.ID)
		off := availability.ClosedOn(r.Overrides, availability.DateOf(slot.Start.In(zone)))
		choice := !asked && resource.Kind == "STAFF" && x.choiceOf(i)
		goesTo := "Nobody who does this is there and free then. Booked all the same, it goes to " + resource.Name
		switch {
		case choice && off:
			return goesTo + ", who has time off on this day.", err
		case choice:
			return goesTo + ", outside of the hours.", err
		case off:
			return resource.Name + " has time off on this day.", err
		}
		return "This is outside the hours of " + resource.Name + ".", err
	}
	return "Nobody who works then is free.", nil
}

// choiceOf says whether a resource is one of several that could do the same.
func (x *Question) choiceOf(i int) bool {
	return slices.ContainsFunc(x.Service.Sets, func(set []int) bool { return len(set) > 1 && slices.Contains(set, i) })
}

// OpenAlways lets the team book at any time. What is taken or blocked stays so.
func (x *Question) OpenAlways() {
	x.Resources = slices.Clone(x.Resources)
	for day := range x.Business.Week {
		x.Business.Week[day] = []catalog.Hours{{From: 0, To: 1440}}
	}
	x.Policy, x.Business.Overrides = availability.Policy{}, nil
	for i := range x.Resources {
		x.Resources[i].Week, x.Resources[i].Overrides = nil, nil
	}
}

// maxNearest is how many other starts a refusal offers.
const maxNearest = 5

// Nearest finds the free starts that lie next to a refused one: in the days
// around it, which are read already, or else as far as can be booked.
func Nearest(q *db.TenantTx, s catalog.Service, p catalog.Policies, w Wish, at Placement, around availability.Query) ([]availability.Slot, error) {
	slots := availability.Slots(around)
	if len(slots) == 0 {
		var err error
		w.From, w.To = DaysAround(q, at.Start, 90)
		if slots, err = readSlots(q, s, p, w); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(slots, func(a, b availability.Slot) int {
		return cmp.Compare(a.Start.Sub(at.Start).Abs(), b.Start.Sub(at.Start).Abs())
	})
	slots = slots[:min(len(slots), maxNearest)]
	slices.SortFunc(slots, func(a, b availability.Slot) int { return a.Start.Compare(b.Start) })
	return slices.Clone(slots), nil
}

// DaysAround is a stretch around a moment, from now on at the earliest.
func DaysAround(q *db.TenantTx, at time.Time, days int) (from, to time.Time) {
	from, to = at.AddDate(0, 0, -days), at.AddDate(0, 0, days)
	if from.Before(q.Now()) && at.After(q.Now()) {
		from = q.Now()
	}
	return from, to
}

var refusals = map[availability.Reason]string{
	availability.TooSoon: "This is too soon; the business needs more notice.",
	availability.TooFar:  "This is further ahead than can be booked.",
	availability.OffStep: "Nothing begins at this minute.",
	availability.Closed:  "Nobody is there to do it at this time.",
	availability.Taken:   "This time is taken.",
	availability.Changed: "This appointment was changed meanwhile. Here is how it is now.",
}

// Refused is the Error for a reason: what is taken is a conflict, what breaks a
// rule is invalid.
func Refused(why availability.Reason, nearest []availability.Slot) *db.Error {
	e := &db.Error{Kind: db.Invalid, Field: "start", Message: refusals[why], Reason: why, Nearest: nearest}
	if why == availability.Taken || why == availability.Changed {
		e.Kind = db.Conflict
	}
	return e
}

// Persons says in words how many people.
func Persons(n int) string {
	if n == 1 {
		return "one person"
	}
	return strconv.Itoa(n) + " people"
}

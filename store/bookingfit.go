package store

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/availability"
)

// placement is where an appointment shall go.
type placement struct {
	start     time.Time
	minutes   int
	resource  uuid.NullUUID
	orAnybody bool        // whoever does it, once resource does not any more
	exactly   []uuid.UUID // all that it takes, when nothing else will do
	party     int
	hold      uuid.UUID
	anyTime   bool // the team: notice, horizon, step, hours and what time it is don't matter
	ask       bool // … but what is outside of hours or long past has to be insisted on
	moving    uuid.UUID
	prefers   []uuid.UUID
	was       time.Time // where what moves begins now
	began     bool      // it has begun and its start stays: what is over needs nobody any more
}

const (
	// writtenFor is how long afterwards the team writes something down without a
	// question: further back it is often a wrong date …
	writtenFor = 24 * time.Hour
	// … and further back than this it always is.
	writtenMost = 366 * 24 * time.Hour
)

// pastProblem is what speaks against a place in the past; nil when nothing does.
func (at placement) pastProblem(end, now time.Time) error {
	switch {
	case !at.anyTime || !at.start.Before(now) || at.start.Equal(at.was):
		return nil
	case at.start.Before(now.Add(-writtenMost)):
		return invalid("start", "This is more than a year ago.")
	case !at.ask:
		return nil
	}
	e := refused(availability.TooSoon, nil)
	switch e.Anyway = true; {
	case at.start.Before(now.Add(-writtenFor)):
		e.Message = "This is more than a day ago."
	case at.was.After(now) && !end.After(now):
		e.Message = "This is over already, and the customer is not told of it."
	default:
		return nil
	}
	return e
}

// fit says whom an appointment takes, or why it can't be. The resources of the
// service are locked: what is free now is free until the end of the scope.
func (q *TenantTx) fit(s Service, p Policies, at placement) (Slot, error) {
	if at.start.Year() < 1970 || at.start.Year() > 9998 {
		return Slot{}, invalid("start", "Choose a time that exists.")
	}
	w := Wish{Resource: at.resource, Party: at.party, Hold: at.hold, moving: at.moving, prefers: at.prefers, keeps: at.anyTime, minutes: at.minutes}
	w.From, w.To = q.daysAround(at.start, 3)
	x, err := q.availabilityQuery(s, p, w)
	if err != nil {
		return Slot{}, err
	}
	if slices.ContainsFunc(x.Service.Sets, func(set []int) bool { return len(set) == 0 }) || len(x.Service.Sets) == 0 {
		return Slot{}, q.undoable(s)
	}
	if !x.only(at.resource) && !at.orAnybody {
		return Slot{}, invalid("resource_id", "Choose somebody who does this.")
	}
	for _, id := range at.exactly {
		if !x.only(uuid.NullUUID{UUID: id, Valid: true}) {
			return Slot{}, invalid("resource_id", "Choose somebody who does this.")
		}
	}
	if problem := at.pastProblem(at.start.Add(x.Service.Duration), q.now); problem != nil {
		return Slot{}, problem
	}
	rules := x.Query
	if at.anyTime {
		x.Policy, x.Now = availability.Policy{}, time.Time{}
	}
	if at.began {
		x.leaveThePast(q.now, at)
	}
	slot, why := availability.Check(x.Query, at.start)
	if why == availability.Free {
		return slot, q.expireInTheWay(slot, x.Service)
	}
	var outside Slot
	if at.anyTime {
		hours := x.Query
		x.openAlways()
		if slot, why = availability.Check(x.Query, at.start); why == availability.Free {
			if !at.ask {
				return slot, q.expireInTheWay(slot, x.Service)
			}
			x.Query, outside, why = hours, slot, availability.Closed
		}
	}
	nearest, err := q.nearest(s, p, w, at, rules)
	if err != nil {
		return Slot{}, err
	}
	refusal := refused(why, nearest)
	if why == availability.TooSoon && at.start.Before(q.now) {
		refusal.Message = "This time is past."
	}
	if len(outside.Resources) > 0 {
		refusal.Anyway = true
		refusal.Message, err = q.outsideText(x, outside, at.resource.Valid || at.moving != uuid.Nil)
	}
	return Slot{}, firstOf(err, refusal)
}

// leaveThePast frees what is over of an appointment that has begun: those who do it
// stay with it, and who comes in while it runs is taken from now on.
func (x *question) leaveThePast(now time.Time, at placement) {
	runs := at.start.Add(x.Service.Duration).After(now)
	for i := range x.Resources {
		if r := &x.Resources[i]; runs || slices.Contains(at.prefers, r.ID) {
			r.Keeps = append(r.Keeps, Interval{Start: at.start.Add(-x.Service.Before), End: now})
		}
	}
}

// outsideText says what keeps a slot out of the hours. Who was not asked for is
// named as the one of those who could have done it.
func (q *TenantTx) outsideText(x question, slot Slot, asked bool) (string, error) {
	taken := Interval{Start: slot.Start.Add(-x.Service.Before), End: slot.End.Add(x.Service.After)}
	covers := func(open []Interval) bool {
		return slices.ContainsFunc(open, func(o Interval) bool { return !o.Start.After(taken.Start) && !o.End.Before(taken.End) })
	}
	for i, open := range availability.Open(x.Query, taken) {
		r := x.Resources[i]
		if !slices.Contains(slot.Resources, r.ID) || covers(open) {
			continue
		}
		if availability.ClosedOn(x.Business.Overrides, DateOf(slot.Start.In(x.Business.Zone))) {
			return "The business is closed on this day.", nil
		}
		zone := x.Business.Zone
		if r.Zone != nil {
			zone = r.Zone
		}
		resource, err := q.Resource(r.ID)
		off := availability.ClosedOn(r.Overrides, DateOf(slot.Start.In(zone)))
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
func (x *question) choiceOf(i int) bool {
	return slices.ContainsFunc(x.Service.Sets, func(set []int) bool { return len(set) > 1 && slices.Contains(set, i) })
}

// openAlways lets the team book at any time. What is taken or blocked stays so.
func (x *question) openAlways() {
	x.Resources = slices.Clone(x.Resources)
	for day := range x.Business.Week {
		x.Business.Week[day] = []Hours{{From: 0, To: 1440}}
	}
	x.Policy, x.Business.Overrides = availability.Policy{}, nil
	for i := range x.Resources {
		x.Resources[i].Week, x.Resources[i].Overrides = nil, nil
	}
}

// maxNearest is how many other starts a refusal offers.
const maxNearest = 5

// nearest finds the free starts that lie next to a refused one: in the days
// around it, which are read already, or else as far as can be booked.
func (q *TenantTx) nearest(s Service, p Policies, w Wish, at placement, around availability.Query) ([]Slot, error) {
	slots := availability.Slots(around)
	if len(slots) == 0 {
		var err error
		w.From, w.To = q.daysAround(at.start, 90)
		if slots, err = q.slots(s, p, w); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(slots, func(a, b Slot) int {
		return cmp.Compare(a.Start.Sub(at.start).Abs(), b.Start.Sub(at.start).Abs())
	})
	slots = slots[:min(len(slots), maxNearest)]
	slices.SortFunc(slots, func(a, b Slot) int { return a.Start.Compare(b.Start) })
	return slices.Clone(slots), nil
}

// daysAround is a stretch around a moment, from now on at the earliest.
func (q *TenantTx) daysAround(at time.Time, days int) (from, to time.Time) {
	from, to = at.AddDate(0, 0, -days), at.AddDate(0, 0, days)
	if from.Before(q.now) && at.After(q.now) {
		from = q.now
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

// refused is the Error for a reason: what is taken is a conflict, what breaks a
// rule is invalid.
func refused(why availability.Reason, nearest []Slot) *Error {
	e := &Error{Kind: Invalid, Field: "start", Message: refusals[why], Reason: why, Nearest: nearest}
	if why == availability.Taken || why == availability.Changed {
		e.Kind = Conflict
	}
	return e
}

func people(n int) string {
	if n == 1 {
		return "one person"
	}
	return strconv.Itoa(n) + " people"
}

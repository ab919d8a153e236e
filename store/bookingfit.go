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
	start    time.Time
	minutes  int
	resource uuid.NullUUID
	party    int
	hold     uuid.UUID
	anyTime  bool // notice, horizon, step and hours don't matter
	moving   uuid.UUID
	prefers  []uuid.UUID
}

// fit says whom an appointment takes, or why it can't be. The resources of the
// service are locked: what is free now is free until the end of the scope.
func (q *TenantTx) fit(s Service, p Policies, at placement) (Slot, error) {
	if at.start.Year() < 1970 || at.start.Year() > 9998 {
		return Slot{}, invalid("start", "Choose a time that exists.")
	}
	from, to := dayOf(at.start.In(q.Tenant.Location()))
	w := Wish{From: from, To: to, Resource: at.resource, Party: at.party, Hold: at.hold, moving: at.moving, prefers: at.prefers, minutes: at.minutes}
	x, err := q.availabilityQuery(s, p, w)
	if err != nil {
		return Slot{}, err
	}
	if !x.only(at.resource) {
		return Slot{}, invalid("resource_id", "Choose somebody who does this.")
	}
	if at.anyTime {
		x.openAlways()
	}
	slot, why := availability.Check(x.Query, at.start)
	if why == availability.Free {
		return slot, q.expireInTheWay(slot, x.Service)
	}
	nearest, err := q.nearest(s, p, w, at)
	if err != nil {
		return Slot{}, err
	}
	return Slot{}, refused(why, nearest)
}

// openAlways lets the team book at any time. What is taken or blocked stays so.
func (x *question) openAlways() {
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
// around it, or else as far as can be booked.
func (q *TenantTx) nearest(s Service, p Policies, w Wish, at placement) ([]Slot, error) {
	for _, days := range []int{3, 90} {
		w.From, w.To = at.start.AddDate(0, 0, -days), at.start.AddDate(0, 0, days)
		if w.From.Before(q.now) {
			w.From = q.now
		}
		slots, err := q.slots(s, p, w)
		if err != nil {
			return nil, err
		}
		if len(slots) == 0 {
			continue
		}
		slices.SortStableFunc(slots, func(a, b Slot) int {
			return cmp.Compare(a.Start.Sub(at.start).Abs(), b.Start.Sub(at.start).Abs())
		})
		slots = slots[:min(len(slots), maxNearest)]
		slices.SortFunc(slots, func(a, b Slot) int { return a.Start.Compare(b.Start) })
		return slices.Clone(slots), nil
	}
	return nil, nil
}

var refusals = map[availability.Reason]string{
	availability.TooSoon: "This is too soon; the business needs more notice.",
	availability.TooFar:  "This is further ahead than can be booked.",
	availability.OffStep: "Nothing begins at this minute.",
	availability.Closed:  "Nobody is there to do it at this time.",
	availability.Taken:   "This time is taken.",
	availability.Changed: "Somebody else changed this appointment meanwhile. Here is how it is now.",
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

// dayOf returns the start of a local day and of the next.
func dayOf(local time.Time) (from, to time.Time) {
	day := availability.DateOf(local).Day(local.Location())
	return day.Start, day.End
}

func people(n int) string {
	if n == 1 {
		return "one person"
	}
	return strconv.Itoa(n) + " people"
}

package availability

import "time"

// Reason is why a service can't begin at a moment.
type Reason string

// The reasons; the zero value is none.
const (
	Free    Reason = ""
	TooSoon Reason = "too_soon" // less than the notice from now
	TooFar  Reason = "too_far"  // beyond the horizon
	OffStep Reason = "off_step" // between two starts
	Closed  Reason = "closed"   // somebody who is needed does not work then
	Taken   Reason = "taken"    // everybody who could is taken
	Changed Reason = "changed"  // somebody changed it meanwhile; Check never says so
)

// Check says whether a service can begin at a moment, and whom it would take.
// From and To of the query don't matter.
func Check(q Query, start time.Time) (Slot, Reason) {
	s := start.Unix()
	q.From, q.To = start, start.Add(time.Second)
	step := q.Policy.StepMinutes
	switch {
	case start.Before(q.Now.Add(q.Policy.Notice)):
		return Slot{}, TooSoon
	case q.Policy.HorizonDays > 0 && s >= q.horizon():
		return Slot{}, TooFar
	case step > 0 && len(starts(s, s+1, step, q.Business.Zone)) == 0:
		return Slot{}, OffStep
	}
	if slot, ok := q.at(start); ok {
		return slot, Free
	}
	// Would it do if nothing were booked?
	q.Resources = append([]Resource(nil), q.Resources...)
	for i := range q.Resources {
		q.Resources[i].Busy = nil
	}
	if _, ok := q.at(start); ok {
		return Slot{}, Taken
	}
	return Slot{}, Closed
}

// at looks at one moment, on whatever step.
func (q Query) at(start time.Time) (Slot, bool) {
	s := start.Unix()
	if q.Service.Duration <= 0 || len(q.Service.Sets) == 0 {
		return Slot{}, false
	}
	c := newChooser(q, span{s, s})
	if !c.choose(c.needs(s)) {
		return Slot{}, false
	}
	return q.slot(s, c.chosen, nil), true
}

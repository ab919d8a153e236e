// Package availability finds the moments at which a service can begin. It is
// pure: rules are local wall time with their zone, what comes out are instants.
//
// The rules: somebody without hours of their own follows the business's; a day
// that the business closes is closed for everybody, whatever their own hours
// say. An appointment lies with its buffers within open time, and takes one
// resource of each set of its service.
package availability

import (
	"slices"
	"time"

	"github.com/google/uuid"
)

// Interval is a stretch of time, its end excluded.
type Interval struct{ Start, End time.Time }

// Resource is a person, a room or a machine that appointments take.
type Resource struct {
	ID uuid.UUID
	// Zone is where Week and Overrides are meant; nil is the business's.
	Zone *time.Location
	// Week are hours of its own; nil follows the business's.
	Week      *Week
	Overrides []Override
	// Busy is what takes it already: appointments with their buffers, blockers.
	Busy []Interval
	// Keeps are stretches that it may have whatever hours, blocks and bookings say:
	// what a change leaves as it is needs nobody's leave.
	Keeps []Interval
	// Load says how much it did of late; of several that are free, the one with
	// the least is chosen, then the one listed first.
	Load int
}

// Service is what is to be booked.
type Service struct {
	Duration, Before, After time.Duration // the buffers lie around the duration
	// Sets are places in Query.Resources: one of each set is taken, and none twice.
	Sets [][]int
}

// Policy bounds when customers may book. The zero value lets them book any time
// within the query, to the minute.
type Policy struct {
	Notice      time.Duration // between now and the start, at least
	HorizonDays int           // the last day, counted from today; 0: no end
	StepMinutes int           // starts lie on multiples of it on the business's clock
}

// Query is everything that decides.
type Query struct {
	Now       time.Time
	From, To  time.Time // starts lie in [From, To)
	Business  Calendar
	Blocked   []Interval // when the whole business is blocked
	Resources []Resource
	Service   Service
	Policy    Policy
}

// Slot is a moment at which the service can begin, and whom it would take: one
// of each set, in the order of the sets.
type Slot struct {
	Start, End time.Time
	Resources  []uuid.UUID
}

// Slots lists the free starts in the order of time, in the business's zone.
func Slots(q Query) []Slot {
	from, to := q.bounds()
	service := q.Service
	if from >= to || service.Duration <= 0 || len(service.Sets) == 0 {
		return nil
	}
	grid := starts(from, to, max(1, q.Policy.StepMinutes), q.Business.Zone)
	c := newChooser(q, span{from, to})
	slots := make([]Slot, 0, len(grid))
	picked := make([]uuid.UUID, 0, len(grid)*len(service.Sets))
	for _, s := range grid {
		if !c.choose(c.needs(s)) {
			continue
		}
		slots = append(slots, q.slot(s, c.chosen, picked[len(picked):]))
		picked = picked[:len(picked)+len(c.chosen)]
	}
	return slots
}

// slot is a start with those chosen for it, whose ids go into room.
func (q Query) slot(s int64, chosen []int, room []uuid.UUID) Slot {
	for _, r := range chosen {
		room = append(room, q.Resources[r].ID)
	}
	start := time.Unix(s, 0).In(q.Business.Zone)
	return Slot{start, start.Add(q.Service.Duration), slices.Clip(room)}
}

// bounds narrows the query to notice and horizon.
func (q Query) bounds() (from, to int64) {
	from, to = ceil(q.From), ceil(q.To)
	from = max(from, ceil(q.Now.Add(q.Policy.Notice)))
	if q.Policy.HorizonDays > 0 {
		to = min(to, q.horizon())
	}
	return from, to
}

// horizon is the end of the last day that can be booked.
func (q Query) horizon() int64 {
	last := DateOf(q.Now.In(q.Business.Zone)) + Date(q.Policy.HorizonDays)
	return (last + 1).At(0, q.Business.Zone).Unix()
}

// ceil is the first whole second not before t.
func ceil(t time.Time) int64 {
	s := t.Unix()
	if t.Nanosecond() > 0 {
		s++
	}
	return s
}

// With leaves only a wanted resource in the first set that it belongs to. It is
// false when the service never takes that resource.
func (s Service) With(resource int) (Service, bool) {
	for i, set := range s.Sets {
		for _, r := range set {
			if r != resource {
				continue
			}
			sets := append([][]int(nil), s.Sets...)
			sets[i] = []int{resource}
			s.Sets = sets
			return s, true
		}
	}
	return s, false
}

package booking

import (
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/availability"
	"github.com/smoothschedule/smoothschedule/store/calendar"
	"github.com/smoothschedule/smoothschedule/store/catalog"
	"github.com/smoothschedule/smoothschedule/store/internal/db"
)

// fit says whom an appointment takes, or why it can't be. The resources of the
// service are locked: what is free now is free until the end of the scope.
func fit(q *db.TenantTx, s catalog.Service, p catalog.Policies, at calendar.Placement) (availability.Slot, error) {
	if at.Start.Year() < 1970 || at.Start.Year() > 9998 {
		return availability.Slot{}, db.InvalidField("start", "Choose a time that exists.")
	}
	w := calendar.Wish{Resource: at.Resource, Party: at.Party, Hold: at.Hold, Moving: at.Moving, Prefers: at.Prefers, Keeps: at.AnyTime, Minutes: at.Minutes}
	w.From, w.To = calendar.DaysAround(q, at.Start, 3)
	x, err := calendar.AvailabilityQuery(q, s, p, w)
	if err != nil {
		return availability.Slot{}, err
	}
	if slices.ContainsFunc(x.Service.Sets, func(set []int) bool { return len(set) == 0 }) || len(x.Service.Sets) == 0 {
		return availability.Slot{}, undoable(q, s)
	}
	if !x.Only(at.Resource) && !at.OrAnybody {
		return availability.Slot{}, db.InvalidField("resource_id", "Choose somebody who does this.")
	}
	for _, id := range at.Exactly {
		if !x.Only(uuid.NullUUID{UUID: id, Valid: true}) {
			return availability.Slot{}, db.InvalidField("resource_id", "Choose somebody who does this.")
		}
	}
	if problem := at.PastProblem(at.Start.Add(x.Service.Duration), q.Now()); problem != nil {
		return availability.Slot{}, problem
	}
	rules := x.Query
	if at.AnyTime {
		x.Policy, x.Now = availability.Policy{}, time.Time{}
	}
	if at.Began {
		x.LeaveThePast(q.Now(), at)
	}
	slot, why := availability.Check(x.Query, at.Start)
	if why == availability.Free {
		return slot, expireInTheWay(q, slot, x.Service)
	}
	var outside availability.Slot
	if at.AnyTime {
		hours := x.Query
		x.OpenAlways()
		if slot, why = availability.Check(x.Query, at.Start); why == availability.Free {
			if !at.Ask {
				return slot, expireInTheWay(q, slot, x.Service)
			}
			x.Query, outside, why = hours, slot, availability.Closed
		}
	}
	nearest, err := calendar.Nearest(q, s, p, w, at, rules)
	if err != nil {
		return availability.Slot{}, err
	}
	refusal := calendar.Refused(why, nearest)
	if why == availability.TooSoon && at.Start.Before(q.Now()) {
		refusal.Message = "This time is past."
	}
	if len(outside.Resources) > 0 {
		refusal.Anyway = true
		refusal.Message, err = calendar.OutsideText(q, x, outside, at.Resource.Valid || at.Moving != uuid.Nil)
	}
	return availability.Slot{}, firstOf(err, refusal)
}

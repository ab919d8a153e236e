package business

import (
	"time"

	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/availability"
)

// grid is between the starts that a form proposes.
const grid = 15 * time.Minute

// proposedStart is where a new form begins: at the moment asked for, or at the next
// free time of the day asked for, or from now on.
func proposedStart(c echo.Context, q *store.TenantTx, all []store.Resource) (time.Time, error) {
	loc := web.Tenant(c).Location()
	asked := c.QueryParam("start")
	if at, problem := parseMoment(asked, loc); problem == "" {
		return at.In(loc), nil
	}
	soon := time.Now().In(loc).Truncate(grid).Add(grid)
	date, err := availability.ParseDate(asked)
	if err != nil || date < earliestDate || date > latestDate {
		return soon, nil
	}
	day := date.Day(loc)
	s, err := q.ScheduleOf(all, day.Start, day.End)
	from := day.Start
	if soon.After(from) && soon.Before(day.End) {
		from = soon
	}
	if at, ok := firstFree(s, c.QueryParam("resource_id"), from, day.End); ok || err != nil {
		return at.In(loc), err
	}
	if from.Equal(day.Start) {
		from = date.At(9*60, loc)
	}
	return from, nil
}

// firstFree is the first start within a stretch at which a resource, or any of the
// people when none is named, is there and has nothing else.
func firstFree(s store.Schedule, resource string, from, to time.Time) (time.Time, bool) {
	for at := from; at.Before(to); at = at.Add(grid) {
		step := store.Interval{Start: at, End: at.Add(grid)}
		for i, r := range s.Resources {
			wanted := r.ID.String() == resource || resource == "" && r.Kind == "STAFF"
			if wanted && covers(s.Open[i], step) && !s.Takes(r.ID, step) {
				return at, true
			}
		}
	}
	return from, false
}

func covers(open []store.Interval, step store.Interval) bool {
	for _, o := range open {
		if !o.Start.After(step.Start) && !o.End.Before(step.End) {
			return true
		}
	}
	return false
}

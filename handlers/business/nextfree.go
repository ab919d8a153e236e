package business

import (
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/availability"
	"github.com/smoothschedule/smoothschedule/store/calendar"
	"github.com/smoothschedule/smoothschedule/store/catalog"
)

// grid is between the starts that a form proposes.
const grid = 15 * time.Minute

// proposedStart is where a new form begins: at the moment asked for, or at the next
// free time of the day asked for, or from now on. Free is what the service fits
// into that the form shows; without one, or where it fits nowhere, any quarter.
func proposedStart(c echo.Context, q *store.TenantTx, all []catalog.Resource, service catalog.Service, resource string) (time.Time, error) {
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
	s, err := calendar.ScheduleOf(q, all, day.Start, day.End)
	from := day.Start
	if soon.After(from) && soon.Before(day.End) {
		from = soon
	}
	for _, free := range []func(time.Time) bool{
		func(at time.Time) bool { return fits(s, service, resource, at) },
		func(at time.Time) bool { return quarterFree(s, resource, at) },
	} {
		if at, ok := firstFree(free, from, day.End); ok || err != nil {
			return at.In(loc), err
		}
	}
	if from.Equal(day.Start) {
		from = date.At(9*60, loc)
	}
	return from, nil
}

// firstFree is the first start within a stretch that is free.
func firstFree(free func(time.Time) bool, from, to time.Time) (time.Time, bool) {
	for at := from; at.Before(to); at = at.Add(grid) {
		if free(at) {
			return at, true
		}
	}
	return from, false
}

// fits says whether a service with its buffers fits in at a start: with one of each
// of its sets, and with the resource, if one is named.
func fits(s calendar.Schedule, service catalog.Service, resource string, at time.Time) bool {
	minutes := func(n int) time.Duration { return time.Duration(n) * time.Minute }
	stretch := calendar.Interval{Start: at.Add(-minutes(service.BufferBeforeMinutes)), End: at.Add(minutes(service.DurationMinutes + service.BufferAfterMinutes))}
	named := false
	for _, set := range service.Sets {
		wanted := func(r catalog.Resource) bool { return slices.Contains(set, r.ID) }
		if slices.ContainsFunc(set, func(id uuid.UUID) bool { return id.String() == resource }) {
			named = true
			wanted = func(r catalog.Resource) bool { return r.ID.String() == resource }
		}
		if !anyFree(s, wanted, stretch) {
			return false
		}
	}
	return len(service.Sets) > 0 && (named || resource == "")
}

// quarterFree says whether a resource, or any of the people when none is named, is
// there and has nothing else for a step of the grid.
func quarterFree(s calendar.Schedule, resource string, at time.Time) bool {
	wanted := func(r catalog.Resource) bool {
		return r.ID.String() == resource || resource == "" && r.Kind == "STAFF"
	}
	return anyFree(s, wanted, calendar.Interval{Start: at, End: at.Add(grid)})
}

func anyFree(s calendar.Schedule, wanted func(catalog.Resource) bool, stretch calendar.Interval) bool {
	for i, r := range s.Resources {
		if r.IsActive && wanted(r) && covers(s.Open[i], stretch) && !s.Takes(r.ID, stretch) {
			return true
		}
	}
	return false
}

func covers(open []calendar.Interval, stretch calendar.Interval) bool {
	for _, o := range open {
		if !o.Start.After(stretch.Start) && !o.End.Before(stretch.End) {
			return true
		}
	}
	return false
}

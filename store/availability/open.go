package availability

import "slices"

// Open lists when each resource of a query is open within a stretch of time,
// whatever takes it.
func Open(q Query, within Interval) [][]Interval {
	q.Blocked, q.Resources = nil, slices.Clone(q.Resources)
	for i := range q.Resources {
		q.Resources[i].Busy = nil
	}
	return Untaken(q, within)
}

// Untaken lists when each resource of a query is open and not taken within a stretch
// of time.
func Untaken(q Query, within Interval) [][]Interval {
	around := spanOf(within)
	f := newFinder(q, around)
	free := make([][]Interval, len(q.Resources))
	for i, r := range q.Resources {
		for _, s := range f.free(r) {
			s = span{max(s.from, around.from), min(s.to, around.to)}
			if s.from < s.to {
				free[i] = append(free[i], s.interval(q.Business.Zone))
			}
		}
	}
	return free
}

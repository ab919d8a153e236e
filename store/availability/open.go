package availability

// Open lists when each resource of a query is open within a stretch of time,
// whatever takes it.
func Open(q Query, within Interval) [][]Interval {
	q.Blocked = nil
	around := spanOf(within)
	f := newFinder(q, around)
	open := make([][]Interval, len(q.Resources))
	for i, r := range q.Resources {
		r.Busy = nil
		for _, s := range f.free(r) {
			s = span{max(s.from, around.from), min(s.to, around.to)}
			if s.from < s.to {
				open[i] = append(open[i], s.interval(q.Business.Zone))
			}
		}
	}
	return open
}

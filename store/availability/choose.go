package availability

import (
	"cmp"
	"slices"
)

// chooser finds who is free for one start after the other. Starts must not go
// back in time.
type chooser struct {
	before, after int64 // seconds taken before and after a start
	sets          [][]int
	free          [][]span // by resource
	next          []int    // by resource: the first free span that may still fit
	chosen        []int    // by set
}

func newChooser(q Query, wanted span) *chooser {
	c := &chooser{
		before: int64(q.Service.Before.Seconds()),
		after:  int64((q.Service.Duration + q.Service.After).Seconds()),
		free:   make([][]span, len(q.Resources)),
		next:   make([]int, len(q.Resources)),
		chosen: make([]int, 0, len(q.Service.Sets)),
	}
	for _, set := range q.Service.Sets {
		// The fair order: least load first.
		set = slices.Clone(set)
		slices.SortStableFunc(set, func(a, b int) int {
			return cmp.Or(cmp.Compare(q.Resources[a].Load, q.Resources[b].Load), cmp.Compare(a, b))
		})
		c.sets = append(c.sets, slices.Compact(set))
	}
	f := newFinder(q, span{wanted.from - c.before, wanted.to + c.after})
	for _, set := range c.sets {
		for _, r := range set {
			if c.free[r] == nil {
				c.free[r] = f.free(q.Resources[r])
			}
		}
	}
	return c
}

// needs is what a start takes, with its buffers.
func (c *chooser) needs(start int64) span { return span{start - c.before, start + c.after} }

// choose takes one free resource of each set, the fairest first; where sets
// share resources it goes back and tries the next.
func (c *chooser) choose(need span) bool {
	c.chosen = c.chosen[:0]
	return c.fill(need)
}

func (c *chooser) fill(need span) bool {
	depth := len(c.chosen)
	if depth == len(c.sets) {
		return true
	}
	for _, r := range c.sets[depth] {
		if !c.fits(r, need) || slices.Contains(c.chosen, r) {
			continue
		}
		c.chosen = append(c.chosen, r)
		if c.fill(need) {
			return true
		}
		c.chosen = c.chosen[:depth]
	}
	return false
}

func (c *chooser) fits(r int, need span) bool {
	free := c.free[r]
	// What ends too early for this start does so for all later ones.
	for c.next[r] < len(free) && free[c.next[r]].to < need.to {
		c.next[r]++
	}
	return c.next[r] < len(free) && free[c.next[r]].from <= need.from
}

// finder knows what holds for all resources of a query.
type finder struct {
	q      Query
	around span
	week   []span // the business's week with its overrides
	shut   []span // what the business's overrides take from everybody
}

func newFinder(q Query, around span) *finder {
	f := &finder{q: q, around: around}
	f.week = open(&q.Business.Week, q.Business.Overrides, q.Business.Zone, around)
	days, hours := changed(q.Business.Overrides, q.Business.Zone, around)
	f.shut = merge(append(without(days, hours), spansOf(q.Blocked)...))
	return f
}

// free lists when a resource is open and not taken.
func (f *finder) free(r Resource) []span {
	zone := f.q.Business.Zone
	if r.Zone != nil {
		zone = r.Zone
	}
	var spans []span
	if r.Week != nil {
		spans = open(r.Week, r.Overrides, zone, f.around)
	} else {
		days, hours := changed(r.Overrides, zone, f.around)
		spans = merge(append(without(f.week, days), hours...))
	}
	spans = without(without(spans, f.shut), merge(spansOf(r.Busy)))
	if len(r.Keeps) == 0 {
		return spans
	}
	return merge(append(spans, spansOf(r.Keeps)...))
}

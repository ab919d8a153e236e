package availability

import (
	"cmp"
	"slices"
	"time"
)

// span is a stretch of time in Unix seconds, its end excluded.
type span struct{ from, to int64 }

func spanOf(i Interval) span { return span{i.Start.Unix(), i.End.Unix()} }

func (s span) interval(zone *time.Location) Interval {
	return Interval{time.Unix(s.from, 0).In(zone), time.Unix(s.to, 0).In(zone)}
}

func spansOf(list []Interval) []span {
	spans := make([]span, len(list))
	for i, v := range list {
		spans[i] = spanOf(v)
	}
	return spans
}

// merge puts spans in order and joins those that touch; it changes its argument.
func merge(spans []span) []span {
	slices.SortFunc(spans, func(a, b span) int { return cmp.Compare(a.from, b.from) })
	merged := spans[:0]
	for _, s := range spans {
		switch last := len(merged) - 1; {
		case s.to <= s.from:
		case last >= 0 && s.from <= merged[last].to:
			merged[last].to = max(merged[last].to, s.to)
		default:
			merged = append(merged, s)
		}
	}
	return merged
}

// without is what of a remains outside b; both are merged.
func without(a, b []span) []span {
	left := make([]span, 0, len(a)+len(b))
	i := 0
	for _, s := range a {
		for i < len(b) && b[i].to <= s.from {
			i++
		}
		for j := i; j < len(b) && b[j].from < s.to; j++ {
			if b[j].from > s.from {
				left = append(left, span{s.from, b[j].from})
			}
			s.from = b[j].to
		}
		if s.from < s.to {
			left = append(left, s)
		}
	}
	return left
}

package main

import (
	"context"
	"slices"
	"time"

	"github.com/smoothschedule/smoothschedule/store/availability"
)

// availabilityGoal is what four weeks of a busy business may cost.
const availabilityGoal = 5 * time.Millisecond

// availability is the rest of P4: free slots of four weeks, 20 resources and
// 2,000 appointments, against putting the same appointments in order once.
func (b *bench) availability(context.Context) error {
	q := availability.SampleQuery()
	booked := 0
	var all []availability.Interval
	for _, r := range q.Resources {
		booked += len(r.Busy)
		all = append(all, r.Busy...)
	}
	found := 0
	slots := b.median(func() { found = len(availability.Slots(q)) })
	floor := b.median(func() {
		slices.SortFunc(slices.Clone(all), func(x, y availability.Interval) int { return x.Start.Compare(y.Start) })
	})
	b.title("Availability: 4 weeks, %d resources, %d appointments, %d free starts", len(q.Resources), booked, found)
	b.line("%.2f ms, %.2f of the goal of %.0f ms; %.1f x sorting the appointments", ms(slots), ms(slots)/ms(availabilityGoal), ms(availabilityGoal), float64(slots)/float64(floor))
	return nil
}

// median times something pure.
func (b *bench) median(run func()) time.Duration {
	took := make([]time.Duration, 0, 200)
	for range cap(took) {
		began := time.Now()
		run()
		took = append(took, time.Since(began))
	}
	return medianTime(took)
}

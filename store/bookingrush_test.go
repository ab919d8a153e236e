package store_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/availability"
	"github.com/smoothschedule/smoothschedule/store/booking"
	"github.com/smoothschedule/smoothschedule/store/storetest"
)

// TestB1_OneSlot: a thousand visitors want one slot at one moment. One gets it,
// the others the nearest free ones, and nobody hears of a deadlock.
func TestB1_OneSlot(t *testing.T) {
	g := newGarage(t, storetest.DB(t), "garage")
	const visitors = 1000
	errs := make([]error, visitors)
	var wg sync.WaitGroup
	for i := range visitors {
		wg.Go(func() {
			_, errs[i] = booking.Book(context.Background(), g.db, g.tenant, g.order(g.at(9, 0), fmt.Sprintf("visitor%d@x.test", i)))
		})
	}
	wg.Wait()
	won := 0
	for i, err := range errs {
		if err == nil {
			won++
			continue
		}
		refusal := store.Refusal(err)
		if refusal == nil || refusal.Kind != store.Conflict || refusal.Reason != availability.Taken || len(refusal.Nearest) != 5 {
			t.Errorf("visitor %d: %v", i, err)
		}
	}
	if won != 1 || g.count(`SELECT count(*) FROM SCHEMA.appointments`) != 1 || g.count(`SELECT count(*) FROM audit_log WHERE action = 'appointment.booked'`) != 1 {
		t.Errorf("%d won", won)
	}
}

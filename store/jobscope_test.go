package store_test

import (
	"context"
	"testing"

	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/storetest"
)

// TestT5_NoDoorForAnothersJob: within a business no job for another one, or for
// none, can be left behind.
func TestT5_NoDoorForAnothersJob(t *testing.T) {
	db := storetest.Open(t, storetest.Config(t))
	_, acme := newBusiness(t, db, "acme")
	_, other := newBusiness(t, db, "other")
	for name, job := range map[string]store.TicketAnswerArgs{"another's": {BusinessID: other.ID}, "none": {}} {
		err := db.InTenant(context.Background(), acme, func(q *store.TenantTx) error {
			if one, many := q.EnqueueForTest(job); one == nil || many == nil {
				t.Errorf("%s job: %v, among many %v", name, one, many)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

package store_test

import (
	"context"
	"testing"

	"github.com/riverqueue/river"

	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/desk"
	core "github.com/smoothschedule/smoothschedule/store/internal/db"
	"github.com/smoothschedule/smoothschedule/store/notices"
	"github.com/smoothschedule/smoothschedule/store/storetest"
)

// TestT5_NoDoorForAnothersJob: within a business no job for another one, or for
// none, can be left behind.
func TestT5_NoDoorForAnothersJob(t *testing.T) {
	db := storetest.Open(t, storetest.Config(t))
	_, acme := newBusiness(t, db, "acme")
	_, other := newBusiness(t, db, "other")
	for name, job := range map[string]desk.TicketAnswerArgs{"another's": {BusinessID: other.ID}, "none": {}} {
		err := db.InTenant(context.Background(), acme, func(q *store.TenantTx) error {
			one, many := core.Enqueue(q, job, nil), notices.EnqueueAll(q, []river.InsertManyParams{{Args: job}})
			if one == nil || many == nil {
				t.Errorf("%s job: %v, among many %v", name, one, many)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

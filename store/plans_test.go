package store_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/plans"
	"github.com/smoothschedule/smoothschedule/store/schema"
	"github.com/smoothschedule/smoothschedule/store/storetest"
)

// TestPlansPromiseWhatTheClockCounts: the hours that a plan names are those by
// which its tickets are due.
func TestPlansPromiseWhatTheClockCounts(t *testing.T) {
	db := storetest.DB(t)
	var allPlans []plans.Plan
	if err := db.InPublic(context.Background(), func(q *store.PublicTx) (err error) { allPlans, err = plans.InUse(q); return err }); err != nil {
		t.Fatal(err)
	}
	for _, plan := range allPlans {
		var medium, critical int
		if err := schema.Direct(db).QueryRow(`SELECT max(hours) FILTER (WHERE priority = 'medium'), max(hours) FILTER (WHERE priority = 'critical')
			FROM sla_hours WHERE plan = $1`, plan.Code).Scan(&medium, &critical); err != nil {
			t.Fatal(err)
		}
		promise := fmt.Sprintf("Support answers within %d hours, within %d when it is critical", medium, critical)
		if plan.Code != "free" && !slices.Contains(plan.Features, promise) {
			t.Errorf("%s counts %q and promises %q", plan.Code, promise, plan.Features)
		}
	}
}

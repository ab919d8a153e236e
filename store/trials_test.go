package store_test

import (
	"context"
	"testing"
	"time"

	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/console"
	"github.com/smoothschedule/smoothschedule/store/schema"
	"github.com/smoothschedule/smoothschedule/store/storetest"
)

// TestTrialEnds: owners are told a week and a day ahead, once; then the business
// is free, and all it has is still there.
func TestTrialEnds(t *testing.T) {
	clock := newClock()
	cfg := storetest.Config(t)
	cfg.Now = clock.now
	db := storetest.Open(t, cfg)
	id, _ := newBusiness(t, db, "trying")
	chosen, _ := newBusiness(t, db, "paying")
	if err := console.ChangePlan(context.Background(), db, chosen, "business"); err != nil {
		t.Fatal(err)
	}
	step := func(wait time.Duration, want ...string) {
		t.Helper()
		clock.advance(wait)
		for range 2 { // a retry tells nobody twice
			if err := console.Trials(context.Background(), db); err != nil {
				t.Fatal(err)
			}
		}
		var told []string
		rows, err := schema.Direct(db).Query(`SELECT args ->> 'when' FROM river_job WHERE kind = 'mail_trial' ORDER BY id`)
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		for rows.Next() {
			var when string
			if err := rows.Scan(&when); err != nil {
				t.Fatal(err)
			}
			told = append(told, when)
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
		if len(told) != len(want) {
			t.Fatalf("told %v, want %v", told, want)
		}
		for i := range want {
			if told[i] != want[i] {
				t.Fatalf("told %v, want %v", told, want)
			}
		}
	}
	const day = 24 * time.Hour
	step(6 * day)
	step(2*day, "week") // of 14 days
	step(3*day, "week")
	if _, err := schema.Direct(db).Exec(`UPDATE businesses SET trial_ends_at = trial_ends_at + interval '7 days' WHERE id = $1`, id); err != nil {
		t.Fatal(err)
	}
	step(4*day, "week", "week") // made longer: told of the new end
	step(5*day+12*time.Hour, "week", "week", "day")
	step(day, "week", "week", "day", "over")
	var plan, status string
	var mrr, people int
	err := schema.Direct(db).QueryRow(`SELECT b.plan, b.status, t.mrr_cents, t.people_count FROM businesses b JOIN business_totals t ON t.business_id = b.id WHERE b.id = $1`, id).
		Scan(&plan, &status, &mrr, &people)
	if err != nil || plan != "free" || status != "active" || mrr != 0 || people != 1 {
		t.Errorf("%s %s %d %d %v", plan, status, mrr, people, err)
	}
	err = db.InPublic(context.Background(), func(q *store.PublicTx) error {
		b, err := console.ReadBusiness(q, chosen)
		if b.Plan != "business" || b.Status != "active" {
			t.Errorf("who chose a plan: %+v", b)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

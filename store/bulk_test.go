package store_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/console"
	"github.com/smoothschedule/smoothschedule/store/schema"
	"github.com/smoothschedule/smoothschedule/store/storetest"
)

// TestBulk walks a piece of work over many businesses, with a restart on the way,
// what is left out, and Undo.
func TestBulk(t *testing.T) {
	cfg, c := storetest.Config(t), newClock()
	cfg.Now = c.now
	db := storetest.Open(t, cfg)
	manager := newStaff(t, db, access.PlatformManager)
	ctx := store.WithPrincipal(context.Background(), &store.Principal{Actor: manager, Subject: manager})
	ids := make([]uuid.UUID, 6)
	for i := range ids {
		ids[i], _ = newBusiness(t, db, fmt.Sprintf("shop-%d", i))
	}
	if err := console.ChangePlan(ctx, db, ids[0], "business"); err != nil {
		t.Fatal(err)
	}
	if err := console.SuspendBusiness(ctx, db, ids[1], "bills unpaid", false); err != nil {
		t.Fatal(err)
	}
	suspend := console.BusinessChange{Action: "suspend", Value: "all of them", Notify: true}
	everything := console.BulkTargets{Filter: &console.BusinessFilter{Q: "shop"}}
	for name, c := range map[string]struct {
		in       console.BusinessChange
		targets  console.BulkTargets
		expected int
		want     store.Kind
	}{
		"no reason":      {console.BusinessChange{Action: "suspend"}, everything, 6, store.Invalid},
		"no such plan":   {console.BusinessChange{Action: "plan", Value: "gold"}, everything, 6, store.Invalid},
		"nothing picked": {suspend, console.BulkTargets{}, 0, store.Invalid},
		"another number": {suspend, everything, 5, store.Conflict},
	} {
		if _, err := console.StartBulk(ctx, db, c.in, c.targets, c.expected); store.KindOf(err) != c.want {
			t.Errorf("%s: %v", name, err)
		}
	}
	start := func(in console.BusinessChange, n int) uuid.UUID {
		t.Helper()
		id, err := console.StartBulk(ctx, db, in, everything, n)
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	work := func(id uuid.UUID, until time.Time) console.BulkRun {
		t.Helper()
		run, by, err := console.BulkPerson(context.Background(), db, id)
		if err == nil {
			_, err = console.WorkBulk(context.Background(), db, run, by, until)
		}
		if err == nil {
			run, _, err = console.BulkPerson(context.Background(), db, id)
		}
		if err != nil {
			t.Fatal(err)
		}
		return run
	}
	before := business(t, db, ids[0])
	id := start(suspend, 6)
	if run := work(id, c.now()); run.Done != 0 || run.EndedAt != nil {
		t.Errorf("no time was left: %+v", run)
	}
	far := c.now().Add(time.Hour)
	if run := work(id, far); run.Done != 5 || run.Skipped != 1 || run.EndedAt == nil {
		t.Errorf("after the work: %+v", run)
	}
	if b := business(t, db, ids[0]); b.Status != "suspended" || b.StatusReason != "all of them" || b.MRRCents != 0 {
		t.Errorf("suspended: %+v", b)
	}
	// One is changed by hand meanwhile, and stays as it is.
	if err := console.ReactivateBusiness(ctx, db, ids[2]); err != nil {
		t.Fatal(err)
	}
	undo, err := console.UndoBulk(ctx, db, id)
	if err != nil {
		t.Fatal(err)
	}
	if run := work(undo, far); run.Done != 4 || run.Skipped != 1 || run.UndoAction != "suspend" {
		t.Errorf("after the undo: %+v", run)
	}
	b := business(t, db, ids[0])
	if b.Status != before.Status || b.StatusReason != "" || b.MRRCents != before.MRRCents || b.TrialEndsAt != nil {
		t.Errorf("restored: %+v", b)
	}
	if trial := business(t, db, ids[3]); trial.Status != "trial" || trial.TrialEndsAt == nil {
		t.Errorf("a trial goes on: %+v", trial)
	}
	if b := business(t, db, ids[1]); b.Status != "suspended" || b.StatusReason != "bills unpaid" {
		t.Errorf("what was suspended before is: %+v", b)
	}
	if _, err := console.UndoBulk(ctx, db, id); store.KindOf(err) != store.Conflict {
		t.Errorf("a second undo: %v", err)
	}
	id = start(console.BusinessChange{Action: "plan", Value: "free"}, 6)
	work(id, far)
	c.advance(11 * time.Minute)
	if _, err := console.UndoBulk(ctx, db, id); store.KindOf(err) != store.Conflict {
		t.Errorf("an undo too late: %v", err)
	}
}

// TestUndoOfOneChange: a single change can be taken back by who made it.
func TestUndoOfOneChange(t *testing.T) {
	db := storetest.DB(t)
	manager := newStaff(t, db, access.PlatformManager)
	ctx := store.WithPrincipal(context.Background(), &store.Principal{Actor: manager, Subject: manager})
	id, _ := newBusiness(t, db, "shop")
	if err := console.ChangePlan(ctx, db, id, "enterprise"); err != nil {
		t.Fatal(err)
	}
	var last *console.BulkRun
	look := func() {
		t.Helper()
		err := db.InPublic(ctx, func(q *store.PublicTx) (err error) { last, err = console.LastChange(q, id); return err })
		if err != nil {
			t.Fatal(err)
		}
	}
	look()
	if last == nil || last.Action != "plan" || last.Value != "enterprise" {
		t.Fatalf("the last change is %+v", last)
	}
	if _, err := console.UndoBulk(ctx, db, last.ID); err != nil {
		t.Fatal(err)
	}
	if b := business(t, db, id); b.Status != "trial" || b.Plan != "professional" || b.MRRCents != 0 || b.TrialEndsAt == nil {
		t.Errorf("after the undo: %+v", b)
	}
	if look(); last != nil {
		t.Errorf("still offered: %+v", last)
	}
	// A newer change of another kind, whoever made it, ends the offer.
	if err := console.ChangePlan(ctx, db, id, "enterprise"); err != nil {
		t.Fatal(err)
	}
	if look(); last == nil {
		t.Fatal("the second change is not offered")
	}
	if _, err := schema.Direct(db).Exec(`UPDATE businesses SET deleting_since = now() WHERE id = $1`, id); err != nil {
		t.Fatal(err)
	}
	stale := last.ID
	if look(); last != nil {
		t.Errorf("offered while it is being deleted: %+v", last)
	}
	if _, err := console.UndoBulk(ctx, db, stale); store.KindOf(err) != store.Conflict {
		t.Errorf("taken back while it is being deleted: %v", err)
	}
	if _, err := schema.Direct(db).Exec(`UPDATE businesses SET deleting_since = NULL, name = 'Renamed', updated_at = now() + interval '1 second' WHERE id = $1`, id); err != nil {
		t.Fatal(err)
	}
	if look(); last != nil {
		t.Errorf("offered after a newer change: %+v", last)
	}
}

// TestSavedViews: whose they are, who sees them, and the one that opens a list.
func TestSavedViews(t *testing.T) {
	db := storetest.DB(t)
	ann, bob := newStaff(t, db, access.PlatformManager), newStaff(t, db, access.PlatformSales)
	as := func(p store.Person) context.Context {
		return store.WithPrincipal(context.Background(), &store.Principal{Actor: p, Subject: p})
	}
	save := func(p store.Person, v console.SavedView) {
		t.Helper()
		v.List = "businesses"
		if err := console.SaveView(as(p), db, v); err != nil {
			t.Fatal(err)
		}
	}
	of := func(p store.Person) (views []console.SavedView) {
		t.Helper()
		err := db.InPublic(as(p), func(q *store.PublicTx) (err error) {
			views, err = console.SavedViews(q, p.ID, "businesses")
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return views
	}
	save(ann, console.SavedView{Name: "Trials", Query: "status=trial", IsDefault: true})
	save(ann, console.SavedView{Name: "  big   ones ", Query: "sort=-mrr", IsShared: true, IsDefault: true})
	save(ann, console.SavedView{Name: "TRIALS", Query: "status=trial&plan=free"}) // the same name is the same view
	views := of(ann)
	if len(views) != 2 || views[0].Name != "big ones" || !views[0].IsDefault || views[1].Query != "status=trial&plan=free" || views[1].IsDefault {
		t.Errorf("ann has %+v", views)
	}
	shared := of(bob)
	if len(shared) != 1 || shared[0].OwnerName != ann.Name {
		t.Fatalf("bob sees %+v", shared)
	}
	if _, err := console.DeleteView(as(bob), db, shared[0].ID); store.KindOf(err) != store.NotFound {
		t.Errorf("bob deletes ann's: %v", err)
	}
	if err := console.SaveView(as(bob), db, console.SavedView{List: "businesses", Name: " "}); store.KindOf(err) != store.Invalid {
		t.Errorf("without a name: %v", err)
	}
	if _, err := console.ChangeView(as(ann), db, console.SavedView{ID: shared[0].ID, Name: "Mine again"}); err != nil {
		t.Fatal(err)
	}
	if got := of(bob); len(got) != 0 {
		t.Errorf("bob still sees %+v", got)
	}
}

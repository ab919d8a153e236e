package store_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/console"
	"github.com/smoothschedule/smoothschedule/store/storetest"
)

// TestPlanOfASuspendedBusiness: the state to go back to survives a change of plan.
func TestPlanOfASuspendedBusiness(t *testing.T) {
	ctx := context.Background()
	db := storetest.DB(t)
	id, _ := newBusiness(t, db, "paused")
	for _, step := range []func() error{
		func() error { return console.ChangePlan(ctx, db, id, "business") },
		func() error { return console.SuspendBusiness(ctx, db, id, "bills unpaid", false) },
		func() error { return console.ChangePlan(ctx, db, id, "professional") },
	} {
		if err := step(); err != nil {
			t.Fatal(err)
		}
		listedByFigure(t, db, id)
	}
	if b := business(t, db, id); b.Status != "suspended" || b.MRRCents != 0 {
		t.Errorf("while suspended: %s, %d cents", b.Status, b.MRRCents)
	}
	if err := console.ReactivateBusiness(ctx, db, id); err != nil {
		t.Fatal(err)
	}
	if b := business(t, db, id); b.Status != "active" || b.MRRCents != 2900 || b.Plan != "professional" {
		t.Errorf("reactivated: %+v", b)
	}
}

func business(t testing.TB, db *store.DB, id uuid.UUID) (b console.Business) {
	t.Helper()
	err := db.InPublic(context.Background(), func(q *store.PublicTx) (err error) {
		b, err = console.ReadBusiness(q, id)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// listedByFigure: sorted by a figure, a list filters by the plan and state that
// the business has now.
func listedByFigure(t testing.TB, db *store.DB, id uuid.UUID) {
	t.Helper()
	b := business(t, db, id)
	err := db.InPublic(context.Background(), func(q *store.PublicTx) error {
		rows, _, err := console.Businesses(q, console.BusinessFilter{Plan: b.Plan, Status: b.Status, Sort: "-mrr"})
		if err == nil && (len(rows) != 1 || rows[0].ID != id) {
			t.Errorf("%s and %s by MRR: %d businesses", b.Plan, b.Status, len(rows))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func undoLast(ctx context.Context, t testing.TB, db *store.DB, id uuid.UUID) {
	t.Helper()
	var last *console.BulkRun
	err := db.InPublic(ctx, func(q *store.PublicTx) (err error) { last, err = console.LastChange(q, id); return err })
	if err == nil {
		_, err = console.UndoBulk(ctx, db, last.ID)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// TestMRREqualsTheSumOfSteps changes plans and states at random over a year and
// holds each month against a plain recomputation.
func TestMRREqualsTheSumOfSteps(t *testing.T) {
	ctx := context.Background()
	cfg, c := storetest.Config(t), newClock()
	c.advance(-340 * 24 * time.Hour)
	cfg.Now = c.now
	db := storetest.Open(t, cfg)
	ids := make([]uuid.UUID, 6)
	for i := range ids {
		ids[i], _ = newBusiness(t, db, fmt.Sprintf("shop-%d", i))
	}
	type month struct{ year, month int }
	want := map[month]int64{}
	random := rand.New(rand.NewPCG(1, 2))
	manager := newStaff(t, db, access.PlatformManager)
	by := store.WithPrincipal(ctx, &store.Principal{Actor: manager, Subject: manager})
	for i := range 110 {
		at := random.IntN(len(ids))
		id := ids[at]
		if i%30 == 29 { // one goes for good, and another comes
			if err := console.DeleteBusiness(ctx, db, id, business(t, db, id).Name); err != nil {
				t.Fatal(err)
			}
			if err := console.DestroyBusiness(ctx, db, id, uuid.NullUUID{}); err != nil {
				t.Fatal(err)
			}
			ids[at], _ = newBusiness(t, db, fmt.Sprintf("later-%d", i))
			id = ids[at]
		}
		switch random.IntN(7) {
		case 4:
			_ = console.ArchiveBusiness(ctx, db, id, "")
		case 5:
			_ = console.UnarchiveBusiness(ctx, db, id)
		case 6: // a change that is taken back
			plan := console.Plans[random.IntN(4)]
			if business(t, db, id).Plan != plan && console.ChangePlan(by, db, id, plan) == nil {
				c.advance(time.Minute)
				undoLast(by, t, db, id)
			}
		case 0:
			_ = console.SuspendBusiness(ctx, db, id, "bills unpaid", false) // may be refused: it is closed already
		case 1:
			_ = console.ReactivateBusiness(ctx, db, id)
		default:
			_ = console.ChangePlan(ctx, db, id, console.Plans[random.IntN(4)]) // may be refused: it is archived
		}
		var sum int64
		for _, id := range ids {
			if b := business(t, db, id); b.Status == "active" {
				sum += map[string]int64{"free": 0, "professional": 2900, "business": 7900, "enterprise": 24900}[b.Plan]
			}
		}
		want[month{c.now().Year(), int(c.now().Month())}] = sum
		c.advance(74 * time.Hour)
	}
	if err := console.RollUp(ctx, db, true); err != nil {
		t.Fatal(err)
	}
	var months []console.PlatformMonth
	var totals console.PlatformTotals
	err := db.InPublic(ctx, func(q *store.PublicTx) (err error) {
		totals, months, err = console.PlatformFigures(q)
		return err
	})
	if err != nil || len(months) != console.HistoryMonths {
		t.Fatalf("%d months, %v", len(months), err)
	}
	var plans []console.PlanMonth
	var days []console.PlatformDay
	err = db.InPublic(ctx, func(q *store.PublicTx) error {
		d, err := console.ReadDashboard(q, 731, true)
		plans, days = d.Plans, d.Days
		return err
	})
	if err != nil || len(plans) != 12*len(console.Plans) || len(days) != 731 {
		t.Fatalf("%d months of plans, %d days, %v", len(plans), len(days), err)
	}
	byPlan := map[month]int64{}
	for _, m := range plans {
		byPlan[month{m.Month.Year(), int(m.Month.Month())}] += m.MRRCents
	}
	byDay := map[month]int64{} // the last day of a month is its end
	for _, d := range days {
		byDay[month{d.Day.Year(), int(d.Day.Month())}] = d.MRRCents
	}
	compared := 0
	for _, m := range months {
		at := month{m.Month.Year(), int(m.Month.Month())}
		if byPlan[at] != m.MRRCents || byDay[at] != m.MRRCents {
			t.Errorf("%v: %d cents, by plan %d, by day %d", at, m.MRRCents, byPlan[at], byDay[at])
		}
		expected, ok := want[month{m.Month.Year(), int(m.Month.Month())}]
		if !ok {
			continue
		}
		compared++
		if m.MRRCents != expected {
			t.Errorf("%s: %d cents, want %d", m.Month.Format("Jan 2006"), m.MRRCents, expected)
		}
	}
	if compared < 10 || totals.MRRCents != months[len(months)-1].MRRCents {
		t.Errorf("compared %d months; now %d, last month of the history %d", compared, totals.MRRCents, months[len(months)-1].MRRCents)
	}
}

// TestBusinessPages walks the whole list in every order, by cursor and by number:
// each row comes exactly once.
func TestBusinessPages(t *testing.T) {
	ctx := context.Background()
	db := storetest.DB(t)
	const n = 60
	for i := range n {
		newBusiness(t, db, fmt.Sprintf("shop-%02d", i*7%n))
	}
	list := func(f console.BusinessFilter) (rows []console.Business, info store.PageInfo) {
		t.Helper()
		err := db.InPublic(ctx, func(q *store.PublicTx) (err error) {
			rows, info, err = console.Businesses(q, f)
			return err
		})
		if err != nil {
			t.Fatalf("%+v: %v", f, err)
		}
		return rows, info
	}
	for _, sort := range []string{"", "name", "plan", "status", "joined", "owner", "people", "appointments", "mrr", "activity"} {
		for _, sign := range []string{"", "-"} {
			var byCursor, byNumber, backwards []uuid.UUID
			f := console.BusinessFilter{Sort: sign + sort}
			for f.Page.Number = 1; ; f.Page.Number++ {
				rows, info := list(f)
				byCursor = append(byCursor, idsOf(rows)...)
				if !info.More {
					break
				}
				f.Page.After = info.Last
			}
			for number := 1; number <= 4; number++ {
				rows, info := list(console.BusinessFilter{Sort: f.Sort, Page: store.Page{Number: number}})
				byNumber = append(byNumber, idsOf(rows)...)
				if number == 4 && (len(rows) != 0 || info.Total != n) {
					t.Errorf("sort %q: behind the end %d rows, total %d", f.Sort, len(rows), info.Total)
				}
			}
			rows, info := list(console.BusinessFilter{Sort: f.Sort, Page: store.Page{Number: 3}})
			backwards = idsOf(rows)
			for number := 2; number >= 1; number-- {
				rows, info = list(console.BusinessFilter{Sort: f.Sort, Page: store.Page{Number: number, Before: info.First}})
				backwards = append(idsOf(rows), backwards...)
			}
			if len(byCursor) != n || !slices.Equal(byCursor, byNumber) || !slices.Equal(byCursor, backwards) {
				t.Errorf("sort %q: %d rows by cursor, %d by number, %d backwards, or in another order", f.Sort, len(byCursor), len(byNumber), len(backwards))
			}
		}
	}
	if rows, info := list(console.BusinessFilter{Q: "SHOP-1 owner", Plan: "professional", Status: "trial"}); len(rows) != 10 || info.Total != 10 {
		t.Errorf("search and filters: %d rows, total %d", len(rows), info.Total)
	}
	if rows, _ := list(console.BusinessFilter{Q: "%"}); len(rows) != 0 {
		t.Errorf("a wildcard of the user's finds %d rows", len(rows))
	}
}

func idsOf(rows []console.Business) []uuid.UUID {
	ids := make([]uuid.UUID, len(rows))
	for i, row := range rows {
		ids[i] = row.ID
	}
	return ids
}

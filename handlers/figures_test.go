package handlers_test

import (
	"bytes"
	"context"
	"fmt"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"

	"github.com/smoothschedule/smoothschedule/handlers/handlertest"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/console"
	"github.com/smoothschedule/smoothschedule/store/schema"
	"github.com/smoothschedule/smoothschedule/store/seed"
	"github.com/smoothschedule/smoothschedule/store/transfer"
)

// TestFigures holds every figure of the dashboard, of the API and of the list's
// file against a count of the rows, whatever happened since a roll-up had summed up
// those days: data of the past that came later, changes that were taken back, a
// business that was deleted and restored.
func TestFigures(t *testing.T) {
	s := handlertest.New(t)
	root := s.Staff(access.Superuser)
	ctx := t.Context()
	f := &figures{Server: s, t: t, boss: s.Platform().As(access.Superuser)}
	f.rollUp("nothing")

	// Step 8 of the README, beside a program that has summed up empty days.
	if err := seed.Load(ctx, s.DB, seed.LoadOptions{Businesses: 14, Appointments: 420}); err != nil {
		t.Fatal(err)
	}
	loaded := f.check("data of the past")
	if loaded.booked[365] <= loaded.booked[30] || loaded.mrr == 0 || loaded.signUps[365] == 0 {
		t.Fatalf("the data proves nothing: %+v", loaded)
	}

	// Five are suspended, as of some days ago, and opened again.
	paying := f.list(`SELECT business_id FROM business_totals WHERE mrr_cents > 0 ORDER BY business_id LIMIT 5`)
	in := console.BusinessChange{Action: "suspend", Value: "Not paid at all."}
	by := store.WithPrincipal(context.Background(), &store.Principal{Actor: root, Subject: root})
	targets := console.BulkTargets{IDs: paying}
	run, err := console.StartBulk(by, s.DB, in, targets, len(paying))
	f.work(run, err)
	f.exec(`UPDATE plan_changes SET at = at - interval '6 days' WHERE actor_id = $1`, root.ID)
	f.exec(`INSERT INTO platform_stale_days SELECT min(CAST(at AS date)) FROM plan_changes WHERE actor_id = $1`, root.ID)
	f.rollUp("suspended")
	if gone := f.check("suspended"); gone.lost[30] != len(paying) {
		t.Errorf("suspended: %d lost, want %d", gone.lost[30], len(paying))
	}
	undo, err := console.UndoBulk(by, s.DB, run)
	f.work(undo, err)
	f.rollUp("suspension undone")
	if again := f.check("suspension undone"); !reflect.DeepEqual(again, loaded) {
		t.Errorf("a suspension that was taken back left a trace:\n%+v, before\n%+v", again, loaded)
	}

	// To Free and back on one day nobody left; to Free and staying there one did.
	for _, plan := range []string{"free", "enterprise"} {
		if err := console.ChangePlan(by, s.DB, paying[0], plan); err != nil {
			t.Fatal(err)
		}
	}
	f.rollUp("free and back")
	if back := f.check("free and back"); !reflect.DeepEqual(back.lost, loaded.lost) || !reflect.DeepEqual(back.cancelled, loaded.cancelled) {
		t.Errorf("free and back: lost %v, cancelled %v, want %v and %v", back.lost, back.cancelled, loaded.lost, loaded.cancelled)
	}
	if err := console.ChangePlan(by, s.DB, paying[1], "free"); err != nil {
		t.Fatal(err)
	}
	f.rollUp("one left")
	if left := f.check("one left"); left.lost[30] != loaded.lost[30]+1 {
		t.Errorf("one left: %d lost", left.lost[30])
	}

	// An appointment of ten weeks ago is cancelled now.
	busy := f.list(`SELECT business_id FROM business_daily WHERE day < CURRENT_DATE - 60 AND day > CURRENT_DATE - 88 AND appointments = 1 LIMIT 1`)
	schema := f.schemas()[busy[0]]
	before := f.check("before the cancellation")
	f.exec(fmt.Sprintf(`UPDATE %[1]s.appointments SET status = 'cancelled', updated_at = now() WHERE id =
		(SELECT id FROM %[1]s.appointments WHERE starts_at < now() - interval '61 days' AND starts_at > now() - interval '87 days' AND status <> 'cancelled' LIMIT 1)`, schema))
	f.exec(`UPDATE business_totals SET rolled_up_at = now() - interval '20 minutes'`)
	f.rollUp("late cancellation")
	if after := f.check("late cancellation"); after.booked[90] != before.booked[90]-1 {
		t.Errorf("late cancellation: %d appointments in 90 days, before %d", after.booked[90], before.booked[90])
	}

	// One with a long past is deleted, and restored where nothing is known of it.
	old := f.list(`SELECT b.id FROM businesses b JOIN business_totals t ON t.business_id = b.id WHERE mrr_cents > 0 AND b.id <> $1 ORDER BY created_at LIMIT 1`, paying[0])[0]
	whole := f.check("before the deletion")
	var file bytes.Buffer
	if err := transfer.ExportBusiness(by, s.DB, old, &file); err != nil {
		t.Fatal(err)
	}
	if err := console.DeleteBusiness(by, s.DB, old, f.text(`SELECT name FROM businesses WHERE id = $1`, old)); err != nil {
		t.Fatal(err)
	}
	if err := console.DestroyBusiness(ctx, s.DB, old, uuid.NullUUID{}); err != nil {
		t.Fatal(err)
	}
	f.rollUp("deleted")
	f.check("deleted")
	f.exec(`DELETE FROM plan_changes WHERE business_id = $1`, old)
	f.exec(`INSERT INTO platform_stale_days VALUES (CURRENT_DATE - 700)`)
	f.rollUp("forgotten")
	if _, err := transfer.ImportBusiness(by, s.DB, bytes.NewReader(file.Bytes()), int64(file.Len()), ""); err != nil {
		t.Fatal(err)
	}
	f.rollUp("restored")
	if restored := f.check("restored"); !reflect.DeepEqual(restored, whole) {
		t.Errorf("restored:\n%+v, before\n%+v", restored, whole)
	}
}

// figures drives TestFigures.
type figures struct {
	*handlertest.Server
	t    *testing.T
	boss *handlertest.Client
	api  *handlertest.Client
}

// rollUp runs the job once, as it runs each minute.
func (f *figures) rollUp(when string) {
	f.t.Helper()
	if err := console.RollUp(f.t.Context(), f.DB, false); err != nil {
		f.t.Fatalf("%s: %v", when, err)
	}
}

// work does what a run has to do.
func (f *figures) work(id uuid.UUID, err error) {
	f.t.Helper()
	if err == nil {
		var run console.BulkRun
		var by store.Person
		if run, by, err = console.BulkPerson(f.t.Context(), f.DB, id); err == nil {
			_, err = console.WorkBulk(f.t.Context(), f.DB, run, by, time.Now().Add(time.Minute))
		}
	}
	if err != nil {
		f.t.Fatal(err)
	}
}

func (f *figures) exec(query string, args ...any) {
	f.t.Helper()
	if _, err := schema.Direct(f.DB).Exec(query, args...); err != nil {
		f.t.Fatal(err)
	}
}

func (f *figures) text(query string, args ...any) (text string) {
	f.t.Helper()
	if err := f.sql().Get(&text, query, args...); err != nil {
		f.t.Fatal(err)
	}
	return text
}

func (f *figures) list(query string, args ...any) (ids []uuid.UUID) {
	f.t.Helper()
	if err := f.sql().Select(&ids, query, args...); err != nil || len(ids) == 0 {
		f.t.Fatalf("%s: %d found, %v", query, len(ids), err)
	}
	return ids
}

// rows is how many rows the list has to which a tile leads.
func (f *figures) rows(href string) int {
	path, query, _ := strings.Cut(href, "?")
	r := f.boss.Get(path + ".csv?" + query)
	if r.Code != 200 {
		f.t.Errorf("%s: %d", href, r.Code)
	}
	return strings.Count(strings.TrimSpace(r.Body.String()), "\n")
}

// sum adds up a column of the list's file.
func (f *figures) sum(column string) (sum float64) {
	lines := strings.Split(strings.TrimSpace(f.boss.Get("/businesses.csv").Body.String()), "\n")
	at := slices.Index(strings.Split(strings.TrimSpace(lines[0]), ","), column)
	for _, line := range lines[1:] {
		var n float64
		// Names with commas stand in front of the figures: counted from the end.
		cells := strings.Split(strings.TrimSpace(line), ",")
		if _, err := fmt.Sscan(cells[len(cells)-(len(strings.Split(lines[0], ","))-at)], &n); err != nil {
			f.t.Fatalf("%s of %q: %v", column, line, err)
		}
		sum += n
	}
	return sum
}

// token lets a program in.
func (f *figures) token() *handlertest.Client {
	if f.api == nil {
		var got struct{ Token string }
		r := f.Platform().Post("/api/auth/token/", url.Values{"email": {handlertest.Email(access.Superuser)}, "password": {handlertest.Password}})
		f.decode(r, &got)
		f.api = f.Platform().With("Authorization", "Bearer "+got.Token)
	}
	return f.api
}

func (f *figures) sql() *sqlx.DB { return sqlx.NewDb(schema.Direct(f.DB), "postgres") }

package jobs

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/console"
	"github.com/smoothschedule/smoothschedule/store/schema"
	"github.com/smoothschedule/smoothschedule/store/storetest"
)

// TestMailsOfChangesAreTrueWhenTheyLeave: an owner is told of a suspension, of its
// end, of a plan and of a trial's end only what holds at that moment: nothing that
// was taken back, and days by the calendar of the business.
func TestMailsOfChangesAreTrueWhenTheyLeave(t *testing.T) {
	var at atomic.Int64
	at.Store(time.Date(2026, 11, 27, 17, 0, 0, 0, time.UTC).UnixNano())
	cfg := storetest.Config(t)
	cfg.Now = func() time.Time { return time.Unix(0, at.Load()).UTC() }
	db := storetest.Open(t, cfg)
	o := &office{t: t, db: db, box: &postbox{}, pass: func(d time.Duration) { at.Add(int64(d)) }}
	o.m = mails{db, o.box, web.Sites{Scheme: "https", Bases: []string{"example.com"}}}

	root := store.Person{ID: uuid.New(), Name: "Root", Role: access.Superuser, IsActive: true}
	if _, err := schema.Direct(db).Exec(`INSERT INTO users (id, email, name, role, created_at) VALUES ($1, 'root@example.test', 'Root', 'SUPERUSER', now())`, root.ID); err != nil {
		t.Fatal(err)
	}
	ctx := store.WithPrincipal(t.Context(), &store.Principal{Actor: root, Subject: root})
	var ids []uuid.UUID
	for _, sub := range []string{"ants", "bees"} {
		id, err := console.CreateBusiness(ctx, db, console.NewBusiness{Name: sub, Subdomain: sub, Plan: "professional", TimeZone: "America/Denver", OwnerName: sub, OwnerEmail: "owner@" + sub + ".test"})
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, id)
	}
	ants := ids[0]
	ok := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	undo := func() {
		t.Helper()
		var run *console.BulkRun
		ok(db.InPublic(ctx, func(q *store.PublicTx) (err error) { run, err = console.LastChange(q, ants); return err }))
		if run == nil {
			t.Fatal("nothing to undo")
		}
		_, err := console.UndoBulk(ctx, db, run.ID)
		ok(err)
	}

	// Trials: of 14 days here. The mail waited over night: the day counts as it leaves.
	o.pass(7*24*time.Hour + time.Minute)
	ok(console.Trials(t.Context(), db))
	o.pass(20 * time.Hour)
	o.told("trial", "ends in 6 days, on Friday, 11 December 2026", "ends in 6 days, on Friday, 11 December 2026")
	// Five in the morning of the day by UTC is the evening before in Denver.
	o.pass(5*24*time.Hour + 16*time.Hour)
	ok(console.Trials(t.Context(), db))
	ok(console.ExtendTrial(ctx, db, ids[1], 30)) // after the mail was planned
	o.told("tomorrow", "ends tomorrow, on Friday, 11 December 2026")

	// A plan that is taken back is told nobody; one that stays is, with what it ends.
	ok(console.ChangePlan(ctx, db, ants, "enterprise"))
	o.pass(time.Minute)
	undo()
	o.pass(time.Hour)
	o.told("undone plan")
	ok(console.ChangePlan(ctx, db, ants, "free"))
	ok(console.ChangePlan(ctx, db, ants, "business"))
	o.told("plans at once")
	o.pass(10 * time.Minute)
	o.told("plans", "on the plan Business now, at $79 a month")

	// A suspension that is taken back, or ended within its ten minutes.
	ok(console.SuspendBusiness(ctx, db, ants, "Not paid.", true))
	o.told("suspension at once")
	undo()
	o.pass(time.Hour)
	o.told("undone suspension")
	ok(console.SuspendBusiness(ctx, db, ants, "Not paid.", true))
	ok(console.ReactivateBusiness(ctx, db, ants))
	o.pass(time.Hour)
	o.told("short suspension")
	// Nobody knows of one that was not to be told, nor of its end.
	ok(console.SuspendBusiness(ctx, db, ants, "Not paid.", false))
	o.pass(time.Hour)
	ok(console.ReactivateBusiness(ctx, db, ants))
	o.pass(time.Hour)
	o.told("silent suspension")
	ok(console.SuspendBusiness(ctx, db, ants, "Not paid.", true))
	o.pass(11 * time.Minute)
	o.told("suspension", "ants is suspended")
	ok(console.ReactivateBusiness(ctx, db, ants))
	o.told("reactivation at once")
	undo()
	o.pass(time.Hour)
	o.told("undone reactivation")
	ok(console.ReactivateBusiness(ctx, db, ants))
	o.pass(11 * time.Minute)
	o.told("reactivation", "ants is open again")

	// Many at once can be taken back until ten minutes after the last of them.
	run, err := console.StartBulk(ctx, db, console.BusinessChange{Action: "suspend", Value: "Not paid.", Notify: true}, console.BulkTargets{IDs: ids}, 2)
	ok(err)
	of, by, err := console.BulkPerson(t.Context(), db, run)
	ok(err)
	_, err = console.WorkBulk(context.Background(), db, of, by, cfg.Now().Add(time.Hour))
	ok(err)
	if _, err := schema.Direct(db).Exec(`UPDATE bulk_runs SET ended_at = ended_at + interval '5 minutes' WHERE id = $1`, run); err != nil {
		t.Fatal(err)
	}
	o.pass(11 * time.Minute)
	o.told("bulk, early")
	undone, err := console.UndoBulk(ctx, db, run)
	ok(err)
	o.pass(time.Hour)
	o.told("bulk, being undone")
	of, by, err = console.BulkPerson(t.Context(), db, undone)
	ok(err)
	_, err = console.WorkBulk(context.Background(), db, of, by, cfg.Now().Add(time.Hour))
	ok(err)
	o.pass(time.Hour)
	o.told("bulk, undone")
}

// office works the mails that are due.
type office struct {
	t    *testing.T
	db   *store.DB
	box  *postbox
	m    mails
	pass func(time.Duration)
	done []int64
	at   map[int64]time.Time // of those that wait on
}

// told works what is due and holds the new mails against what they must say.
func (o *office) told(when string, want ...string) {
	o.t.Helper()
	var now time.Time
	if err := o.db.InPublic(o.t.Context(), func(q *store.PublicTx) error { now = q.Now(); return nil }); err != nil {
		o.t.Fatal(err)
	}
	rows, err := schema.Direct(o.db).Query(`SELECT id, kind, args, created_at FROM river_job WHERE kind IN ('mail_trial', 'mail_plan_notice', 'mail_suspension_notice', 'mail_reactivation_notice')
		AND scheduled_at <= $1 ORDER BY id`, now)
	if err != nil {
		o.t.Fatal(err)
	}
	defer rows.Close()
	var due []*rivertype.JobRow
	for rows.Next() {
		var job rivertype.JobRow
		if err := rows.Scan(&job.ID, &job.Kind, &job.EncodedArgs, &job.CreatedAt); err != nil {
			o.t.Fatal(err)
		}
		if !slices.Contains(o.done, job.ID) && !o.at[job.ID].After(now) {
			due = append(due, &job)
		}
	}
	if err := rows.Err(); err != nil {
		o.t.Fatal(err)
	}
	before := len(o.box.texts)
	for _, job := range due {
		var later *river.JobSnoozeError
		switch err := o.work(job); {
		case errors.As(err, &later):
			if o.at == nil {
				o.at = map[int64]time.Time{}
			}
			o.at[job.ID] = now.Add(later.Duration)
		case err != nil:
			o.t.Fatalf("%s: %v", when, err)
		default:
			o.done = append(o.done, job.ID)
		}
	}
	sent := o.box.texts[before:]
	if len(sent) != len(want) {
		o.t.Fatalf("%s: %d mails, want %d: %q", when, len(sent), len(want), sent)
	}
	for i, text := range sent {
		if !strings.Contains(strings.Join(strings.Fields(text), " "), want[i]) {
			o.t.Errorf("%s: %q, want %q", when, text, want[i])
		}
	}
}

func (o *office) work(row *rivertype.JobRow) error {
	ctx := o.t.Context()
	switch row.Kind {
	case "mail_trial":
		w := &trialWorker{mails: o.m}
		return w.Work(ctx, jobOf[console.TrialNoticeArgs](o.t, row))
	case "mail_plan_notice":
		w := &planWorker{mails: o.m}
		return w.Work(ctx, jobOf[console.PlanNoticeArgs](o.t, row))
	case "mail_suspension_notice":
		w := &suspensionWorker{mails: o.m}
		return w.Work(ctx, jobOf[console.SuspensionNoticeArgs](o.t, row))
	default:
		w := &reactivationWorker{mails: o.m}
		return w.Work(ctx, jobOf[console.ReactivationNoticeArgs](o.t, row))
	}
}

func jobOf[A river.JobArgs](t *testing.T, row *rivertype.JobRow) *river.Job[A] {
	job := &river.Job[A]{JobRow: row}
	if err := json.Unmarshal(row.EncodedArgs, &job.Args); err != nil {
		t.Fatal(err)
	}
	return job
}

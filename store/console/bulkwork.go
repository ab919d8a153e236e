package console

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/catalog"
	"github.com/smoothschedule/smoothschedule/store/internal/db"
	"github.com/smoothschedule/smoothschedule/store/sessions"
)

// BulkPerson is who began a run, as he is now: the job asks whether he may still.
func BulkPerson(ctx context.Context, d *db.DB, run uuid.UUID) (r BulkRun, p db.Person, err error) {
	err = d.InPublic(ctx, func(q *db.PublicTx) (err error) {
		if r, err = ReadBulkRun(q, run); err != nil {
			return err
		}
		p, err = sessions.Person(q, r.ActorID)
		return err
	})
	return r, p, err
}

// WorkBulk changes what waits of a run, each with its note in one
// transaction, until all are done or time is up. A killed run goes on where it
// was.
func WorkBulk(ctx context.Context, d *db.DB, run BulkRun, by db.Person, until time.Time) (more bool, err error) {
	ctx = db.WithPrincipal(ctx, &db.Principal{Actor: by, Subject: by})
	for {
		if ctx.Err() != nil || !d.Now().Before(until) {
			return true, ctx.Err()
		}
		left := false
		err := changing(ctx, d, func(q *db.PublicTx) (err error) {
			left, err = workNext(q, run, by)
			return err
		})
		if err != nil || !left {
			return false, err
		}
	}
}

// workNext changes the next one; false when none waits any more.
func workNext(q *db.PublicTx, run BulkRun, by db.Person) (bool, error) {
	var item struct {
		Position int            `db:"position"`
		TargetID uuid.UUID      `db:"target_id"`
		Before   sql.NullString `db:"before"`
		After    sql.NullString `db:"after"`
	}
	err := db.Get(q, &item, `SELECT position, target_id, before, after FROM public.bulk_items
		WHERE run_id = $1 AND state = 'waiting' ORDER BY position LIMIT 1 FOR UPDATE`, run.ID)
	if errors.Is(err, sql.ErrNoRows) {
		_, err = db.Exec(q, `UPDATE public.bulk_runs SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL`, run.ID, q.Now())
		return false, err
	}
	if err != nil {
		return false, err
	}
	before, after := item.Before.String, item.After.String
	switch {
	case run.Noun == BulkUsers:
		before, after, err = bulkPerson(q, item.TargetID, run.Action, before, after, by.Role)
	case run.Noun == BulkTickets:
		before, after, err = bulkTicket(q, item.TargetID, run, before, after)
	case run.Action == "undo":
		err = restoreState(q, item.TargetID, before, after)
	default:
		_, before, after, err = applyChange(q, item.TargetID, BusinessChange{Action: run.Action, Value: run.Value, Notify: run.Notify}, uuid.NullUUID{UUID: run.ID, Valid: true})
	}
	err = db.Wrap(err)
	switch db.KindOf(err) {
	case db.Conflict, db.Invalid, db.NotFound, db.Forbidden:
		note := "It is there no more."
		if db.KindOf(err) != db.NotFound {
			note = err.Error()
		}
		_, err = db.Exec(q, `UPDATE public.bulk_items SET state = 'skipped', note = $3 WHERE run_id = $1 AND position = $2`, run.ID, item.Position, note)
		return true, err
	}
	if err != nil {
		return false, err
	}
	_, err = db.Exec(q, `UPDATE public.bulk_items SET state = 'done', before = CAST($3 AS jsonb), after = CAST($4 AS jsonb) WHERE run_id = $1 AND position = $2`,
		run.ID, item.Position, before, after)
	return true, err
}

// StopBulk leaves out what has not been done yet.
func StopBulk(ctx context.Context, d *db.DB, run uuid.UUID, why string) error {
	return d.InPublic(ctx, func(q *db.PublicTx) error {
		if _, err := db.Exec(q, `UPDATE public.bulk_items SET state = 'skipped', note = $2 WHERE run_id = $1 AND state = 'waiting'`, run, why); err != nil {
			return err
		}
		_, err := db.Exec(q, `UPDATE public.bulk_runs SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL`, run, q.Now())
		return err
	})
}

// restoreState makes a business what it was before a change, unless it was
// changed again since.
func restoreState(q *db.PublicTx, id uuid.UUID, before, after string) error {
	now, err := lockedState(q, id)
	if err != nil {
		return err
	}
	var same bool
	// What was written before steps were named has no step.
	if err := db.Get(q, &same, `SELECT CAST($1 AS jsonb) @> CAST($2 AS jsonb)`, now, after); err != nil {
		return err
	}
	if !same {
		return &db.Error{Kind: db.Conflict, Message: "It was changed again since."}
	}
	b, err := ReadBusiness(q, id)
	if err != nil {
		return err
	}
	if b.DeletingSince != nil {
		return &db.Error{Kind: db.Conflict, Message: "This business is being deleted."}
	}
	was := b
	_, err = db.Exec(q, `
		UPDATE public.businesses b SET plan = s.plan, status = s.status, status_reason = s.status_reason, status_before = s.status_before,
			trial_ends_at = s.trial_ends_at, updated_at = $3
		FROM jsonb_to_record(CAST($2 AS jsonb)) AS s (plan text, status text, status_reason text, status_before text, trial_ends_at timestamptz)
		WHERE b.id = $1`, id, before, q.Now())
	if err != nil {
		return err
	}
	var pays int
	if err := db.Get(q, &pays, `SELECT CAST(CAST($1 AS jsonb) ->> 'mrr_cents' AS int)`, before); err != nil {
		return err
	}
	if b, err = ReadBusiness(q, id); err != nil {
		return err
	}
	if err := unstepMRR(q, id, pays); err != nil {
		return err
	}
	if err := interrupt(q, was, b.Status); err != nil {
		return err
	}
	return AuditBusiness(q, b, "business.change_undone", catalog.Changes(map[string]any{"plan": was.Plan, "status": was.Status}, map[string]any{"plan": b.Plan, "status": b.Status}))
}

// UndoBulk takes back what a run has done. One business is restored at once, many
// by a job.
func UndoBulk(ctx context.Context, d *db.DB, id uuid.UUID) (undo uuid.UUID, err error) {
	undo = db.NewID()
	err = changing(ctx, d, func(q *db.PublicTx) error {
		if _, err := db.Exec(q, `SELECT FROM public.bulk_runs WHERE id = $1 FOR UPDATE`, id); err != nil {
			return err
		}
		run, err := ReadBulkRun(q, id)
		if err != nil {
			return err
		}
		if !run.Undoable(q.Now()) {
			return &db.Error{Kind: db.Conflict, Message: "This can't be undone any more."}
		}
		if _, err := db.Exec(q, `UPDATE public.bulk_runs SET undone_at = $2 WHERE id = $1`, id, q.Now()); err != nil {
			return err
		}
		if err := insertRun(q, BulkRun{ID: undo, Noun: run.Noun, Action: "undo", Undoes: uuid.NullUUID{UUID: id, Valid: true}, Total: run.Done}); err != nil {
			return err
		}
		_, err = db.Exec(q, `
			INSERT INTO public.bulk_items (run_id, position, target_id, target_name, state, before, after)
			SELECT $2, row_number() OVER (ORDER BY position), target_id, target_name, 'waiting', before, after
			FROM public.bulk_items WHERE run_id = $1 AND state = 'done'`, id, undo)
		if err != nil {
			return err
		}
		if run.Total > 1 || run.Noun != BulkBusinesses {
			if err := auditRun(q, run.Noun+".bulk_undone", undo, run.Action, run.Done, run.Value); err != nil {
				return err
			}
			return db.Enqueue(q, BulkArgs{RunID: undo}, nil)
		}
		for left := true; left; {
			if left, err = workNext(q, BulkRun{ID: undo, Noun: run.Noun, Action: "undo"}, db.Person{}); err != nil {
				return err
			}
		}
		skipped, err := BulkSkipped(q, undo)
		if err == nil && len(skipped) > 0 {
			return &db.Error{Kind: db.Conflict, Message: skipped[0].Note}
		}
		return err
	})
	return undo, err
}

// BulkTarget is the one thing of a run of one.
func BulkTarget(q *db.PublicTx, run uuid.UUID) (uuid.UUID, error) {
	var id uuid.UUID
	err := db.Get(q, &id, `SELECT target_id FROM public.bulk_items WHERE run_id = $1 ORDER BY position LIMIT 1`, run)
	return id, err
}

// BulkPermission is what an action on many needs.
func BulkPermission(noun, action string) access.Permission {
	switch {
	case noun == BulkUsers:
		return access.UsersManage
	case noun == BulkTickets:
		return access.TicketsManage
	case action == "plan":
		return access.BusinessesPlan
	}
	return access.BusinessesSuspend
}

package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/access"
)

// BulkPerson is who began a run, as he is now: the job asks whether he may still.
func (db *DB) BulkPerson(ctx context.Context, run uuid.UUID) (r BulkRun, p Person, err error) {
	err = db.InPublic(ctx, func(q *PublicTx) (err error) {
		if r, err = q.BulkRun(run); err != nil {
			return err
		}
		p, err = q.Person(r.ActorID)
		return err
	})
	return r, p, err
}

// BulkRights are what work on people and tickets asks of roles: whether the
// platform's own people may be touched, and who can be given a ticket.
type BulkRights struct {
	Staff bool
	Desk  []access.Role
}

// WorkBulk changes what waits of a run, each with its note in one
// transaction, until all are done or time is up. A killed run goes on where it
// was.
func (db *DB) WorkBulk(ctx context.Context, run BulkRun, by Person, rights BulkRights, until time.Time) (more bool, err error) {
	ctx = WithPrincipal(ctx, &Principal{Actor: by, Subject: by})
	for {
		if ctx.Err() != nil || !db.now().Before(until) {
			return true, ctx.Err()
		}
		left := false
		err := db.changing(ctx, func(q *PublicTx) (err error) {
			left, err = q.workNext(run, rights)
			return err
		})
		if err != nil || !left {
			return false, err
		}
	}
}

// workNext changes the next one; false when none waits any more.
func (q *PublicTx) workNext(run BulkRun, rights BulkRights) (bool, error) {
	var item struct {
		Position int            `db:"position"`
		TargetID uuid.UUID      `db:"target_id"`
		Before   sql.NullString `db:"before"`
		After    sql.NullString `db:"after"`
	}
	err := q.get(&item, `SELECT position, target_id, before, after FROM public.bulk_items
		WHERE run_id = $1 AND state = 'waiting' ORDER BY position LIMIT 1 FOR UPDATE`, run.ID)
	if errors.Is(err, sql.ErrNoRows) {
		_, err = q.exec(`UPDATE public.bulk_runs SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL`, run.ID, q.now)
		return false, err
	}
	if err != nil {
		return false, err
	}
	before, after := item.Before.String, item.After.String
	switch {
	case run.Noun == BulkUsers:
		before, after, err = q.bulkPerson(item.TargetID, run.Action, before, after, rights)
	case run.Noun == BulkTickets:
		before, after, err = q.bulkTicket(item.TargetID, run, before, after, rights)
	case run.Action == "undo":
		err = q.restoreState(item.TargetID, before, after)
	default:
		_, before, after, err = q.applyChange(item.TargetID, BusinessChange{Action: run.Action, Value: run.Value, Notify: run.Notify}, uuid.NullUUID{UUID: run.ID, Valid: true})
	}
	err = wrap(err)
	switch KindOf(err) {
	case Conflict, Invalid, NotFound, Forbidden:
		note := "It is there no more."
		if KindOf(err) != NotFound {
			note = err.Error()
		}
		_, err = q.exec(`UPDATE public.bulk_items SET state = 'skipped', note = $3 WHERE run_id = $1 AND position = $2`, run.ID, item.Position, note)
		return true, err
	}
	if err != nil {
		return false, err
	}
	_, err = q.exec(`UPDATE public.bulk_items SET state = 'done', before = CAST($3 AS jsonb), after = CAST($4 AS jsonb) WHERE run_id = $1 AND position = $2`,
		run.ID, item.Position, before, after)
	return true, err
}

// StopBulk leaves out what has not been done yet.
func (db *DB) StopBulk(ctx context.Context, run uuid.UUID, why string) error {
	return db.InPublic(ctx, func(q *PublicTx) error {
		if _, err := q.exec(`UPDATE public.bulk_items SET state = 'skipped', note = $2 WHERE run_id = $1 AND state = 'waiting'`, run, why); err != nil {
			return err
		}
		_, err := q.exec(`UPDATE public.bulk_runs SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL`, run, q.now)
		return err
	})
}

// restoreState makes a business what it was before a change, unless it was
// changed again since.
func (q *PublicTx) restoreState(id uuid.UUID, before, after string) error {
	now, err := q.lockedState(id)
	if err != nil {
		return err
	}
	var same bool
	// What was written before steps were named has no step.
	if err := q.get(&same, `SELECT CAST($1 AS jsonb) @> CAST($2 AS jsonb)`, now, after); err != nil {
		return err
	}
	if !same {
		return &Error{Kind: Conflict, Message: "It was changed again since."}
	}
	b, err := q.Business(id)
	if err != nil {
		return err
	}
	if b.DeletingSince != nil {
		return &Error{Kind: Conflict, Message: "This business is being deleted."}
	}
	was := b
	_, err = q.exec(`
		UPDATE public.businesses b SET plan = s.plan, status = s.status, status_reason = s.status_reason, status_before = s.status_before,
			trial_ends_at = s.trial_ends_at, updated_at = $3
		FROM jsonb_to_record(CAST($2 AS jsonb)) AS s (plan text, status text, status_reason text, status_before text, trial_ends_at timestamptz)
		WHERE b.id = $1`, id, before, q.now)
	if err != nil {
		return err
	}
	var pays int
	if err := q.get(&pays, `SELECT CAST(CAST($1 AS jsonb) ->> 'mrr_cents' AS int)`, before); err != nil {
		return err
	}
	if b, err = q.Business(id); err != nil {
		return err
	}
	if err := q.unstepMRR(id, pays); err != nil {
		return err
	}
	if err := q.interrupt(was, b.Status); err != nil {
		return err
	}
	return q.auditBusiness(b, "business.change_undone", changes(map[string]any{"plan": was.Plan, "status": was.Status}, map[string]any{"plan": b.Plan, "status": b.Status}))
}

// UndoBulk takes back what a run has done. One business is restored at once, many
// by a job.
func (db *DB) UndoBulk(ctx context.Context, id uuid.UUID) (undo uuid.UUID, err error) {
	undo = newID()
	err = db.changing(ctx, func(q *PublicTx) error {
		if _, err := q.exec(`SELECT FROM public.bulk_runs WHERE id = $1 FOR UPDATE`, id); err != nil {
			return err
		}
		run, err := q.BulkRun(id)
		if err != nil {
			return err
		}
		if !run.Undoable(q.now) {
			return &Error{Kind: Conflict, Message: "This can't be undone any more."}
		}
		if _, err := q.exec(`UPDATE public.bulk_runs SET undone_at = $2 WHERE id = $1`, id, q.now); err != nil {
			return err
		}
		if err := q.insertRun(BulkRun{ID: undo, Noun: run.Noun, Action: "undo", Undoes: uuid.NullUUID{UUID: id, Valid: true}, Total: run.Done}); err != nil {
			return err
		}
		_, err = q.exec(`
			INSERT INTO public.bulk_items (run_id, position, target_id, target_name, state, before, after)
			SELECT $2, row_number() OVER (ORDER BY position), target_id, target_name, 'waiting', before, after
			FROM public.bulk_items WHERE run_id = $1 AND state = 'done'`, id, undo)
		if err != nil {
			return err
		}
		if run.Total > 1 || run.Noun != BulkBusinesses {
			if err := q.auditRun(run.Noun+".bulk_undone", undo, run.Action, run.Done, run.Value); err != nil {
				return err
			}
			return q.enqueue(BulkArgs{RunID: undo}, nil)
		}
		for left := true; left; {
			if left, err = q.workNext(BulkRun{ID: undo, Noun: run.Noun, Action: "undo"}, BulkRights{}); err != nil {
				return err
			}
		}
		skipped, err := q.BulkSkipped(undo)
		if err == nil && len(skipped) > 0 {
			return &Error{Kind: Conflict, Message: skipped[0].Note}
		}
		return err
	})
	return undo, err
}

// BulkTarget is the one thing of a run of one.
func (q *PublicTx) BulkTarget(run uuid.UUID) (uuid.UUID, error) {
	var id uuid.UUID
	err := q.get(&id, `SELECT target_id FROM public.bulk_items WHERE run_id = $1 ORDER BY position LIMIT 1`, run)
	return id, err
}

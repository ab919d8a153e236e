package console

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/desk"
	"github.com/smoothschedule/smoothschedule/store/internal/db"
	"github.com/smoothschedule/smoothschedule/store/internal/paging"
	"github.com/smoothschedule/smoothschedule/store/internal/text"
	"github.com/smoothschedule/smoothschedule/store/people"
)

// undoFor is how long work can be taken back after its end.
const undoFor = 10 * time.Minute

// maxPicked bounds what is picked one by one.
const maxPicked = 1000

// The nouns that many of can be changed at once.
const (
	BulkBusinesses = "business"
	BulkUsers      = "user"
	BulkTickets    = "ticket"
)

// BulkTargets are what a piece of work is about: those picked, or all that match
// the filter of their list. Without a noun they are businesses.
type BulkTargets struct {
	Noun    string
	IDs     []uuid.UUID
	Filter  *BusinessFilter
	Users   *people.UserFilter
	Tickets *desk.TicketFilter
}

// Empty says whether nothing is meant.
func (t BulkTargets) Empty() bool {
	return len(t.IDs) == 0 && t.Filter == nil && t.Users == nil && t.Tickets == nil
}

// BulkRun is a piece of work on many things of a noun.
type BulkRun struct {
	ID        uuid.UUID     `db:"id"`
	Noun      string        `db:"noun"`
	Action    string        `db:"action"`
	Value     string        `db:"value"`
	Notify    bool          `db:"notify"`
	ActorID   uuid.UUID     `db:"actor_id"`
	ActorName string        `db:"actor_name"`
	Undoes    uuid.NullUUID `db:"undoes"`
	Total     int           `db:"total"`
	CreatedAt time.Time     `db:"created_at"`
	EndedAt   *time.Time    `db:"ended_at"`
	UndoneAt  *time.Time    `db:"undone_at"`
	Done      int           `db:"done"`
	Skipped   int           `db:"skipped"`
	// UndoAction is what an undo takes back.
	UndoAction string `db:"undo_action"`
}

// Undoable says whether the work can still be taken back.
func (r BulkRun) Undoable(now time.Time) bool {
	return r.Action != "undo" && r.Action != "end_sessions" && r.UndoneAt == nil && r.EndedAt != nil && r.Done > 0 && now.Before(r.EndedAt.Add(undoFor))
}

// BulkItem is one thing of a run, with the reason why it was left out.
type BulkItem struct {
	TargetID   uuid.UUID `db:"target_id"`
	TargetName string    `db:"target_name"`
	State      string    `db:"state"`
	Note       string    `db:"note"`
}

// bulkList is what the statements about targets need of their list.
type bulkList struct {
	from, where, id, name, order string
	args                         []any
}

func bulkListOf[Row any](l paging.SortedList[Row], ids []string, id, name, order string) bulkList {
	if ids != nil {
		l.Filter(id+` = ANY (CAST(? AS uuid[]))`, ids)
	}
	return bulkList{from: l.From, where: l.Conditions(), id: id, name: name, order: order, args: l.Args}
}

// targets is the list of what is meant.
func targets(q *db.PublicTx, t BulkTargets) (bulkList, error) {
	var ids []string
	if t.Filter == nil && t.Users == nil && t.Tickets == nil {
		if len(t.IDs) == 0 || len(t.IDs) > maxPicked {
			return bulkList{}, db.InvalidField("id", "Pick at least one, and at most a thousand one by one.")
		}
		ids = make([]string, len(t.IDs))
		for i, id := range t.IDs {
			ids[i] = id.String()
		}
	}
	switch t.Noun {
	case BulkUsers:
		return bulkListOf(people.UserList(q, orZero(t.Users)), ids, "u.id", "u.name", "u.name"+text.ByName), nil
	case BulkTickets:
		return bulkListOf(desk.TicketList(orZero(t.Tickets)), ids, "id", "concat('#', number, ' ', subject)", "number"), nil
	}
	return bulkListOf(businessList(q, orZero(t.Filter)), ids, "id", "name", "name"+text.ByName), nil
}

func orZero[T any](p *T) (v T) {
	if p != nil {
		v = *p
	}
	return v
}

// AssignNobody takes tickets from who has them; nothing chosen is no choice.
const AssignNobody = "nobody"

// PlanEffect is what one plan would do to the businesses that are meant.
type PlanEffect struct {
	Plan    string `db:"code"`
	Changed int    `db:"changed"`
	Trials  int    `db:"trials"` // that end with it
	MRR     int64  `db:"mrr"`    // more, or less, a month in cents
}

// PlanEffects says of each plan what choosing it would do.
func PlanEffects(q *db.PublicTx, t BulkTargets) ([]PlanEffect, error) {
	list, err := targets(q, t)
	if err != nil {
		return nil, err
	}
	var effects []PlanEffect
	err = db.Search(q, &effects, fmt.Sprintf(`
		SELECT p.code, count(*) FILTER (WHERE b.status <> 'archived' AND (b.plan <> p.code OR b.status = 'trial')) AS changed,
			count(*) FILTER (WHERE b.status = 'trial') AS trials,
			COALESCE(sum(p.price_cents - b.mrr_cents) FILTER (WHERE b.status = 'trial' OR b.status = 'active' AND b.plan <> p.code), 0) AS mrr
		FROM (SELECT plan, status, mrr_cents FROM %s%s) AS b CROSS JOIN public.plans p GROUP BY p.code`, list.from, list.where), list.args...)
	return effects, err
}

// BulkPreview counts what is meant and names the first ten.
func BulkPreview(q *db.PublicTx, t BulkTargets) (count int, first []string, err error) {
	list, err := targets(q, t)
	if err != nil {
		return 0, nil, err
	}
	if err := db.Search(q, &first, fmt.Sprintf(`SELECT %s FROM %s%s ORDER BY %s, %s LIMIT 10`, list.name, list.from, list.where, list.order, list.id), list.args...); err != nil {
		return 0, nil, err
	}
	var counts []int
	err = db.Search(q, &counts, "SELECT count(*) FROM "+list.from+list.where, list.args...)
	if err != nil {
		return 0, nil, err
	}
	return counts[0], first, nil
}

// StartBulk writes down what is meant and leaves the work to a job. expected is
// how many the person was shown: it is refused when others are meant by now.
func StartBulk(ctx context.Context, d *db.DB, in BusinessChange, t BulkTargets, expected int) (run uuid.UUID, err error) {
	if t.Noun == "" {
		t.Noun = BulkBusinesses
	}
	if err := in.checkOf(t.Noun); err != nil {
		return uuid.Nil, err
	}
	run = db.NewID()
	err = d.InPublic(ctx, func(q *db.PublicTx) error {
		list, err := targets(q, t)
		if err != nil {
			return err
		}
		if err := insertRun(q, BulkRun{ID: run, Noun: t.Noun, Action: in.Action, Value: in.Value, Notify: in.Notify, Total: expected}); err != nil {
			return err
		}
		args := slices.Concat(list.args, []any{run})
		found, err := db.Exec(q, fmt.Sprintf(`
			INSERT INTO public.bulk_items (run_id, position, target_id, target_name, state)
			SELECT $%d, row_number() OVER (ORDER BY %s, %s), %s, %s, 'waiting' FROM %s%s`,
			len(args), list.order, list.id, list.id, list.name, list.from, list.where), args...)
		if err != nil {
			return err
		}
		if int(found) != expected {
			return &db.Error{Kind: db.Conflict, Field: "count", Message: fmt.Sprintf("Meanwhile it is %d and not %d. Look again.", found, expected)}
		}
		if err := auditRun(q, t.Noun+".bulk_started", run, in.Action, int(found), in.Value); err != nil {
			return err
		}
		return db.Enqueue(q, BulkArgs{RunID: run}, nil)
	})
	return run, err
}

// checkOf is check for a noun.
func (in *BusinessChange) checkOf(noun string) error {
	ok := false
	switch noun {
	case BulkBusinesses:
		return in.check()
	case BulkUsers:
		ok, in.Value = slices.Contains([]string{"disable", "enable", "end_sessions"}, in.Action), ""
	case BulkTickets:
		switch in.Action {
		case "status":
			ok = slices.Contains(desk.TicketStatuses, in.Value)
		case "priority":
			ok = slices.Contains(desk.Priorities, in.Value)
		case "assign":
			_, err := uuid.Parse(in.Value)
			ok = err == nil || in.Value == AssignNobody
		}
	}
	if !ok {
		return db.InvalidField("value", "Choose one of the list first.")
	}
	return nil
}

func insertRun(q *db.PublicTx, r BulkRun) error {
	_, err := db.Exec(q, `
		INSERT INTO public.bulk_runs (id, noun, action, value, notify, actor_id, actor_name, undoes, total, created_at, ended_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		r.ID, r.Noun, r.Action, r.Value, r.Notify, db.Who(q).Actor.ID, db.Who(q).Actor.Name, r.Undoes, r.Total, q.Now(), r.EndedAt)
	return err
}

func auditRun(q *db.PublicTx, action string, run uuid.UUID, what string, count int, value string) error {
	return db.Audit(q, db.Event{Action: action, ObjectType: "bulk", ObjectID: run.String(), ObjectName: what,
		Details: map[string]any{"count": count, "value": value}})
}

// recordOne keeps a single change as a run of one business that has ended.
func recordOne(q *db.PublicTx, run uuid.UUID, in BusinessChange, id uuid.UUID, name, before, after string) error {
	if err := insertRun(q, BulkRun{ID: run, Noun: BulkBusinesses, Action: in.Action, Value: in.Value, Notify: in.Notify, Total: 1, EndedAt: new(q.Now())}); err != nil {
		return err
	}
	_, err := db.Exec(q, `
		INSERT INTO public.bulk_items (run_id, position, target_id, target_name, state, before, after)
		VALUES ($1, 1, $2, $3, 'done', CAST($4 AS jsonb), CAST($5 AS jsonb))`, run, id, name, before, after)
	return err
}

const runColumns = `r.id, r.noun, r.action, r.value, r.notify, r.actor_id, r.actor_name, r.undoes, r.total, r.created_at, r.ended_at, r.undone_at,
	(SELECT count(*) FROM public.bulk_items i WHERE i.run_id = r.id AND i.state = 'done') AS done,
	(SELECT count(*) FROM public.bulk_items i WHERE i.run_id = r.id AND i.state = 'skipped') AS skipped,
	COALESCE((SELECT u.action FROM public.bulk_runs u WHERE u.id = r.undoes), '') AS undo_action`

// ReadBulkRun returns a run with its progress.
func ReadBulkRun(q *db.PublicTx, id uuid.UUID) (BulkRun, error) {
	var r BulkRun
	err := db.Get(q, &r, `SELECT `+runColumns+` FROM public.bulk_runs r WHERE r.id = $1`, id)
	return r, err
}

// BulkSkipped lists what a run left out, and why.
func BulkSkipped(q *db.PublicTx, id uuid.UUID) ([]BulkItem, error) {
	var items []BulkItem
	err := db.List(q, &items, `SELECT target_id, target_name, state, note FROM public.bulk_items
		WHERE run_id = $1 AND state = 'skipped' ORDER BY position LIMIT 100`, id)
	return items, err
}

// LastChange is the newest work of the principal on one business that can be
// taken back, or nil: what was changed again since, renamed or archived by
// anybody, is not put back to what it was.
func LastChange(q *db.PublicTx, business uuid.UUID) (*BulkRun, error) {
	var runs []BulkRun
	err := db.List(q, &runs, `SELECT `+runColumns+` FROM public.bulk_runs r
		WHERE r.actor_id = $1 AND r.ended_at > $2 AND r.undone_at IS NULL AND r.total = 1
			AND EXISTS (SELECT FROM public.bulk_items i WHERE i.run_id = r.id AND i.target_id = $3)
			AND EXISTS (SELECT FROM public.businesses b WHERE b.id = $3 AND b.updated_at <= r.ended_at AND b.deleting_since IS NULL)
		ORDER BY r.created_at DESC LIMIT 1`, db.Who(q).Actor.ID, q.Now().Add(-undoFor), business)
	if err != nil || len(runs) == 0 || !runs[0].Undoable(q.Now()) {
		return nil, err
	}
	return &runs[0], nil
}

package console

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/internal/db"
	"github.com/smoothschedule/smoothschedule/store/internal/paging"
	"github.com/smoothschedule/smoothschedule/store/internal/text"
	"github.com/smoothschedule/smoothschedule/store/sessions"
)

// BusinessChange is a change of state or plan that can be taken back.
type BusinessChange struct {
	Action string // "suspend", "reactivate" or "plan"
	Value  string // the reason, or the plan
	Notify bool   // the owners of a suspended business get a mail
}

// check returns what is wrong with a change, whatever business it is for.
func (in *BusinessChange) check() error {
	in.Value = strings.TrimSpace(in.Value)
	switch in.Action {
	case "suspend":
		if len([]rune(in.Value)) > 500 || text.VisibleLen(in.Value) < 5 {
			return db.InvalidField("reason", "Give a reason of 5 to 500 characters; the owners see it.")
		}
	case "reactivate":
		in.Value = ""
	case "plan":
		if !slices.Contains(Plans, in.Value) {
			return db.InvalidField("plan", "Choose the new plan.")
		}
	default:
		return db.InvalidField("action", "Choose what to do.")
	}
	return nil
}

// SuspendBusiness closes a business's site to all but its owners, for a reason
// that those are shown, and ends masquerades inside it.
func SuspendBusiness(ctx context.Context, d *db.DB, id uuid.UUID, reason string, notify bool) error {
	return changeOne(ctx, d, id, BusinessChange{Action: "suspend", Value: reason, Notify: notify})
}

// ReactivateBusiness opens a suspended business again, as what it was before.
func ReactivateBusiness(ctx context.Context, d *db.DB, id uuid.UUID) error {
	return changeOne(ctx, d, id, BusinessChange{Action: "reactivate"})
}

// ChangePlan puts a business on another plan from now on. Choosing a plan ends a
// trial.
func ChangePlan(ctx context.Context, d *db.DB, id uuid.UUID, plan string) error {
	return changeOne(ctx, d, id, BusinessChange{Action: "plan", Value: plan})
}

// changeOne applies a change and keeps what was before, for Undo.
func changeOne(ctx context.Context, d *db.DB, id uuid.UUID, in BusinessChange) error {
	if err := in.check(); err != nil {
		return err
	}
	return changing(ctx, d, func(q *db.PublicTx) error {
		run := uuid.NullUUID{UUID: db.NewID(), Valid: db.Who(q) != nil}
		name, before, after, err := applyChange(q, id, in, run)
		if errors.Is(err, errAsItWas) { // as with a form that was sent twice
			return nil
		}
		if err != nil || !run.Valid {
			return err
		}
		return recordOne(q, run.UUID, in, id, name, before, after)
	})
}

// changing runs a change of businesses; this process sees it at once.
func changing(ctx context.Context, d *db.DB, change func(*db.PublicTx) error) error {
	err := d.InPublic(ctx, change)
	db.Tenants(d).Forget()
	paging.Counts(d).Forget()
	return err
}

// applyChange does one change as a part of a run, plans the mail about it, and
// returns what the business was and is, as JSON.
func applyChange(q *db.PublicTx, id uuid.UUID, in BusinessChange, run uuid.NullUUID) (name, before, after string, err error) {
	actions := map[string]string{"suspend": "business.suspended", "reactivate": "business.reactivated", "plan": "business.plan_changed"}
	details := map[string]any{}
	switch in.Action {
	case "suspend":
		details["reason"] = in.Value
	case "plan":
		details["plan"] = in.Value
	}
	before, err = lockedState(q, id)
	if err != nil {
		return "", "", "", err
	}
	name, err = changeBusiness(q, id, actions[in.Action], details, func(b *Business) error { return alter(q, b, in) })
	if err != nil {
		return "", "", "", err
	}
	if after, err = lockedState(q, id); err != nil {
		return "", "", "", err
	}
	return name, before, after, tellOfChange(q, id, in, run, before, after)
}

func alter(q *db.PublicTx, b *Business, in BusinessChange) error {
	switch in.Action {
	case "suspend":
		if b.Status != "trial" && b.Status != "active" {
			return &db.Error{Kind: db.Conflict, Message: "This business is " + b.Status + " already."}
		}
		b.Status, b.StatusReason = "suspended", in.Value
		return sessions.EndMasquerades(q, "business suspended", `business_id = $3`, b.ID)
	case "reactivate":
		if b.Status != "suspended" {
			return &db.Error{Kind: db.Conflict, Message: "Only a suspended business can be reactivated; this one is " + b.Status + "."}
		}
		b.StatusReason = ""
		return db.Get(q, &b.Status, `SELECT COALESCE(status_before, 'active') FROM public.businesses WHERE id = $1`, b.ID)
	}
	if b.Status == "archived" {
		return &db.Error{Kind: db.Conflict, Message: "An archived business has no plan to change."}
	}
	if err := db.Unchanged(q, db.PlanCode(b.Plan)); err != nil {
		return err
	}
	if b.Plan == in.Value && b.Status != "trial" {
		return errAsItWas // and what it pays is what it agreed to
	}
	b.Plan = in.Value
	if b.Status == "trial" {
		b.Status = "active"
	}
	return nil
}

// lastStep is the newest step of a business b that was not taken back.
const lastStep = `SELECT c.id FROM public.plan_changes c WHERE c.business_id = b.id AND c.undone_at IS NULL ORDER BY c.at DESC, c.id DESC LIMIT 1`

// lockedState is what a change may alter, as JSON, under a row lock.
func lockedState(q *db.PublicTx, id uuid.UUID) (state string, err error) {
	err = db.Get(q, &state, `
		SELECT CAST(jsonb_build_object('plan', b.plan, 'status', b.status, 'status_reason', b.status_reason, 'status_before', b.status_before,
			'trial_ends_at', b.trial_ends_at, 'mrr_cents', t.mrr_cents, 'step', (`+lastStep+`)) AS text)
		FROM public.businesses b JOIN public.business_totals t ON t.business_id = b.id WHERE b.id = $1 FOR UPDATE OF b`, id)
	return state, err
}

// changeBusiness applies a change of plan or status under a row lock, with its
// step of MRR and its audit row.
func changeBusiness(q *db.PublicTx, id uuid.UUID, action string, details map[string]any, change func(*Business) error) (name string, err error) {
	if _, err := db.Exec(q, `SELECT FROM public.businesses WHERE id = $1 FOR UPDATE`, id); err != nil {
		return "", err
	}
	before, err := ReadBusiness(q, id)
	if err != nil {
		return "", err
	}
	if before.DeletingSince != nil {
		return "", &db.Error{Kind: db.Conflict, Message: "This business is being deleted."}
	}
	after := before
	if err := change(&after); err != nil {
		return "", err
	}
	if err := saveBusiness(q, before, after); err != nil {
		return "", err
	}
	if details == nil {
		details = map[string]any{}
	}
	details["before"] = map[string]any{"plan": before.Plan, "status": before.Status}
	details["after"] = map[string]any{"plan": after.Plan, "status": after.Status}
	return before.Name, AuditBusiness(q, before, action, details)
}

// AuditBusiness records what was done to a business.
func AuditBusiness(q *db.PublicTx, b Business, action string, details map[string]any) error {
	return db.Audit(q, db.Event{Action: action, Business: uuid.NullUUID{UUID: b.ID, Valid: true}, ObjectType: "business", ObjectID: b.ID.String(),
		ObjectName: b.Name, Details: details})
}

func saveBusiness(q *db.PublicTx, before, after Business) error {
	_, err := db.Exec(q, `
		UPDATE public.businesses SET plan = $2, status = $3, status_reason = $4, updated_at = $5,
			trial_ends_at = CASE WHEN $3 = 'active' THEN NULL ELSE trial_ends_at END,
			status_before = CASE WHEN $3 NOT IN ('suspended', 'archived') THEN NULL WHEN $6 = $3 THEN status_before
				WHEN $6 = 'archived' THEN NULL ELSE $6 END
		WHERE id = $1`, after.ID, after.Plan, after.Status, after.StatusReason, q.Now(), before.Status)
	if err != nil {
		return err
	}
	var mrr int
	err = db.Get(q, &mrr, `SELECT CASE WHEN $2 = 'active' THEN price_cents ELSE 0 END FROM public.plans WHERE code = $1`, after.Plan, after.Status)
	if err != nil {
		return err
	}
	// What it pays stays at the price of the day it was agreed.
	if after.Plan == before.Plan && after.Status == before.Status {
		mrr = before.MRRCents
	}
	if err := StepMRR(q, after, before.MRRCents, mrr); err != nil {
		return err
	}
	return interrupt(q, before, after.Status)
}

// interrupt refuses what the people of a business have under way when its site
// closes; masquerades that were not ended for another reason end.
func interrupt(q *db.PublicTx, before Business, status string) error {
	if status == before.Status || status != "suspended" && status != "archived" {
		return nil
	}
	if err := sessions.EndMasquerades(q, "business "+status, `business_id = $3`, before.ID); err != nil {
		return err
	}
	return sessions.ChangeSessions(q, `s.user_id IN (SELECT u.id FROM public.users u WHERE u.business_id = $1)`, before.ID)
}

// unstepMRR takes the newest step of a business back, as if it had not been: what
// it pays is what it paid before, and figures of the days since are computed anew.
func unstepMRR(q *db.PublicTx, business uuid.UUID, pays int) error {
	if _, err := db.Exec(q, `UPDATE public.business_totals SET mrr_cents = $2 WHERE business_id = $1`, business, pays); err != nil {
		return err
	}
	_, err := db.Exec(q, `
		WITH undone AS (UPDATE public.plan_changes SET undone_at = $2
			WHERE id = (SELECT (`+lastStep+`) FROM public.businesses b WHERE b.id = $1) RETURNING at)
		INSERT INTO public.platform_stale_days (day) SELECT CAST(at AT TIME ZONE 'UTC' AS date) FROM undone`, business, q.Now())
	return err
}

// StepMRR sets what a business pays from now on.
func StepMRR(q *db.PublicTx, b Business, before, after int) error {
	if _, err := db.Exec(q, `UPDATE public.business_totals SET mrr_cents = $2 WHERE business_id = $1`, b.ID, after); err != nil {
		return err
	}
	_, err := db.Exec(q, `
		INSERT INTO public.plan_changes (id, business_id, at, actor_id, plan, status, mrr_before_cents, mrr_after_cents)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		db.NewID(), b.ID, q.Now(), db.ActorID(db.Who(q)), b.Plan, b.Status, before, after)
	return err
}

// PlanChange is a step of what a business pays.
type PlanChange struct {
	At        time.Time     `db:"at"`
	ActorID   uuid.NullUUID `db:"actor_id"`
	ActorName string        `db:"actor_name"`
	Plan      string        `db:"plan"`
	Status    string        `db:"status"`
	Before    int           `db:"mrr_before_cents"`
	After     int           `db:"mrr_after_cents"`
	Undone    bool          `db:"undone"`
}

// PlanChanges is a page of a business's steps, newest first.
func PlanChanges(q *db.PublicTx, id uuid.UUID, page int) (changes []PlanChange, older bool, err error) {
	return paging.ShortList[PlanChange](q, page, paging.PlanChangesShown, `
		SELECT c.at, c.actor_id, COALESCE(u.name, '') AS actor_name, c.plan, c.status, c.mrr_before_cents, c.mrr_after_cents,
			c.undone_at IS NOT NULL AS undone
		FROM public.plan_changes c LEFT JOIN public.users u ON u.id = c.actor_id
		WHERE c.business_id = $1 ORDER BY c.at DESC, c.id DESC`, id)
}

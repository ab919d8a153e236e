package console

import (
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/riverqueue/river"

	"github.com/smoothschedule/smoothschedule/store/internal/db"
)

// ChangeNotice is a mail about a change of a business that can be taken back: it
// leaves when that is over, and only if the change still stands.
type ChangeNotice struct {
	BusinessID uuid.UUID     `json:"business_id"`
	Step       uuid.UUID     `json:"step"` // of its plan and status
	Run        uuid.NullUUID `json:"run"`  // that can be undone
}

// SuspensionNoticeArgs tells the owners of a business that it is suspended.
type SuspensionNoticeArgs struct {
	db.TeamMail
	ChangeNotice
	Reason string `json:"reason"`
}

// Kind names the job.
func (SuspensionNoticeArgs) Kind() string { return "mail_suspension_notice" }

// ReactivationNoticeArgs tells those who were told of a suspension that it is over.
type ReactivationNoticeArgs struct {
	db.TeamMail
	ChangeNotice
}

// Kind names the job.
func (ReactivationNoticeArgs) Kind() string { return "mail_reactivation_notice" }

// PlanNoticeArgs tells the owners of a business that it is on another plan.
type PlanNoticeArgs struct {
	db.TeamMail
	ChangeNotice
	TrialEnded bool `json:"trial_ended"`
}

// Kind names the job.
func (PlanNoticeArgs) Kind() string { return "mail_plan_notice" }

// changedState is what lockedState tells of a business.
type changedState struct {
	Plan   string    `json:"plan"`
	Status string    `json:"status"`
	Step   uuid.UUID `json:"step"`
}

// tellOfChange plans the mail about a change: for when it can't be taken back any
// more, and at once when nobody could.
func tellOfChange(q *db.PublicTx, id uuid.UUID, in BusinessChange, run uuid.NullUUID, before, after string) error {
	var was, is changedState
	if err := errors.Join(json.Unmarshal([]byte(before), &was), json.Unmarshal([]byte(after), &is)); err != nil {
		return err
	}
	notice := ChangeNotice{BusinessID: id, Step: is.Step, Run: run}
	var args river.JobArgs
	switch in.Action {
	case "suspend":
		if !in.Notify {
			return nil
		}
		args = SuspensionNoticeArgs{ChangeNotice: notice, Reason: in.Value}
	case "reactivate":
		args = ReactivationNoticeArgs{ChangeNotice: notice}
	default:
		args = PlanNoticeArgs{ChangeNotice: notice, TrialEnded: was.Status == "trial"}
	}
	opts := &river.InsertOpts{}
	if run.Valid {
		opts.ScheduledAt = q.Now().Add(undoFor)
	}
	return db.Enqueue(q, args, opts)
}

// NoticeState says what a mail about a change finds when it is to leave.
type NoticeState struct {
	Kept        bool       `db:"kept"`         // not taken back
	StatusMoved bool       `db:"status_moved"` // the status was changed again since
	PlanMoved   bool       `db:"plan_moved"`
	Wait        *time.Time `db:"wait"`   // it can be taken back, or is just being, until then
	Mailed      bool       `db:"mailed"` // owners know of a suspension
}

// ReadNoticeState looks whether a change still stands.
func ReadNoticeState(q *db.PublicTx, n ChangeNotice) (NoticeState, error) {
	var s NoticeState
	err := db.Get(q, &s, `
		SELECT c.undone_at IS NULL AS kept, COALESCE(bool_or(l.status <> c.status), false) AS status_moved, COALESCE(bool_or(l.plan <> c.plan), false) AS plan_moved,
			(SELECT CASE WHEN r.ended_at IS NULL OR EXISTS (SELECT FROM public.bulk_runs u WHERE u.undoes = r.id AND u.ended_at IS NULL) THEN CAST($3 AS timestamptz) + interval '1 minute'
				WHEN r.undone_at IS NULL THEN r.ended_at + CAST($4 AS int) * interval '1 second' END FROM public.bulk_runs r WHERE r.id = $2) AS wait,
			COALESCE((SELECT b.suspension_mailed_at IS NOT NULL FROM public.businesses b WHERE b.id = c.business_id), false) AS mailed
		FROM public.plan_changes c LEFT JOIN public.plan_changes l ON l.business_id = c.business_id AND (l.at, l.id) > (c.at, c.id) AND l.undone_at IS NULL
		WHERE c.id = $1 GROUP BY c.id, c.undone_at, c.business_id`, n.Step, n.Run, q.Now(), int(undoFor/time.Second))
	if errors.Is(err, sql.ErrNoRows) { // planned by a version that named no step
		return NoticeState{Kept: n.Step == uuid.Nil}, nil
	}
	if s.Wait != nil && !s.Wait.After(q.Now()) {
		s.Wait = nil
	}
	return s, err
}

// MarkSuspensionMailed notes whether owners know of a suspension.
func MarkSuspensionMailed(q *db.PublicTx, business uuid.UUID, told bool) error {
	_, err := db.Exec(q, `UPDATE public.businesses SET suspension_mailed_at = CASE WHEN $2 THEN CAST($3 AS timestamptz) END WHERE id = $1`, business, told, q.Now())
	return err
}

package console

import (
	"context"
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/internal/db"
)

// TrialsArgs looks for trials that end soon or have ended.
type TrialsArgs struct{}

// Kind names the job.
func (TrialsArgs) Kind() string { return "trials" }

// TrialNoticeArgs tells the owners of a business how its trial goes on: "week"
// and "day" before the end, and "over".
type TrialNoticeArgs struct {
	BusinessID uuid.UUID `json:"business_id"`
	When       string    `json:"when"`
	EndsAt     time.Time `json:"ends_at"`
	Plan       string    `json:"plan"` // code, of the trial
}

// Kind names the job.
func (TrialNoticeArgs) Kind() string { return "mail_trial" }

// errNotOver says that a trial was made longer, or a plan chosen, meanwhile.
var errNotOver = &db.Error{Kind: db.Conflict, Message: "the trial goes on"}

// Trials tells owners a week and a day ahead that their trial ends, each once
// for each end, and lets businesses whose trial is over without a plan fall to
// the free one: its limits hold from then on, and nothing is deleted.
func Trials(ctx context.Context, d *db.DB) error {
	var over []TrialNoticeArgs
	err := d.InPublic(ctx, func(q *db.PublicTx) error {
		for _, n := range []struct {
			when, query string
			from, to    time.Time
		}{
			{"week", `UPDATE public.businesses SET trial_week_told = trial_ends_at
				WHERE status = 'trial' AND trial_ends_at > $1 AND trial_ends_at <= $2 AND trial_week_told IS DISTINCT FROM trial_ends_at
				RETURNING id, plan, trial_ends_at`, q.Now().AddDate(0, 0, 1), q.Now().AddDate(0, 0, 7)},
			{"day", `UPDATE public.businesses SET trial_day_told = trial_ends_at
				WHERE status = 'trial' AND trial_ends_at > $1 AND trial_ends_at <= $2 AND trial_day_told IS DISTINCT FROM trial_ends_at
				RETURNING id, plan, trial_ends_at`, q.Now(), q.Now().AddDate(0, 0, 1)},
		} {
			due, err := trials(q, n.query, n.from, n.to)
			if err != nil {
				return err
			}
			for _, t := range due {
				t.When = n.when
				if err := db.Enqueue(q, t, nil); err != nil {
					return err
				}
			}
		}
		var err error
		over, err = trials(q, `SELECT id, plan, trial_ends_at FROM public.businesses WHERE status = 'trial' AND trial_ends_at <= $1 ORDER BY trial_ends_at LIMIT 1000`, q.Now())
		return err
	})
	if err != nil {
		return err
	}
	for _, t := range over {
		if err := endTrial(ctx, d, t); err != nil && db.KindOf(err) != db.Conflict {
			return err
		}
	}
	return nil
}

func trials(q *db.PublicTx, query string, args ...any) ([]TrialNoticeArgs, error) {
	var rows []struct {
		ID     uuid.UUID `db:"id"`
		Plan   string    `db:"plan"`
		EndsAt time.Time `db:"trial_ends_at"`
	}
	err := db.List(q, &rows, query, args...)
	due := make([]TrialNoticeArgs, len(rows))
	for i, r := range rows {
		due[i] = TrialNoticeArgs{BusinessID: r.ID, EndsAt: r.EndsAt, Plan: r.Plan}
	}
	return due, err
}

func endTrial(ctx context.Context, d *db.DB, t TrialNoticeArgs) error {
	return changing(ctx, d, func(q *db.PublicTx) error {
		_, err := changeBusiness(q, t.BusinessID, "business.trial_ended", nil, func(b *Business) error {
			if b.Status != "trial" || b.TrialEndsAt == nil || b.TrialEndsAt.After(q.Now()) {
				return errNotOver
			}
			b.Status, b.Plan, t.When = "active", "free", "over"
			return db.Enqueue(q, t, nil)
		})
		return err
	})
}

package ops

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/riverqueue/river/rivertype"

	"github.com/smoothschedule/smoothschedule/store/internal/db"
)

// FailedJob is a background job that failed: it waits for another try, or was
// given up, after its last one or because no further would help.
type FailedJob struct {
	ID          int64     `db:"id"`
	Kind        string    `db:"kind"`
	GivenUp     bool      `db:"given_up"`
	Attempt     int       `db:"attempt"`
	MaxAttempts int       `db:"max_attempts"`
	NextTry     time.Time `db:"scheduled_at"`
	LastTry     time.Time `db:"last_try"`
	Args        string    `db:"args"` // JSON: ids, no secrets
	Error       string    `db:"error"`
}

// maxFailedJobs bounds the list; the count beside it is whole.
const maxFailedJobs = 100

// FailedJobs lists the newest jobs that failed, and how many there are in all.
func FailedJobs(q *db.PublicTx) ([]FailedJob, int, error) {
	var jobs []FailedJob
	err := db.List(q, &jobs, `
		SELECT id, kind, state <> 'retryable' AS given_up, attempt, max_attempts, scheduled_at,
			COALESCE(attempted_at, created_at) AS last_try, CAST(args AS text) AS args,
			COALESCE(errors[array_upper(errors, 1)] ->> 'error', '') AS error
		FROM public.river_job WHERE state IN ('discarded', 'cancelled', 'retryable') ORDER BY id DESC LIMIT $1`, maxFailedJobs)
	if err != nil || len(jobs) < maxFailedJobs {
		return jobs, len(jobs), err
	}
	var all int
	err = db.Get(q, &all, `SELECT count(*) FROM public.river_job WHERE state IN ('discarded', 'cancelled', 'retryable')`)
	return jobs, all, err
}

// RetryJob has a failed job tried again now.
func RetryJob(ctx context.Context, d *db.DB, id int64) error {
	return changeJob(ctx, d, id, "job.retried", func(q *db.PublicTx) error {
		_, err := db.Jobs(d).JobRetryTx(db.Context(q), db.SQL(q).Tx, id)
		return err
	})
}

// DiscardJob forgets a failed job for good.
func DiscardJob(ctx context.Context, d *db.DB, id int64) error {
	return changeJob(ctx, d, id, "job.discarded", func(q *db.PublicTx) error {
		_, err := db.Jobs(d).JobDeleteTx(db.Context(q), db.SQL(q).Tx, id)
		return err
	})
}

func changeJob(ctx context.Context, d *db.DB, id int64, action string, change func(*db.PublicTx) error) error {
	return d.InPublic(ctx, func(q *db.PublicTx) error {
		var job FailedJob
		err := db.Get(q, &job, `SELECT id, kind, state <> 'retryable' AS given_up, attempt, max_attempts, scheduled_at,
				COALESCE(attempted_at, created_at) AS last_try, CAST(args AS text) AS args, '' AS error
			FROM public.river_job WHERE id = $1 AND state IN ('discarded', 'cancelled', 'retryable') FOR UPDATE`, id)
		if err != nil {
			return err
		}
		if err := change(q); errors.Is(err, rivertype.ErrNotFound) || errors.Is(err, rivertype.ErrJobRunning) {
			return &db.Error{Kind: db.Conflict, Message: "This job is running now or done.", Cause: err}
		} else if err != nil {
			return err
		}
		return db.Audit(q, db.Event{Action: action, ObjectType: "job", ObjectID: strconv.FormatInt(id, 10), ObjectName: job.Kind,
			Details: map[string]any{"args": job.Args, "attempt": job.Attempt}})
	})
}

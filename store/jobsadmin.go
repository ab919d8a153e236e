package store

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/riverqueue/river/rivertype"
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
func (q *PublicTx) FailedJobs() ([]FailedJob, int, error) {
	var jobs []FailedJob
	err := q.list(&jobs, `
		SELECT id, kind, state <> 'retryable' AS given_up, attempt, max_attempts, scheduled_at,
			COALESCE(attempted_at, created_at) AS last_try, CAST(args AS text) AS args,
			COALESCE(errors[array_upper(errors, 1)] ->> 'error', '') AS error
		FROM public.river_job WHERE state IN ('discarded', 'cancelled', 'retryable') ORDER BY id DESC LIMIT $1`, maxFailedJobs)
	if err != nil || len(jobs) < maxFailedJobs {
		return jobs, len(jobs), err
	}
	var all int
	err = q.get(&all, `SELECT count(*) FROM public.river_job WHERE state IN ('discarded', 'cancelled', 'retryable')`)
	return jobs, all, err
}

// RetryJob has a failed job tried again now.
func (db *DB) RetryJob(ctx context.Context, id int64) error {
	return db.changeJob(ctx, id, "job.retried", func(q *PublicTx) error {
		_, err := db.jobs.JobRetryTx(q.ctx, q.sql.Tx, id)
		return err
	})
}

// DiscardJob forgets a failed job for good.
func (db *DB) DiscardJob(ctx context.Context, id int64) error {
	return db.changeJob(ctx, id, "job.discarded", func(q *PublicTx) error {
		_, err := db.jobs.JobDeleteTx(q.ctx, q.sql.Tx, id)
		return err
	})
}

func (db *DB) changeJob(ctx context.Context, id int64, action string, change func(*PublicTx) error) error {
	return db.InPublic(ctx, func(q *PublicTx) error {
		var job FailedJob
		err := q.get(&job, `SELECT id, kind, state <> 'retryable' AS given_up, attempt, max_attempts, scheduled_at,
				COALESCE(attempted_at, created_at) AS last_try, CAST(args AS text) AS args, '' AS error
			FROM public.river_job WHERE id = $1 AND state IN ('discarded', 'cancelled', 'retryable') FOR UPDATE`, id)
		if err != nil {
			return err
		}
		if err := change(q); errors.Is(err, rivertype.ErrNotFound) || errors.Is(err, rivertype.ErrJobRunning) {
			return &Error{Kind: Conflict, Message: "This job is running now or done.", cause: err}
		} else if err != nil {
			return err
		}
		return q.audit(Event{Action: action, ObjectType: "job", ObjectID: strconv.FormatInt(id, 10), ObjectName: job.Kind,
			Details: map[string]any{"args": job.Args, "attempt": job.Attempt}})
	})
}

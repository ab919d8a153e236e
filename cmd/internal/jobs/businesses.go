package jobs

import (
	"context"
	"errors"
	"time"

	"github.com/riverqueue/river"

	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/console"
	"github.com/smoothschedule/smoothschedule/store/transfer"
)

// bulkSlice is how long one turn of work on many businesses takes; other jobs
// come in between.
const bulkSlice = 20 * time.Second

// bulkWorker changes many businesses, people or tickets. A killed one goes on where it was.
type bulkWorker struct {
	river.WorkerDefaults[console.BulkArgs]
	db *store.DB
}

// Work stops when who began may do it no more.
func (w *bulkWorker) Work(ctx context.Context, job *river.Job[console.BulkArgs]) error {
	run, by, err := console.BulkPerson(ctx, w.db, job.Args.RunID)
	if err != nil {
		return err
	}
	action := run.Action
	if action == "undo" {
		action = run.UndoAction
	}
	if !by.IsActive || !access.Can(by.Role, console.BulkPermission(run.Noun, action)) {
		return console.StopBulk(ctx, w.db, run.ID, "Who began this may do it no more.")
	}
	more, err := console.WorkBulk(ctx, w.db, run, by, time.Now().Add(bulkSlice))
	if err == nil && more {
		return river.JobSnooze(0)
	}
	return err
}

// deleteWorker deletes a business for good.
type deleteWorker struct {
	river.WorkerDefaults[console.DeleteBusinessArgs]
	db *store.DB
}

func (w *deleteWorker) Work(ctx context.Context, job *river.Job[console.DeleteBusinessArgs]) error {
	return console.DestroyBusiness(ctx, w.db, job.Args.BusinessID, job.Args.ActorID)
}

// Timeout replaces River's minute: a business can have millions of rows.
func (w *deleteWorker) Timeout(*river.Job[console.DeleteBusinessArgs]) time.Duration {
	return 5 * time.Minute
}

// restoreWorker restores a business from a file that was sent to the console.
type restoreWorker struct {
	river.WorkerDefaults[transfer.RestoreArgs]
	db *store.DB
}

// Work tells the waiting page why the last try failed.
func (w *restoreWorker) Work(ctx context.Context, job *river.Job[transfer.RestoreArgs]) error {
	err := transfer.WorkRestore(ctx, w.db, job.Args.RestoreID)
	if err != nil && job.Attempt >= job.MaxAttempts {
		return errors.Join(err, transfer.FailRestore(context.WithoutCancel(ctx), w.db, job.Args.RestoreID, "Something went wrong, and nothing was restored. It stands in the log of the jobs."))
	}
	return err
}

// Timeout replaces River's minute.
func (w *restoreWorker) Timeout(*river.Job[transfer.RestoreArgs]) time.Duration {
	return 30 * time.Minute
}

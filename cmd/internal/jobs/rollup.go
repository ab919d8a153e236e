package jobs

import (
	"context"
	"time"

	"github.com/riverqueue/river"

	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/console"
	"github.com/smoothschedule/smoothschedule/store/notices"
)

type rollUpWorker struct {
	river.WorkerDefaults[console.RollUpArgs]
	db *store.DB
}

func (w *rollUpWorker) Work(ctx context.Context, _ *river.Job[console.RollUpArgs]) error {
	// Once a minute is soon enough for both.
	if err := w.db.InPublic(ctx, notices.LoseNotices); err != nil {
		return err
	}
	return console.RollUp(ctx, w.db, false)
}

// Timeout replaces River's minute.
func (w *rollUpWorker) Timeout(*river.Job[console.RollUpArgs]) time.Duration { return rollUpTimeout }

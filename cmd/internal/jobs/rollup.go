package jobs

import (
	"context"
	"time"

	"github.com/riverqueue/river"

	"github.com/smoothschedule/smoothschedule/store"
)

type rollUpWorker struct {
	river.WorkerDefaults[store.RollUpArgs]
	db *store.DB
}

func (w *rollUpWorker) Work(ctx context.Context, _ *river.Job[store.RollUpArgs]) error {
	// Once a minute is soon enough for both.
	if err := w.db.InPublic(ctx, func(q *store.PublicTx) error { return q.LoseNotices() }); err != nil {
		return err
	}
	return w.db.RollUp(ctx, false)
}

// Timeout replaces River's minute.
func (w *rollUpWorker) Timeout(*river.Job[store.RollUpArgs]) time.Duration { return rollUpTimeout }

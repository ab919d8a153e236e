package jobs

import (
	"context"

	"github.com/riverqueue/river"

	"github.com/smoothschedule/smoothschedule/store"
)

type cleanUpWorker struct {
	river.WorkerDefaults[store.CleanUpArgs]
	db *store.DB
}

func (w *cleanUpWorker) Work(ctx context.Context, _ *river.Job[store.CleanUpArgs]) error {
	return w.db.CleanUp(ctx)
}

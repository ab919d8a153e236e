package jobs

import (
	"context"

	"github.com/riverqueue/river"

	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/ops"
)

type cleanUpWorker struct {
	river.WorkerDefaults[ops.CleanUpArgs]
	db *store.DB
}

func (w *cleanUpWorker) Work(ctx context.Context, _ *river.Job[ops.CleanUpArgs]) error {
	return ops.CleanUp(ctx, w.db)
}

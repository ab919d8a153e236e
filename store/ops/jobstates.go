package ops

import (
	"context"

	"github.com/smoothschedule/smoothschedule/store/internal/db"
)

// JobStates counts the background jobs by state; a state without jobs is there
// with none.
func JobStates(ctx context.Context, d *db.DB) (map[string]int, error) {
	states := map[string]int{"available": 0, "running": 0, "scheduled": 0, "retryable": 0, "discarded": 0, "cancelled": 0}
	err := d.InPublic(ctx, func(q *db.PublicTx) error {
		var rows []struct {
			State string `db:"state"`
			N     int    `db:"n"`
		}
		err := db.List(q, &rows, `SELECT CAST(state AS text) AS state, count(*) AS n FROM public.river_job GROUP BY state`)
		for _, row := range rows {
			states[row.State] = row.N
		}
		return err
	})
	return states, err
}

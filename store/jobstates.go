package store

import (
	"context"
	"database/sql"
)

// ReadOnly is the pool of the reading login, for its figures.
func (db *DB) ReadOnly() *sql.DB { return db.read.DB }

// JobStates counts the background jobs by state; a state without jobs is there
// with none.
func (db *DB) JobStates(ctx context.Context) (map[string]int, error) {
	states := map[string]int{"available": 0, "running": 0, "scheduled": 0, "retryable": 0, "discarded": 0, "cancelled": 0}
	err := db.InPublic(ctx, func(q *PublicTx) error {
		var rows []struct {
			State string `db:"state"`
			N     int    `db:"n"`
		}
		err := q.list(&rows, `SELECT CAST(state AS text) AS state, count(*) AS n FROM public.river_job GROUP BY state`)
		for _, row := range rows {
			states[row.State] = row.N
		}
		return err
	})
	return states, err
}

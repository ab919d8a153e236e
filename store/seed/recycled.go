package seed

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
)

// batchesPerBackend is how many batches pass before a connection is replaced: a
// backend remembers every table that it has touched, 0.1 MB per business.
const batchesPerBackend = 20

// recycled lends a connection of a pool and closes one from time to time.
type recycled struct {
	db   *sql.DB
	conn *sql.Conn
	uses int
}

func (r *recycled) get(ctx context.Context) (*sql.Conn, error) {
	if r.uses++; r.uses > batchesPerBackend {
		r.drop()
	}
	if r.conn != nil {
		return r.conn, nil
	}
	conn, err := r.db.Conn(ctx)
	if err != nil {
		return nil, fmt.Errorf("connect as the owner: %w", err)
	}
	r.conn = conn
	return conn, nil
}

// release gives the connection back to the pool.
func (r *recycled) release() {
	if r.conn != nil {
		_ = r.conn.Close()
		r.conn = nil
	}
}

// drop closes the connection for good; when none is held, the next one in time.
func (r *recycled) drop() {
	if r.conn != nil {
		_ = r.conn.Raw(func(any) error { return driver.ErrBadConn })
		r.conn, r.uses = nil, 0
	}
}

package db

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"net"
	"slices"

	"github.com/lib/pq"
)

// connector wraps lib/pq so that every transaction opens with its scope (whose
// rows, which search path) in the same round trip as BEGIN. What it yields is
// still a real *sql.Tx: an error or a panic rolls it back, and no connection
// returns to the pool with another tenant's path.
type connector struct {
	driver.Connector
	pulse   *pulse // nil: waits for as long as it takes
	prepare bool
	heard   func(statement string) // of tests; may be nil
}

// newConnector takes a lib/pq URL. With prepare, the statements of public scopes
// are prepared once per connection; a pooler in transaction mode may not allow it.
func newConnector(dsn string, pulse *pulse, prepare bool, heard func(string)) (*connector, error) {
	cfg, err := pq.NewConfig(dsn)
	if err != nil {
		return nil, err
	}
	// Saves a round trip for what is not prepared; JSON must be passed as a string.
	cfg.BinaryParameters = true
	inner, err := pq.NewConnectorConfig(cfg)
	if err != nil {
		return nil, err
	}
	if pulse != nil {
		inner.Dialer(dialer(func(c net.Conn) net.Conn { return &wire{c, pulse} }))
	}
	return &connector{Connector: inner, pulse: pulse, prepare: prepare, heard: heard}, nil
}

func (c *connector) Connect(ctx context.Context) (driver.Conn, error) {
	lost := c.pulse.losses()
	inner, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	full, ok := inner.(pqConn)
	if !ok {
		_ = inner.Close()
		return nil, fmt.Errorf("store: %T lacks an interface that the doors need", inner)
	}
	return &conn{pqConn: full, pulse: c.pulse, lost: lost, prepare: c.prepare, heard: c.heard}, nil
}

// pqConn is all that lib/pq's connection can do and database/sql asks for.
type pqConn interface {
	driver.Conn
	driver.ConnPrepareContext
	driver.QueryerContext
	driver.ExecerContext
	driver.Pinger
	driver.SessionResetter
	driver.Validator
	driver.NamedValueChecker
	driver.Tx
}

type conn struct {
	pqConn
	pulse    *pulse
	lost     int64 // what the pulse had counted when this one was made
	prepare  bool
	heard    func(statement string)
	inPublic bool   // the open transaction sees the public schema only
	before   string // is asked in the trip of the next commit, which it can refuse
	stmts    stmtCache
}

// BeginTx sends BEGIN and the scope's SET LOCALs in one round trip. A context
// without a scope gets a plain transaction, in which row-level security shows no
// row and no tenant table is in sight.
func (c *conn) BeginTx(ctx context.Context, opts driver.TxOptions) (driver.Tx, error) {
	if opts.Isolation != 0 {
		return nil, errors.New("store: isolation levels are not used here")
	}
	scope := scopeFrom(ctx)
	begin := "BEGIN READ WRITE"
	if opts.ReadOnly || scope.ReadOnly {
		begin = "BEGIN READ ONLY"
	}
	if _, err := c.ExecContext(ctx, begin+scope.prelude(), nil); err != nil {
		// Leaves the failed transaction, or marks the connection as bad.
		_ = c.pqConn.Rollback()
		return nil, err
	}
	c.inPublic = scope.isPublic()
	return c, nil
}

// ResetSession is asked before a connection is used again.
func (c *conn) ResetSession(ctx context.Context) error {
	if c.lost != c.pulse.losses() {
		return driver.ErrBadConn
	}
	return c.pqConn.ResetSession(ctx)
}

// QueryContext runs a statement prepared before on this connection when it may.
func (c *conn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	if c.heard != nil {
		c.heard(query)
	}
	stmt, err := c.prepared(ctx, query)
	if err != nil {
		return nil, err
	}
	if stmt == nil {
		return c.pqConn.QueryContext(ctx, query, args)
	}
	rows, err := stmt.(driver.StmtQueryContext).QueryContext(ctx, args)
	c.stmts.forgetStale(query, err)
	return rows, err
}

// ExecContext is QueryContext for statements without rows. Without arguments it
// may be several statements at once, which can't be prepared.
func (c *conn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	if c.heard != nil {
		c.heard(query)
	}
	if len(args) == 0 {
		return c.pqConn.ExecContext(ctx, query, nil)
	}
	stmt, err := c.prepared(ctx, query)
	if err != nil {
		return nil, err
	}
	if stmt == nil {
		return c.pqConn.ExecContext(ctx, query, args)
	}
	res, err := stmt.(driver.StmtExecContext).ExecContext(ctx, args)
	c.stmts.forgetStale(query, err)
	return res, err
}

// searchKey marks the context of a search: its plan depends on how common the
// words are, so it is planned each time.
type searchKey struct{}

// prepared returns nil for what is better sent as it is: a search, and in a
// tenant scope everything, because there the same text means another table each
// time and a kept plan would be thrown away.
func (c *conn) prepared(ctx context.Context, query string) (driver.Stmt, error) {
	if !c.prepare || !c.inPublic || ctx.Value(searchKey{}) != nil {
		return nil, nil
	}
	if stmt, ok := c.stmts.get(query); ok {
		return stmt, nil
	}
	stmt, err := c.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	return stmt, c.stmts.put(query, stmt)
}

// Commit and Rollback end the scope with the transaction.
func (c *conn) Commit() error {
	ask := c.before
	c.inPublic, c.before = false, ""
	if ask == "" {
		return c.pqConn.Commit()
	}
	// The statements after one that fails are not run.
	if _, err := c.ExecContext(context.Background(), ask+"; COMMIT", nil); err != nil {
		return errors.Join(err, c.pqConn.Rollback())
	}
	return nil
}

func (c *conn) Rollback() error {
	c.inPublic, c.before = false, ""
	return c.pqConn.Rollback()
}

// maxStmts bounds what one backend keeps prepared: each costs it some 20 to 100 kB.
const maxStmts = 64

// stmtCache drops the oldest statement when full; filters make few shapes.
type stmtCache struct {
	byText map[string]driver.Stmt
	order  []string
}

func (s *stmtCache) get(query string) (driver.Stmt, bool) {
	stmt, ok := s.byText[query]
	return stmt, ok
}

func (s *stmtCache) put(query string, stmt driver.Stmt) error {
	if s.byText == nil {
		s.byText = make(map[string]driver.Stmt)
	}
	s.byText[query] = stmt
	s.order = append(s.order, query)
	if len(s.order) <= maxStmts {
		return nil
	}
	oldest := s.order[0]
	s.order = s.order[1:]
	stale := s.byText[oldest]
	delete(s.byText, oldest)
	return stale.Close()
}

// forgetStale drops a statement whose table a migration has changed meanwhile
// (0A000, "cached plan must not change result type").
func (s *stmtCache) forgetStale(query string, err error) {
	if SQLState(err) != "0A000" {
		return
	}
	delete(s.byText, query)
	s.order = slices.DeleteFunc(s.order, func(q string) bool { return q == query })
}

package store

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"
	"github.com/riverqueue/river"
)

// tx is what both kinds of scope can do.
type tx struct {
	sql   *sqlx.Tx // has no door to the outside: what runs on it is written here
	conn  *sqlx.Conn
	ctx   context.Context
	db    *DB
	now   time.Time
	scope scope
	who   *Principal
	guard *guard // what is asked before the commit; nil where nobody's session counts
}

// Now is the time of the scope, the same for all that is written in it.
func (t *tx) Now() time.Time { return t.now }

func (t *tx) get(dest any, query string, args ...any) error {
	return t.sql.GetContext(t.ctx, dest, query, args...)
}

func (t *tx) list(dest any, query string, args ...any) error {
	return t.sql.SelectContext(t.ctx, dest, query, args...)
}

// search is list for a statement that must be planned for its arguments.
func (t *tx) search(dest any, query string, args ...any) error {
	return t.sql.SelectContext(context.WithValue(t.ctx, searchKey{}, true), dest, query, args...)
}

// exec returns the number of rows touched.
func (t *tx) exec(query string, args ...any) (int64, error) {
	res, err := t.sql.ExecContext(t.ctx, query, args...)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// enqueue makes a job part of this transaction. A job names the business that it
// is for; only the platform's own have none.
func (t *tx) enqueue(args river.JobArgs, opts *river.InsertOpts) error {
	if err := t.scope.checkJob(args); err != nil {
		return err
	}
	if held, err := t.hold(args); held || err != nil {
		return err
	}
	_, err := t.db.jobs.InsertTx(t.ctx, t.sql.Tx, args, opts)
	return err
}

// actAs makes p the author of what follows; back makes it who it was.
func (t *tx) actAs(p *Principal) (back func()) {
	was := t.who
	t.who = p
	return func() { t.who = was }
}

// jobsFor lets the scope make jobs of those rows.
func (t *tx) jobsFor(rows scope) { t.scope = rows }

// asPublic is t for what only a scope of the whole platform may do.
func asPublic(t *tx) *PublicTx { return &PublicTx{t} }

// asTenant is t, opened for a business, as a scope inside it.
func asTenant(t *tx, tenant Tenant) *TenantTx { return &TenantTx{t, tenant} }

// close rolls back what commit has not ended.
func (t *tx) close() {
	_ = t.sql.Rollback()
	_ = t.conn.Close()
}

// newID returns a UUIDv7: new rows lie together in the index.
func newID() uuid.UUID { return uuid.Must(uuid.NewV7()) }

// handover lets the scope that checked the session become the scope of the
// handler: one BEGIN and one COMMIT for the whole request.
type handover struct{ open *tx }

type handoverKey struct{}

// WithHandover prepares a request's context to pass the session check's scope on
// to the first scope that the handler opens. finish ends it when none did. It is
// for requests that only read: what they do isn't asked about again at its commit.
func WithHandover(ctx context.Context) (_ context.Context, finish func()) {
	h := &handover{}
	return context.WithValue(ctx, handoverKey{}, h), func() {
		if h.open != nil {
			_ = h.open.commit()
			h.open = nil
		}
	}
}

// pass leaves an open scope for the handler; false when nobody waits for it.
func pass(ctx context.Context, t *tx) bool {
	h, ok := ctx.Value(handoverKey{}).(*handover)
	if ok {
		h.open = t
	}
	return ok
}

// onlyReads says whether a request was prepared by WithHandover.
func onlyReads(ctx context.Context) bool { return ctx.Value(handoverKey{}) != nil }

// take returns the scope passed on if it is of the wanted kind, and ends it
// otherwise: a request never holds two connections.
func (db *DB) take(ctx context.Context, want scope) (*tx, error) {
	h, ok := ctx.Value(handoverKey{}).(*handover)
	if !ok || h.open == nil {
		return nil, nil
	}
	opened := h.open
	h.open = nil
	if opened.scope.covers(want) {
		return opened, nil
	}
	return nil, opened.commit()
}

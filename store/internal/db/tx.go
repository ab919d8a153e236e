package db

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
	scope Rows
	who   *Principal
	guard *guard // what is asked before the commit; nil where nobody's session counts
}

// Now is the time of the scope, the same for all that is written in it.
func (t *tx) Now() time.Time { return t.now }

// Get reads one row into dest.
func Get(t Scope, dest any, query string, args ...any) error {
	return t.core().sql.GetContext(t.core().ctx, dest, query, args...)
}

// List reads rows into dest, a pointer to a slice.
func List(t Scope, dest any, query string, args ...any) error {
	return t.core().sql.SelectContext(t.core().ctx, dest, query, args...)
}

// Search is List for a statement that must be planned for its arguments.
func Search(t Scope, dest any, query string, args ...any) error {
	return t.core().sql.SelectContext(context.WithValue(t.core().ctx, searchKey{}, true), dest, query, args...)
}

// Exec returns the number of rows touched.
func Exec(t Scope, query string, args ...any) (int64, error) {
	res, err := t.core().sql.ExecContext(t.core().ctx, query, args...)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// Enqueue makes a job part of this transaction. A job names the business that it
// is for; only the platform's own have none.
func Enqueue(t Scope, args river.JobArgs, opts *river.InsertOpts) error {
	if err := t.core().scope.CheckJob(args); err != nil {
		return err
	}
	if held, err := Hold(t, args); held || err != nil {
		return err
	}
	_, err := t.core().db.jobs.InsertTx(t.core().ctx, t.core().sql.Tx, args, opts)
	return err
}

// ActAs makes p the author of what follows; back makes it who it was.
func ActAs(t Scope, p *Principal) (back func()) {
	was := t.core().who
	t.core().who = p
	return func() { t.core().who = was }
}

// JobsFor lets the scope make jobs of those rows.
func JobsFor(t Scope, rows Rows) { t.core().scope = rows }

// AsPublic is t for what only a scope of the whole platform may do.
func AsPublic(t Scope) *PublicTx { return &PublicTx{t.core()} }

// AsTenant is t, opened for a business, as a scope inside it.
func AsTenant(t Scope, tenant Tenant) *TenantTx { return &TenantTx{t.core(), tenant} }

// Close rolls back what commit has not ended.
func Close(t Scope) {
	_ = t.core().sql.Rollback()
	_ = t.core().conn.Close()
}

// NewID returns a UUIDv7: new rows lie together in the index.
func NewID() uuid.UUID { return uuid.Must(uuid.NewV7()) }

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
			_ = Commit(h.open)
			h.open = nil
		}
	}
}

// Pass leaves an open scope for the handler; false when nobody waits for it.
func Pass(ctx context.Context, t Scope) bool {
	h, ok := ctx.Value(handoverKey{}).(*handover)
	if ok {
		h.open = t.core()
	}
	return ok
}

// onlyReads says whether a request was prepared by WithHandover.
func onlyReads(ctx context.Context) bool { return ctx.Value(handoverKey{}) != nil }

// take returns the scope passed on if it is of the wanted kind, and ends it
// otherwise: a request never holds two connections.
func (db *DB) take(ctx context.Context, want Rows) (*tx, error) {
	h, ok := ctx.Value(handoverKey{}).(*handover)
	if !ok || h.open == nil {
		return nil, nil
	}
	opened := h.open
	h.open = nil
	if opened.scope.covers(want) {
		return opened, nil
	}
	return nil, Commit(opened)
}

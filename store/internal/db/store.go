package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"runtime"
	"time"

	"github.com/alexedwards/argon2id"
	"github.com/jmoiron/sqlx"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverdatabasesql"
)

// Config says how to reach the database. The three URLs are three logins; see
// DB.CheckLogins for what each may do.
type Config struct {
	URL         string // rows, read and write
	ReadOnlyURL string // rows, read only: view-only masquerade
	DirectURL   string // owner of the tables: migrations and the schema pool
	Prepare     bool   // keep statements prepared per connection
	PoolSize    int    // connections of the two web logins; 0: two per core
	BaseDomain  string // businesses live on <subdomain>.<BaseDomain>
	// Keys seal the keys of authenticator apps; the first is used for new ones.
	Keys [][]byte
	// PasswordCost replaces the cost of hashing in tests, of which each makes people.
	PasswordCost *argon2id.Params
	// Now replaces the clock in tests.
	Now func() time.Time
	// Heard is told each statement, for the test that counts them.
	Heard func(statement string)
}

// DB is the database with its three logins.
type DB struct {
	web, read, direct *sqlx.DB
	pulse             *pulse
	now               func() time.Time
	ownClock          bool // of tests
	jobs              *river.Client[*sql.Tx]
	tenants           *TenantCache
	kept              kept
	size              int              // connections of each web login
	passwordCost      *argon2id.Params // of tests
	baseDomain        string
	sealer            Sealer
}

// Open prepares the pools; it connects to nothing yet.
func Open(cfg Config) (*DB, error) {
	size := cfg.PoolSize
	if size == 0 {
		size = max(4, 2*runtime.GOMAXPROCS(0))
	}
	db := &DB{
		now:          cfg.Now,
		ownClock:     cfg.Now != nil,
		tenants:      newTenantCache(),
		size:         size,
		passwordCost: cfg.PasswordCost,
		baseDomain:   cfg.BaseDomain,
	}
	if db.now == nil {
		db.now = time.Now
	}
	var err error
	if db.pulse, err = newPulse(cfg.URL); err != nil {
		return nil, badAddress("DATABASE_URL")
	}
	for _, login := range []struct {
		name, url string
		pool      **sqlx.DB
		size      int
		pulse     *pulse
	}{
		{"DATABASE_URL", cfg.URL, &db.web, size, db.pulse},
		{"DATABASE_READONLY_URL", cfg.ReadOnlyURL, &db.read, size, db.pulse},
		// Nobody waits for a migration as for a page: on a busy machine it takes its time.
		{"DATABASE_DIRECT_URL", cfg.DirectURL, &db.direct, 4, nil},
	} {
		connector, err := newConnector(login.url, login.pulse, cfg.Prepare, cfg.Heard)
		if err != nil {
			return nil, badAddress(login.name)
		}
		pool := sql.OpenDB(connector)
		pool.SetMaxOpenConns(login.size)
		pool.SetMaxIdleConns(login.size)
		// A backend remembers every table that it has touched: recycle it.
		pool.SetConnMaxLifetime(30 * time.Minute)
		*login.pool = sqlx.NewDb(pool, "postgres")
	}
	if db.sealer, err = newSealer(cfg.Keys); err != nil {
		return nil, err
	}
	db.jobs, err = river.NewClient(riverdatabasesql.New(db.web.DB), &river.Config{Schema: "public"})
	if err != nil {
		return nil, fmt.Errorf("open the job queue: %w", err)
	}
	return db, nil
}

// badAddress says which variable can't be read; the parser's own words may hold
// the password.
func badAddress(name string) error {
	return fmt.Errorf("%s is not a valid PostgreSQL address (postgres://user:password@host/database)", name)
}

// Close closes all connections.
func (db *DB) Close() error {
	return errors.Join(db.web.Close(), db.read.Close(), db.direct.Close())
}

// Now is the store's clock.
func (db *DB) Now() time.Time { return db.now() }

// Ping says whether the database answers.
func (db *DB) Ping(ctx context.Context) error { return Wrap(db.web.PingContext(ctx)) }

// PublicTx is an open scope that sees the rows of the whole platform.
type PublicTx struct{ *tx }

// TenantTx is an open scope inside one business: its tables by plain name, and
// its own rows of the shared tables, which are written public.x.
type TenantTx struct {
	*tx
	Tenant Tenant
}

// InPublic runs fn in one transaction that sees the whole platform. When fn
// fails nothing of it remains. The error is an *Error where users can be told.
func (db *DB) InPublic(ctx context.Context, fn func(*PublicTx) error) error {
	return Run(ctx, db, db.web, Rows{Platform: true}, func(t Scope) error { return fn(AsPublic(t)) })
}

// InTenant runs fn in one transaction inside a business. A view-only masquerade
// holds a Tenant that leads to the read-only login.
func (db *DB) InTenant(ctx context.Context, tenant Tenant, fn func(*TenantTx) error) error {
	if tenant.schema == "" {
		return errors.New("store: InTenant without a tenant")
	}
	s, pool := Rows{Business: tenant.ID, Schema: tenant.schema}, db.web
	if tenant.viewOnly {
		s.ReadOnly, pool = true, db.read
	}
	return Run(ctx, db, pool, s, func(t Scope) error { return fn(AsTenant(t, tenant)) })
}

// Run runs fn in one transaction of a login that sees those rows; when fn fails
// nothing of it remains.
func Run(ctx context.Context, db *DB, pool *sqlx.DB, s Rows, fn func(Scope) error) error {
	opened, err := db.take(ctx, s)
	if err == nil && opened == nil {
		opened, err = db.begin(ctx, pool, s)
	}
	if err != nil {
		return Wrap(err)
	}
	defer Close(opened)
	opened.who = principalFrom(ctx)
	if !s.ReadOnly && !onlyReads(ctx) {
		opened.guard = newGuard(opened.who)
	}
	if err := fn(opened); err != nil {
		return Wrap(err)
	}
	return Wrap(Commit(opened))
}

// ErrNoConnection is a pool that stayed busy.
var ErrNoConnection = errors.New("no database connection became free")

// connectTimeout bounds the wait for a free connection or a new one.
const connectTimeout = 5 * time.Second

// begin opens a transaction. BEGIN changes nothing, so where it meets a connection
// that was cut meanwhile it is said again on a new one.
func (db *DB) begin(ctx context.Context, pool *sqlx.DB, s Rows) (*tx, error) {
	if db.pulse.down.Load() && !db.pulse.beats() {
		return nil, errSilent
	}
	opened, err := db.tryBegin(ctx, pool, s)
	if err != nil && isConnection(err) && !errors.Is(err, ErrNoConnection) && !db.pulse.down.Load() {
		opened, err = db.tryBegin(ctx, pool, s)
	}
	return opened, err
}

// Begin opens a transaction that its caller ends by Commit or Close.
func Begin(ctx context.Context, db *DB, pool *sqlx.DB, s Rows) (Scope, error) {
	opened, err := db.begin(ctx, pool, s)
	if err != nil {
		return nil, err
	}
	return opened, nil
}

func (db *DB) tryBegin(ctx context.Context, pool *sqlx.DB, s Rows) (*tx, error) {
	waiting, cancel := context.WithTimeout(ctx, connectTimeout)
	defer cancel()
	stop := db.pulse.whileWaiting(cancel)
	conn, err := pool.Connx(waiting)
	stop()
	if err != nil {
		if waiting.Err() != nil && ctx.Err() == nil {
			return nil, fmt.Errorf("%w: %w", ErrNoConnection, err)
		}
		return nil, err
	}
	// From here on the caller's cancelling must not cost the connection;
	// the scope's statement_timeout bounds the work.
	now, stamped := db.now(), s
	if db.ownClock {
		stamped.clock = now
	}
	ctx = withScope(context.WithoutCancel(ctx), stamped)
	opened, err := conn.BeginTxx(ctx, nil)
	if err != nil {
		_ = conn.Close()
		return nil, err
	}
	return &tx{sql: opened, conn: conn, ctx: ctx, db: db, now: now, scope: s}, nil
}

// IsEmpty says whether there is no business and nobody to log in.
func (db *DB) IsEmpty(ctx context.Context) (bool, error) {
	var empty bool
	err := db.InPublic(ctx, func(q *PublicTx) error {
		return Get(q, &empty, `SELECT NOT EXISTS (SELECT FROM public.users) AND NOT EXISTS (SELECT FROM public.businesses)`)
	})
	return empty, err
}

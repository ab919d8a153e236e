package db

import (
	"context"
	"database/sql"
	"time"

	"github.com/alexedwards/argon2id"
	"github.com/jmoiron/sqlx"
	"github.com/riverqueue/river"
)

// Scope is an open scope of either kind. What it can do is written as functions,
// which only the rooms of the store can call.
type Scope interface {
	// Now is the time of the scope, the same for all that is written in it.
	Now() time.Time
	core() *tx
}

func (t *tx) core() *tx { return t }

// Context is the one under which the statements of a scope run.
func Context(s Scope) context.Context { return s.core().ctx }

// Of is the database that a scope is open on.
func Of(s Scope) *DB { return s.core().db }

// Who is the author of what the scope records; nil for a job or a visitor.
func Who(s Scope) *Principal { return s.core().who }

// RowsOf says whose rows a scope sees.
func RowsOf(s Scope) Rows { return s.core().scope }

// SQL is the transaction behind a scope, for what has to be handed on.
func SQL(s Scope) *sqlx.Tx { return s.core().sql }

// Web is the pool of the reading and writing login.
func Web(d *DB) *sqlx.DB { return d.web }

// Read is the pool of the reading login.
func Read(d *DB) *sqlx.DB { return d.read }

// Direct is the pool of the tables' owner: for migrations, the schema pool, seeding
// and what takes a business's schema apart or together.
func Direct(d *DB) *sqlx.DB { return d.direct }

// Jobs is the queue of background jobs.
func Jobs(d *DB) *river.Client[*sql.Tx] { return d.jobs }

// Size is how many connections each web login has.
func Size(d *DB) int { return d.size }

// PasswordCost is the cost of hashing in tests; nil elsewhere.
func PasswordCost(d *DB) *argon2id.Params { return d.passwordCost }

// SealerOf seals what the database keeps and must not be able to read.
func SealerOf(d *DB) Sealer { return d.sealer }

// Tenants are the businesses by name, which writers make it forget.
func Tenants(d *DB) *TenantCache { return d.tenants }

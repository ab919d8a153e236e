package schema

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/lib/pq"

	"github.com/smoothschedule/smoothschedule/migrations"
	"github.com/smoothschedule/smoothschedule/store/internal/db"
)

// poolLock is the advisory lock (of the owner login's transactions) under which
// schemas are added to the pool, so that several processes don't overfill it.
const poolLock = 0x5300_0001

// LatestTenantVersion is the newest that a business's tables can have.
func LatestTenantVersion() int { return len(migrations.Tenants()) }

// schemasPerTx bounds the locks of one transaction that makes schemas.
const schemasPerTx = 20

// FillPool makes schemas until want stand ready at the newest version. They are
// made and registered in one transaction: a killed process leaves none half done.
func FillPool(ctx context.Context, d *db.DB, want int) error {
	for missing := 1; missing > 0; {
		err := db.Run(ctx, d, db.Direct(d), db.Rows{Platform: true}, func(t db.Scope) error {
			if _, err := db.Exec(t, fmt.Sprintf("SELECT pg_advisory_xact_lock(%d)", poolLock)); err != nil {
				return err
			}
			var ready int
			err := db.Get(t, &ready, `SELECT count(*) FROM public.tenant_schemas WHERE business_id IS NULL AND state = 'ready' AND version = $1`,
				LatestTenantVersion())
			if err != nil {
				return err
			}
			missing = want - ready
			return makeSchemas(t, min(missing, schemasPerTx))
		})
		if err != nil {
			return err
		}
		missing -= schemasPerTx
	}
	return nil
}

// AddSchemas makes n more schemas, whatever stands ready: for loading many
// businesses from several goroutines.
func AddSchemas(ctx context.Context, d *db.DB, n int) error {
	for ; n > 0; n -= schemasPerTx {
		err := db.Run(ctx, d, db.Direct(d), db.Rows{Platform: true}, func(t db.Scope) error { return makeSchemas(t, min(n, schemasPerTx)) })
		if err != nil {
			return err
		}
	}
	return nil
}

func makeSchemas(t db.Scope, n int) error {
	for range n {
		name := NewSchemaName()
		if _, err := db.Exec(t, createSchemaSQL(name)); err != nil {
			return fmt.Errorf("create schema %s: %w", name, err)
		}
		_, err := db.Exec(t, `INSERT INTO public.tenant_schemas (schema_name, version, state, created_at, migrated_at) VALUES ($1, $2, 'ready', $3, $3)`,
			name, LatestTenantVersion(), t.Now())
		if err != nil {
			return err
		}
	}
	return nil
}

// createSchemaSQL makes a schema from the snapshot, in one round trip.
func createSchemaSQL(name string) string {
	var b strings.Builder
	writeSchemaHead(&b, name)
	b.WriteString(migrations.TenantSnapshot())
	return b.String()
}

// ReplaySchemaSQL makes a schema by replaying the tenant files up to a version;
// tests hold it against the snapshot, and make schemas that lag behind.
func ReplaySchemaSQL(name string, version int) string {
	var b strings.Builder
	writeSchemaHead(&b, name)
	for _, step := range migrations.Tenants()[:version] {
		b.WriteString(step.SQL)
	}
	return b.String()
}

func writeSchemaHead(b *strings.Builder, name string) {
	quoted := pq.QuoteIdentifier(name)
	fmt.Fprintf(b, "CREATE SCHEMA %s; GRANT USAGE ON SCHEMA %s TO smooth_web, smooth_read; SET LOCAL search_path = %s;\n", quoted, quoted, quoted)
}

// NewSchemaName is a name that nobody can guess or meet.
func NewSchemaName() string {
	var b [10]byte
	_, _ = rand.Read(b[:])
	return "b_" + hex.EncodeToString(b[:])
}

// Web is the pool of the reading and writing login, for the runner of jobs.
func Web(d *db.DB) *sql.DB { return db.Web(d).DB }

// ReadOnly is the pool of the reading login, for its figures.
func ReadOnly(d *db.DB) *sql.DB { return db.Read(d).DB }

// Direct is the owner's pool, for migrations and for seeding by COPY.
func Direct(d *db.DB) *sql.DB { return db.Direct(d).DB }

package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/lib/pq"

	"github.com/smoothschedule/smoothschedule/migrations"
)

// poolLock is the advisory lock (of the owner login's transactions) under which
// schemas are added to the pool, so that several processes don't overfill it.
const poolLock = 0x5300_0001

func latestTenantVersion() int { return len(migrations.Tenants()) }

// schemasPerTx bounds the locks of one transaction that makes schemas.
const schemasPerTx = 20

// FillPool makes schemas until want stand ready at the newest version. They are
// made and registered in one transaction: a killed process leaves none half done.
func (db *DB) FillPool(ctx context.Context, want int) error {
	for missing := 1; missing > 0; {
		err := db.run(ctx, db.direct, scope{platform: true}, func(t *tx) error {
			if _, err := t.exec(fmt.Sprintf("SELECT pg_advisory_xact_lock(%d)", poolLock)); err != nil {
				return err
			}
			var ready int
			err := t.get(&ready, `SELECT count(*) FROM public.tenant_schemas WHERE business_id IS NULL AND state = 'ready' AND version = $1`,
				latestTenantVersion())
			if err != nil {
				return err
			}
			missing = want - ready
			return t.makeSchemas(min(missing, schemasPerTx))
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
func (db *DB) AddSchemas(ctx context.Context, n int) error {
	for ; n > 0; n -= schemasPerTx {
		err := db.run(ctx, db.direct, scope{platform: true}, func(t *tx) error { return t.makeSchemas(min(n, schemasPerTx)) })
		if err != nil {
			return err
		}
	}
	return nil
}

func (t *tx) makeSchemas(n int) error {
	for range n {
		name := newSchemaName()
		if _, err := t.exec(createSchemaSQL(name)); err != nil {
			return fmt.Errorf("create schema %s: %w", name, err)
		}
		_, err := t.exec(`INSERT INTO public.tenant_schemas (schema_name, version, state, created_at, migrated_at) VALUES ($1, $2, 'ready', $3, $3)`,
			name, latestTenantVersion(), t.now)
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

func newSchemaName() string {
	var b [10]byte
	_, _ = rand.Read(b[:])
	return "b_" + hex.EncodeToString(b[:])
}

// Direct is the owner's pool, for migrations and for seeding by COPY.
func (db *DB) Direct() *sql.DB { return db.direct.DB }

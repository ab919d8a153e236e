package schema

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/lib/pq"
	"github.com/pressly/goose/v3"
	"github.com/riverqueue/river/riverdriver/riverdatabasesql"
	"github.com/riverqueue/river/rivermigrate"
	"golang.org/x/sync/errgroup"

	"github.com/smoothschedule/smoothschedule/migrations"
	"github.com/smoothschedule/smoothschedule/store/internal/db"
)

// migrateLock is the advisory lock that one migrating process holds; it goes
// with its connection, so a killed one blocks nobody.
const migrateLock = 0x5300_0002

// migrateWorkers are the tenants migrated at a time.
const migrateWorkers = 4

// MigrationStatus says where the database stands.
type MigrationStatus struct {
	Public, PublicLatest int64
	TenantLatest         int
	Tenants              int // registered schemas
	Ready                int // of those, not yet claimed
	Behind               int // of those, older than TenantLatest
	Failed               []FailedSchema
}

// FailedSchema is a tenant whose last migration failed.
type FailedSchema struct {
	Schema  string `db:"schema_name"`
	Version int    `db:"version"`
	Error   string `db:"error"`
}

// ErrNewer is a database migrated by a newer program than this one.
var ErrNewer = errors.New("the database was migrated by a newer version of smoothschedule; run that one")

// Migrate brings the public schema and every tenant's to the newest version. It
// can be killed at any moment and run again: a step and its version commit
// together. Tenants that fail are recorded and don't stop the others.
// progress, if given, is told how many tenants are done.
func Migrate(ctx context.Context, d *db.DB, progress func(done, all int)) error {
	lock, err := db.Direct(d).Connx(ctx)
	if err != nil {
		return fmt.Errorf("connect as the owner: %w", err)
	}
	defer lock.Close()
	if _, err := lock.ExecContext(ctx, fmt.Sprintf("SELECT pg_advisory_lock(%d)", migrateLock)); err != nil {
		return err
	}
	defer func() {
		_, _ = lock.ExecContext(context.WithoutCancel(ctx), fmt.Sprintf("SELECT pg_advisory_unlock(%d)", migrateLock))
	}()
	if err := migratePublic(ctx, d); err != nil {
		return err
	}
	return migrateTenants(ctx, d, progress)
}

func gooseProvider(d *db.DB) (*goose.Provider, error) {
	return goose.NewProvider(goose.DialectPostgres, db.Direct(d).DB, migrations.Public(),
		goose.WithTableName("public.goose_db_version"), goose.WithSlog(slog.New(slog.DiscardHandler)))
}

func migratePublic(ctx context.Context, d *db.DB) error {
	provider, err := gooseProvider(d)
	if err != nil {
		return err
	}
	migrator, err := rivermigrate.New(riverdatabasesql.New(db.Direct(d).DB), &rivermigrate.Config{
		Schema: "public", Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	if publicIsNew(ctx, d, provider, migrator) {
		return nil
	}
	current, target, err := provider.GetVersions(ctx)
	if err != nil {
		return fmt.Errorf("read the version of the database: %w", err)
	}
	if current > target {
		return ErrNewer
	}
	if current < target {
		if _, err := provider.Up(ctx); err != nil {
			return fmt.Errorf("migrate the public schema: %w", err)
		}
	}
	return migrateRiver(ctx, d, migrator)
}

// publicIsNew says whether there is nothing to do. goose and River ask the
// catalog first, which takes them long when it holds ten thousand schemas; on
// any error they shall look for themselves.
func publicIsNew(ctx context.Context, d *db.DB, provider *goose.Provider, migrator *rivermigrate.Migrator[*sql.Tx]) bool {
	var has struct {
		Own   int64 `db:"own"`
		River int   `db:"river"`
	}
	err := db.Direct(d).GetContext(ctx, &has, `SELECT (SELECT max(version_id) FROM public.goose_db_version) AS own,
		(SELECT max(version) FROM public.river_migration WHERE line = 'main') AS river`)
	own, jobs := provider.ListSources(), migrator.AllVersions()
	return err == nil && has.Own == own[len(own)-1].Version && has.River == jobs[len(jobs)-1].Version
}

// migrateRiver makes the job queue's tables and opens them to the web login.
func migrateRiver(ctx context.Context, d *db.DB, migrator *rivermigrate.Migrator[*sql.Tx]) error {
	result, err := migrator.Migrate(ctx, rivermigrate.DirectionUp, nil)
	if err != nil {
		return fmt.Errorf("migrate the job queue: %w", err)
	}
	if len(result.Versions) == 0 {
		return nil
	}
	_, err = db.Direct(d).ExecContext(ctx, `
		DO $$ DECLARE r record; BEGIN
			FOR r IN SELECT c.oid::regclass AS name, c.relkind FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
				WHERE n.nspname = 'public' AND c.relname LIKE 'river\_%' AND c.relkind IN ('r', 'S') LOOP
				IF r.relkind = 'S' THEN EXECUTE format('GRANT USAGE ON SEQUENCE %s TO smooth_web', r.name);
				ELSE EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO smooth_web', r.name);
				END IF;
			END LOOP;
		END $$`)
	return err
}

// schemaVersion is a row of the register.
type schemaVersion struct {
	Name    string `db:"schema_name"`
	Version int    `db:"version"`
}

func migrateTenants(ctx context.Context, d *db.DB, progress func(done, all int)) error {
	var newer int
	if err := db.Direct(d).GetContext(ctx, &newer, `SELECT count(*) FROM public.tenant_schemas WHERE version > $1`, LatestTenantVersion()); err != nil {
		return err
	}
	if newer > 0 {
		return ErrNewer
	}
	var behind []schemaVersion
	if err := db.Direct(d).SelectContext(ctx, &behind,
		`SELECT schema_name, version FROM public.tenant_schemas WHERE version < $1 AND state <> 'restoring' ORDER BY business_id IS NULL, schema_name`, LatestTenantVersion()); err != nil {
		return err
	}
	var group errgroup.Group
	group.SetLimit(migrateWorkers)
	results := make(chan error, len(behind))
	for _, schema := range behind {
		group.Go(func() error {
			results <- migrateTenant(ctx, d, schema)
			return nil
		})
	}
	failed := 0
	for done := range behind {
		if err := <-results; err != nil {
			failed++
		}
		if progress != nil {
			progress(done+1, len(behind))
		}
	}
	_ = group.Wait()
	if err := ctx.Err(); err != nil {
		return err
	}
	if failed > 0 {
		return fmt.Errorf("%d of %d tenant schemas could not be migrated; `smoothschedule migrate status` names them", failed, len(behind))
	}
	return nil
}

// migrateTenant applies the files that a schema lacks, each with its version in
// one transaction and one round trip.
func migrateTenant(ctx context.Context, d *db.DB, schema schemaVersion) error {
	for _, step := range migrations.Tenants()[schema.Version:] {
		if err := ctx.Err(); err != nil {
			return err
		}
		_, err := db.Direct(d).ExecContext(context.WithoutCancel(ctx), MigrateTenantSQL(schema.Name, step, d.Now()))
		if err != nil {
			_, note := db.Direct(d).ExecContext(context.WithoutCancel(ctx),
				`UPDATE public.tenant_schemas SET state = 'failed', error = $2 WHERE schema_name = $1`, schema.Name, step.Name+": "+err.Error())
			return errors.Join(err, note)
		}
	}
	return nil
}

// MigrateTenantSQL is one batch without BEGIN: PostgreSQL runs it as one
// transaction, and a failure leaves none open on the connection.
func MigrateTenantSQL(schema string, step migrations.Tenant, now time.Time) string {
	var b strings.Builder
	fmt.Fprintf(&b, "SET LOCAL lock_timeout = '5s'; SET LOCAL search_path = %s;\n", pq.QuoteIdentifier(schema))
	b.WriteString(step.SQL)
	fmt.Fprintf(&b, "\nUPDATE public.tenant_schemas SET version = %d, state = 'ready', error = '', migrated_at = %s WHERE schema_name = %s",
		step.Version, pq.QuoteLiteral(now.UTC().Format(time.RFC3339Nano)), pq.QuoteLiteral(schema))
	return b.String()
}

// ReadMigrationStatus reads where the database stands, in few queries whatever the
// number of tenants.
func ReadMigrationStatus(ctx context.Context, d *db.DB) (MigrationStatus, error) {
	status := MigrationStatus{TenantLatest: LatestTenantVersion()}
	provider, err := gooseProvider(d)
	if err != nil {
		return status, err
	}
	status.Public, status.PublicLatest, err = provider.GetVersions(ctx)
	if err != nil || status.Public < status.PublicLatest {
		return status, err
	}
	err = db.Direct(d).QueryRowContext(ctx, `
		SELECT count(*), count(*) FILTER (WHERE business_id IS NULL), count(*) FILTER (WHERE version < $1) FROM public.tenant_schemas`,
		status.TenantLatest).Scan(&status.Tenants, &status.Ready, &status.Behind)
	if err != nil {
		return status, err
	}
	err = db.Direct(d).SelectContext(ctx, &status.Failed,
		`SELECT schema_name, version, error FROM public.tenant_schemas WHERE state = 'failed' ORDER BY schema_name LIMIT 100`)
	return status, err
}

// CheckVersion refuses a database that is older or newer than this program.
func CheckVersion(ctx context.Context, d *db.DB) error {
	var exists sql.NullString
	if err := db.Direct(d).GetContext(ctx, &exists, `SELECT to_regclass('public.goose_db_version')::text`); err != nil {
		return db.Wrap(err)
	}
	if !exists.Valid {
		return errors.New("the database is empty; run `smoothschedule migrate up`")
	}
	provider, err := gooseProvider(d)
	if err != nil {
		return err
	}
	current, target, err := provider.GetVersions(ctx)
	switch {
	case err != nil:
		return err
	case current > target:
		return ErrNewer
	case current < target:
		return errors.New("the database is older than this program; run `smoothschedule migrate up`")
	}
	var newest int
	if err := db.Direct(d).GetContext(ctx, &newest, `SELECT COALESCE(max(version), 0) FROM public.tenant_schemas`); err != nil {
		return err
	}
	if newest > LatestTenantVersion() {
		return ErrNewer
	}
	return nil
}

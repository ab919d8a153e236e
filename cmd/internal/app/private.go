package app

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"sync"
	"time"

	_ "github.com/lib/pq" // the driver "postgres"

	"github.com/smoothschedule/smoothschedule/store/devdb"
	"github.com/smoothschedule/smoothschedule/store/schema"
)

// privateDatabase is the database in development's own PostgreSQL.
const privateDatabase = "smoothschedule"

// PrivateDB is development's own PostgreSQL, or nothing when the environment
// names another database.
type PrivateDB struct {
	cluster *devdb.Cluster
	cancel  context.CancelFunc
	kept    sync.WaitGroup
}

// Private starts development's own PostgreSQL when the configuration names no
// database, or uses the one that another command runs, and keeps it running.
func Private(ctx context.Context, cfg Config, log io.Writer) (Config, *PrivateDB, error) {
	if cfg.DatabaseURL != "" {
		return cfg, &PrivateDB{}, nil
	}
	cluster, err := devdb.Open(ctx, devdb.Options{Dir: filepath.Join(cfg.DataDir, "postgres"), Log: log})
	if err != nil {
		return cfg, nil, err
	}
	p := &PrivateDB{cluster: cluster}
	if err := p.ensureDatabase(ctx); err != nil {
		_ = p.Stop()
		return cfg, nil, fmt.Errorf("prepare the private database: %w", err)
	}
	keeping, cancel := context.WithCancel(context.WithoutCancel(ctx))
	p.cancel = cancel
	p.kept.Go(func() {
		if err := cluster.Keep(keeping); err != nil {
			fmt.Fprintln(log, err)
		}
	})
	cfg.DatabaseURL = cluster.URL(schema.WebLogin, privateDatabase)
	cfg.ReadOnlyURL = cluster.URL(schema.ReadOnlyLogin, privateDatabase)
	cfg.DirectURL = cluster.URL(schema.OwnerLogin, privateDatabase)
	return cfg, p, nil
}

// ensureDatabase makes database and logins. The marker comes last, so that a
// killed first start is finished by the second.
func (p *PrivateDB) ensureDatabase(ctx context.Context) error {
	admin, err := sql.Open("postgres", p.cluster.AdminURL("postgres"))
	if err != nil {
		return err
	}
	defer admin.Close()
	var state sql.NullString
	err = admin.QueryRowContext(ctx, `SELECT COALESCE(shobj_description(oid, 'pg_database'), '') FROM pg_database WHERE datname = $1`, privateDatabase).Scan(&state)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	if state.String == "ready" {
		return nil
	}
	if !state.Valid {
		if _, err := admin.ExecContext(ctx, schema.CreateDatabaseSQL(privateDatabase)); err != nil {
			return err
		}
	}
	db, err := sql.Open("postgres", p.cluster.AdminURL(privateDatabase))
	if err != nil {
		return err
	}
	defer db.Close()
	if _, err := db.ExecContext(ctx, schema.InitSQL(privateDatabase, p.cluster.Password)); err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, "COMMENT ON DATABASE "+privateDatabase+" IS 'ready'")
	return err
}

// Stop stops the server if this program runs it.
func (p *PrivateDB) Stop() error {
	if p.cluster == nil {
		return nil
	}
	if p.cancel != nil {
		p.cancel()
	}
	p.kept.Wait()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	return p.cluster.Stop(ctx)
}

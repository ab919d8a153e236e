// Package storetest gives tests a database of their own on a real PostgreSQL:
// a clone of a migrated template on a cluster of the test process. A package that
// uses it runs its tests through Main.
package storetest

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/alexedwards/argon2id"
	_ "github.com/lib/pq" // the driver "postgres"

	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/devdb"
	"github.com/smoothschedule/smoothschedule/store/schema"
)

var shared struct {
	once    sync.Once
	cluster *devdb.Cluster
	admin   *sql.DB // in the database "postgres"
	err     error
}

// Main runs the tests of a package and removes the cluster afterwards.
func Main(m *testing.M) {
	code := m.Run()
	if shared.cluster != nil {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		_ = shared.admin.Close()
		if err := shared.cluster.Remove(ctx); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
		cancel()
	}
	os.Exit(code)
}

// Cluster returns the private cluster, for tests that need databases of another kind.
func Cluster(t testing.TB) *devdb.Cluster {
	t.Helper()
	shared.once.Do(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
		defer cancel()
		shared.cluster, shared.err = start(ctx)
	})
	if shared.err != nil {
		t.Fatalf("start PostgreSQL for the tests: %v", shared.err)
	}
	return shared.cluster
}

// DB returns a migrated, empty database that goes away with the test.
func DB(t testing.TB) *store.DB {
	return Open(t, Config(t))
}

// Open opens a database with a configuration made from Config.
func Open(t testing.TB, cfg store.Config) *store.DB {
	t.Helper()
	db, err := store.Open(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// Config returns the three logins of a fresh database.
func Config(t testing.TB) store.Config {
	t.Helper()
	return clone(t, true)
}

// EmptyConfig returns the logins of a fresh database that is not migrated.
func EmptyConfig(t testing.TB) store.Config {
	t.Helper()
	return clone(t, false)
}

func clone(t testing.TB, migrated bool) store.Config {
	t.Helper()
	cluster := Cluster(t)
	var b [6]byte
	_, _ = rand.Read(b[:])
	name := "test_" + hex.EncodeToString(b[:])
	t.Cleanup(func() { admin(t, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)") })
	if !migrated {
		admin(t, schema.CreateDatabaseSQL(name))
		if err := execute(context.Background(), cluster.AdminURL(name), schema.InitSQL(name, cluster.Password)); err != nil {
			t.Fatalf("prepare a test database: %v", err)
		}
		return config(cluster, name)
	}
	// The other way, by pages through the log, takes three times as long.
	admin(t, "CREATE DATABASE "+name+" TEMPLATE "+template+" STRATEGY FILE_COPY")
	admin(t, schema.EnterSQL(name))
	return config(cluster, name)
}

func config(cluster *devdb.Cluster, database string) store.Config {
	return store.Config{
		URL:         cluster.URL(schema.WebLogin, database),
		ReadOnlyURL: cluster.URL(schema.ReadOnlyLogin, database),
		DirectURL:   cluster.URL(schema.OwnerLogin, database),
		Prepare:     true,
		Keys:        [][]byte{[]byte(strings.Repeat("k", 32))},
		// Under the race detector the real cost is most of what a test takes; this is
		// the least that the algorithm allows.
		PasswordCost: &argon2id.Params{Memory: 8, Iterations: 1, Parallelism: 1, SaltLength: 16, KeyLength: 32},
	}
}

// admin runs statements of the administrator that belong to no database.
func admin(t testing.TB, statements string) {
	t.Helper()
	if _, err := shared.admin.ExecContext(context.Background(), statements); err != nil {
		t.Fatalf("prepare a test database: %v", err)
	}
}

func execute(ctx context.Context, url, statements string) error {
	db, err := sql.Open("postgres", url)
	if err != nil {
		return err
	}
	defer db.Close()
	_, err = db.ExecContext(ctx, statements)
	return err
}

func start(ctx context.Context) (*devdb.Cluster, error) {
	removeStale()
	cluster, err := devdb.Start(ctx, devdb.Options{Dir: folder(os.Getpid()), Throwaway: true})
	if err != nil {
		return nil, err
	}
	if shared.admin, err = sql.Open("postgres", cluster.AdminURL("postgres")); err != nil {
		return cluster, err
	}
	return cluster, buildTemplate(ctx, cluster)
}

// folder is where the cluster of a test process lies.
func folder(pid int) string {
	return filepath.Join(Scratch(), fmt.Sprintf("smoothschedule-test-%d", pid))
}

// Scratch is the folder for what tests throw away: memory where it is a folder and
// has room, because ext4 takes long to give out again what was just removed (a
// quarter of the time of this package's tests went there), else the usual one.
func Scratch() string {
	const memory, room = "/dev/shm", 2 << 30
	var st syscall.Statfs_t
	if os.Getenv("TMPDIR") == "" && syscall.Statfs(memory, &st) == nil && st.Bavail*uint64(st.Bsize) > room { //nolint:gosec,unconvert // signed on some systems
		return memory
	}
	return os.TempDir()
}

// removeStale removes what killed test processes left; their servers died with
// them.
func removeStale() {
	left, _ := filepath.Glob(filepath.Join(Scratch(), "smoothschedule-test-*"))
	for _, dir := range left {
		var pid int
		if _, err := fmt.Sscanf(filepath.Base(dir), "smoothschedule-test-%d", &pid); err == nil && errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) {
			_ = os.RemoveAll(dir)
		}
	}
}

// template is the migrated database that tests clone.
const template = "template_migrated"

// spares stand ready in each clone, as they do in production: to copy the files of
// a business's tables is cheaper than to make the tables.
const spares = 2

func buildTemplate(ctx context.Context, cluster *devdb.Cluster) error {
	if _, err := shared.admin.ExecContext(ctx, schema.CreateDatabaseSQL(template)); err != nil {
		return err
	}
	if err := execute(ctx, cluster.AdminURL(template), schema.InitSQL(template, cluster.Password)); err != nil {
		return err
	}
	db, err := store.Open(config(cluster, template))
	if err != nil {
		return err
	}
	return errors.Join(schema.Migrate(ctx, db, nil), schema.FillPool(ctx, db, spares), db.Close())
}

// LongStanding gives everybody of the platform the role since a year: who has it
// for less than a day can't approve what others ask for.
func LongStanding(t testing.TB, db *store.DB) {
	t.Helper()
	_, err := schema.Direct(db).ExecContext(context.Background(), `ALTER TABLE public.users DISABLE TRIGGER note_role;
		UPDATE public.users SET role_since = COALESCE(role_since, created_at) - interval '1 year' WHERE business_id IS NULL;
		ALTER TABLE public.users ENABLE TRIGGER note_role`)
	if err != nil {
		t.Fatal(err)
	}
}

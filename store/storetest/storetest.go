// Package storetest gives tests a database of their own on a real PostgreSQL:
// a clone of a migrated template on a private cluster that all test processes
// of a user share. A package that uses it runs its tests through Main.
package storetest

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	_ "github.com/lib/pq" // the driver "postgres" of the administrator's connection

	"github.com/smoothschedule/smoothschedule/migrations"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/devdb"
)

var shared struct {
	once     sync.Once
	cluster  *devdb.Cluster
	template string
	err      error
}

// Main runs the tests of a package and lets the cluster go afterwards.
func Main(m *testing.M) {
	code := m.Run()
	if shared.cluster != nil {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		_ = shared.cluster.Stop(ctx)
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
		shared.cluster, shared.template, shared.err = start(ctx)
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
	create := "CREATE DATABASE " + name + " TEMPLATE " + shared.template
	if !migrated {
		create = store.CreateDatabaseSQL(name)
	}
	admin(t, cluster.AdminURL("postgres"), create)
	t.Cleanup(func() { admin(t, cluster.AdminURL("postgres"), "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)") })
	rights := store.DatabaseRightsSQL(name)
	if !migrated {
		rights = store.InitSQL(name, cluster.Password)
	}
	admin(t, cluster.AdminURL(name), rights)
	return config(cluster, name)
}

func config(cluster *devdb.Cluster, database string) store.Config {
	return store.Config{
		URL:         cluster.URL(store.WebLogin, database),
		ReadOnlyURL: cluster.URL(store.ReadOnlyLogin, database),
		DirectURL:   cluster.URL(store.OwnerLogin, database),
		Prepare:     true,
	}
}

func admin(t testing.TB, url, statements string) {
	t.Helper()
	if err := execute(context.Background(), url, statements); err != nil {
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

func start(ctx context.Context) (*devdb.Cluster, string, error) {
	dir := filepath.Join(os.TempDir(), fmt.Sprintf("smoothschedule-test-%d", os.Getuid()))
	cluster, err := devdb.Open(ctx, devdb.Options{Dir: dir, Throwaway: true, Linger: 5 * time.Minute})
	if err != nil {
		return nil, "", err
	}
	template := "template_" + fingerprint()
	return cluster, template, ensureTemplate(ctx, cluster, template)
}

// ensureTemplate migrates a database once for each state of the migrations. The
// half-made one has another name, so a killed test run leaves no bad template.
func ensureTemplate(ctx context.Context, cluster *devdb.Cluster, template string) error {
	db, err := sql.Open("postgres", cluster.AdminURL("postgres"))
	if err != nil {
		return err
	}
	defer db.Close()
	lock, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer lock.Close()
	if _, err := lock.ExecContext(ctx, "SELECT pg_advisory_lock(1)"); err != nil {
		return err
	}
	var exists bool
	err = lock.QueryRowContext(ctx, "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", template).Scan(&exists)
	if err != nil || exists {
		return err
	}
	const building = "building"
	for _, statement := range []string{"DROP DATABASE IF EXISTS " + building + " WITH (FORCE)", store.CreateDatabaseSQL(building)} {
		if _, err := lock.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	if err := execute(ctx, cluster.AdminURL(building), store.InitSQL(building, cluster.Password)); err != nil {
		return err
	}
	built, err := store.Open(config(cluster, building))
	if err != nil {
		return err
	}
	err = built.Migrate(ctx, nil)
	_ = built.Close()
	if err != nil {
		return err
	}
	_, err = lock.ExecContext(ctx, "ALTER DATABASE "+building+" RENAME TO "+template)
	return err
}

// fingerprint changes with everything that shapes the template.
func fingerprint() string {
	h := sha256.New()
	_ = fs.WalkDir(migrations.Public(), ".", func(path string, _ fs.DirEntry, _ error) error {
		text, _ := fs.ReadFile(migrations.Public(), path)
		h.Write(text)
		return nil
	})
	h.Write([]byte(store.InitSQL("x", func(string) string { return "" })))
	return hex.EncodeToString(h.Sum(nil))[:12]
}

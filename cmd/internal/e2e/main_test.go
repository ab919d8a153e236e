package e2e

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/smoothschedule/smoothschedule/store/devdb"
	"github.com/smoothschedule/smoothschedule/store/storetest"
)

// built is where the binary of this run lies, and everything else it makes.
var built struct{ dir, binary string }

// cleanups end what tests share, last first.
var cleanups struct {
	sync.Mutex
	list []func()
}

func atEnd(f func()) {
	cleanups.Lock()
	defer cleanups.Unlock()
	cleanups.list = append(cleanups.list, f)
}

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	dir, err := os.MkdirTemp(storetest.Scratch(), "smoothschedule-e2e-")
	if err == nil {
		// PostgreSQL runs as another user when this one is root.
		err = os.Chmod(dir, 0o755) //nolint:gosec // that user must enter it
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	built.dir, built.binary = dir, filepath.Join(dir, "smoothschedule")
	args := []string{"build", "-o", built.binary}
	if os.Getenv("E2E_RACE") != "" {
		args = append(args, "-race")
	}
	if out, err := exec.Command("go", append(args, "../../smoothschedule")...).CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "go build: %v\n%s", err, out)
		return 1
	}
	defer func() {
		for i := len(cleanups.list) - 1; i >= 0; i-- {
			cleanups.list[i]()
		}
	}()
	return m.Run()
}

// throwaway is the PostgreSQL of this run's tests, beside those that the program
// itself runs. storetest.Main would end the run before what tests share here is ended.
func throwaway(t testing.TB) *devdb.Cluster {
	t.Helper()
	cluster := storetest.Cluster(t)
	letGo.Do(func() {
		atEnd(func() {
			ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
			defer cancel()
			_ = cluster.Remove(ctx)
		})
	})
	return cluster
}

var letGo sync.Once

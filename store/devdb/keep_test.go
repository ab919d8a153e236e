package devdb

import (
	"context"
	"os"
	"sync"
	"syscall"
	"testing"
	"time"
)

func keep(t *testing.T, c *Cluster) (ended func() error) {
	done := make(chan error, 1)
	go func() { done <- c.Keep(context.Background()) }()
	return func() error {
		select {
		case err := <-done:
			return err
		case <-time.After(20 * time.Second):
			t.Fatal("Keep doesn't end")
			return nil
		}
	}
}

func (c *Cluster) pid() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.server == nil {
		return 0
	}
	return c.server.pid
}

func TestKeepRestarts(t *testing.T) {
	t.Parallel()
	c := mustOpen(t, Options{Dir: folder(t)})
	ended := keep(t, c)
	port := c.Port
	// A session that sleeps when the postmaster dies must not block the restart.
	var busy sync.WaitGroup
	busy.Go(func() { _, _ = tryQuery(c, "SELECT pg_sleep(60)") })
	time.Sleep(200 * time.Millisecond)
	for _, sig := range []syscall.Signal{syscall.SIGKILL, syscall.SIGQUIT, syscall.SIGKILL} {
		old := c.pid()
		if err := syscall.Kill(old, sig); err != nil {
			t.Fatal(err)
		}
		eventually(t, "another server answers", func() bool {
			_, err := tryQuery(c, "SELECT 1")
			return err == nil && c.pid() != old
		})
	}
	if c.Port != port {
		t.Error("the port changed")
	}
	if err := c.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := ended(); err != nil {
		t.Error(err)
	}
	busy.Wait()
}

func TestKeepTakesOver(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	other := otherProgram(t, dir)
	c := mustOpen(t, Options{Dir: dir})
	if c.Owned() {
		t.Fatal(other.line)
	}
	ended := keep(t, c)
	_ = other.cmd.Process.Kill()
	eventually(t, "the cluster is taken over", c.Owned)
	query(t, c, "SELECT 1")
	_ = c.Stop(t.Context())
	if err := ended(); err != nil {
		t.Error(err)
	}
}

func TestKeepGivesUpWithoutFolder(t *testing.T) {
	t.Parallel()
	c := mustOpen(t, Options{Dir: folder(t)})
	ended := keep(t, c)
	_ = os.RemoveAll(c.data())
	_ = syscall.Kill(c.pid(), syscall.SIGKILL)
	if err := ended(); err == nil {
		t.Error("Keep says nothing of the deleted folder")
	}
}

// Stop in the middle of a restart leaves no server.
func TestStopWhileRestarting(t *testing.T) {
	t.Parallel()
	c := mustOpen(t, Options{Dir: folder(t)})
	ended := keep(t, c)
	for _, pause := range []time.Duration{0, 30 * time.Millisecond} {
		_ = syscall.Kill(c.pid(), syscall.SIGKILL)
		time.Sleep(pause)
	}
	if err := c.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := ended(); err != nil {
		t.Error(err)
	}
	if _, err := tryQuery(c, "SELECT 1"); err == nil {
		t.Error("a server still answers")
	}
}

package devdb

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// status is what a postmaster tells in its pid file.
type status struct {
	pid, port int
	ready     bool
}

func readStatus(data string) (status, error) {
	b, err := os.ReadFile(filepath.Join(data, "postmaster.pid"))
	if err != nil {
		return status{}, err
	}
	lines := strings.Split(string(b), "\n")
	lines = append(lines, slices.Repeat([]string{""}, 8)...)
	var s status
	s.pid, _ = strconv.Atoi(strings.TrimSpace(lines[0]))
	s.port, _ = strconv.Atoi(strings.TrimSpace(lines[3]))
	s.ready = strings.TrimSpace(lines[7]) == "ready"
	return s, nil
}

// clearLeftovers ends the server processes of a killed program and removes the
// pid file, which would stop the next start when its number is reused. The
// caller holds the owner's lock, so nobody else runs a server here.
func (c *Cluster) clearLeftovers(ctx context.Context) error {
	st, err := readStatus(c.data())
	if errors.Is(err, fs.ErrNotExist) {
		return nil // the last thing that a postmaster removes
	}
	if err != nil {
		return fmt.Errorf("the server's pid file can't be read: %w", err)
	}
	data, err := filepath.EvalSymlinks(c.data()) // as the kernel reports it
	if err != nil {
		return fmt.Errorf("the data folder can't be read: %w", err)
	}
	left := func() []int { return serversOn(data, st.pid) }
	if len(left()) > 0 {
		c.logf("ending the PostgreSQL that a killed program left behind")
	}
	for _, step := range []struct {
		sig  syscall.Signal
		all  bool
		wait time.Duration
	}{{syscall.SIGINT, false, 10 * time.Second}, {syscall.SIGQUIT, true, 5 * time.Second}, {syscall.SIGKILL, true, 5 * time.Second}} {
		pids := left()
		if !step.all && !slices.Contains(pids, st.pid) {
			continue // only children are left
		}
		for _, pid := range pids {
			if step.all || pid == st.pid {
				_ = syscall.Kill(pid, step.sig)
			}
		}
		for end := time.Now().Add(step.wait); len(left()) > 0 && time.Now().Before(end) && ctx.Err() == nil; {
			time.Sleep(10 * time.Millisecond)
		}
	}
	if len(left()) > 0 {
		return errors.New("a PostgreSQL of a killed program can't be ended")
	}
	if err := os.Remove(filepath.Join(c.data(), "postmaster.pid")); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("the old pid file can't be removed: %w", err)
	}
	return nil
}

package devdb

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// The test binary plays the other program, too: it opens the cluster of a
// folder, says so, and waits to be killed or for the end of its input.
func TestMain(m *testing.M) {
	if dir := os.Getenv("DEVDB_TEST_OPEN"); dir != "" {
		c, err := Open(context.Background(), Options{Dir: dir, Throwaway: os.Getenv("DEVDB_TEST_DURABLE") == ""})
		if err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		fmt.Println("owned", c.Owned())
		_, _ = io.Copy(io.Discard, os.Stdin)
		_ = c.Stop(context.Background())
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// folder is a place that the server's user can reach; t.TempDir is closed to others.
func folder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/tmp", "devdb-test-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(dir, "postgres")
}

func mustOpen(t *testing.T, opts Options) *Cluster {
	t.Helper()
	opts.Throwaway = true
	c, err := Open(t.Context(), opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Stop(context.Background()) })
	return c
}

// query asks for one value as the superuser.
func query(t *testing.T, c *Cluster, q string) string {
	t.Helper()
	v, err := tryQuery(c, q)
	if err != nil {
		t.Fatalf("%s: %v", q, err)
	}
	return v
}

func tryQuery(c *Cluster, q string) (v string, err error) {
	db, err := sql.Open("postgres", c.AdminURL("postgres"))
	if err != nil {
		return "", err
	}
	defer db.Close()
	err = db.QueryRow(q).Scan(&v)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return v, err
}

type helper struct {
	cmd  *exec.Cmd
	in   io.Closer
	line string
}

// otherProgram runs Open in a process of its own and waits for its answer.
func otherProgram(t *testing.T, dir string, env ...string) *helper {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(exe)
	cmd.Env = append(append(os.Environ(), "DEVDB_TEST_OPEN="+dir), env...)
	in, _ := cmd.StdinPipe()
	out, _ := cmd.StdoutPipe()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	buf := make([]byte, 1000)
	n, _ := out.Read(buf)
	return &helper{cmd, in, strings.TrimSpace(string(buf[:n]))}
}

func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !ok(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("not within 20 s: %s", what)
		}
	}
}

func TestFreshAndAgain(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	c := mustOpen(t, Options{Dir: dir})
	if !c.Owned() || c.Moved || c.Dir != dir {
		t.Errorf("owned %v, moved %v, in %s", c.Owned(), c.Moved, c.Dir)
	}
	for setting, want := range map[string]string{
		"max_locks_per_transaction": "1024", "jit": "off", "TimeZone": "UTC", "fsync": "off",
		"server_encoding": "UTF8", "listen_addresses": "127.0.0.1", "password_encryption": "scram-sha-256",
	} {
		if got := query(t, c, "SHOW "+setting); got != want {
			t.Errorf("%s is %s, not %s", setting, got, want)
		}
	}
	if got := query(t, c, "SELECT lower('ÄÖ')"); got != "äö" {
		t.Errorf("lower isn't aware of letters: %s", got)
	}
	query(t, c, "CREATE TABLE kept (n int)")
	query(t, c, "CREATE ROLE smooth_web LOGIN PASSWORD '"+c.Password("smooth_web")+"'")
	web := c.URL("smooth_web", "postgres")
	if err := c.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := c.Stop(t.Context()); err != nil {
		t.Errorf("second Stop: %v", err)
	}
	if _, err := tryQuery(c, "SELECT 1"); err == nil {
		t.Error("still answers after Stop")
	}

	again, err := Start(t.Context(), Options{Dir: dir}) // durable this time
	if err != nil {
		t.Fatal(err)
	}
	defer again.Stop(context.Background())
	query(t, again, "SELECT n FROM kept")
	if got := query(t, again, "SHOW fsync"); got != "on" {
		t.Errorf("fsync is %s", got)
	}
	if got := again.URL("smooth_web", "postgres"); got != web {
		t.Error("the address changed with the second start")
	}
	wrong := strings.Replace(web, again.Password("smooth_web"), "wrong", 1)
	for url, want := range map[string]bool{web: true, wrong: false} {
		db, _ := sql.Open("postgres", url)
		if err := db.Ping(); (err == nil) != want {
			t.Errorf("login should be %v: %v", want, err)
		}
		db.Close()
	}
}

func TestTwoProgramsShare(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	c := mustOpen(t, Options{Dir: dir, Linger: 20 * time.Second})
	second := mustOpen(t, Options{Dir: dir})
	if second.Owned() || second.AdminURL("x") != c.AdminURL("x") {
		t.Error("the second one doesn't use the first one's server")
	}
	if _, err := Start(t.Context(), Options{Dir: dir}); !errors.Is(err, errOwned) {
		t.Errorf("Start beside a running one: %v", err)
	}
	other := otherProgram(t, dir)
	if other.line != "owned false" {
		t.Fatalf("another program: %s", other.line)
	}
	if err := second.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	query(t, c, "SELECT 1")

	// Linger: the owner's end waits for the other's.
	stopped := make(chan error, 1)
	go func() { stopped <- c.Stop(context.Background()) }()
	time.Sleep(200 * time.Millisecond)
	query(t, second, "SELECT 1")
	other.in.Close()
	if err := <-stopped; err != nil {
		t.Fatal(err)
	}
}

func TestStartRace(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	got := make(chan string, 3)
	for range cap(got) {
		go func() { got <- otherProgram(t, dir).line }()
	}
	owners := 0
	for range cap(got) {
		switch line := <-got; line {
		case "owned true":
			owners++
		case "owned false":
		default:
			t.Error(line)
		}
	}
	if owners != 1 {
		t.Errorf("%d programs own the cluster", owners)
	}
}

func TestParentKilled(t *testing.T) {
	t.Parallel()
	for _, env := range []string{"A=", "DEVDB_TEST_DURABLE=1"} {
		dir := folder(t)
		other := otherProgram(t, dir, env)
		if other.line != "owned true" {
			t.Fatal(other.line)
		}
		st, err := readStatus(filepath.Join(dir, "data"))
		if err != nil {
			t.Fatal(err)
		}
		_ = other.cmd.Process.Kill()
		c := mustOpen(t, Options{Dir: dir})
		if !c.Owned() {
			t.Error("nobody owns the cluster")
		}
		query(t, c, "SELECT 1")
		eventually(t, "the old server is gone", func() bool { return syscall.Kill(st.pid, 0) != nil })
	}
}

func TestParentKilledLeavesNoServer(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	other := otherProgram(t, dir)
	st, err := readStatus(filepath.Join(dir, "data"))
	if err != nil {
		t.Fatal(err, other.line)
	}
	_ = other.cmd.Process.Kill()
	eventually(t, "the server is gone", func() bool { return syscall.Kill(st.pid, 0) != nil })
}

// A pid file can name a dead process, or one that has got the number since.
func TestStalePidFile(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	c := mustOpen(t, Options{Dir: dir})
	file := filepath.Join(c.data(), "postmaster.pid")
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	_ = c.Stop(t.Context())
	_, rest, _ := bytes.Cut(content, []byte("\n"))
	sleeper := exec.Command("sleep", "60") // of the server's user, so that PostgreSQL itself would give up
	sleeper.SysProcAttr = childAttr(c.who, syscall.SIGKILL)
	if err := sleeper.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = sleeper.Process.Kill(); _ = sleeper.Wait() }()
	for _, pid := range []int{4194303, sleeper.Process.Pid} {
		if err := os.WriteFile(file, append(fmt.Appendf(nil, "%d\n", pid), rest...), 0o600); err != nil {
			t.Fatal(err)
		}
		_ = c.who.give(file)
		again := mustOpen(t, Options{Dir: dir})
		query(t, again, "SELECT 1")
		_ = again.Stop(t.Context())
	}
	if syscall.Kill(sleeper.Process.Pid, 0) != nil {
		t.Error("a strange process was killed")
	}
}

func TestInterruptedInitdb(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	var log bytes.Buffer
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	if c, err := Open(ctx, Options{Dir: dir}); err == nil {
		_ = c.Stop(t.Context())
		t.Skip("this machine is too fast to be interrupted")
	}
	// A killed program can't tidy up, so this is left, too.
	half := filepath.Join(dir, "new-1", "data", "base")
	if err := os.MkdirAll(half, 0o700); err != nil {
		t.Fatal(err)
	}
	if f, err := os.OpenFile(filepath.Join(dir, ownLock), os.O_CREATE|os.O_RDWR, 0o600); err == nil {
		f.Close() // always the first file, but a slow machine may not have come so far
	}
	query(t, mustOpen(t, Options{Dir: dir, Log: &log}), "SELECT 1")
	if left, _ := filepath.Glob(filepath.Join(dir, "new-*")); left != nil {
		t.Errorf("left over: %v", left)
	}
	if !strings.Contains(log.String(), "interrupted") {
		t.Errorf("log: %s", &log)
	}
}

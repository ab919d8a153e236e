package e2e

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/smoothschedule/smoothschedule/store"
)

// program is a running smoothschedule.
type program struct {
	port, dir      string
	stdout, stderr output
	cmd            *exec.Cmd
	done           chan struct{}
}

// startTimeout bounds a start with a new PostgreSQL on a busy machine.
const startTimeout = 2 * time.Minute

// newDataDir is a folder that the user postgres can enter.
func newDataDir(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp(built.dir, "data-")
	if err == nil {
		err = os.Chmod(dir, 0o755) //nolint:gosec // another user must enter it
	}
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

func freePort(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	return port
}

// environment is this process's without what configures the program.
func environment(more ...string) []string {
	var env []string
	for _, kv := range os.Environ() {
		name, _, _ := strings.Cut(kv, "=")
		switch name {
		case "ADDR", "BASE_DOMAIN", "PUBLIC_SCHEME", "DATABASE_URL", "DATABASE_READONLY_URL", "DATABASE_DIRECT_URL", "DATABASE_PREPARE",
			"DATA_DIR", "SESSION_KEYS", "SMTP_URL", "MAIL_FROM", "TRUSTED_PROXIES", "CORS_ORIGINS":
		default:
			env = append(env, kv)
		}
	}
	return append(env, more...)
}

// urls are the three addresses of a database as the environment names them.
func urls(cfg store.Config) []string {
	return []string{"DATABASE_URL=" + cfg.URL, "DATABASE_READONLY_URL=" + cfg.ReadOnlyURL, "DATABASE_DIRECT_URL=" + cfg.DirectURL}
}

// start runs a serving command and waits until it answers.
func start(t testing.TB, command, dir string, env ...string) *program {
	t.Helper()
	p := launch(t, command, dir, freePort(t), env...)
	p.waitReady(t)
	return p
}

// launch runs a serving command and doesn't wait.
func launch(t testing.TB, command, dir, port string, env ...string) *program {
	t.Helper()
	p := &program{port: port, dir: dir, done: make(chan struct{})}
	p.cmd = exec.Command(built.binary, command)
	p.cmd.Dir = dir
	p.cmd.Env = environment(append([]string{"ADDR=127.0.0.1:" + port, "DATA_DIR=" + dir}, env...)...)
	p.cmd.Stdout, p.cmd.Stderr = &p.stdout, &p.stderr
	dieWithParent(p.cmd)
	started := make(chan error)
	go func() {
		// The death signal comes when the thread that forked ends.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := p.cmd.Start()
		started <- err
		if err == nil {
			_ = p.cmd.Wait()
			close(p.done)
		}
	}()
	if err := <-started; err != nil {
		t.Fatalf("start %s: %v", command, err)
	}
	return p
}

func (p *program) waitReady(t testing.TB) {
	t.Helper()
	deadline := time.Now().Add(startTimeout)
	for time.Now().Before(deadline) {
		select {
		case <-p.done:
			t.Fatalf("the program ended instead of serving:\n%s%s", p.stdout.String(), p.stderr.String())
		case <-time.After(20 * time.Millisecond):
		}
		resp, err := http.Get("http://127.0.0.1:" + p.port + "/readyz")
		if err != nil {
			continue
		}
		resp.Body.Close()
		if resp.StatusCode == http.StatusOK {
			return
		}
	}
	t.Fatalf("the program does not answer:\n%s%s", p.stdout.String(), p.stderr.String())
}

// kill is SIGKILL, as from a power cut.
func (p *program) kill() {
	_ = p.cmd.Process.Kill()
	<-p.done
}

// interrupt is Ctrl-C; it returns the exit status.
func (p *program) interrupt(t testing.TB) int {
	t.Helper()
	_ = p.cmd.Process.Signal(os.Interrupt)
	select {
	case <-p.done:
	case <-time.After(45 * time.Second):
		p.kill()
		t.Fatalf("the program does not stop on Ctrl-C:\n%s", p.stderr.String())
	}
	return p.cmd.ProcessState.ExitCode()
}

// endWith stops it with the test.
func (p *program) endWith(t testing.TB) *program {
	t.Cleanup(func() {
		select {
		case <-p.done:
		default:
			p.interrupt(t)
		}
		p.checkRaces(t)
	})
	return p
}

// checkRaces fails the test when a binary with the race detector found one.
func (p *program) checkRaces(t testing.TB) {
	t.Helper()
	if strings.Contains(p.stderr.String(), "WARNING: DATA RACE") {
		t.Errorf("a data race in the program:\n%s", p.stderr.String())
	}
}

// url is an address of the program; host is a label before the base, or "".
func (p *program) url(host, path string) string {
	if host != "" {
		host += "."
	}
	return "http://" + host + "localhost:" + p.port + path
}

// result is how a command ended.
type result struct {
	stdout, stderr string
	status         int
}

// command runs a sub-command to its end; a line of input may be empty.
func command(t testing.TB, env []string, input string, args ...string) result {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), startTimeout)
	defer cancel()
	cmd := exec.CommandContext(ctx, built.binary, args...)
	cmd.Env = environment(env...)
	cmd.Dir = built.dir
	if input != "" {
		cmd.Stdin = strings.NewReader(input)
	}
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	if exit := new(exec.ExitError); err != nil && !errors.As(err, &exit) {
		t.Fatalf("run %v: %v", args, err)
	}
	if ctx.Err() != nil {
		t.Fatalf("%v did not end:\n%s", args, stderr.String())
	}
	return result{stdout.String(), stderr.String(), cmd.ProcessState.ExitCode()}
}

// mustSucceed fails the test when the command failed.
func (r result) mustSucceed(t testing.TB) result {
	t.Helper()
	if r.status != 0 {
		t.Fatalf("exit status %d: %s%s", r.status, r.stdout, r.stderr)
	}
	return r
}

// output is a buffer that may be read while it is written.
type output struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.String()
}

// processesOf lists the processes whose command line names a folder.
func processesOf(dir string) []string {
	var found []string
	names, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	for _, name := range names {
		line, _ := os.ReadFile(name)
		if bytes.Contains(line, []byte(dir)) && filepath.Base(filepath.Dir(name)) != fmt.Sprint(os.Getpid()) {
			found = append(found, filepath.Base(filepath.Dir(name))+" "+strings.ReplaceAll(string(line), "\x00", " "))
		}
	}
	return found
}

// alive says whether a process runs.
func alive(pid int) bool { return syscall.Kill(pid, 0) == nil }

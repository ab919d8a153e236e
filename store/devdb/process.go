package devdb

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"strings"
	"syscall"
	"time"
)

// process is a child with an end that can be waited for.
type process struct {
	pid  int
	proc *os.Process
	done chan struct{} // closed at the end
	err  error         // how it ended
}

// launch starts a child that doesn't outlive us.
func launch(cmd *exec.Cmd, who account, death syscall.Signal) (*process, error) {
	cmd.Env = cleanEnv()
	cmd.SysProcAttr = childAttr(who, death)
	p := &process{done: make(chan struct{})}
	started := make(chan error, 1)
	go func() {
		// The death signal is sent when the thread that forked ends, so this
		// one is kept until the child is gone.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		if err == nil {
			p.proc, p.pid = cmd.Process, cmd.Process.Pid
		}
		started <- err
		if err == nil {
			p.err = cmd.Wait()
			close(p.done)
		}
	}()
	if err := <-started; err != nil {
		return nil, err
	}
	return p, nil
}

func (p *process) running() bool {
	select {
	case <-p.done:
		return false
	default:
		return true
	}
}

// ended waits for the end, at most so long.
func (p *process) ended(ctx context.Context, limit time.Duration) bool {
	t := time.NewTimer(limit)
	defer t.Stop()
	select {
	case <-p.done:
		return true
	case <-ctx.Done():
	case <-t.C:
	}
	return !p.running()
}

func (p *process) signal(s syscall.Signal) { _ = p.proc.Signal(s) }

// cleanEnv keeps settings of the user's own PostgreSQL away from ours, and
// messages in English.
func cleanEnv() []string {
	var env []string
	for _, kv := range os.Environ() {
		if !strings.HasPrefix(kv, "PG") && !strings.HasPrefix(kv, "LC_") && !strings.HasPrefix(kv, "LANG") {
			env = append(env, kv)
		}
	}
	return append(env, "LC_ALL=C")
}

var failure = regexp.MustCompile(`(?m)^.*\b(?:FATAL|PANIC|ERROR|error|E): *(.*)$`)

// reason is the line of a program's output that tells best why it failed.
func reason(out []byte) string {
	if m := failure.FindAllSubmatch(out, -1); m != nil {
		return string(m[len(m)-1][1])
	}
	lines := bytes.Split(bytes.TrimSpace(out), []byte("\n"))
	if last := string(bytes.TrimSpace(lines[len(lines)-1])); last != "" {
		return last
	}
	return "it gave no reason"
}

package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/pprof"
	"strconv"
	"strings"
	"time"

	"github.com/smoothschedule/smoothschedule/cmd/internal/app"
	"github.com/smoothschedule/smoothschedule/store/schema"
)

// baseDomain is where the measured pages live; the load names it as Host.
const baseDomain = "bench.test"

// roleVariable makes this program one of its own children.
const roleVariable = "BENCH_ROLE"

// server is a child process that serves pages.
type server struct {
	name, addr, host, cookie string
	pid                      int
	input                    io.Closer // the child ends when this is closed
	wait                     func() error
}

// startServer runs role in a process of its own, of this program or of another
// build of it. Its log goes into a file, as in
// production into a pipe.
func startServer(program, role, name, dir string, env ...string) (*server, error) {
	log, err := os.Create(filepath.Join(dir, name+".log"))
	if err != nil {
		return nil, err
	}
	defer log.Close()
	told, tell, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer told.Close()
	cmd := exec.Command(program)
	cmd.Env = append(append(os.Environ(), roleVariable+"="+role), env...)
	cmd.Stdout, cmd.Stderr = log, os.Stderr
	cmd.ExtraFiles = []*os.File{tell}
	input, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	err = cmd.Start()
	_ = tell.Close()
	if err != nil {
		return nil, err
	}
	s := &server{name: name, pid: cmd.Process.Pid, input: input, wait: cmd.Wait}
	lines := bufio.NewScanner(told)
	for _, to := range []*string{&s.addr, &s.host, &s.cookie} {
		if !lines.Scan() {
			return nil, errors.Join(fmt.Errorf("the server %s did not start", name), s.stop())
		}
		*to = lines.Text()
	}
	return s, nil
}

func (s *server) stop() error {
	_ = s.input.Close()
	return s.wait()
}

// serveApp is the child with the real program: the wiring of `serve`, with all
// that a request passes. Background jobs stay out, they are no part of a page.
func serveApp(ctx context.Context) error {
	cfg, err := app.ReadConfig(false, os.Getenv)
	if err != nil {
		return err
	}
	a, err := app.Open(ctx, cfg, slog.New(slog.NewJSONHandler(os.Stdout, nil)))
	if err != nil {
		return err
	}
	defer a.Close()
	return serve(ctx, a.Handler, "platform."+baseDomain, "")
}

// servePlain is the child with the floor.
func servePlain(ctx context.Context) error {
	page, err := newPlainPage(os.Getenv("DATABASE_DIRECT_URL"))
	if err != nil {
		return err
	}
	cookie, err := page.cookie(ctx)
	if err != nil {
		return err
	}
	return serve(ctx, page.handler(), "platform."+baseDomain, cookie)
}

// serve answers until the parent closes our standard input.
func serve(ctx context.Context, handler http.Handler, host, cookie string) error {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	if path := os.Getenv("BENCH_PROFILE"); path != "" {
		f, err := os.Create(path + "." + os.Getenv(roleVariable) + ".pprof")
		if err != nil {
			return err
		}
		defer f.Close()
		if err := pprof.StartCPUProfile(f); err != nil {
			return err
		}
		defer pprof.StopCPUProfile()
	}
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: time.Minute, IdleTimeout: 2 * time.Minute}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(l) }()
	tell := os.NewFile(3, "parent")
	fmt.Fprintf(tell, "%s\n%s\n%s\n", l.Addr(), host, cookie)
	_ = tell.Close()
	parentGone := make(chan struct{})
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		close(parentGone)
	}()
	select {
	case err := <-failed:
		return err
	case <-parentGone:
		return nil
	}
}

// startApp starts our server on a dataset, logged in.
func (b *bench) startApp(ctx context.Context, set dataset) (*server, error) {
	return b.startBuild(ctx, b.self, "app", set)
}

func (b *bench) startBuild(ctx context.Context, program, name string, set dataset) (*server, error) {
	return b.startWith(ctx, program, name, set, true, "BASE_DOMAIN="+baseDomain, "PUBLIC_SCHEME=https")
}

func (b *bench) startWith(ctx context.Context, program, name string, set dataset, secure bool, env ...string) (*server, error) {
	d := b.data
	cookie, err := d.logIn(ctx, set, secure)
	if err != nil {
		return nil, fmt.Errorf("log in: %w", err)
	}
	cfg := d.config(set.name())
	s, err := startServer(program, "app", name+"-"+strconv.Itoa(set.businesses), b.dir, append(env,
		"DATABASE_URL="+cfg.URL, "DATABASE_READONLY_URL="+cfg.ReadOnlyURL, "DATABASE_DIRECT_URL="+cfg.DirectURL,
		"SESSION_KEYS="+sessionKey, "DATA_DIR="+b.dir)...)
	if err != nil {
		return nil, err
	}
	s.cookie = cookie
	return s, nil
}

func (b *bench) startPlain(set dataset) (*server, error) {
	return startServer(b.self, "plain", "plain", b.dir, "DATABASE_DIRECT_URL="+b.data.cluster.URL(schema.OwnerLogin, set.name()))
}

// get returns a page as text, for its links.
func (s *server) get(ctx context.Context, path string) (string, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+s.addr+path, nil)
	if err != nil {
		return "", err
	}
	r.Host = s.host
	r.Header.Set("Cookie", s.cookie)
	resp, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	var b strings.Builder
	if _, err = io.Copy(&b, resp.Body); err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s answers %s with %s", s.name, path, resp.Status)
	}
	return b.String(), err
}

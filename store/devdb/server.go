package devdb

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/lib/pq"
)

const (
	startTimeout = 2 * time.Minute // crash recovery may take its time
	maxServerLog = 8 << 20
)

var errPortTaken = errors.New("its port is taken")

// settings go on the command line, so that old clusters get new ones.
func (c *Cluster) settings(port int) []string {
	set := map[string]string{
		"listen_addresses":          "127.0.0.1",
		"port":                      strconv.Itoa(port),
		"unix_socket_directories":   "",
		"password_encryption":       "scram-sha-256",
		"max_connections":           "100",
		"max_locks_per_transaction": "1024", // thousands of schemas
		"shared_buffers":            "256MB",
		"wal_level":                 "minimal",
		"max_wal_senders":           "0",
		"min_wal_size":              "32MB",
		"max_wal_size":              "512MB",
		"jit":                       "off",
		"timezone":                  "UTC",
		"log_timezone":              "UTC",
		"log_checkpoints":           "off",
		"log_line_prefix":           "%m [%p] %q%u@%d ",
		"logging_collector":         "off",
	}
	if c.opts.Throwaway {
		set["fsync"], set["synchronous_commit"], set["full_page_writes"] = "off", "off", "off"
	}
	for name, value := range c.opts.Settings {
		set[name] = value
	}
	var args []string
	for name, value := range set {
		args = append(args, "-c", name+"="+value)
	}
	return args
}

// startServer starts PostgreSQL on the port, or on the first free one of the
// cluster's own row of ports, and waits until it answers.
func (c *Cluster) startServer(ctx context.Context, secret []byte, port int) (*process, int, error) {
	bin, err := c.matching()
	if err != nil {
		return nil, 0, err
	}
	if port != 0 {
		p, err := c.startOn(ctx, bin, secret, port)
		return p, port, err
	}
	// The same ports for the same folder, below those that the system gives
	// to outgoing connections: what a user noted stays right.
	h := fnv.New32a()
	_, _ = h.Write([]byte(c.Dir))
	for i := range uint32(50) {
		port := int(20000 + (h.Sum32()+i*131)%12000)
		p, err := c.startOn(ctx, bin, secret, port)
		if !errors.Is(err, errPortTaken) {
			return p, port, err
		}
	}
	return nil, 0, errors.New("no free port was found between 20000 and 32000")
}

func (c *Cluster) startOn(ctx context.Context, bin binaries, secret []byte, port int) (*process, error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp4", "127.0.0.1:"+strconv.Itoa(port))
	if err != nil {
		return nil, errPortTaken
	}
	l.Close()

	log, from, err := c.openServerLog()
	if err != nil {
		return nil, err
	}
	defer log.Close()
	death := syscall.SIGINT // disconnect all and shut down properly
	if c.opts.Throwaway {
		death = syscall.SIGQUIT
	}
	//nolint:noctx // outlives the start; Stop ends it
	cmd := exec.Command(bin.path("postgres"), append([]string{"-D", c.data()}, c.settings(port)...)...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = c.Dir, log, log
	p, err := launch(cmd, c.who, death)
	if err != nil {
		return nil, fmt.Errorf("PostgreSQL can't be run as %s: %w", c.who.name, err)
	}
	for ctx.Err() == nil && p.running() {
		if st, err := readStatus(c.data()); err == nil && st.pid == p.pid && st.ready {
			if err = ping(ctx, secret, port); err == nil {
				return p, nil
			}
		}
		p.ended(ctx, 5*time.Millisecond)
	}
	if p.running() {
		p.shutdown(ctx)
		return nil, fmt.Errorf("PostgreSQL didn't become ready: %w", ctx.Err())
	}
	said, _ := os.ReadFile(c.ServerLog())
	said = said[min(int(from), len(said)):]
	if strings.Contains(string(said), "Address already in use") {
		return nil, errPortTaken
	}
	return nil, fmt.Errorf("PostgreSQL stopped again: %s (more in %s)", reason(said), c.ServerLog())
}

// shutdown is PostgreSQL's fast shutdown, and harder ones when that takes too
// long or the context ends.
func (p *process) shutdown(ctx context.Context) {
	p.signal(syscall.SIGINT)
	if p.ended(ctx, 15*time.Second) {
		return
	}
	p.signal(syscall.SIGQUIT)
	if p.ended(context.Background(), 7*time.Second) {
		return
	}
	p.signal(syscall.SIGKILL)
	<-p.done
}

// openServerLog says where the log ends now; an overlong one starts anew.
func (c *Cluster) openServerLog() (*os.File, int64, error) {
	f, err := os.OpenFile(c.ServerLog(), os.O_WRONLY|os.O_APPEND|os.O_CREATE|syscall.O_NOFOLLOW, 0o600)
	if err != nil {
		return nil, 0, fmt.Errorf("the server's log can't be opened: %w", err)
	}
	if err := c.who.give(c.ServerLog()); err != nil {
		f.Close()
		return nil, 0, fmt.Errorf("the server's log can't be given to %s: %w", c.who.name, err)
	}
	info, err := f.Stat()
	if err == nil && info.Size() > maxServerLog {
		return f, 0, f.Truncate(0)
	}
	if err != nil {
		f.Close()
		return nil, 0, err
	}
	return f, info.Size(), nil
}

// ping logs in. That it succeeds also proves that it is this cluster, since
// both sides show that they know the password.
func ping(ctx context.Context, secret []byte, port int) error {
	connector, err := pq.NewConnector(address(secret, port, Superuser, "postgres") + "&connect_timeout=5")
	if err != nil {
		return errors.New("the server's address can't be read")
	}
	conn, err := connector.Connect(ctx)
	if err != nil {
		return fmt.Errorf("the server doesn't answer: %w", err)
	}
	return conn.Close()
}

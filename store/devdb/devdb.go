// Package devdb runs a private PostgreSQL for development and tests: it finds
// (or installs) the program, makes a cluster in a folder of its own, starts it
// as a child process and lets other programs of the same folder share it.
//
// The server listens on 127.0.0.1 only and asks everybody for a password,
// which is derived from a secret that lies in the data folder, mode 0600.
package devdb

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"time"
)

// Superuser is the cluster's administrator.
const Superuser = "postgres"

// Options say which cluster is meant and how it shall behave.
type Options struct {
	// Dir is the cluster's folder. It is made when missing, and refused when
	// it holds other things.
	Dir string
	// Log receives what devdb has to say, a line each. PostgreSQL's own
	// messages go to server.log in the folder.
	Log io.Writer
	// Throwaway trades durability for speed; for tests only.
	Throwaway bool
	// Linger is how long the owner's Stop lets other programs that use the
	// cluster finish. Without it they lose their connections.
	Linger time.Duration
	// Settings are further server settings; they win over the usual ones.
	Settings map[string]string
}

// Cluster is a running PostgreSQL: this program's own, or another's that it uses.
type Cluster struct {
	Dir   string // where the cluster really lies
	Moved bool   // Dir isn't Options.Dir, because the server couldn't use that one
	Port  int    // on 127.0.0.1, the same for the life of the Cluster

	opts   Options
	who    account
	bins   []binaries
	secret []byte

	life context.Context // ends with Stop
	end  context.CancelFunc

	starting sync.Mutex // held while the server is started or stopped
	mu       sync.Mutex // guards what follows
	server   *process   // nil when another program owns the cluster
	own      *lock      // held by the owner
	use      *lock      // shared by those who use another's cluster
}

// errOwned says that another program runs the cluster.
var errOwned = errors.New("another program runs it")

// Start starts the cluster of opts.Dir and owns it. It fails when another
// program runs that cluster; what a killed one left behind is cleared away.
func Start(ctx context.Context, opts Options) (*Cluster, error) {
	return open(ctx, opts, false)
}

// Open uses the cluster of opts.Dir if another program runs it, else starts
// and owns it.
func Open(ctx context.Context, opts Options) (*Cluster, error) {
	return open(ctx, opts, true)
}

func open(ctx context.Context, opts Options, attach bool) (*Cluster, error) {
	c, err := prepare(ctx, opts)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	for {
		err := c.tryOwn(ctx, 0)
		if err == nil {
			return c, nil
		}
		if !errors.Is(err, errOwned) || !attach {
			return nil, fmt.Errorf("the private PostgreSQL in %s can't be started: %w", c.Dir, err)
		}
		if err = c.tryAttach(ctx); err == nil {
			return c, nil
		}
		// The owner may just be starting, restarting or stopping: both tries again.
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("another program holds the private PostgreSQL in %s, but it doesn't answer: %w", c.Dir, err)
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// prepare finds the binaries, the OS user and the folder.
func prepare(ctx context.Context, opts Options) (*Cluster, error) {
	if opts.Dir == "" {
		return nil, errors.New("the private PostgreSQL needs a folder")
	}
	dir, err := filepath.Abs(opts.Dir)
	if err != nil {
		return nil, fmt.Errorf("the folder %s has no absolute path: %w", opts.Dir, err)
	}
	c := &Cluster{opts: opts}
	c.life, c.end = context.WithCancel(context.Background())
	if c.bins, err = findOrInstall(ctx, c.logf); err != nil {
		return nil, err
	}
	if c.who, err = serverAccount(dir); err != nil {
		return nil, err
	}
	if c.Dir, err = c.who.place(dir); err != nil {
		return nil, err
	}
	if c.Moved = c.Dir != dir; c.Moved {
		c.logf("the database lies in %s, because the user %s can't use %s", c.Dir, c.who.name, dir)
	}
	// The kernel reports processes' folders without symbolic links.
	if c.Dir, err = filepath.EvalSymlinks(c.Dir); err != nil {
		return nil, fmt.Errorf("the database folder can't be read: %w", err)
	}
	return c, nil
}

// Owned tells whether this program runs the server, and so stops it in the end.
func (c *Cluster) Owned() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.own != nil
}

// Password is the password of a login, the same for the life of the folder.
// Whoever creates the login gives it this one.
func (c *Cluster) Password(user string) string { return password(c.secret, user) }

func password(secret []byte, user string) string {
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte(user))
	return hex.EncodeToString(mac.Sum(nil)[:20])
}

// URL is what lib/pq needs to connect. It contains the password.
func (c *Cluster) URL(user, database string) string {
	return address(c.secret, c.Port, user, database)
}

func address(secret []byte, port int, user, database string) string {
	u := url.URL{
		Scheme:   "postgres",
		User:     url.UserPassword(user, password(secret, user)),
		Host:     "127.0.0.1:" + strconv.Itoa(port),
		Path:     "/" + database,
		RawQuery: "sslmode=disable",
	}
	return u.String()
}

// AdminURL is the superuser's URL.
func (c *Cluster) AdminURL(database string) string { return c.URL(Superuser, database) }

// ServerLog is the file with PostgreSQL's own messages.
func (c *Cluster) ServerLog() string { return filepath.Join(c.Dir, "server.log") }

func (c *Cluster) data() string { return filepath.Join(c.Dir, "data") }

func (c *Cluster) logf(format string, args ...any) {
	if c.opts.Log != nil {
		c.mu.Lock()
		defer c.mu.Unlock()
		fmt.Fprintf(c.opts.Log, format+"\n", args...)
	}
}

// Remove stops the cluster and deletes its folder.
func (c *Cluster) Remove(ctx context.Context) error {
	if !c.Owned() {
		return errors.Join(c.Stop(ctx), fmt.Errorf("the database in %s belongs to another program and stays", c.Dir))
	}
	if err := c.Stop(ctx); err != nil {
		return err
	}
	if err := os.RemoveAll(c.Dir); err != nil {
		return fmt.Errorf("the database folder can't be deleted: %w", err)
	}
	return nil
}

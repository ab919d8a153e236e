package devdb

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"syscall"
	"time"
)

// tryOwn takes the owner's lock and starts the server; errOwned when another
// program has it. A port other than 0 is a must.
func (c *Cluster) tryOwn(ctx context.Context, port int) error {
	own, err := c.who.tryLock(filepath.Join(c.Dir, ownLock), syscall.LOCK_EX)
	if errors.Is(err, errLocked) {
		return errOwned
	}
	if err != nil {
		return err
	}
	if err = c.run(ctx, own, port); err != nil {
		own.release()
	}
	return err
}

// run starts the server under the owner's lock.
func (c *Cluster) run(ctx context.Context, own *lock, port int) error {
	c.starting.Lock()
	defer c.starting.Unlock()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(c.life, cancel)()
	if err := c.life.Err(); err != nil { // Stop came first
		return err
	}
	if err := c.clearLeftovers(ctx); err != nil {
		return err
	}
	secret, err := c.ensureData(ctx)
	if err != nil {
		return err
	}
	server, got, err := c.startServer(ctx, secret, port)
	if err != nil {
		return err
	}
	if port == 0 { // the first start; later nothing changes that others read
		c.Port, c.secret = got, secret
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.server, c.own = server, own
	c.use.release()
	c.use = nil
	return nil
}

var errReplaced = errors.New("its folder was replaced or deleted, so the passwords don't fit any more")

// tryAttach uses the server that another program runs, if it is ready.
func (c *Cluster) tryAttach(ctx context.Context) error {
	use, err := c.who.tryLock(filepath.Join(c.Dir, useLock), syscall.LOCK_SH)
	if err != nil {
		return err // its owner is stopping it
	}
	err = func() error {
		st, err := readStatus(c.data())
		if err != nil {
			return err
		}
		if !st.ready {
			return errors.New("the server isn't ready")
		}
		if c.secret, err = c.readSecret(); err != nil {
			return err
		}
		c.Port = st.port
		return ping(ctx, c.secret, c.Port)
	}()
	if err != nil {
		c.secret = nil // whatever comes next reads it anew
		use.release()
		return err
	}
	c.use = use
	return nil
}

// Keep starts the server again, on the same port, whenever it dies, and takes
// it over when the program that ran it goes away. It returns nil when the
// context ends or Stop is called, and an error when trying is no use.
func (c *Cluster) Keep(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(c.life, cancel)()
	for ctx.Err() == nil {
		c.mu.Lock()
		server, own := c.server, c.own
		c.mu.Unlock()
		var err error
		if server == nil {
			err = c.takeOver(ctx)
		} else {
			err = c.restart(ctx, server, own)
		}
		if ctx.Err() == nil && err != nil {
			return fmt.Errorf("the private PostgreSQL in %s can't be kept running: %w", c.Dir, err)
		}
	}
	return nil
}

// takeOver waits a while and looks whether the owner is gone.
func (c *Cluster) takeOver(ctx context.Context) error {
	wait(ctx, 500*time.Millisecond)
	if ctx.Err() != nil {
		return nil
	}
	err := c.tryOwn(ctx, c.Port)
	switch {
	case err == nil:
		c.logf("the program that ran PostgreSQL is gone: this one runs it now")
	case errors.Is(err, errReplaced):
		return err
	case !errors.Is(err, errOwned) && ctx.Err() == nil:
		c.logf("the program that ran PostgreSQL is gone, and it can't be started here: %v", err)
	}
	return nil
}

// restart waits for the server's death and tries until it runs again.
func (c *Cluster) restart(ctx context.Context, server *process, own *lock) error {
	select {
	case <-ctx.Done():
		return nil
	case <-server.done:
	}
	c.logf("PostgreSQL died (%v): starting it again", server.err)
	began, pause := time.Now(), 100*time.Millisecond
	for ctx.Err() == nil {
		err := c.run(ctx, own, c.Port)
		if err == nil {
			c.logf("PostgreSQL runs again after %v", time.Since(began).Round(time.Millisecond))
			return nil
		}
		if errors.Is(err, errReplaced) {
			return err
		}
		c.logf("PostgreSQL can't be started again, trying on: %v", err)
		wait(ctx, pause)
		pause = min(2*pause, 5*time.Second)
	}
	return nil
}

func wait(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// Stop shuts the server down if this program owns it: fast first, at once when
// that takes long or the context ends. A second Stop does nothing.
func (c *Cluster) Stop(ctx context.Context) error {
	if c.Owned() && c.opts.Linger > 0 {
		users, _ := c.who.waitLock(ctx, filepath.Join(c.Dir, useLock), syscall.LOCK_EX, c.opts.Linger)
		defer users.release() // after the server's end, so that nobody joins in between
	}
	c.end() // a start that is under way ends itself
	c.starting.Lock()
	defer c.starting.Unlock()
	c.mu.Lock()
	server, own, use := c.server, c.own, c.use
	c.server, c.own, c.use = nil, nil, nil
	c.mu.Unlock()
	if server != nil {
		server.shutdown(ctx)
	}
	use.release()
	own.release()
	return nil
}

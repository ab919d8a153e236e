package db

import (
	"context"
	"database/sql/driver"
	"errors"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/lib/pq"
)

// How long a server may be silent while somebody waits for it, and how long it
// then has to answer a login of its own. Together they stay below the two seconds
// after which a person thinks that nothing happens.
const (
	patience     = 900 * time.Millisecond
	probeTimeout = 800 * time.Millisecond
	// probeEvery spares a server that is down, and answers meanwhile at once.
	probeEvery = 300 * time.Millisecond
)

// errSilent is a server that is connected and says nothing.
var errSilent = errors.New("the database is silent")

// pulse tells a slow statement from a server that has stopped answering, as with
// a stalled disk or a network that drops everything: such a server doesn't keep
// its own statement_timeout, and no connection to it ever fails. Nothing runs
// while nobody waits.
type pulse struct {
	probe func() error // logs in and asks something, within probeTimeout
	heard atomic.Int64 // when any connection read something last
	lost  atomic.Int64 // counts broken connections; older ones are not used again
	down  atomic.Bool

	mu      sync.Mutex
	checked time.Time
	waiting map[*func()]struct{}
}

// newPulse watches the server that dsn leads to.
func newPulse(dsn string) (*pulse, error) {
	cfg, err := pq.NewConfig(dsn)
	if err != nil {
		return nil, err
	}
	connector, err := pq.NewConnectorConfig(cfg)
	if err != nil {
		return nil, err
	}
	connector.Dialer(dialer(func(c net.Conn) net.Conn {
		_ = c.SetDeadline(time.Now().Add(probeTimeout))
		return c
	}))
	p := &pulse{waiting: map[*func()]struct{}{}}
	p.probe = func() error {
		ctx, cancel := context.WithTimeout(context.Background(), probeTimeout)
		defer cancel()
		conn, err := connector.Connect(ctx)
		if err != nil {
			return err
		}
		defer func() { _ = conn.Close() }()
		return conn.(driver.Pinger).Ping(ctx)
	}
	return p, nil
}

// beats says whether the server answers. One caller asks it, the others wait for
// what he hears. A refusal is an answer, and so is anything that another
// connection has read meanwhile: on a busy machine a login may take longer.
func (p *pulse) beats() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if time.Since(p.checked) < probeEvery {
		return !p.down.Load()
	}
	started := time.Now()
	err := p.probe()
	alive := err == nil || SQLState(err) != "" || p.heard.Load() > started.UnixNano()
	p.checked = time.Now()
	p.down.Store(!alive)
	if !alive {
		for giveUp := range p.waiting {
			(*giveUp)()
		}
	}
	return alive
}

// losses is how many connections broke so far.
func (p *pulse) losses() int64 {
	if p == nil {
		return 0
	}
	return p.lost.Load()
}

// whileWaiting calls giveUp when the server falls silent, until stop is called.
func (p *pulse) whileWaiting(giveUp func()) (stop func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	key := &giveUp
	p.waiting[key] = struct{}{}
	return func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		delete(p.waiting, key)
	}
}

// wire is a connection to the server whose reads end when the pulse does.
type wire struct {
	net.Conn
	pulse *pulse
}

func (w *wire) Read(b []byte) (int, error) {
	for {
		if err := w.SetReadDeadline(time.Now().Add(patience)); err != nil {
			return 0, err
		}
		n, err := w.Conn.Read(b)
		switch {
		case n > 0:
			w.pulse.heard.Store(time.Now().UnixNano())
			return n, err
		case errors.Is(err, os.ErrDeadlineExceeded) && w.pulse.beats():
			continue
		case errors.Is(err, os.ErrDeadlineExceeded):
			// lib/pq gives up a connection on this type alone.
			err = &net.OpError{Op: "read", Net: w.RemoteAddr().Network(), Addr: w.RemoteAddr(), Err: errSilent}
		}
		w.broken(err)
		return n, err
	}
}

func (w *wire) Write(b []byte) (int, error) {
	n, err := w.Conn.Write(b)
	w.broken(err)
	return n, err
}

// broken marks the connections of before: when one is cut the others are, too,
// and each would cost somebody a page.
func (w *wire) broken(err error) {
	if err != nil && !errors.Is(err, net.ErrClosed) {
		w.pulse.lost.Add(1)
	}
}

// dialer connects as lib/pq does and hands each connection to a function.
type dialer func(net.Conn) net.Conn

func (d dialer) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	c, err := (&net.Dialer{Timeout: probeTimeout}).DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	return d(c), nil
}

func (d dialer) Dial(network, address string) (net.Conn, error) {
	return d.DialContext(context.Background(), network, address)
}

func (d dialer) DialTimeout(network, address string, timeout time.Duration) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	return d.DialContext(ctx, network, address)
}

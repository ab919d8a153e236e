package store_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/schema"
	"github.com/smoothschedule/smoothschedule/store/storetest"
)

// line is a network between the program and its PostgreSQL that can fall silent
// or be cut, as a stalled disk, a firewall or a killed server look from here.
type line struct {
	net.Listener
	to string

	mu     sync.Mutex
	silent bool
	open   map[net.Conn]bool
	moved  *sync.Cond
}

// newLine leads each of the three logins over a line of its own making.
func newLine(t testing.TB, cfg *store.Config) *line {
	t.Helper()
	l := &line{open: map[net.Conn]bool{}}
	l.moved = sync.NewCond(&l.mu)
	for _, login := range []*string{&cfg.URL, &cfg.ReadOnlyURL, &cfg.DirectURL} {
		u, err := url.Parse(*login)
		if err != nil {
			t.Fatal(err)
		}
		if l.Listener == nil {
			l.to = u.Host
			if l.Listener, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
				t.Fatal(err)
			}
		}
		u.Host = l.Addr().String()
		*login = u.String()
	}
	go l.serve()
	t.Cleanup(func() { _ = l.Close(); l.cut() })
	return l
}

func (l *line) serve() {
	for {
		here, err := l.Accept()
		if err != nil {
			return
		}
		there, err := net.Dial("tcp", l.to)
		if err != nil {
			_ = here.Close()
			continue
		}
		l.mu.Lock()
		l.open[here], l.open[there] = true, true
		l.mu.Unlock()
		go l.carry(there, here)
		go l.carry(here, there)
	}
}

func (l *line) carry(to, from net.Conn) {
	b := make([]byte, 32<<10)
	for {
		n, err := from.Read(b)
		l.mu.Lock()
		for l.silent {
			l.moved.Wait()
		}
		l.mu.Unlock()
		if n > 0 {
			_, _ = to.Write(b[:n])
		}
		if err != nil {
			_ = to.Close()
			if errors.Is(err, io.EOF) {
				_ = from.Close()
			}
			return
		}
	}
}

// fall silent: connections stay and carry nothing.
func (l *line) hush(silent bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.silent = silent
	l.moved.Broadcast()
}

// cut ends all connections that there are; new ones go through.
func (l *line) cut() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for c := range l.open {
		_ = c.Close()
		delete(l.open, c)
	}
	l.silent = false
	l.moved.Broadcast()
}

// ask reads something in a scope; the answer or its absence comes within a
// minute, or the test fails.
func ask(t testing.TB, db *store.DB) error {
	t.Helper()
	answered := make(chan error, 1)
	go func() { _, err := db.IsEmpty(context.Background()); answered <- err }()
	select {
	case err := <-answered:
		return err
	case <-time.After(time.Minute):
		t.Fatal("the database is silent, and whoever asks waits for ever")
		return nil
	}
}

// TestSilentDatabase: a server that holds its connections and says nothing is
// gone for whoever waits, those who wait for a connection included, and is back
// when it speaks again.
func TestSilentDatabase(t *testing.T) {
	cfg := storetest.Config(t)
	cfg.PoolSize = 2
	l := newLine(t, &cfg)
	db := storetest.Open(t, cfg)
	for range 2 { // the second finds a connection that is open already
		if err := ask(t, db); err != nil {
			t.Fatal(err)
		}
		l.hush(true)
		var all sync.WaitGroup
		for range 20 {
			all.Go(func() {
				if err := ask(t, db); store.KindOf(err) != store.Unavailable || store.RetryAfter(err) == 0 {
					t.Errorf("while the database is silent: %v", err)
				}
			})
		}
		all.Wait()
		l.hush(false)
		deadline := time.Now().Add(time.Minute)
		for ask(t, db) != nil {
			if time.Now().After(deadline) {
				t.Fatal("the database speaks again and nobody hears it")
			}
			time.Sleep(10 * time.Millisecond)
		}
	}
}

// TestCutConnections: a server that was started again costs nobody a page,
// however many connections to the old one lie in the pool.
func TestCutConnections(t *testing.T) {
	cfg := storetest.Config(t)
	cfg.PoolSize = 6
	l := newLine(t, &cfg)
	db := storetest.Open(t, cfg)
	var all sync.WaitGroup
	for range 30 {
		all.Go(func() {
			if err := ask(t, db); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	l.cut()
	for range 12 {
		if err := ask(t, db); err != nil {
			t.Errorf("after the server's restart: %v", err)
		}
	}
}

// TestNoRoom: what PostgreSQL says of a full disk is an answer with words of its
// own and not a fault of the program.
func TestNoRoom(t *testing.T) {
	db := storetest.DB(t)
	_, err := schema.Direct(db).Exec(`DO $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$`)
	if err == nil || store.KindOf(err) != store.Unavailable {
		t.Errorf("a full disk is %v, of kind %v", err, store.KindOf(err))
	}
}

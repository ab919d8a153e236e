package db

import (
	"context"
	"errors"
	"runtime"
	"testing"
)

// TestS4_GatesLetFewIn: no more than a gate's places are inside, no more than it
// says wait, and who leaves or gives up makes room.
func TestS4_GatesLetFewIn(t *testing.T) {
	busy := errors.New("busy")
	over, cancel := context.WithCancel(context.Background())
	cancel()
	for _, c := range []struct{ inside, waiting int }{{1, 4}, {2, 20}} {
		g := NewGate(c.inside, c.waiting)
		for i := range c.inside {
			if err := g.Enter(context.Background(), busy); err != nil {
				t.Fatalf("place %d: %v", i+1, err)
			}
		}
		for range 3 * c.waiting { // who gives up doesn't stay
			if err := g.Enter(over, busy); KindOf(err) != Unavailable {
				t.Fatalf("one more than %d got in, or gave up and stayed: %v", c.inside, err)
			}
		}
		done := make(chan error, c.waiting)
		for range c.waiting {
			go func() { done <- g.Enter(context.Background(), busy) }()
		}
		for int(g.present.Load()) < c.inside+c.waiting {
			select {
			case err := <-done:
				t.Fatalf("who should wait came back: %v", err)
			default:
				runtime.Gosched()
			}
		}
		if err := g.Enter(over, busy); !errors.Is(err, busy) {
			t.Errorf("the one after %d that wait: %v", c.waiting, err)
		}
		for range c.waiting {
			g.Leave()
			if err := <-done; err != nil {
				t.Errorf("after waiting: %v", err)
			}
		}
		for range c.inside {
			g.Leave()
		}
		if n := g.present.Load(); n != 0 {
			t.Errorf("%d are left", n)
		}
	}
}

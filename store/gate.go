package store

import (
	"context"
	"sync/atomic"
	"time"
)

// What is attached lies in memory while it is written, several times over. A few
// messages with files are taken at a time, in the whole process; more wait with
// their files on disk.
const (
	filesAtOnce  = 2
	filesWaiting = 20
	filesRetry   = 10 * time.Second
)

// gate lets few in at a time, in the whole process, and few wait before it: the
// rest is told to come again.
type gate struct {
	place   chan struct{}
	most    int32 // inside and before it
	present atomic.Int32
}

func newGate(inside, waiting int) *gate {
	return &gate{place: make(chan struct{}, inside), most: int32(inside + waiting)} //nolint:gosec // constants
}

// enter waits for a place. Who calls it holds no connection meanwhile.
func (g *gate) enter(ctx context.Context, busy error) error {
	if g.present.Add(1) > g.most {
		g.present.Add(-1)
		return busy
	}
	select {
	case g.place <- struct{}{}:
		return nil
	case <-ctx.Done():
		g.present.Add(-1)
		return &Error{Kind: Unavailable, Message: "too much at once", cause: ctx.Err()}
	}
}

func (g *gate) leave() {
	<-g.place
	g.present.Add(-1)
}

// fileGate is the gate of messages whose files lie in memory.
type fileGate struct{ *gate }

// HoldFiles waits until the files of a message may be read into memory. release
// is called when they are written.
func (db *DB) HoldFiles(ctx context.Context) (release func(), err error) {
	busy := &Error{Kind: Throttled, Field: "files", Message: "Many files are being sent at the moment. Try again in a few seconds.", RetryAfter: filesRetry}
	g := keep(db, func() *fileGate { return &fileGate{newGate(filesAtOnce, filesWaiting)} })
	if err := g.enter(ctx, busy); err != nil {
		return nil, err
	}
	return g.leave, nil
}

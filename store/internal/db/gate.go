package db

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

// Gate lets few in at a time, in the whole process, and few wait before it: the
// rest is told to come again.
type Gate struct {
	place   chan struct{}
	most    int32 // inside and before it
	present atomic.Int32
}

// NewGate makes a gate that so many are inside of, and before.
func NewGate(inside, waiting int) *Gate {
	return &Gate{place: make(chan struct{}, inside), most: int32(inside + waiting)} //nolint:gosec // constants
}

// Enter waits for a place. Who calls it holds no connection meanwhile.
func (g *Gate) Enter(ctx context.Context, busy error) error {
	if g.present.Add(1) > g.most {
		g.present.Add(-1)
		return busy
	}
	select {
	case g.place <- struct{}{}:
		return nil
	case <-ctx.Done():
		g.present.Add(-1)
		return &Error{Kind: Unavailable, Message: "too much at once", Cause: ctx.Err()}
	}
}

// Leave gives the place to the next one.
func (g *Gate) Leave() {
	<-g.place
	g.present.Add(-1)
}

// fileGate is the gate of messages whose files lie in memory.
type fileGate struct{ *Gate }

// HoldFiles waits until the files of a message may be read into memory. release
// is called when they are written.
func (db *DB) HoldFiles(ctx context.Context) (release func(), err error) {
	busy := &Error{Kind: Throttled, Field: "files", Message: "Many files are being sent at the moment. Try again in a few seconds.", RetryAfter: filesRetry}
	g := Keep(db, func() *fileGate { return &fileGate{NewGate(filesAtOnce, filesWaiting)} })
	if err := g.Enter(ctx, busy); err != nil {
		return nil, err
	}
	return g.Leave, nil
}

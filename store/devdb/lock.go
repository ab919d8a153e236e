package devdb

import (
	"context"
	"errors"
	"fmt"
	"os"
	"syscall"
	"time"
)

// The kernel drops these locks when a program dies, however it dies.
const (
	ownLock = "owner.lock" // whoever runs the server has it
	useLock = "users.lock" // shared by those who use another's server
)

type lock struct{ f *os.File }

var errLocked = errors.New("it is locked")

// tryLock takes a lock without waiting.
func (a account) tryLock(path string, how int) (*lock, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|syscall.O_NOFOLLOW, 0o600)
	if err != nil {
		return nil, fmt.Errorf("the lock can't be opened: %w", err)
	}
	if err := a.give(path); err != nil {
		f.Close()
		return nil, fmt.Errorf("the lock can't be given to %s: %w", a.name, err)
	}
	for {
		err = syscall.Flock(int(f.Fd()), how|syscall.LOCK_NB)
		if !errors.Is(err, syscall.EINTR) {
			break
		}
	}
	if err != nil {
		f.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, errLocked
		}
		return nil, fmt.Errorf("the lock can't be taken: %w", err)
	}
	return &lock{f}, nil
}

func (l *lock) release() {
	if l != nil {
		l.f.Close()
	}
}

// waitLock tries until it succeeds, the time is over or the context ends.
func (a account) waitLock(ctx context.Context, path string, how int, limit time.Duration) (*lock, error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	for {
		l, err := a.tryLock(path, how)
		if !errors.Is(err, errLocked) {
			return l, err
		}
		select {
		case <-ctx.Done():
			return nil, errLocked
		case <-time.After(20 * time.Millisecond):
		}
	}
}

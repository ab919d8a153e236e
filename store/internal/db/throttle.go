package db

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"slices"
	"strings"
	"time"

	"github.com/smoothschedule/smoothschedule/store/internal/text"
)

// ThrottleKey names what is counted; the parts are told apart.
func ThrottleKey(parts ...string) []byte {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return sum[:]
}

// Lock makes those who count against the same keys wait for each other, in all
// processes, until the transaction ends.
func Lock(t Scope, keys ...[]byte) error {
	locks := make([]int64, len(keys))
	for i, key := range keys {
		locks[i] = int64(binary.BigEndian.Uint64(key)) //nolint:gosec // a hash, any bits will do
	}
	slices.Sort(locks) // the same order everywhere: no deadlock
	for _, lock := range locks {
		if _, err := Exec(t, `SELECT pg_advisory_xact_lock($1)`, lock); err != nil {
			return err
		}
	}
	return nil
}

// Allowance is how often something may be asked for within a time, under a key
// that only its hash keeps.
type Allowance struct {
	Key    string
	Most   int
	Within time.Duration
}

// Spend counts a request against its allowances, in the database, so that it
// holds for all processes. What is refused is not counted: who waits gets in.
func Spend(ctx context.Context, db *DB, message string, allowances ...Allowance) error {
	return Run(ctx, db, db.web, Rows{}, func(t Scope) error {
		keys := make([][]byte, len(allowances))
		for i, a := range allowances {
			keys[i] = ThrottleKey(a.Key)
		}
		if err := Lock(t, keys...); err != nil {
			return err
		}
		for i, a := range allowances {
			var spent struct {
				N      int        `db:"n"`
				Oldest *time.Time `db:"oldest"`
			}
			err := Get(t, &spent, `SELECT count(*) AS n, min(at) AS oldest FROM public.login_failures WHERE key = $1 AND at > $2`, keys[i], t.core().now.Add(-a.Within))
			if err != nil {
				return err
			}
			if spent.N >= a.Most {
				return TooOften(message, spent.Oldest.Add(a.Within).Sub(t.core().now))
			}
			if _, err := Exec(t, `INSERT INTO public.login_failures (key, at) VALUES ($1, $2)`, keys[i], t.core().now); err != nil {
				return err
			}
		}
		return nil
	})
}

// TooOften refuses what was asked for too often, and says until when.
func TooOften(message string, wait time.Duration) error {
	wait = max(time.Second, wait.Round(time.Second))
	return &Error{Kind: Throttled, Message: message + " " + text.WaitWords(wait), RetryAfter: wait}
}

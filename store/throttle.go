package store

import (
	"context"
	"time"
)

// allowance is how often something may be asked for within a time, under a key
// that only its hash keeps.
type allowance struct {
	key    string
	most   int
	within time.Duration
}

// spend counts a request against its allowances, in the database, so that it
// holds for all processes. What is refused is not counted: who waits gets in.
func (db *DB) spend(ctx context.Context, message string, allowances ...allowance) error {
	return db.run(ctx, db.web, scope{}, func(t *tx) error {
		keys := make([][]byte, len(allowances))
		for i, a := range allowances {
			keys[i] = throttleKey(a.key)
		}
		if err := t.lock(keys...); err != nil {
			return err
		}
		for i, a := range allowances {
			var spent struct {
				N      int        `db:"n"`
				Oldest *time.Time `db:"oldest"`
			}
			err := t.get(&spent, `SELECT count(*) AS n, min(at) AS oldest FROM public.login_failures WHERE key = $1 AND at > $2`, keys[i], t.now.Add(-a.within))
			if err != nil {
				return err
			}
			if spent.N >= a.most {
				return tooOften(message, spent.Oldest.Add(a.within).Sub(t.now))
			}
			if _, err := t.exec(`INSERT INTO public.login_failures (key, at) VALUES ($1, $2)`, keys[i], t.now); err != nil {
				return err
			}
		}
		return nil
	})
}

// tooOften refuses what was asked for too often, and says until when.
func tooOften(message string, wait time.Duration) error {
	wait = max(time.Second, wait.Round(time.Second))
	return &Error{Kind: Throttled, Message: message + " " + waitWords(wait), RetryAfter: wait}
}

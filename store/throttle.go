package store

import (
	"context"
	"crypto/sha256"
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
	return db.run(ctx, db.web, scope{}, func(t tx) error {
		for _, a := range allowances {
			key := sha256.Sum256([]byte(a.key))
			n, err := t.exec(`
				INSERT INTO public.login_failures (key, at) SELECT $1, $2
				WHERE (SELECT count(*) FROM public.login_failures WHERE key = $1 AND at > $3) < $4`,
				key[:], t.now, t.now.Add(-a.within), a.most)
			if err != nil {
				return err
			}
			if n == 0 {
				return &Error{Kind: Throttled, Message: message}
			}
		}
		return nil
	})
}

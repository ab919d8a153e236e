// Package seed fills a database with data that nobody typed: Demo with a small
// world that people know by name, Load with as many businesses as a measurement
// asks for. Both write through the owner's login, by COPY and by batches.
package seed

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/alexedwards/argon2id"
	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store"
)

// Password is the password of everybody that this package makes.
const Password = "smooth-demo-2026"

// seedLock is the advisory lock (of the owner login's transactions) that one
// seeding process holds; store uses 1 and 2.
const seedLock = 0x5300_0003

// hashOnce makes the one hash that all seeded logins of a run share: ten
// thousand of their own would take ten minutes. Costs as in store/passwords.go.
func hashOnce() (string, error) {
	return argon2id.CreateHash(Password, &argon2id.Params{Memory: 19 * 1024, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32})
}

// source is a stream of chance that is the same in every run.
type source struct{ *rand.Rand }

func newSource(kind, number uint64) source {
	return source{rand.New(rand.NewPCG(kind, number))}
}

// newID returns a UUIDv7 of the moment at: rows sort as if they had been written then.
func (s source) newID(at time.Time) uuid.UUID {
	ms, a, b := uint64(at.UnixMilli()), s.Uint64(), s.Uint64()
	var id uuid.UUID
	for i := range 6 {
		id[i] = byte(ms >> (40 - 8*i))
	}
	id[6], id[7] = 0x70|byte(a>>8)&0x0f, byte(a)
	for i := range 8 {
		id[8+i] = byte(b >> (56 - 8*i))
	}
	id[8] = 0x80 | id[8]&0x3f
	return id
}

// between returns a number in [low, high].
func (s source) between(low, high int) int { return low + s.IntN(high-low+1) }

func pick[T any](s source, from []T) T { return from[s.IntN(len(from))] }

// zones remembers loaded time zones: each costs a file.
var zones sync.Map

func zone(name string) (*time.Location, error) {
	if loc, ok := zones.Load(name); ok {
		return loc.(*time.Location), nil
	}
	loc, err := time.LoadLocation(name)
	if err != nil {
		return nil, fmt.Errorf("time zone %s: %w", name, err)
	}
	zones.Store(name, loc)
	return loc, nil
}

// clock is the database's idea of now, which tests may set.
func clock(ctx context.Context, db *store.DB) (now time.Time, err error) {
	err = db.InPublic(ctx, func(q *store.PublicTx) error {
		now = q.Now().UTC().Truncate(time.Millisecond)
		return nil
	})
	return now, err
}

// prices reads what each plan costs today.
func prices(ctx context.Context, db *sql.DB) (map[string]int, error) {
	rows, err := db.QueryContext(ctx, `SELECT code, price_cents FROM public.plans`)
	if err != nil {
		return nil, fmt.Errorf("read the plans: %w", err)
	}
	defer rows.Close()
	list := make(map[string]int)
	for rows.Next() {
		var code string
		var cents int
		if err := rows.Scan(&code, &cents); err != nil {
			return nil, err
		}
		list[code] = cents
	}
	return list, rows.Err()
}

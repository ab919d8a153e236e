package store

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/google/uuid"
)

// bookingTries is how often a change is tried that met another one: two that
// waited for each other, or a connection that broke.
const bookingTries = 5

// bookingTimeout bounds a change with its tries, and the wait for its turn.
const bookingTimeout = time.Minute

// changing holds the places of those who change appointments.
type changing struct{ places chan struct{} }

// change runs fn in a scope of its own until it meets nothing in its way. Half
// of the pool at most works on changes: the rest queue here and not for
// connections, so that a rush on one slot leaves pages to the others. A change
// outlives a visitor who leaves.
//
// again says that fn may run once more after a broken connection, when nobody
// knows whether it was done already.
func (db *DB) change(ctx context.Context, tenant Tenant, again bool, fn func(*TenantTx) error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), bookingTimeout)
	defer cancel()
	changes := keep(db, func() *changing { return &changing{make(chan struct{}, max(1, db.size/2))} })
	select {
	case changes.places <- struct{}{}:
		defer func() { <-changes.places }()
	case <-ctx.Done():
		return &Error{Kind: Unavailable, Message: "too many at once", cause: ctx.Err()}
	}
	for try := 1; ; try++ {
		err := db.InTenant(ctx, tenant, fn)
		state := sqlState(err)
		met := state == "40P01" || state == "40001" || again && KindOf(err) == Unavailable && !errors.Is(err, errNoConnection)
		if !met || try == bookingTries {
			return err
		}
		select {
		case <-time.After(time.Duration(try*5+rand.IntN(10)) * time.Millisecond): //nolint:gosec // no secret
		case <-ctx.Done():
			return err
		}
	}
}

// LockResources makes changes to the calendars of these resources wait for each
// other. Whoever locks appointments as well locks these first, and nobody locks
// twice: in one order nobody waits in a circle.
func (q *TenantTx) LockResources(ids ...uuid.UUID) error {
	_, err := q.exec(`SELECT FROM resources WHERE id = ANY(CAST($1 AS uuid[])) ORDER BY id FOR NO KEY UPDATE`, texts(ids))
	return err
}

func texts(ids []uuid.UUID) []string {
	list := make([]string, len(ids))
	for i, id := range ids {
		list[i] = id.String()
	}
	return list
}

// members are all resources of a service's sets.
func (s Service) members() []uuid.UUID {
	var ids []uuid.UUID
	for _, set := range s.Sets {
		ids = append(ids, set...)
	}
	return ids
}

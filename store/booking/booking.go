package booking

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/calendar"
	"github.com/smoothschedule/smoothschedule/store/internal/db"
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
func change(ctx context.Context, d *db.DB, tenant db.Tenant, again bool, fn func(*db.TenantTx) error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), bookingTimeout)
	defer cancel()
	changes := db.Keep(d, func() *changing { return &changing{make(chan struct{}, max(1, db.Size(d)/2))} })
	select {
	case changes.places <- struct{}{}:
		defer func() { <-changes.places }()
	case <-ctx.Done():
		return &db.Error{Kind: db.Unavailable, Message: "too many at once", Cause: ctx.Err()}
	}
	for try := 1; ; try++ {
		err := d.InTenant(ctx, tenant, fn)
		state := db.SQLState(err)
		met := state == "40P01" || state == "40001" || again && db.KindOf(err) == db.Unavailable && !errors.Is(err, db.ErrNoConnection)
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
func LockResources(q *db.TenantTx, ids ...uuid.UUID) error {
	_, err := db.Exec(q, `SELECT FROM resources WHERE id = ANY(CAST($1 AS uuid[])) ORDER BY id FOR NO KEY UPDATE`, calendar.Texts(ids))
	return err
}

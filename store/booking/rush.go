package booking

import (
	"context"
	"sync"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/availability"
	"github.com/smoothschedule/smoothschedule/store/calendar"
	"github.com/smoothschedule/smoothschedule/store/internal/db"
)

// rush lets visitors who want one time at one moment share an answer. Only one
// of them asks the database at a time; that the time is taken is then true for
// all who waited when it was asked. So a thousand cost a few transactions, and
// they don't wait for connections that other pages need.
type rush struct {
	mu   sync.Mutex
	open map[rushKey]*crowd
}

// rushKey is all that a refusal depends on.
type rushKey struct {
	business, service uuid.UUID
	start             int64
	resource          uuid.NullUUID
	party             int
	source            string
}

// crowd are those who wait for what the first of them hears.
type crowd struct {
	forms   []uuid.UUID
	over    chan struct{} // closed when the first one heard
	refusal error         // nil: the first one was not refused, and the others try again
	known   []uuid.UUID   // forms that were sent before, and that booked
	bookers []string      // addresses of those who have this start already
}

// join waits with a crowd, or begins one.
func (r *rush) join(key rushKey, form uuid.UUID) (c *crowd, first bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if c = r.open[key]; c != nil {
		c.forms = append(c.forms, form)
		return c, false
	}
	if r.open == nil {
		r.open = map[rushKey]*crowd{}
	}
	c = &crowd{over: make(chan struct{})}
	r.open[key] = c
	return c, true
}

// shut keeps later ones out: they may know more than what is asked from here on.
func (r *rush) shut(key rushKey, c *crowd) []uuid.UUID {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.open[key] == c {
		delete(r.open, key)
	}
	return c.forms
}

// bookInRush is Book for visitors. Whoever holds a time comes alone.
func bookInRush(ctx context.Context, d *db.DB, tenant db.Tenant, in calendar.NewBooking) (b calendar.Booking, err error) {
	key := rushKey{tenant.ID, in.Service, in.Start.UnixNano(), in.Resource, in.Party, in.Source}
	waiting, cancel := context.WithTimeout(context.WithoutCancel(ctx), bookingTimeout)
	defer cancel()
	crowds := db.Keep(d, func() *rush { return &rush{} })
	for {
		c, first := crowds.join(key, in.ID)
		if first {
			return bookFirst(ctx, d, tenant, in, key, c, crowds)
		}
		select {
		case <-c.over:
		case <-waiting.Done():
			return b, &db.Error{Kind: db.Unavailable, Message: "too many at once", Cause: waiting.Err()}
		}
		switch {
		case c.knows(in):
			return bookAlone(ctx, d, tenant, in)
		case c.refusal != nil:
			return b, c.refusal
		}
	}
}

// bookFirst asks for a crowd.
func bookFirst(ctx context.Context, d *db.DB, tenant db.Tenant, in calendar.NewBooking, key rushKey, c *crowd, crowds *rush) (b calendar.Booking, err error) {
	defer close(c.over)
	defer crowds.shut(key, c)
	err = change(ctx, d, tenant, true, func(q *db.TenantTx) error {
		forms := crowds.shut(key, c)
		var failed error
		if b, failed = book(q, in); reasonOf(failed) != availability.Taken {
			return failed
		}
		if db.RowsOf(q).ReadOnly || db.SQLState(failed) != "" {
			return failed // nothing more can be asked in this scope
		}
		if err := db.List(q, &c.known, `SELECT id FROM appointments WHERE id = ANY(CAST($1 AS uuid[]))`, calendar.Texts(forms)); err != nil {
			return err
		}
		var err error
		if c.bookers, err = bookers(q, in); err != nil {
			return err
		}
		c.refusal = failed
		return failed
	})
	return b, err
}

func bookAlone(ctx context.Context, d *db.DB, tenant db.Tenant, in calendar.NewBooking) (b calendar.Booking, err error) {
	err = change(ctx, d, tenant, true, func(q *db.TenantTx) (err error) {
		b, err = book(q, in)
		return err
	})
	return b, err
}

func reasonOf(err error) availability.Reason {
	if r := db.Refusal(err); r != nil {
		return r.Reason
	}
	return availability.Free
}

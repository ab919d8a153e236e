package booking

import (
	"context"
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/availability"
	"github.com/smoothschedule/smoothschedule/store/calendar"
	"github.com/smoothschedule/smoothschedule/store/catalog"
	"github.com/smoothschedule/smoothschedule/store/internal/db"
	"github.com/smoothschedule/smoothschedule/store/notices"
	"github.com/smoothschedule/smoothschedule/store/plans"
)

// HoldFor is how long a time is held while a visitor types.
const HoldFor = 10 * time.Minute

// NewHold is a start that a visitor is about to book.
type NewHold struct {
	Service  uuid.UUID
	Start    time.Time
	Resource uuid.NullUUID
	Party    int
	Replaces uuid.UUID // the visitor's earlier hold
	From     db.Client
}

// Hold is a time kept for a visitor. Who knows the secret books it.
type Hold struct {
	Secret uuid.UUID // zero: nothing is held, because there were too many
	Until  time.Time
	availability.Slot
}

// TakeHold keeps others out of a start for a while. Every rule is checked as for a
// booking, and again when it comes.
func TakeHold(ctx context.Context, d *db.DB, tenant db.Tenant, in NewHold) (Hold, error) {
	var h Hold
	err := change(ctx, d, tenant, false, func(q *db.TenantTx) (err error) {
		h, err = hold(q, in)
		return err
	})
	return h, err
}

func hold(q *db.TenantTx, in NewHold) (Hold, error) {
	s, err := catalog.ReadService(q, in.Service)
	if err != nil {
		return Hold{}, err
	}
	p, err := catalog.ReadPolicies(q)
	if err != nil {
		return Hold{}, err
	}
	in.Party = max(1, in.Party)
	if err := checkService(s, p, calendar.NewBooking{Source: calendar.ByGuest, Party: in.Party}); err != nil {
		return Hold{}, err
	}
	if err := LockResources(q, s.Members()...); err != nil {
		return Hold{}, err
	}
	slot, err := fit(q, s, p, calendar.Placement{Start: in.Start, Resource: in.Resource, Party: in.Party, Hold: in.Replaces})
	if err != nil {
		return Hold{}, err
	}
	if err := plans.CheckAppointmentLimit(q, slot.Start); err != nil { // or the visitor types in vain
		return Hold{}, err
	}
	h := Hold{Secret: uuid.New(), Until: q.Now().Add(HoldFor), Slot: slot}
	if err := endHold(q, in.Replaces); err != nil {
		return h, err
	}
	if wait, err := calendar.AllowDeed(q, calendar.DeedKey(q.Tenant, "hold", in.From.Network()), notices.MaxHolds, HoldFor); err != nil || wait > 0 {
		h.Secret = uuid.Nil
		return h, err
	}
	ids := make([]uuid.UUID, len(slot.Resources))
	for i := range ids {
		ids[i] = db.NewID()
	}
	before, after := time.Duration(s.BufferBeforeMinutes)*time.Minute, time.Duration(s.BufferAfterMinutes)*time.Minute
	_, err = db.Exec(q, `
		INSERT INTO blockers (id, resource_id, starts_at, ends_at, expires_at, hold_secret)
		SELECT x.id, x.r, $3, $4, $5, $6 FROM unnest(CAST($1 AS uuid[]), CAST($2 AS uuid[])) AS x (id, r)`,
		calendar.Texts(ids), calendar.Texts(slot.Resources), slot.Start.Add(-before), slot.End.Add(after), h.Until, h.Secret)
	return h, err
}

// Release gives a held time back, for who knows its secret.
func Release(ctx context.Context, d *db.DB, tenant db.Tenant, secret uuid.UUID) error {
	return d.InTenant(ctx, tenant, func(q *db.TenantTx) error { return endHold(q, secret) })
}

// endHold gives a held time back, and clears away what ran out.
func endHold(q *db.TenantTx, secret uuid.UUID) error {
	if secret == uuid.Nil {
		return nil
	}
	_, err := db.Exec(q, `DELETE FROM blockers WHERE hold_secret = $1 OR expires_at < $2`, secret, q.Now().Add(-HoldFor))
	return err
}

// HoldUntil says until when a hold is good; zero when it isn't.
func HoldUntil(q *db.TenantTx, secret uuid.UUID, start time.Time) (time.Time, error) {
	var until []time.Time
	err := db.List(q, &until, `SELECT expires_at FROM blockers WHERE hold_secret = $1 AND expires_at > $2 AND starts_at <= $3 AND ends_at > $3 LIMIT 1`, secret, q.Now(), start)
	if err != nil || len(until) == 0 {
		return time.Time{}, err
	}
	return until[0], nil
}

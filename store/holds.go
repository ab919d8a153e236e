package store

import (
	"context"
	"time"

	"github.com/google/uuid"
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
	From     Client
}

// Hold is a time kept for a visitor. Who knows the secret books it.
type Hold struct {
	Secret uuid.UUID // zero: nothing is held, because there were too many
	Until  time.Time
	Slot
}

// Hold keeps others out of a start for a while. Every rule is checked as for a
// booking, and again when it comes.
func (db *DB) Hold(ctx context.Context, tenant Tenant, in NewHold) (Hold, error) {
	var h Hold
	err := db.change(ctx, tenant, false, func(q *TenantTx) (err error) {
		h, err = q.hold(in)
		return err
	})
	return h, err
}

func (q *TenantTx) hold(in NewHold) (Hold, error) {
	s, err := q.Service(in.Service)
	if err != nil {
		return Hold{}, err
	}
	p, err := q.Policies()
	if err != nil {
		return Hold{}, err
	}
	in.Party = max(1, in.Party)
	if err := checkService(s, p, NewBooking{Source: ByGuest, Party: in.Party}); err != nil {
		return Hold{}, err
	}
	if err := q.LockResources(s.members()...); err != nil {
		return Hold{}, err
	}
	slot, err := q.fit(s, p, placement{start: in.Start, resource: in.Resource, party: in.Party, hold: in.Replaces})
	if err != nil {
		return Hold{}, err
	}
	if err := q.checkAppointmentLimit(slot.Start); err != nil { // or the visitor types in vain
		return Hold{}, err
	}
	h := Hold{Secret: uuid.New(), Until: q.now.Add(HoldFor), Slot: slot}
	if err := q.endHold(in.Replaces); err != nil {
		return h, err
	}
	if wait, err := q.allowDeed(deedKey(q.Tenant, "hold", in.From.Network()), maxHolds, HoldFor); err != nil || wait > 0 {
		h.Secret = uuid.Nil
		return h, err
	}
	ids := make([]uuid.UUID, len(slot.Resources))
	for i := range ids {
		ids[i] = newID()
	}
	before, after := time.Duration(s.BufferBeforeMinutes)*time.Minute, time.Duration(s.BufferAfterMinutes)*time.Minute
	_, err = q.exec(`
		INSERT INTO blockers (id, resource_id, starts_at, ends_at, expires_at, hold_secret)
		SELECT x.id, x.r, $3, $4, $5, $6 FROM unnest(CAST($1 AS uuid[]), CAST($2 AS uuid[])) AS x (id, r)`,
		texts(ids), texts(slot.Resources), slot.Start.Add(-before), slot.End.Add(after), h.Until, h.Secret)
	return h, err
}

// Release gives a held time back, for who knows its secret.
func (db *DB) Release(ctx context.Context, tenant Tenant, secret uuid.UUID) error {
	return db.InTenant(ctx, tenant, func(q *TenantTx) error { return q.endHold(secret) })
}

// endHold gives a held time back, and clears away what ran out.
func (q *TenantTx) endHold(secret uuid.UUID) error {
	if secret == uuid.Nil {
		return nil
	}
	_, err := q.exec(`DELETE FROM blockers WHERE hold_secret = $1 OR expires_at < $2`, secret, q.now.Add(-HoldFor))
	return err
}

// HoldUntil says until when a hold is good; zero when it isn't.
func (q *TenantTx) HoldUntil(secret uuid.UUID, start time.Time) (time.Time, error) {
	var until []time.Time
	err := q.list(&until, `SELECT expires_at FROM blockers WHERE hold_secret = $1 AND expires_at > $2 AND starts_at <= $3 AND ends_at > $3 LIMIT 1`, secret, q.now, start)
	if err != nil || len(until) == 0 {
		return time.Time{}, err
	}
	return until[0], nil
}

package store

import (
	"fmt"
	"hash/fnv"
	"strconv"
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/availability"
)

// Blocker returns one; a time that a visitor holds is none that the team sees.
func (q *TenantTx) Blocker(id uuid.UUID) (Blocker, error) {
	var b Blocker
	err := q.get(&b, `SELECT id, resource_id, starts_at, ends_at, reason, expires_at FROM blockers WHERE id = $1 AND expires_at IS NULL`, id)
	return b, err
}

// Version tells one state of a blocker from another, for a change that is made
// from a page.
func (b Blocker) Version() string {
	h := fnv.New64a()
	_, _ = fmt.Fprint(h, b.Resource, b.StartsAt.UnixMicro(), b.EndsAt.UnixMicro(), b.Reason)
	return strconv.FormatUint(h.Sum64(), 36)
}

// seenBlocker returns one as a page showed it, locked; with no version, as it is.
func (q *TenantTx) seenBlocker(id uuid.UUID, seen string) (Blocker, error) {
	if _, err := q.exec(`SELECT FROM blockers WHERE id = $1 FOR UPDATE`, id); err != nil {
		return Blocker{}, err
	}
	b, err := q.Blocker(id)
	if err == nil && seen != "" && seen != b.Version() {
		loc := q.Tenant.Location()
		err = &Error{Kind: Conflict, Message: "This blocked time was changed meanwhile. It is " + b.StartsAt.In(loc).Format("Mon 2 Jan, ") + availability.ClockText(b.StartsAt.In(loc)) + "–" + availability.ClockText(b.EndsAt.In(loc)) + " now.",
			Reason: availability.Changed}
	}
	return b, err
}

// RestoreBlocker puts back what was deleted; twice is once.
func (q *TenantTx) RestoreBlocker(b Blocker) (Blocker, error) {
	if err := q.ownBlocker(b.Resource); err != nil {
		return b, err
	}
	if err := q.LockResources(b.Resource.UUID); err != nil {
		return b, err
	}
	var made []uuid.UUID
	err := q.list(&made, `INSERT INTO blockers (id, resource_id, starts_at, ends_at, reason) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (id) DO NOTHING RETURNING id`,
		b.ID, b.Resource, b.StartsAt, b.EndsAt, b.Reason)
	if err == nil && len(made) == 0 {
		err = &Error{Kind: Conflict, Message: "This time is blocked again already.", Reason: availability.Changed}
	}
	if err != nil {
		return b, err
	}
	return b, q.record("blocker.created", "blocker", b.ID, q.Tenant.Name, map[string]any{"after": b.details()})
}

// SaveBlocker makes a blocker, or with an ID changes one. It returns how many
// appointments lie in its way: they stay, for the team to move. seen is the
// Version of what was shown, or "".
func (q *TenantTx) SaveBlocker(b Blocker, seen string) (_ Blocker, inTheWay int, err error) {
	var before map[string]any
	action := "blocker.created"
	resources := []uuid.UUID{b.Resource.UUID}
	if b.ID != uuid.Nil {
		action = "blocker.changed"
		old, err := q.seenBlocker(b.ID, seen)
		if err != nil {
			return b, 0, err
		}
		if err := q.ownBlocker(old.Resource); err != nil {
			return b, 0, err
		}
		if err := q.unchanged(old); err != nil {
			return b, 0, err
		}
		before, resources = old.details(), append(resources, old.Resource.UUID)
	} else {
		b.ID = newID()
	}
	if err := q.ownBlocker(b.Resource); err != nil {
		return b, 0, err
	}
	// Bookings of this calendar wait, so that none slips in unseen.
	if err := q.LockResources(resources...); err != nil {
		return b, 0, err
	}
	name := q.Tenant.Name
	if b.Resource.Valid {
		r, err := q.Resource(b.Resource.UUID)
		if KindOf(err) == NotFound {
			return b, 0, invalid("resource_id", "Choose who or what is blocked.")
		}
		if err != nil {
			return b, 0, err
		}
		name = r.Name
	}
	_, err = q.exec(`INSERT INTO blockers (id, resource_id, starts_at, ends_at, reason) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (id) DO UPDATE SET resource_id = $2, starts_at = $3, ends_at = $4, reason = $5`, b.ID, b.Resource, b.StartsAt, b.EndsAt, b.Reason)
	if err != nil {
		return b, 0, err
	}
	err = q.get(&inTheWay, `SELECT count(DISTINCT appointment_id) FROM appointment_resources
		WHERE holds AND during && tstzrange($1, $2) AND (CAST($3 AS uuid) IS NULL OR resource_id = $3)`, b.StartsAt, b.EndsAt, b.Resource)
	if err != nil {
		return b, 0, err
	}
	details := map[string]any{"after": b.details()}
	if before != nil {
		details = changes(before, b.details())
	}
	return b, inTheWay, q.record(action, "blocker", b.ID, name, details)
}

// DeleteBlocker takes one away and returns it, so that it can be put back.
func (q *TenantTx) DeleteBlocker(id uuid.UUID, seen string) (Blocker, error) {
	b, err := q.seenBlocker(id, seen)
	if err != nil {
		return b, err
	}
	if err := q.ownBlocker(b.Resource); err != nil {
		return b, err
	}
	if _, err := q.exec(`DELETE FROM blockers WHERE id = $1`, id); err != nil {
		return b, err
	}
	return b, q.record("blocker.deleted", "blocker", id, b.Reason, map[string]any{"before": b.details()})
}

// ownBlocker: staff block their own calendar; what blocks everybody is the
// managers' word.
func (q *TenantTx) ownBlocker(resource uuid.NullUUID) error {
	if q.who == nil || q.who.Subject.Role != access.TenantStaff {
		return nil
	}
	var own bool
	err := q.get(&own, `SELECT EXISTS (SELECT FROM resources WHERE id = $1 AND user_id = $2)`, resource, q.who.Subject.ID)
	if err == nil && !own {
		return &Error{Kind: Forbidden, Message: "You can block time in your own calendar. Ask a manager for others."}
	}
	return err
}

func (b Blocker) details() map[string]any {
	d := map[string]any{"start": b.StartsAt.UTC().Format(time.RFC3339), "end": b.EndsAt.UTC().Format(time.RFC3339), "reason": b.Reason}
	if b.Resource.Valid {
		d["resource"] = b.Resource.UUID.String()
	}
	return d
}

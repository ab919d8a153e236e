package booking

import (
	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/availability"
	"github.com/smoothschedule/smoothschedule/store/calendar"
	"github.com/smoothschedule/smoothschedule/store/catalog"
	"github.com/smoothschedule/smoothschedule/store/internal/db"
)

// Blocker returns one; a time that a visitor holds is none that the team sees.
func Blocker(q *db.TenantTx, id uuid.UUID) (calendar.Blocker, error) {
	var b calendar.Blocker
	err := db.Get(q, &b, `SELECT id, resource_id, starts_at, ends_at, reason, expires_at FROM blockers WHERE id = $1 AND expires_at IS NULL`, id)
	return b, err
}

// seenBlocker returns one as a page showed it, locked; with no version, as it is.
func seenBlocker(q *db.TenantTx, id uuid.UUID, seen string) (calendar.Blocker, error) {
	if _, err := db.Exec(q, `SELECT FROM blockers WHERE id = $1 FOR UPDATE`, id); err != nil {
		return calendar.Blocker{}, err
	}
	b, err := Blocker(q, id)
	if err == nil && seen != "" && seen != b.Version() {
		loc := q.Tenant.Location()
		err = &db.Error{Kind: db.Conflict, Message: "This blocked time was changed meanwhile. It is " + b.StartsAt.In(loc).Format("Mon 2 Jan, ") + availability.ClockText(b.StartsAt.In(loc)) + "–" + availability.ClockText(b.EndsAt.In(loc)) + " now.",
			Reason: availability.Changed}
	}
	return b, err
}

// RestoreBlocker puts back what was deleted; twice is once.
func RestoreBlocker(q *db.TenantTx, b calendar.Blocker) (calendar.Blocker, error) {
	if err := ownBlocker(q, b.Resource); err != nil {
		return b, err
	}
	if err := LockResources(q, b.Resource.UUID); err != nil {
		return b, err
	}
	var made []uuid.UUID
	err := db.List(q, &made, `INSERT INTO blockers (id, resource_id, starts_at, ends_at, reason) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (id) DO NOTHING RETURNING id`,
		b.ID, b.Resource, b.StartsAt, b.EndsAt, b.Reason)
	if err == nil && len(made) == 0 {
		err = &db.Error{Kind: db.Conflict, Message: "This time is blocked again already.", Reason: availability.Changed}
	}
	if err != nil {
		return b, err
	}
	return b, catalog.Record(q, "blocker.created", "blocker", b.ID, q.Tenant.Name, map[string]any{"after": b.Details()})
}

// SaveBlocker makes a blocker, or with an ID changes one. It returns how many
// appointments lie in its way: they stay, for the team to move. seen is the
// Version of what was shown, or "".
func SaveBlocker(q *db.TenantTx, b calendar.Blocker, seen string) (_ calendar.Blocker, inTheWay int, err error) {
	var before map[string]any
	action := "blocker.created"
	resources := []uuid.UUID{b.Resource.UUID}
	if b.ID != uuid.Nil {
		action = "blocker.changed"
		old, err := seenBlocker(q, b.ID, seen)
		if err != nil {
			return b, 0, err
		}
		if err := ownBlocker(q, old.Resource); err != nil {
			return b, 0, err
		}
		if err := db.Unchanged(q, old); err != nil {
			return b, 0, err
		}
		before, resources = old.Details(), append(resources, old.Resource.UUID)
	} else {
		b.ID = db.NewID()
	}
	if err := ownBlocker(q, b.Resource); err != nil {
		return b, 0, err
	}
	// Bookings of this calendar wait, so that none slips in unseen.
	if err := LockResources(q, resources...); err != nil {
		return b, 0, err
	}
	name := q.Tenant.Name
	if b.Resource.Valid {
		r, err := catalog.ReadResource(q, b.Resource.UUID)
		if db.KindOf(err) == db.NotFound {
			return b, 0, db.InvalidField("resource_id", "Choose who or what is blocked.")
		}
		if err != nil {
			return b, 0, err
		}
		name = r.Name
	}
	_, err = db.Exec(q, `INSERT INTO blockers (id, resource_id, starts_at, ends_at, reason) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (id) DO UPDATE SET resource_id = $2, starts_at = $3, ends_at = $4, reason = $5`, b.ID, b.Resource, b.StartsAt, b.EndsAt, b.Reason)
	if err != nil {
		return b, 0, err
	}
	err = db.Get(q, &inTheWay, `SELECT count(DISTINCT appointment_id) FROM appointment_resources
		WHERE holds AND during && tstzrange($1, $2) AND (CAST($3 AS uuid) IS NULL OR resource_id = $3)`, b.StartsAt, b.EndsAt, b.Resource)
	if err != nil {
		return b, 0, err
	}
	details := map[string]any{"after": b.Details()}
	if before != nil {
		details = catalog.Changes(before, b.Details())
	}
	return b, inTheWay, catalog.Record(q, action, "blocker", b.ID, name, details)
}

// DeleteBlocker takes one away and returns it, so that it can be put back.
func DeleteBlocker(q *db.TenantTx, id uuid.UUID, seen string) (calendar.Blocker, error) {
	b, err := seenBlocker(q, id, seen)
	if err != nil {
		return b, err
	}
	if err := ownBlocker(q, b.Resource); err != nil {
		return b, err
	}
	if _, err := db.Exec(q, `DELETE FROM blockers WHERE id = $1`, id); err != nil {
		return b, err
	}
	return b, catalog.Record(q, "blocker.deleted", "blocker", id, b.Reason, map[string]any{"before": b.Details()})
}

// ownBlocker: staff block their own calendar; what blocks everybody is the
// managers' word.
func ownBlocker(q *db.TenantTx, resource uuid.NullUUID) error {
	if db.Who(q) == nil || db.Who(q).Subject.Role != access.TenantStaff {
		return nil
	}
	var own bool
	err := db.Get(q, &own, `SELECT EXISTS (SELECT FROM resources WHERE id = $1 AND user_id = $2)`, resource, db.Who(q).Subject.ID)
	if err == nil && !own {
		return &db.Error{Kind: db.Forbidden, Message: "You can block time in your own calendar. Ask a manager for others."}
	}
	return err
}

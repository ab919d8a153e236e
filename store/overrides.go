package store

import (
	"database/sql"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/availability"
)

// Date is a day of the calendar.
type Date = availability.Date

// Override is a stretch of days with other hours, or none: of the business, or
// of a resource, whose time off it is then.
type Override struct {
	ID       uuid.UUID
	Resource uuid.NullUUID
	First    Date
	Last     Date
	Open     *Hours // nil: closed
	Reason   string
}

type overrideRow struct {
	ID         uuid.UUID     `db:"id"`
	ResourceID uuid.NullUUID `db:"resource_id"`
	Day        string        `db:"day"`
	LastDay    string        `db:"last_day"`
	Opens      sql.NullInt64 `db:"opens"`
	Closes     sql.NullInt64 `db:"closes"`
	Reason     string        `db:"reason"`
}

const overrideColumns = `id, resource_id, to_char(day, 'YYYY-MM-DD') AS day, to_char(last_day, 'YYYY-MM-DD') AS last_day,
	CAST(extract(epoch FROM opens) / 60 AS int) AS opens, CAST(extract(epoch FROM closes) / 60 AS int) AS closes, reason`

func (r overrideRow) override() (o Override, err error) {
	o = Override{ID: r.ID, Resource: r.ResourceID, Reason: r.Reason}
	if o.First, err = availability.ParseDate(r.Day); err != nil {
		return o, err
	}
	if r.Opens.Valid {
		o.Open = &Hours{From: int(r.Opens.Int64), To: int(r.Closes.Int64)}
	}
	o.Last, err = availability.ParseDate(r.LastDay)
	return o, err
}

// maxOverrides bounds what one page shows.
const maxOverrides = 300

// Overrides lists those of the business or of a resource that end on a day or
// later, the next ones first.
func (q *TenantTx) Overrides(resource uuid.NullUUID, from Date) ([]Override, error) {
	var rows []overrideRow
	err := q.list(&rows, `SELECT `+overrideColumns+` FROM overrides
		WHERE resource_id IS NOT DISTINCT FROM $1 AND last_day >= $2 ORDER BY overrides.day, opens NULLS FIRST, id LIMIT $3`, resource, from.String(), maxOverrides)
	return overridesOf(rows, err)
}

func overridesOf(rows []overrideRow, err error) ([]Override, error) {
	list := make([]Override, len(rows))
	for i := 0; i < len(rows) && err == nil; i++ {
		list[i], err = rows[i].override()
	}
	return list, err
}

// AddOverride gives days other hours.
func (q *TenantTx) AddOverride(o Override) error {
	name := q.Tenant.Name
	if o.Resource.Valid {
		r, err := q.lockResource(o.Resource.UUID)
		if err != nil {
			return err
		}
		name = r.Name
	}
	var opens, closes any
	if o.Open != nil {
		opens, closes = ClockText(o.Open.From), ClockText(o.Open.To)
	}
	id, made, err := q.formID("overrides")
	if err != nil || made {
		return err
	}
	o.ID = id
	added, err := q.exec(`INSERT INTO overrides (id, resource_id, day, last_day, opens, closes, reason) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (id) DO NOTHING`, o.ID, o.Resource, o.First.String(), o.Last.String(), opens, closes, o.Reason)
	if err != nil || added == 0 {
		return err
	}
	return q.record("override.created", "override", o.ID, name, o.details())
}

// DeleteOverride takes an override of the business, or of the resource given,
// away and returns it, so that it can be put back.
func (q *TenantTx) DeleteOverride(resource uuid.NullUUID, id uuid.UUID) (Override, error) {
	var row overrideRow
	err := q.get(&row, `DELETE FROM overrides WHERE id = $1 AND resource_id IS NOT DISTINCT FROM $2 RETURNING `+overrideColumns, id, resource)
	if err != nil {
		return Override{}, err
	}
	o, err := row.override()
	if err != nil {
		return o, err
	}
	name := q.Tenant.Name
	if resource.Valid {
		r, err := q.Resource(resource.UUID)
		if err != nil {
			return o, err
		}
		name = r.Name
	}
	return o, q.record("override.deleted", "override", id, name, o.details())
}

func (o Override) details() map[string]any {
	d := map[string]any{"from": o.First.String(), "to": o.Last.String(), "hours": "closed", "reason": o.Reason}
	if o.Open != nil {
		d["hours"] = ClockText(o.Open.From) + "-" + ClockText(o.Open.To)
	}
	return d
}

// Booked counts the appointments that hold something in a stretch of days: of
// the whole business, or of one resource.
func (q *TenantTx) Booked(o Override) (n int, err error) {
	zone := q.Tenant.Location()
	err = q.get(&n, `SELECT count(DISTINCT appointment_id) FROM appointment_resources
		WHERE holds AND during && tstzrange($1, $2) AND (CAST($3 AS uuid) IS NULL OR resource_id = $3)`,
		o.First.At(0, zone), (o.Last+1).At(0, zone), o.Resource)
	return n, err
}

// BookedIn lists the first of what Booked counts for a resource.
func (q *TenantTx) BookedIn(o Override, limit int) ([]Scheduled, error) {
	zone := q.Tenant.Location()
	var rows []Scheduled
	err := q.list(&rows, scheduledColumns+`
		WHERE a.id IN (SELECT x.appointment_id FROM appointment_resources x WHERE x.holds AND x.during && tstzrange($1, $2) AND x.resource_id = $3)
		ORDER BY a.starts_at, a.id LIMIT $4`, o.First.At(0, zone), (o.Last+1).At(0, zone), o.Resource, limit)
	return rows, err
}

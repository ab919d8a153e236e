package catalog

import (
	"database/sql"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/availability"
	"github.com/smoothschedule/smoothschedule/store/internal/db"
)

// Override is a stretch of days with other hours, or none: of the business, or
// of a resource, whose time off it is then.
type Override struct {
	ID       uuid.UUID
	Resource uuid.NullUUID
	First    availability.Date
	Last     availability.Date
	Open     *Hours // nil: closed
	Reason   string
}

// OverrideRow is a line of the table; days that belong together are one Override.
type OverrideRow struct {
	ID         uuid.UUID     `db:"id"`
	ResourceID uuid.NullUUID `db:"resource_id"`
	Day        string        `db:"day"`
	LastDay    string        `db:"last_day"`
	Opens      sql.NullInt64 `db:"opens"`
	Closes     sql.NullInt64 `db:"closes"`
	Reason     string        `db:"reason"`
}

// OverrideColumns are what an OverrideRow is read from.
const OverrideColumns = `id, resource_id, to_char(day, 'YYYY-MM-DD') AS day, to_char(last_day, 'YYYY-MM-DD') AS last_day,
	CAST(extract(epoch FROM opens) / 60 AS int) AS opens, CAST(extract(epoch FROM closes) / 60 AS int) AS closes, reason`

func (r OverrideRow) override() (o Override, err error) {
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
func Overrides(q *db.TenantTx, resource uuid.NullUUID, from availability.Date) ([]Override, error) {
	var rows []OverrideRow
	err := db.List(q, &rows, `SELECT `+OverrideColumns+` FROM overrides
		WHERE resource_id IS NOT DISTINCT FROM $1 AND last_day >= $2 ORDER BY overrides.day, opens NULLS FIRST, id LIMIT $3`, resource, from.String(), maxOverrides)
	return OverridesOf(rows, err)
}

// OverridesOf puts lines together that are one Override.
func OverridesOf(rows []OverrideRow, err error) ([]Override, error) {
	list := make([]Override, len(rows))
	for i := 0; i < len(rows) && err == nil; i++ {
		list[i], err = rows[i].override()
	}
	return list, err
}

// AddOverride gives days other hours.
func AddOverride(q *db.TenantTx, o Override) error {
	name := q.Tenant.Name
	if o.Resource.Valid {
		r, err := LockResource(q, o.Resource.UUID)
		if err != nil {
			return err
		}
		name = r.Name
	}
	var opens, closes any
	if o.Open != nil {
		opens, closes = ClockText(o.Open.From), ClockText(o.Open.To)
	}
	id, made, err := db.FormID(q, "overrides")
	if err != nil || made {
		return err
	}
	o.ID = id
	added, err := db.Exec(q, `INSERT INTO overrides (id, resource_id, day, last_day, opens, closes, reason) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (id) DO NOTHING`, o.ID, o.Resource, o.First.String(), o.Last.String(), opens, closes, o.Reason)
	if err != nil || added == 0 {
		return err
	}
	return Record(q, "override.created", "override", o.ID, name, o.details())
}

// DeleteOverride takes an override of the business, or of the resource given,
// away and returns it, so that it can be put back.
func DeleteOverride(q *db.TenantTx, resource uuid.NullUUID, id uuid.UUID) (Override, error) {
	var row OverrideRow
	err := db.Get(q, &row, `DELETE FROM overrides WHERE id = $1 AND resource_id IS NOT DISTINCT FROM $2 RETURNING `+OverrideColumns, id, resource)
	if err != nil {
		return Override{}, err
	}
	o, err := row.override()
	if err != nil {
		return o, err
	}
	name := q.Tenant.Name
	if resource.Valid {
		r, err := ReadResource(q, resource.UUID)
		if err != nil {
			return o, err
		}
		name = r.Name
	}
	return o, Record(q, "override.deleted", "override", id, name, o.details())
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
func Booked(q *db.TenantTx, o Override) (n int, err error) {
	zone := q.Tenant.Location()
	err = db.Get(q, &n, `SELECT count(DISTINCT appointment_id) FROM appointment_resources
		WHERE holds AND during && tstzrange($1, $2) AND (CAST($3 AS uuid) IS NULL OR resource_id = $3)`,
		o.First.At(0, zone), (o.Last+1).At(0, zone), o.Resource)
	return n, err
}

package catalog

import (
	"slices"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/identity"
	"github.com/smoothschedule/smoothschedule/store/internal/db"
	"github.com/smoothschedule/smoothschedule/store/internal/paging"
	"github.com/smoothschedule/smoothschedule/store/plans"
)

// LockResource reads a resource that is about to change.
func LockResource(q *db.TenantTx, id uuid.UUID) (Resource, error) {
	if _, err := db.Exec(q, `SELECT FROM resources WHERE id = $1 FOR UPDATE`, id); err != nil {
		return Resource{}, err
	}
	return ReadResource(q, id)
}

// CreateResource adds a resource behind the last one, for some services.
func CreateResource(q *db.TenantTx, r Resource, services []uuid.UUID) (uuid.UUID, error) {
	id, made, err := db.FormID(q, "resources")
	if err != nil || made {
		return id, err
	}
	r.ID = id
	if err := checkLinked(q, r); err != nil {
		return r.ID, err
	}
	if r.IsActive {
		if err := plans.CheckResourceLimit(q); err != nil {
			return r.ID, err
		}
	}
	added, err := db.Exec(q, `
		INSERT INTO resources (id, kind, name, time_zone, user_id, is_active, position, created_at, capacity)
		VALUES ($1, $2, $3, NULLIF($4, ''), $5, $6, (SELECT COALESCE(max(position), 0) + 1 FROM resources), $7, $8)
		ON CONFLICT (id) DO NOTHING`,
		r.ID, r.Kind, r.Name, r.TimeZone, r.UserID, r.IsActive, q.Now(), r.Capacity)
	if err != nil || added == 0 {
		return r.ID, err
	}
	if err := setServices(q, r, services); err != nil {
		return r.ID, err
	}
	paging.Counts(db.Of(q)).Forget()
	return r.ID, Record(q, "resource.created", "resource", r.ID, r.Name, map[string]any{"after": r.details(len(services))})
}

// UpdateResource replaces all of a resource but its kind, hours and place in the order.
func UpdateResource(q *db.TenantTx, r Resource, services []uuid.UUID) error {
	before, err := LockResource(q, r.ID)
	if err != nil {
		return err
	}
	does, err := servicesDone(q, r.ID)
	if err != nil {
		return err
	}
	if err := db.Unchanged(q, ResourceForm{before, does}); err != nil {
		return err
	}
	r.Kind = before.Kind
	if err := checkLinked(q, r); err != nil {
		return err
	}
	if r.IsActive && !before.IsActive {
		if err := plans.CheckResourceLimit(q); err != nil {
			return err
		}
	}
	_, err = db.Exec(q, `UPDATE resources SET name = $2, time_zone = NULLIF($3, ''), user_id = $4, is_active = $5, capacity = $6 WHERE id = $1`,
		r.ID, r.Name, r.TimeZone, r.UserID, r.IsActive, r.Capacity)
	if err != nil {
		return err
	}
	if before.UserID.Valid && before.UserID != r.UserID {
		if err := identity.EndFeedsOf(q, before.UserID.UUID, r.ID); err != nil {
			return err
		}
	}
	if err := setServices(q, r, services); err != nil {
		return err
	}
	paging.Counts(db.Of(q)).Forget()
	return Record(q, "resource.changed", "resource", r.ID, before.Name, Changes(before.details(before.Services), r.details(len(services))))
}

// ResourceForm is a resource with the services that it does.
type ResourceForm struct {
	Resource
	Does []uuid.UUID
}

func servicesDone(q *db.TenantTx, resource uuid.UUID) (ids []uuid.UUID, err error) {
	err = db.List(q, &ids, `SELECT DISTINCT service_id FROM service_resources WHERE resource_id = $1`, resource)
	return ids, err
}

// checkLinked sees that the person belongs to the team and has no other calendar.
func checkLinked(q *db.TenantTx, r Resource) error {
	if !r.UserID.Valid {
		return nil
	}
	team, err := TeamMembers(q)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(team, func(m TeamMember) bool { return m.ID == r.UserID.UUID }) {
		return db.InvalidField("user_id", "Choose somebody of the team.")
	}
	var others []string
	if err := db.List(q, &others, `SELECT name FROM resources WHERE user_id = $1 AND id <> $2`, r.UserID.UUID, r.ID); err != nil {
		return err
	}
	if len(others) > 0 {
		return db.InvalidField("user_id", "This person has the calendar of "+others[0]+" already.")
	}
	return nil
}

// setServices makes a resource do exactly these. In a service that is new to it,
// it joins the set of its kind, or becomes a set of its own.
func setServices(q *db.TenantTx, r Resource, services []uuid.UUID) error {
	ids := make([]string, len(services))
	for i, id := range services {
		ids[i] = id.String()
	}
	_, err := db.Exec(q, `DELETE FROM service_resources WHERE resource_id = $1 AND service_id <> ALL(CAST($2 AS uuid[]))`, r.ID, ids)
	if err != nil {
		return err
	}
	_, err = db.Exec(q, `
		INSERT INTO service_resources (service_id, set_number, resource_id)
		SELECT s.id, COALESCE(
			(SELECT min(x.set_number) FROM service_resources x JOIN resources o ON o.id = x.resource_id WHERE x.service_id = s.id AND o.kind = $3),
			(SELECT max(x.set_number) + 1 FROM service_resources x WHERE x.service_id = s.id), 1), $1
		FROM services s WHERE s.id = ANY(CAST($2 AS uuid[]))
			AND NOT EXISTS (SELECT FROM service_resources x WHERE x.service_id = s.id AND x.resource_id = $1)`, r.ID, ids, r.Kind)
	return err
}

// DeleteResource takes a resource away for good. One that ever had an appointment
// stays, since that names it; it can be disabled.
func DeleteResource(q *db.TenantTx, id uuid.UUID) (name string, err error) {
	r, err := LockResource(q, id)
	if err != nil {
		return "", err
	}
	var booked bool
	if err := db.Get(q, &booked, `SELECT EXISTS (SELECT FROM appointment_resources WHERE resource_id = $1)`, id); err != nil {
		return r.Name, err
	}
	if booked {
		return r.Name, &db.Error{Kind: db.Conflict, Message: r.Name + " has appointments and can't be deleted. Disable it instead: nothing new can be booked with it."}
	}
	if _, err := db.Exec(q, `DELETE FROM resources WHERE id = $1`, id); err != nil {
		return r.Name, err
	}
	paging.Counts(db.Of(q)).Forget()
	return r.Name, Record(q, "resource.deleted", "resource", id, r.Name, map[string]any{"before": r.details(r.Services)})
}

// MoveResource puts a resource one place up or down.
func MoveResource(q *db.TenantTx, id uuid.UUID, up bool) error {
	name, err := move(q, "resources", id, up)
	if err != nil || name == "" {
		return err
	}
	return Record(q, "resource.moved", "resource", id, name, map[string]any{"up": up})
}

func (r Resource) details(services int) map[string]any {
	d := map[string]any{"name": r.Name, "kind": r.Kind, "is_active": r.IsActive, "time_zone": r.TimeZone, "services": services}
	if r.UserID.Valid {
		d["user_id"] = r.UserID.UUID.String()
	}
	if r.Capacity != nil {
		d["capacity"] = *r.Capacity
	}
	return d
}

// ComingWith counts the appointments ahead that take a resource.
func ComingWith(q *db.TenantTx, resource uuid.UUID) (int, error) {
	var n int
	err := db.Get(q, &n, `SELECT count(*) FROM appointment_resources x JOIN appointments a ON a.id = x.appointment_id
		WHERE x.resource_id = $1 AND x.holds AND upper(x.during) > $2 AND a.starts_at > $2`, resource, q.Now())
	return n, err
}

package catalog

import (
	"fmt"
	"strings"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/internal/db"
	"github.com/smoothschedule/smoothschedule/store/internal/paging"
)

// Record audits a change inside the business.
func Record(q *db.TenantTx, action, objectType string, id uuid.UUID, name string, details map[string]any) error {
	return db.Audit(q, db.Event{Action: action, Business: uuid.NullUUID{UUID: q.Tenant.ID, Valid: true}, ObjectType: objectType,
		ObjectID: id.String(), ObjectName: name, Details: details})
}

// CreateService adds a service behind the last one.
func CreateService(q *db.TenantTx, s Service) (uuid.UUID, error) {
	id, made, err := db.FormID(q, "services")
	if err != nil || made {
		return id, err
	}
	s.ID = id
	added, err := db.Exec(q, `
		INSERT INTO services (id, name, description, duration_minutes, price_cents, buffer_before_minutes, buffer_after_minutes, position,
			is_hidden, is_active, notice_minutes, horizon_days, step_minutes, created_at, max_party, reminder_hours)
		VALUES ($1, $2, $3, $4, $5, $6, $7, (SELECT COALESCE(max(position), 0) + 1 FROM services), $8, $9, $10, $11, $12, $13, $14, $15)
		ON CONFLICT (id) DO NOTHING`,
		s.ID, s.Name, s.Description, s.DurationMinutes, s.PriceCents, s.BufferBeforeMinutes, s.BufferAfterMinutes,
		s.IsHidden, s.IsActive, s.NoticeMinutes, s.HorizonDays, s.StepMinutes, q.Now(), max(1, s.MaxParty), s.ReminderHours)
	if err != nil || added == 0 {
		return s.ID, err
	}
	if err := SaveSets(q, s); err != nil {
		return s.ID, err
	}
	paging.Counts(db.Of(q)).Forget()
	names, err := SetNames(q, s)
	if err != nil {
		return s.ID, err
	}
	return s.ID, Record(q, "service.created", "service", s.ID, s.Name, map[string]any{"after": s.Details(names)})
}

// Changes are the details of an event: what was, what is, and only that differs.
func Changes(before, after map[string]any) map[string]any {
	for name, value := range after {
		if before[name] == value {
			delete(before, name)
			delete(after, name)
		}
	}
	return map[string]any{"before": before, "after": after}
}

// SetNames are the names of the resources in the sets of services.
func SetNames(q *db.TenantTx, services ...Service) (map[uuid.UUID]string, error) {
	var ids []string
	for _, s := range services {
		for _, set := range s.Sets {
			for _, id := range set {
				ids = append(ids, id.String())
			}
		}
	}
	var rows []struct {
		ID   uuid.UUID `db:"id"`
		Name string    `db:"name"`
	}
	err := db.List(q, &rows, `SELECT id, name FROM resources WHERE id = ANY(CAST($1 AS uuid[]))`, ids)
	names := make(map[uuid.UUID]string, len(rows))
	for _, r := range rows {
		names[r.ID] = r.Name
	}
	return names, err
}

// LockService reads a service that is about to change.
func LockService(q *db.TenantTx, id uuid.UUID) (Service, error) {
	if _, err := db.Exec(q, `SELECT FROM services WHERE id = $1 FOR UPDATE`, id); err != nil {
		return Service{}, err
	}
	return ReadService(q, id)
}

// SaveSets replaces what a service takes. Resources of other businesses can't be
// named: there is none of them in this schema.
func SaveSets(q *db.TenantTx, s Service) error {
	var numbers []int
	var ids []string
	for i, set := range s.Sets {
		for _, id := range set {
			numbers, ids = append(numbers, i+1), append(ids, id.String())
		}
	}
	if _, err := db.Exec(q, `DELETE FROM service_resources WHERE service_id = $1`, s.ID); err != nil {
		return err
	}
	added, err := db.Exec(q, `
		INSERT INTO service_resources (service_id, set_number, resource_id)
		SELECT $1, m.set_number, m.resource_id FROM unnest(CAST($2 AS smallint[]), CAST($3 AS uuid[])) AS m (set_number, resource_id)
		WHERE EXISTS (SELECT FROM resources r WHERE r.id = m.resource_id)`, s.ID, numbers, ids)
	if err == nil && int(added) < len(ids) {
		return db.InvalidField("sets", "Something that was chosen here is deleted meanwhile. Look at what is chosen now, and save again.")
	}
	return err
}

// DeleteService takes a service away for good. One that was ever booked stays,
// since its appointments name it; it can be disabled.
func DeleteService(q *db.TenantTx, id uuid.UUID) (name string, err error) {
	s, err := LockService(q, id)
	if err != nil {
		return "", err
	}
	var booked bool
	if err := db.Get(q, &booked, `SELECT EXISTS (SELECT FROM appointments WHERE service_id = $1)`, id); err != nil {
		return s.Name, err
	}
	if booked {
		return s.Name, &db.Error{Kind: db.Conflict, Message: s.Name + " has appointments, so it can't be deleted. Disable it instead: nobody can book it any more."}
	}
	if _, err := db.Exec(q, `DELETE FROM services WHERE id = $1`, id); err != nil {
		return s.Name, err
	}
	paging.Counts(db.Of(q)).Forget()
	return s.Name, Record(q, "service.deleted", "service", id, s.Name, map[string]any{"before": s.Details(nil)})
}

// MoveService puts a service one place up or down.
func MoveService(q *db.TenantTx, id uuid.UUID, up bool) error {
	name, err := move(q, "services", id, up)
	if err != nil || name == "" {
		return err
	}
	return Record(q, "service.moved", "service", id, name, map[string]any{"up": up})
}

// move exchanges a row with its neighbour and numbers all anew; table is one of
// our own names. Without a neighbour nothing happens, and name is empty.
func move(q *db.TenantTx, table string, id uuid.UUID, up bool) (name string, err error) {
	var rows []struct {
		ID   uuid.UUID `db:"id"`
		Name string    `db:"name"`
	}
	// All are locked, in one order, so that two moves at a time wait for each other.
	if _, err := db.Exec(q, fmt.Sprintf(`SELECT FROM %s ORDER BY id FOR UPDATE`, table)); err != nil {
		return "", err
	}
	if err := db.List(q, &rows, fmt.Sprintf(`SELECT id, name FROM %s ORDER BY position, id`, table)); err != nil {
		return "", err
	}
	from, ids := -1, make([]string, len(rows))
	for i, r := range rows {
		ids[i] = r.ID.String()
		if r.ID == id {
			from = i
		}
	}
	to := from + 1
	if up {
		to = from - 1
	}
	switch {
	case from < 0:
		return "", db.NoSuch(table)
	case to < 0 || to >= len(rows):
		return "", nil
	}
	ids[from], ids[to] = ids[to], ids[from]
	_, err = db.Exec(q, fmt.Sprintf(`
		UPDATE %s t SET position = o.place FROM unnest(CAST($1 AS uuid[])) WITH ORDINALITY AS o (id, place)
		WHERE t.id = o.id AND t.position <> o.place`, table), ids)
	return rows[from].Name, err
}

// Details are a service's values for the audit log; its sets as "Ann, Ben; Lift".
func (s Service) Details(names map[uuid.UUID]string) map[string]any {
	var sets []string
	for _, set := range s.Sets {
		var members []string
		for _, id := range set {
			if names[id] != "" {
				members = append(members, names[id])
			}
		}
		sets = append(sets, strings.Join(members, ", "))
	}
	d := map[string]any{"name": s.Name, "description": s.Description, "duration_minutes": s.DurationMinutes, "price_cents": s.PriceCents,
		"buffer_before_minutes": s.BufferBeforeMinutes, "buffer_after_minutes": s.BufferAfterMinutes, "status": s.Status(), "sets": strings.Join(sets, "; "), "max_party": max(1, s.MaxParty)}
	if s.ReminderHours != nil {
		d["reminder_hours"] = *s.ReminderHours
	}
	for name, value := range map[string]*int{"notice_minutes": s.NoticeMinutes, "horizon_days": s.HorizonDays, "step_minutes": s.StepMinutes} {
		if value != nil {
			d[name] = *value
		}
	}
	return d
}

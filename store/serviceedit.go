package store

import (
	"fmt"
	"strings"

	"github.com/google/uuid"
)

// record audits a change inside the business.
func (q *TenantTx) record(action, objectType string, id uuid.UUID, name string, details map[string]any) error {
	return q.audit(Event{Action: action, Business: uuid.NullUUID{UUID: q.Tenant.ID, Valid: true}, ObjectType: objectType,
		ObjectID: id.String(), ObjectName: name, Details: details})
}

// CreateService adds a service behind the last one.
func (q *TenantTx) CreateService(s Service) (uuid.UUID, error) {
	id, made, err := q.formID("services")
	if err != nil || made {
		return id, err
	}
	s.ID = id
	added, err := q.exec(`
		INSERT INTO services (id, name, description, duration_minutes, price_cents, buffer_before_minutes, buffer_after_minutes, position,
			is_hidden, is_active, notice_minutes, horizon_days, step_minutes, created_at, max_party, reminder_hours)
		VALUES ($1, $2, $3, $4, $5, $6, $7, (SELECT COALESCE(max(position), 0) + 1 FROM services), $8, $9, $10, $11, $12, $13, $14, $15)
		ON CONFLICT (id) DO NOTHING`,
		s.ID, s.Name, s.Description, s.DurationMinutes, s.PriceCents, s.BufferBeforeMinutes, s.BufferAfterMinutes,
		s.IsHidden, s.IsActive, s.NoticeMinutes, s.HorizonDays, s.StepMinutes, q.now, max(1, s.MaxParty), s.ReminderHours)
	if err != nil || added == 0 {
		return s.ID, err
	}
	if err := q.saveSets(s); err != nil {
		return s.ID, err
	}
	q.db.counts().forget()
	names, err := q.setNames(s)
	if err != nil {
		return s.ID, err
	}
	return s.ID, q.record("service.created", "service", s.ID, s.Name, map[string]any{"after": s.details(names)})
}

// UpdateService replaces all of a service but its place in the order. What is
// booked stays as it was booked.
func (q *TenantTx) UpdateService(s Service) error {
	before, err := q.lockService(s.ID)
	if err != nil {
		return err
	}
	if err := q.unchanged(before); err != nil {
		return err
	}
	_, err = q.exec(`
		UPDATE services SET name = $2, description = $3, duration_minutes = $4, price_cents = $5, buffer_before_minutes = $6, buffer_after_minutes = $7,
			is_hidden = $8, is_active = $9, notice_minutes = $10, horizon_days = $11, step_minutes = $12, max_party = $13, reminder_hours = $14 WHERE id = $1`,
		s.ID, s.Name, s.Description, s.DurationMinutes, s.PriceCents, s.BufferBeforeMinutes, s.BufferAfterMinutes,
		s.IsHidden, s.IsActive, s.NoticeMinutes, s.HorizonDays, s.StepMinutes, max(1, s.MaxParty), s.ReminderHours)
	if err != nil {
		return err
	}
	if err := q.saveSets(s); err != nil {
		return err
	}
	q.db.counts().forget()
	if (before.ReminderHours == nil) != (s.ReminderHours == nil) || s.ReminderHours != nil && *before.ReminderHours != *s.ReminderHours {
		p, err := q.Policies()
		if err != nil {
			return err
		}
		if err := q.replanReminders(p, replan{service: uuid.NullUUID{UUID: s.ID, Valid: true}}); err != nil {
			return err
		}
	}
	names, err := q.setNames(before, s)
	if err != nil {
		return err
	}
	return q.record("service.changed", "service", s.ID, before.Name, changes(before.details(names), s.details(names)))
}

// changes are the details of an event: what was, what is, and only that differs.
func changes(before, after map[string]any) map[string]any {
	for name, value := range after {
		if before[name] == value {
			delete(before, name)
			delete(after, name)
		}
	}
	return map[string]any{"before": before, "after": after}
}

// setNames are the names of the resources in the sets of services.
func (q *TenantTx) setNames(services ...Service) (map[uuid.UUID]string, error) {
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
	err := q.list(&rows, `SELECT id, name FROM resources WHERE id = ANY(CAST($1 AS uuid[]))`, ids)
	names := make(map[uuid.UUID]string, len(rows))
	for _, r := range rows {
		names[r.ID] = r.Name
	}
	return names, err
}

// lockService reads a service that is about to change.
func (q *TenantTx) lockService(id uuid.UUID) (Service, error) {
	if _, err := q.exec(`SELECT FROM services WHERE id = $1 FOR UPDATE`, id); err != nil {
		return Service{}, err
	}
	return q.Service(id)
}

// saveSets replaces what a service takes. Resources of other businesses can't be
// named: there is none of them in this schema.
func (q *TenantTx) saveSets(s Service) error {
	var numbers []int
	var ids []string
	for i, set := range s.Sets {
		for _, id := range set {
			numbers, ids = append(numbers, i+1), append(ids, id.String())
		}
	}
	if _, err := q.exec(`DELETE FROM service_resources WHERE service_id = $1`, s.ID); err != nil {
		return err
	}
	added, err := q.exec(`
		INSERT INTO service_resources (service_id, set_number, resource_id)
		SELECT $1, m.set_number, m.resource_id FROM unnest(CAST($2 AS smallint[]), CAST($3 AS uuid[])) AS m (set_number, resource_id)
		WHERE EXISTS (SELECT FROM resources r WHERE r.id = m.resource_id)`, s.ID, numbers, ids)
	if err == nil && int(added) < len(ids) {
		return invalid("sets", "Something that was chosen here is deleted meanwhile. Look at what is chosen now, and save again.")
	}
	return err
}

// DeleteService takes a service away for good. One that was ever booked stays,
// since its appointments name it; it can be disabled.
func (q *TenantTx) DeleteService(id uuid.UUID) (name string, err error) {
	s, err := q.lockService(id)
	if err != nil {
		return "", err
	}
	var booked bool
	if err := q.get(&booked, `SELECT EXISTS (SELECT FROM appointments WHERE service_id = $1)`, id); err != nil {
		return s.Name, err
	}
	if booked {
		return s.Name, &Error{Kind: Conflict, Message: s.Name + " has appointments, so it can't be deleted. Disable it instead: nobody can book it any more."}
	}
	if _, err := q.exec(`DELETE FROM services WHERE id = $1`, id); err != nil {
		return s.Name, err
	}
	q.db.counts().forget()
	return s.Name, q.record("service.deleted", "service", id, s.Name, map[string]any{"before": s.details(nil)})
}

// MoveService puts a service one place up or down.
func (q *TenantTx) MoveService(id uuid.UUID, up bool) error {
	name, err := q.move("services", id, up)
	if err != nil || name == "" {
		return err
	}
	return q.record("service.moved", "service", id, name, map[string]any{"up": up})
}

// move exchanges a row with its neighbour and numbers all anew; table is one of
// our own names. Without a neighbour nothing happens, and name is empty.
func (q *TenantTx) move(table string, id uuid.UUID, up bool) (name string, err error) {
	var rows []struct {
		ID   uuid.UUID `db:"id"`
		Name string    `db:"name"`
	}
	// All are locked, in one order, so that two moves at a time wait for each other.
	if _, err := q.exec(fmt.Sprintf(`SELECT FROM %s ORDER BY id FOR UPDATE`, table)); err != nil {
		return "", err
	}
	if err := q.list(&rows, fmt.Sprintf(`SELECT id, name FROM %s ORDER BY position, id`, table)); err != nil {
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
		return "", notFound(table)
	case to < 0 || to >= len(rows):
		return "", nil
	}
	ids[from], ids[to] = ids[to], ids[from]
	_, err = q.exec(fmt.Sprintf(`
		UPDATE %s t SET position = o.place FROM unnest(CAST($1 AS uuid[])) WITH ORDINALITY AS o (id, place)
		WHERE t.id = o.id AND t.position <> o.place`, table), ids)
	return rows[from].Name, err
}

// details are a service's values for the audit log; its sets as "Ann, Ben; Lift".
func (s Service) details(names map[uuid.UUID]string) map[string]any {
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

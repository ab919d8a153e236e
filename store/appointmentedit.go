package store

import (
	"encoding/json"
	"time"

	"github.com/google/uuid"
)

// AppointmentNotes are what the team adds to an appointment.
type AppointmentNotes struct {
	StaffNote  string
	PriceCents int
}

// SetAppointmentNotes replaces them. The price is what the report of the day
// counts; it tells the customer nothing by itself.
func (q *TenantTx) SetAppointmentNotes(id uuid.UUID, in AppointmentNotes) error {
	if _, err := q.exec(`SELECT FROM appointments WHERE id = $1 FOR UPDATE`, id); err != nil {
		return err
	}
	b, err := q.Booking(id)
	if err != nil {
		return err
	}
	if q.who != nil && q.who.Subject.Role == TenantStaff && !b.isOf(q.who.Subject.ID) {
		return &Error{Kind: Forbidden, Message: "You can change appointments in your own calendar. Ask a manager to change this one."}
	}
	if b.StaffNote == in.StaffNote && b.PriceCents == in.PriceCents {
		return nil
	}
	_, err = q.exec(`UPDATE appointments SET staff_note = $2, price_cents = $3, updated_at = $4 WHERE id = $1`, id, in.StaffNote, in.PriceCents, q.now)
	if err != nil {
		return err
	}
	details := changes(map[string]any{"price_cents": b.PriceCents}, map[string]any{"price_cents": in.PriceCents})
	if b.StaffNote != in.StaffNote { // what it says may be about the customer
		details["fields"] = []string{"staff_note"}
	}
	return q.recordBooking("appointment.changed", b, details)
}

// HistoryOf lists what happened to an appointment, newest first.
func (q *TenantTx) HistoryOf(b Booking) ([]AuditEntry, error) {
	var entries []AuditEntry
	// Nothing happened to it before it was made: the index on business and time
	// needs no look at older lines.
	err := q.list(&entries, `
		SELECT id, at, actor_name, subject_name, action, object_type, object_name, details
		FROM public.audit_log WHERE business_id = $1 AND at >= $2 AND object_type = 'appointment' AND object_id = $3
		ORDER BY at DESC, id DESC LIMIT 50`, q.Tenant.ID, b.CreatedAt.Add(-time.Minute), b.ID.String())
	return entries, err
}

// Change is what an event's details say of a value: as it was and as it is.
func (e AuditEntry) Change(name string) (before, after string) {
	var d struct{ Before, After map[string]any }
	if json.Unmarshal([]byte(e.Details), &d) != nil {
		return "", ""
	}
	before, _ = d.Before[name].(string)
	after, _ = d.After[name].(string)
	return before, after
}

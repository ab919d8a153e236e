package booking

import (
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/calendar"
	"github.com/smoothschedule/smoothschedule/store/catalog"
	"github.com/smoothschedule/smoothschedule/store/internal/db"
	"github.com/smoothschedule/smoothschedule/store/internal/paging"
)

// AppointmentNotes are what the team adds to an appointment.
type AppointmentNotes struct {
	StaffNote  string
	PriceCents int
	// Name and Phone are of who comes; nil leaves them. The customer's own, or
	// nothing, means the customer.
	Name, Phone *string
}

// SetAppointmentNotes replaces them. The price is what the report of the day
// counts; it tells the customer nothing by itself.
func SetAppointmentNotes(q *db.TenantTx, id uuid.UUID, in AppointmentNotes) error {
	var before struct {
		booker
		Guest      string `db:"guest"`
		GuestPhone string `db:"guest_phone"`
	}
	err := db.Get(q, &before, `
		SELECT c.id, c.name, COALESCE(c.phone, '') AS phone, c.blocked_at IS NOT NULL AS blocked, c.erased_at IS NOT NULL AS erased,
			COALESCE(a.guest_name, '') AS guest, COALESCE(a.guest_phone, '') AS guest_phone
		FROM appointments a JOIN customers c ON c.id = a.customer_id WHERE a.id = $1 FOR UPDATE OF a`, id)
	if err != nil {
		return err
	}
	b, err := calendar.ReadBooking(q, id)
	if err != nil {
		return err
	}
	if db.Who(q) != nil && db.Who(q).Subject.Role == access.TenantStaff && !b.IsOf(db.Who(q).Subject.ID) {
		return &db.Error{Kind: db.Forbidden, Message: "You can change appointments in your own calendar. Ask a manager to change this one."}
	}
	name, number := b.Customer, b.Phone
	if err := db.Unchanged(q, AppointmentNotes{StaffNote: b.StaffNote, PriceCents: b.PriceCents, Name: &name, Phone: &number}); err != nil {
		return err
	}
	guest, phone := before.Guest, before.GuestPhone
	if in.Name != nil && in.Phone != nil && !before.Erased {
		guest, phone = before.guest(calendar.NewBooking{Name: *in.Name, Phone: *in.Phone})
	}
	comes := guest != before.Guest || phone != before.GuestPhone
	if b.StaffNote == in.StaffNote && b.PriceCents == in.PriceCents && !comes {
		return nil
	}
	_, err = db.Exec(q, `UPDATE appointments SET staff_note = $2, price_cents = $3, updated_at = $4, guest_name = NULLIF($5, ''), guest_phone = NULLIF($6, ''),
		sequence = sequence + CASE WHEN $7 THEN 1 ELSE 0 END WHERE id = $1`, id, in.StaffNote, in.PriceCents, q.Now(), guest, phone, comes)
	if err != nil {
		return err
	}
	details := catalog.Changes(map[string]any{"price_cents": b.PriceCents}, map[string]any{"price_cents": in.PriceCents})
	var fields []string
	if b.StaffNote != in.StaffNote { // what it says may be about the customer
		fields = append(fields, "staff_note")
	}
	if comes { // the log, which is never rewritten, holds no name
		fields = append(fields, "who_comes")
		name := guest
		if name == "" {
			name = before.Name
		}
		if _, err := db.Exec(q, `UPDATE public.notices SET to_name = $3 WHERE business_id = $1 AND appointment_id = $2 AND customer_id IS NOT NULL AND state IN ('queued', 'held')`,
			q.Tenant.ID, id, name); err != nil {
			return err
		}
	}
	if fields != nil {
		details["fields"] = fields
	}
	return calendar.RecordBooking(q, "appointment.changed", b, details)
}

// HistoryOf is a page of what happened to an appointment, newest first.
func HistoryOf(q *db.TenantTx, b calendar.Booking, page int) (entries []db.AuditEntry, older bool, err error) {
	// Nothing happened to it before it was made: the index on business and time
	// needs no look at older lines.
	return paging.ShortList[db.AuditEntry](q, page, paging.ChangesShown, `
		SELECT id, at, actor_name, subject_name, action, object_type, object_name, details
		FROM public.audit_log WHERE business_id = $1 AND at >= $2 AND object_type = 'appointment' AND object_id = $3
		ORDER BY at DESC, id DESC`, q.Tenant.ID, b.CreatedAt.Add(-time.Minute), b.ID.String())
}

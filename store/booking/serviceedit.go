package booking

import (
	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/catalog"
	"github.com/smoothschedule/smoothschedule/store/internal/db"
	"github.com/smoothschedule/smoothschedule/store/internal/paging"
	"github.com/smoothschedule/smoothschedule/store/notices"
)

// UpdateService replaces all of a service but its place in the order. What is
// booked stays as it was booked.
func UpdateService(q *db.TenantTx, s catalog.Service) error {
	before, err := catalog.LockService(q, s.ID)
	if err != nil {
		return err
	}
	if err := db.Unchanged(q, before); err != nil {
		return err
	}
	_, err = db.Exec(q, `
		UPDATE services SET name = $2, description = $3, duration_minutes = $4, price_cents = $5, buffer_before_minutes = $6, buffer_after_minutes = $7,
			is_hidden = $8, is_active = $9, notice_minutes = $10, horizon_days = $11, step_minutes = $12, max_party = $13, reminder_hours = $14 WHERE id = $1`,
		s.ID, s.Name, s.Description, s.DurationMinutes, s.PriceCents, s.BufferBeforeMinutes, s.BufferAfterMinutes,
		s.IsHidden, s.IsActive, s.NoticeMinutes, s.HorizonDays, s.StepMinutes, max(1, s.MaxParty), s.ReminderHours)
	if err != nil {
		return err
	}
	if err := catalog.SaveSets(q, s); err != nil {
		return err
	}
	paging.Counts(db.Of(q)).Forget()
	if (before.ReminderHours == nil) != (s.ReminderHours == nil) || s.ReminderHours != nil && *before.ReminderHours != *s.ReminderHours {
		p, err := catalog.ReadPolicies(q)
		if err != nil {
			return err
		}
		if err := notices.ReplanReminders(q, p, notices.Replan{Service: uuid.NullUUID{UUID: s.ID, Valid: true}}); err != nil {
			return err
		}
	}
	names, err := catalog.SetNames(q, before, s)
	if err != nil {
		return err
	}
	return catalog.Record(q, "service.changed", "service", s.ID, before.Name, catalog.Changes(before.Details(names), s.Details(names)))
}

package booking

import (
	"github.com/smoothschedule/smoothschedule/store/availability"
	"github.com/smoothschedule/smoothschedule/store/calendar"
	"github.com/smoothschedule/smoothschedule/store/catalog"
	"github.com/smoothschedule/smoothschedule/store/internal/db"
)

// undoable is why a service has nobody for one of its sets.
func undoable(q *db.TenantTx, s catalog.Service) error {
	most, err := calendar.PartyLimit(q, s)
	switch {
	case err != nil:
		return err
	case most > 0:
		return db.InvalidField("party_size", "This is for at most "+calendar.Persons(most)+".")
	}
	refusal := calendar.Refused(availability.Closed, nil)
	refusal.Message = "Nobody does this at the moment."
	return refusal
}

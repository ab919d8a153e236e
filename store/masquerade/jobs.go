package masquerade

import (
	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/internal/db"
)

// ConsentRequestArgs asks one owner whether support may change things.
type ConsentRequestArgs struct {
	db.TeamMail
	MasqueradeID uuid.UUID `json:"masquerade_id"`
	BusinessID   uuid.UUID `json:"business_id"`
	UserID       uuid.UUID `json:"user_id"`
}

// Kind names the job.
func (ConsentRequestArgs) Kind() string { return "mail_consent_request" }

// ConsentOverriddenArgs tells one owner that a second person of the platform
// agreed to changes instead of the owners.
type ConsentOverriddenArgs struct {
	db.TeamMail
	MasqueradeID uuid.UUID `json:"masquerade_id"`
	BusinessID   uuid.UUID `json:"business_id"`
	UserID       uuid.UUID `json:"user_id"`
}

// Kind names the job.
func (ConsentOverriddenArgs) Kind() string { return "mail_consent_overridden" }

// SweepMasqueradesArgs writes down the ends of masquerades that nobody came across.
type SweepMasqueradesArgs struct{}

// Kind names the job.
func (SweepMasqueradesArgs) Kind() string { return "sweep_masquerades" }

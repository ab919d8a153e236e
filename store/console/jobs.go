package console

import (
	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/internal/db"
)

// SignUpArgs mails the link that opens a business, to somebody who signed up.
type SignUpArgs struct {
	db.MailJob
	SignUpID uuid.UUID `json:"sign_up_id"`
}

// Kind names the job.
func (SignUpArgs) Kind() string { return "mail_sign_up" }

// RollUpArgs recomputes the platform's figures.
type RollUpArgs struct{}

// Kind names the job.
func (RollUpArgs) Kind() string { return "roll_up" }

// BulkArgs works on many businesses.
type BulkArgs struct {
	RunID uuid.UUID `json:"run_id"`
}

// Kind names the job.
func (BulkArgs) Kind() string { return "bulk_businesses" }

// DeleteBusinessArgs deletes a business for good.
type DeleteBusinessArgs struct {
	BusinessID uuid.UUID     `json:"business_id"`
	ActorID    uuid.NullUUID `json:"actor_id"`
}

// Kind names the job.
func (DeleteBusinessArgs) Kind() string { return "delete_business" }

package store

import (
	"github.com/google/uuid"
	"github.com/riverqueue/river"
)

// The arguments of background jobs. They carry ids and no secrets: a link's
// token is made by the worker that mails it. Workers are in cmd/internal/jobs.

// mailAttempts is how often a mail is tried: with River's growing pauses for
// about fifteen hours. Older mails would only confuse.
const mailAttempts = 12

// mailJob is what the arguments of all mails share.
type mailJob struct{}

// teamMail is a mail to the people of a business or of the platform, whatever it
// is about: no masquerade holds it back.
type teamMail struct{}

// ToTeam marks the arguments.
func (teamMail) ToTeam() {}

// InsertOpts bounds the tries.
func (mailJob) InsertOpts() river.InsertOpts { return river.InsertOpts{MaxAttempts: mailAttempts} }

// InviteArgs mails an invitation to somebody without a password.
type InviteArgs struct {
	mailJob
	UserID     uuid.UUID     `json:"user_id"`
	BusinessID uuid.NullUUID `json:"business_id"`
	// By is who invites; Asked says that a customer asked for the link.
	By    string `json:"by,omitempty"`
	Asked bool   `json:"asked,omitempty"`
}

// Kind names the job.
func (InviteArgs) Kind() string { return "mail_invitation" }

// PasswordResetArgs mails a link to set a new password.
type PasswordResetArgs struct {
	mailJob
	UserID     uuid.UUID     `json:"user_id"`
	BusinessID uuid.NullUUID `json:"business_id"`
}

// Kind names the job.
func (PasswordResetArgs) Kind() string { return "mail_password_reset" }

// ForgotArgs mails the link of PasswordResetArgs if the address has an account
// there. The job looks it up, so that the request takes as long for a stranger.
type ForgotArgs struct {
	mailJob
	Email      string        `json:"email"`
	BusinessID uuid.NullUUID `json:"business_id"`
}

// Kind names the job.
func (ForgotArgs) Kind() string { return "forgot_password" }

// BookersAccountArgs makes a login for who booked and mails the invitation, unless
// the address has one that is no customer's: the page must not tell.
type BookersAccountArgs struct {
	mailJob
	AppointmentID uuid.UUID `json:"appointment_id"`
	BusinessID    uuid.UUID `json:"business_id"`
	Address       string    `json:"address"` // of who asked, for the audit log
}

// Kind names the job.
func (BookersAccountArgs) Kind() string { return "bookers_account" }

// EmailChangeArgs mails one half of the links that change an address.
type EmailChangeArgs struct {
	mailJob
	UserID     uuid.UUID     `json:"user_id"`
	BusinessID uuid.NullUUID `json:"business_id"`
	ToNew      bool          `json:"to_new"`
}

// Kind names the job.
func (EmailChangeArgs) Kind() string { return "mail_email_change" }

// AccountNoticeArgs tells somebody what was changed in the own account. To is the
// address when it is no longer the account's, By who did it when it was another.
type AccountNoticeArgs struct {
	mailJob
	UserID     uuid.UUID     `json:"user_id"`
	BusinessID uuid.NullUUID `json:"business_id"`
	What       AccountNotice `json:"what"`
	To         string        `json:"to"`
	By         string        `json:"by,omitempty"`
}

// Kind names the job.
func (AccountNoticeArgs) Kind() string { return "mail_account_notice" }

// MasqueradeNoticeArgs tells one owner of a business that support came in.
type MasqueradeNoticeArgs struct {
	teamMail
	mailJob
	MasqueradeID uuid.UUID `json:"masquerade_id"`
	BusinessID   uuid.UUID `json:"business_id"`
	UserID       uuid.UUID `json:"user_id"`
}

// Kind names the job.
func (MasqueradeNoticeArgs) Kind() string { return "mail_masquerade_notice" }

// ConsentRequestArgs asks one owner whether support may change things.
type ConsentRequestArgs struct {
	teamMail
	MasqueradeID uuid.UUID `json:"masquerade_id"`
	BusinessID   uuid.UUID `json:"business_id"`
	UserID       uuid.UUID `json:"user_id"`
}

// Kind names the job.
func (ConsentRequestArgs) Kind() string { return "mail_consent_request" }

// ConsentOverriddenArgs tells one owner that a second person of the platform
// agreed to changes instead of the owners.
type ConsentOverriddenArgs struct {
	teamMail
	MasqueradeID uuid.UUID `json:"masquerade_id"`
	BusinessID   uuid.UUID `json:"business_id"`
	UserID       uuid.UUID `json:"user_id"`
}

// Kind names the job.
func (ConsentOverriddenArgs) Kind() string { return "mail_consent_overridden" }

// SignUpArgs mails the link that opens a business, to somebody who signed up.
type SignUpArgs struct {
	mailJob
	SignUpID uuid.UUID `json:"sign_up_id"`
}

// Kind names the job.
func (SignUpArgs) Kind() string { return "mail_sign_up" }

// FindArgs mails the list of businesses where an e-mail address can log in, if
// there is one.
type FindArgs struct {
	mailJob
	Email  string    `json:"email"`
	UserID uuid.UUID `json:"user_id"` // in place of the address in jobs of earlier versions
}

// Kind names the job.
func (FindArgs) Kind() string { return "mail_find" }

// TicketAnswerArgs mails an answer: to who opened the ticket or, ToStaff, to who
// looks after it.
type TicketAnswerArgs struct {
	teamMail
	mailJob
	TicketNumber int64     `json:"ticket_number"`
	MessageID    uuid.UUID `json:"message_id"`
	BusinessID   uuid.UUID `json:"business_id"`
	ToStaff      bool      `json:"to_staff"`
}

// Kind names the job.
func (TicketAnswerArgs) Kind() string { return "mail_ticket_answer" }

// CleanUpArgs removes what has long expired.
type CleanUpArgs struct{}

// Kind names the job.
func (CleanUpArgs) Kind() string { return "clean_up" }

// SweepMasqueradesArgs writes down the ends of masquerades that nobody came across.
type SweepMasqueradesArgs struct{}

// Kind names the job.
func (SweepMasqueradesArgs) Kind() string { return "sweep_masquerades" }

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

// RestoreArgs restores a business from a file.
type RestoreArgs struct {
	RestoreID uuid.UUID `json:"restore_id"`
}

// Kind names the job.
func (RestoreArgs) Kind() string { return "restore_business" }

// InsertOpts bounds the tries: a restore that failed three times does not fit.
func (RestoreArgs) InsertOpts() river.InsertOpts { return river.InsertOpts{MaxAttempts: 3} }

// DeleteBusinessArgs deletes a business for good.
type DeleteBusinessArgs struct {
	BusinessID uuid.UUID     `json:"business_id"`
	ActorID    uuid.NullUUID `json:"actor_id"`
}

// Kind names the job.
func (DeleteBusinessArgs) Kind() string { return "delete_business" }

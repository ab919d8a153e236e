package identity

import (
	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/internal/db"
)

// InviteArgs mails an invitation to somebody without a password.
type InviteArgs struct {
	db.MailJob
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
	db.MailJob
	UserID     uuid.UUID     `json:"user_id"`
	BusinessID uuid.NullUUID `json:"business_id"`
}

// Kind names the job.
func (PasswordResetArgs) Kind() string { return "mail_password_reset" }

// ForgotArgs mails the link of PasswordResetArgs if the address has an account
// there. The job looks it up, so that the request takes as long for a stranger.
type ForgotArgs struct {
	db.MailJob
	Email      string        `json:"email"`
	BusinessID uuid.NullUUID `json:"business_id"`
}

// Kind names the job.
func (ForgotArgs) Kind() string { return "forgot_password" }

// BookersAccountArgs makes a login for who booked and mails the invitation, unless
// the address has one that is no customer's: the page must not tell.
type BookersAccountArgs struct {
	db.MailJob
	AppointmentID uuid.UUID `json:"appointment_id"`
	BusinessID    uuid.UUID `json:"business_id"`
	Address       string    `json:"address"` // of who asked, for the audit log
}

// Kind names the job.
func (BookersAccountArgs) Kind() string { return "bookers_account" }

// EmailChangeArgs mails one half of the links that change an address.
type EmailChangeArgs struct {
	db.MailJob
	UserID     uuid.UUID     `json:"user_id"`
	BusinessID uuid.NullUUID `json:"business_id"`
	ToNew      bool          `json:"to_new"`
}

// Kind names the job.
func (EmailChangeArgs) Kind() string { return "mail_email_change" }

// AccountNoticeArgs tells somebody what was changed in the own account. To is the
// address when it is no longer the account's, By who did it when it was another.
type AccountNoticeArgs struct {
	db.MailJob
	UserID     uuid.UUID     `json:"user_id"`
	BusinessID uuid.NullUUID `json:"business_id"`
	What       AccountNotice `json:"what"`
	To         string        `json:"to"`
	By         string        `json:"by,omitempty"`
}

// Kind names the job.
func (AccountNoticeArgs) Kind() string { return "mail_account_notice" }

// FindArgs mails the list of businesses where an e-mail address can log in, if
// there is one.
type FindArgs struct {
	db.MailJob
	Email  string    `json:"email"`
	UserID uuid.UUID `json:"user_id"` // in place of the address in jobs of earlier versions
}

// Kind names the job.
func (FindArgs) Kind() string { return "mail_find" }

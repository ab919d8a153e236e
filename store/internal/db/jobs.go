package db

import (
	"encoding/json"
	"reflect"
	"strings"

	"github.com/google/uuid"
	"github.com/riverqueue/river"
)

// Hold keeps a mail back that support caused during a masquerade and that goes to
// a customer, or to somebody of whom nobody knows better. It is asked of every
// job at the one place where they are made, so no kind of mail is forgotten.
func Hold(t Scope, args river.JobArgs) (bool, error) {
	if _, team := args.(interface{ ToTeam() }); team || t.core().who == nil || t.core().who.Masquerade == nil || !strings.HasPrefix(args.Kind(), "mail_") {
		return false, nil
	}
	to, known := uuid.NullUUID{}, false
	if field := reflect.Indirect(reflect.ValueOf(args)).FieldByName("UserID"); field.IsValid() {
		if id, ok := field.Interface().(uuid.UUID); ok {
			to, known = uuid.NullUUID{UUID: id, Valid: true}, true
		}
	}
	if known {
		var customer bool
		if err := Get(t, &customer, `SELECT role = 'CUSTOMER' FROM public.users WHERE id = $1`, to.UUID); err != nil || !customer {
			return false, err
		}
	}
	text, err := json.Marshal(args)
	if err != nil {
		return false, err
	}
	m := t.core().who.Masquerade
	_, err = Exec(t, `INSERT INTO public.held_mails (id, business_id, masquerade_id, user_id, kind, args, created_at, changed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $7)`,
		NewID(), m.BusinessID, m.ID, to, args.Kind(), string(text), t.core().now)
	return true, err
}

// HeldJob is a job as it was written down when it was held.
type HeldJob struct {
	BusinessID uuid.UUID
	Of, Text   string
}

// Kind names the job.
func (j HeldJob) Kind() string { return j.Of }

// MarshalJSON returns the arguments as they were.
func (j HeldJob) MarshalJSON() ([]byte, error) { return []byte(j.Text), nil }

// InsertOpts bounds the tries, as for every mail.
func (HeldJob) InsertOpts() river.InsertOpts { return MailJob{}.InsertOpts() }

// The arguments of background jobs. They carry ids and no secrets: a link's
// token is made by the worker that mails it. Workers are in cmd/internal/jobs.

// mailAttempts is how often a mail is tried: with River's growing pauses for
// about fifteen hours. Older mails would only confuse.
const mailAttempts = 12

// MailJob is what the arguments of all mails share.
type MailJob struct{}

// TeamMail is a mail to the people of a business or of the platform, whatever it
// is about: no masquerade holds it back.
type TeamMail struct{}

// ToTeam marks the arguments.
func (TeamMail) ToTeam() {}

// InsertOpts bounds the tries.
func (MailJob) InsertOpts() river.InsertOpts { return river.InsertOpts{MaxAttempts: mailAttempts} }

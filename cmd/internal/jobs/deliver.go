package jobs

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/notices"
	"github.com/smoothschedule/smoothschedule/views/mail"
)

// letter is a mail on its way to one recipient.
type letter struct {
	to       string
	business uuid.NullUUID
	message  mail.Message
}

// errUnsure is a mail that a program was sending when it died.
var errUnsure = errors.New("the program stopped while it sent this mail; it may have arrived. Retry the job to send it again")

// deliver sends the letters of a job, each with a mark in the database around
// it: a job that runs again, because it failed halfway or its program died,
// sends none twice. A letter that may have been sent is left to an
// administrator, who retries the job or lets it be.
func (m mails) deliver(ctx context.Context, job *rivertype.JobRow, letters ...letter) error {
	if err := sameBusiness(job, letters); err != nil {
		return err
	}
	var failed, unsure, refused error
	var found []string
	for _, l := range letters {
		key := letterKey(job, l.to)
		switch err := m.send(ctx, job.Kind, key, l); {
		case err == nil:
		case errors.Is(err, errUnsure):
			unsure, found = err, append(found, key)
		case errors.As(err, new(refusedError)):
			refused = err
		default:
			failed = err
		}
	}
	if failed != nil {
		return failed // the others wait for the next try
	}
	for _, key := range found {
		if err := notices.MarkMail(ctx, m.db, key, notices.MailUnsure); err != nil {
			return err
		}
	}
	if err := errors.Join(unsure, refused); err != nil {
		return river.JobCancel(err)
	}
	return nil
}

// sameBusiness refuses the letters of a business's job when one isn't of that
// business.
func sameBusiness(job *rivertype.JobRow, letters []letter) error {
	var args struct {
		BusinessID uuid.NullUUID `json:"business_id"`
	}
	if err := json.Unmarshal(job.EncodedArgs, &args); err != nil {
		return fmt.Errorf("the job %s can't be read: %w", job.Kind, err)
	}
	for _, l := range letters {
		if args.BusinessID.Valid && l.business != args.BusinessID {
			return fmt.Errorf("the job %s of the business %s has a letter of another one", job.Kind, args.BusinessID.UUID)
		}
	}
	return nil
}

// send sends one letter unless it was sent.
func (m mails) send(ctx context.Context, kind, key string, l letter) error {
	taken, known := false, notices.MailState("")
	err := m.mailer.Send(ctx, Envelope{To: l.to, ID: key}, l.message, func() (err error) {
		known, err = notices.TakeMail(ctx, m.db, key, kind, l.business)
		if err != nil {
			return fmt.Errorf("mark the mail: %w", err)
		}
		if taken = known == notices.MailTaken; !taken {
			return errMarked
		}
		return nil
	})
	switch {
	case errors.Is(err, errMarked) && known == notices.MailSent:
		return nil
	case errors.Is(err, errMarked):
		return errUnsure
	case err != nil && taken:
		return errors.Join(err, notices.ReleaseMail(ctx, m.db, key))
	case err != nil:
		return err
	}
	return notices.MarkMail(ctx, m.db, key, notices.MailSent)
}

// unsent is asked before what goes into a mail is made anew: a link that was
// mailed must stay good.
func unsent(q *store.PublicTx, key string) error {
	switch state, err := notices.ReadMailState(q, key); {
	case err != nil:
		return err
	case state == notices.MailSent:
		return errMarked
	case state == notices.MailSending:
		return errUnsure
	}
	return nil
}

// settle ends a job whose only letter is not unsent.
func (m mails) settle(ctx context.Context, job *rivertype.JobRow, to string, err error) error {
	switch {
	case errors.Is(err, errMarked):
		return nil
	case errors.Is(err, errUnsure):
		if err := notices.MarkMail(ctx, m.db, letterKey(job, to), notices.MailUnsure); err != nil {
			return err
		}
		return river.JobCancel(errUnsure)
	}
	return err
}

// errMarked stops the sending of a mail that has its mark already.
var errMarked = errors.New("this mail was marked before")

// letterKey is the same whenever a job runs again, and another for each job and
// each recipient. A number alone would come again with a new database.
func letterKey(job *rivertype.JobRow, to string) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %d %s %s", job.Kind, job.ID, job.CreatedAt.UTC().Format(time.RFC3339Nano), to))
	return hex.EncodeToString(sum[:16])
}

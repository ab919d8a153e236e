package jobs

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/console"
	"github.com/smoothschedule/smoothschedule/store/masquerade"
	"github.com/smoothschedule/smoothschedule/store/sessions"
	"github.com/smoothschedule/smoothschedule/views/mail"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

// about reads what a mail to one owner is about; to is "" when that person is no
// owner any more.
func (m mails) about(ctx context.Context, masquerade, owner uuid.UUID) (p mail.MasqueradeProps, business uuid.UUID, to string, err error) {
	err = m.db.InPublic(ctx, func(q *store.PublicTx) error {
		person, err := sessions.Person(q, owner)
		if err != nil || person.Role != access.TenantOwner || !person.IsActive {
			return err
		}
		about, err := sessions.Masquerade(q, masquerade)
		if err != nil {
			return err
		}
		b, err := console.ReadBusiness(q, about.BusinessID)
		if err != nil {
			return err
		}
		to, business = person.Email, b.ID
		p = mail.MasqueradeProps{Name: person.Name, Business: b.Name, Actor: about.ActorName, Subject: about.SubjectName, SubjectRole: access.RoleName(about.SubjectRole),
			Reason: about.Reason, Ticket: about.Ticket, Approver: about.DecidedName, Write: about.Mode == access.ModeWrite,
			URL: m.sites.Business(b.Subdomain, urls.SupportAccess())}
		return nil
	})
	return p, business, to, err
}

func (m mails) tellOwner(ctx context.Context, job *rivertype.JobRow, masquerade, owner uuid.UUID, write func(p mail.MasqueradeProps, to string) (mail.Message, error)) error {
	p, business, to, err := m.about(ctx, masquerade, owner)
	if err != nil || to == "" {
		return err
	}
	message, err := write(p, to)
	if err != nil {
		return m.settle(ctx, job, to, err)
	}
	return m.deliver(ctx, job, letter{to, uuid.NullUUID{UUID: business, Valid: true}, message})
}

type noticeWorker struct {
	river.WorkerDefaults[sessions.MasqueradeNoticeArgs]
	mails
}

func (w *noticeWorker) Work(ctx context.Context, job *river.Job[sessions.MasqueradeNoticeArgs]) error {
	return w.tellOwner(ctx, job.JobRow, job.Args.MasqueradeID, job.Args.UserID,
		func(p mail.MasqueradeProps, _ string) (mail.Message, error) { return mail.MasqueradeNotice(p) })
}

type overriddenWorker struct {
	river.WorkerDefaults[masquerade.ConsentOverriddenArgs]
	mails
}

func (w *overriddenWorker) Work(ctx context.Context, job *river.Job[masquerade.ConsentOverriddenArgs]) error {
	return w.tellOwner(ctx, job.JobRow, job.Args.MasqueradeID, job.Args.UserID,
		func(p mail.MasqueradeProps, _ string) (mail.Message, error) { return mail.ConsentOverridden(p) })
}

type consentWorker struct {
	river.WorkerDefaults[masquerade.ConsentRequestArgs]
	mails
}

// Work makes the owner's link, unless the mail with an earlier one went out.
func (w *consentWorker) Work(ctx context.Context, job *river.Job[masquerade.ConsentRequestArgs]) error {
	return w.tellOwner(ctx, job.JobRow, job.Args.MasqueradeID, job.Args.UserID, func(p mail.MasqueradeProps, to string) (mail.Message, error) {
		err := w.db.InPublic(ctx, func(q *store.PublicTx) error {
			if err := unsent(q, letterKey(job.JobRow, to)); err != nil {
				return err
			}
			token, err := masquerade.NewConsentLink(q, job.Args.MasqueradeID, job.Args.UserID)
			if err != nil {
				return err
			}
			b, err := masquerade.BusinessSubdomain(q, job.Args.BusinessID)
			p.URL = w.sites.Business(b, urls.Consent(token))
			return err
		})
		if err != nil {
			return mail.Message{}, err
		}
		return mail.ConsentRequest(p)
	})
}

// sweepEvery is how late the record of a masquerade's end may be.
const sweepEvery = time.Minute

type sweepWorker struct {
	river.WorkerDefaults[masquerade.SweepMasqueradesArgs]
	db *store.DB
}

func (w *sweepWorker) Work(ctx context.Context, _ *river.Job[masquerade.SweepMasqueradesArgs]) error {
	return masquerade.SweepMasquerades(ctx, w.db)
}

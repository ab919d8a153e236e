package jobs

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/views/mail"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

// about reads what a mail to one owner is about; to is "" when that person is no
// owner any more.
func (m mails) about(ctx context.Context, masquerade, owner uuid.UUID) (p mail.MasqueradeProps, business uuid.UUID, to string, err error) {
	err = m.db.InPublic(ctx, func(q *store.PublicTx) error {
		person, err := q.Person(owner)
		if err != nil || person.Role != access.TenantOwner || !person.IsActive {
			return err
		}
		about, err := q.Masquerade(masquerade)
		if err != nil {
			return err
		}
		b, err := q.Business(about.BusinessID)
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
	river.WorkerDefaults[store.MasqueradeNoticeArgs]
	mails
}

func (w *noticeWorker) Work(ctx context.Context, job *river.Job[store.MasqueradeNoticeArgs]) error {
	return w.tellOwner(ctx, job.JobRow, job.Args.MasqueradeID, job.Args.UserID,
		func(p mail.MasqueradeProps, _ string) (mail.Message, error) { return mail.MasqueradeNotice(p) })
}

type overriddenWorker struct {
	river.WorkerDefaults[store.ConsentOverriddenArgs]
	mails
}

func (w *overriddenWorker) Work(ctx context.Context, job *river.Job[store.ConsentOverriddenArgs]) error {
	return w.tellOwner(ctx, job.JobRow, job.Args.MasqueradeID, job.Args.UserID,
		func(p mail.MasqueradeProps, _ string) (mail.Message, error) { return mail.ConsentOverridden(p) })
}

type consentWorker struct {
	river.WorkerDefaults[store.ConsentRequestArgs]
	mails
}

// Work makes the owner's link, unless the mail with an earlier one went out.
func (w *consentWorker) Work(ctx context.Context, job *river.Job[store.ConsentRequestArgs]) error {
	return w.tellOwner(ctx, job.JobRow, job.Args.MasqueradeID, job.Args.UserID, func(p mail.MasqueradeProps, to string) (mail.Message, error) {
		err := w.db.InPublic(ctx, func(q *store.PublicTx) error {
			if err := unsent(q, letterKey(job.JobRow, to)); err != nil {
				return err
			}
			token, err := q.NewConsentLink(job.Args.MasqueradeID, job.Args.UserID)
			if err != nil {
				return err
			}
			b, err := q.BusinessSubdomain(job.Args.BusinessID)
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
	river.WorkerDefaults[store.SweepMasqueradesArgs]
	db *store.DB
}

func (w *sweepWorker) Work(ctx context.Context, _ *river.Job[store.SweepMasqueradesArgs]) error {
	return w.db.SweepMasquerades(ctx)
}

package jobs

import (
	"context"

	"github.com/google/uuid"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/console"
	"github.com/smoothschedule/smoothschedule/store/identity"
	"github.com/smoothschedule/smoothschedule/store/notices"
	"github.com/smoothschedule/smoothschedule/store/sessions"
	"github.com/smoothschedule/smoothschedule/views/mail"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

// mails is what the workers that write mails share.
type mails struct {
	db     *store.DB
	mailer Mailer
	sites  web.Sites
}

// link makes a new token for a person and tells where it leads. A retried job
// makes another one and the earlier is taken back, unless that was mailed: then
// link returns what settle understands.
func (m mails) link(ctx context.Context, job *rivertype.JobRow, user uuid.UUID, purpose identity.Purpose, path func(string) string) (p store.Person, where, url string, err error) {
	where = "the " + mail.Platform + " platform"
	err = m.db.InPublic(ctx, func(q *store.PublicTx) error {
		if p, err = sessions.Person(q, user); err != nil {
			return err
		}
		if !p.IsActive { // withdrawn or disabled since: the link would be dead
			return errMarked
		}
		if err := unsent(q, letterKey(job, p.Email)); err != nil {
			return err
		}
		token, _, err := identity.NewLink(q, user, purpose)
		if err != nil {
			return err
		}
		url = m.sites.Platform(path(token))
		if !p.BusinessID.Valid {
			return nil
		}
		b, err := console.ReadBusiness(q, p.BusinessID.UUID)
		where, url = b.Name, m.sites.Business(b.Subdomain, path(token))
		return err
	})
	return p, where, url, err
}

type inviteWorker struct {
	river.WorkerDefaults[identity.InviteArgs]
	mails
}

func (w *inviteWorker) Work(ctx context.Context, job *river.Job[identity.InviteArgs]) error {
	p, where, url, err := w.link(ctx, job.JobRow, job.Args.UserID, identity.Invitation, urls.Invitation)
	if err != nil {
		return w.settle(ctx, job.JobRow, p.Email, err)
	}
	of, err := w.customers(ctx, p)
	if err != nil {
		return err
	}
	message, err := mail.Invitation(mail.InvitationProps{Name: p.Name, Where: where, Role: access.RoleName(p.Role), URL: url, ValidFor: "7 days", InvitedBy: job.Args.By, ByStaff: job.Args.By == "" && job.Args.BusinessID.Valid, Customer: of, Asked: job.Args.Asked})
	if err != nil {
		return err
	}
	return w.deliver(ctx, job.JobRow, letter{p.Email, p.BusinessID, message})
}

type resetWorker struct {
	river.WorkerDefaults[identity.PasswordResetArgs]
	mails
}

func (w *resetWorker) Work(ctx context.Context, job *river.Job[identity.PasswordResetArgs]) error {
	p, where, url, err := w.link(ctx, job.JobRow, job.Args.UserID, identity.PasswordReset, urls.PasswordReset)
	if err != nil {
		return w.settle(ctx, job.JobRow, p.Email, err)
	}
	of, err := w.customers(ctx, p)
	if err != nil {
		return err
	}
	message, err := mail.PasswordReset(mail.PasswordResetProps{Name: p.Name, Where: where, URL: url, ValidFor: "1 hour", Customer: of})
	if err != nil {
		return err
	}
	return w.deliver(ctx, job.JobRow, letter{p.Email, p.BusinessID, message})
}

// customers is the business in whose name a customer's mails are; nil for others.
func (m mails) customers(ctx context.Context, p store.Person) (*mail.Contact, error) {
	if p.Role != access.Customer || !p.BusinessID.Valid {
		return nil, nil
	}
	tenant, err := m.db.TenantByID(ctx, p.BusinessID.UUID)
	if err != nil {
		return nil, err
	}
	var of mail.Contact
	err = m.db.InTenant(ctx, tenant, func(q *store.TenantTx) error {
		profile, err := notices.ReadProfile(q)
		of = web.ContactOf(tenant, profile)
		return err
	})
	return &of, err
}

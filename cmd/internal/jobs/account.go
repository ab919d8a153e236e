package jobs

import (
	"context"

	"github.com/google/uuid"
	"github.com/riverqueue/river"

	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/booking"
	"github.com/smoothschedule/smoothschedule/store/console"
	"github.com/smoothschedule/smoothschedule/store/identity"
	"github.com/smoothschedule/smoothschedule/store/sessions"
	"github.com/smoothschedule/smoothschedule/views/mail"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

type emailChangeWorker struct {
	river.WorkerDefaults[identity.EmailChangeArgs]
	mails
}

// Work mails one of the two links. A change that was cancelled or made meanwhile
// needs none.
func (w *emailChangeWorker) Work(ctx context.Context, job *river.Job[identity.EmailChangeArgs]) error {
	purpose := identity.EmailOld
	if job.Args.ToNew {
		purpose = identity.EmailNew
	}
	p, where, url, err := w.person(ctx, job.Args.UserID, "")
	if store.KindOf(err) == store.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	var change booking.EmailChange
	to := p.Email
	err = w.db.InPublic(ctx, func(q *store.PublicTx) (err error) {
		if change, err = booking.EmailChangeOf(q, p.ID); err != nil {
			return err
		}
		if job.Args.ToNew {
			to = change.Email
		}
		if err = unsent(q, letterKey(job.JobRow, to)); err != nil {
			return err
		}
		token, _, err := identity.NewLink(q, p.ID, purpose)
		url += urls.EmailConfirm(token)
		return err
	})
	if store.KindOf(err) == store.NotFound {
		return nil
	}
	if err != nil {
		return w.settle(ctx, job.JobRow, to, err)
	}
	message, err := mail.EmailChange(mail.EmailChangeProps{Name: p.Name, Where: where, Old: p.Email, New: change.Email, ToNew: job.Args.ToNew, URL: url, ValidFor: "24 hours"})
	if err != nil {
		return err
	}
	return w.deliver(ctx, job.JobRow, letter{to, p.BusinessID, message})
}

type accountNoticeWorker struct {
	river.WorkerDefaults[identity.AccountNoticeArgs]
	mails
}

var told = map[identity.AccountNotice]string{
	identity.NoticePasswordChanged: "the password of your account was changed",
	identity.NoticeEmailChanged:    "the e-mail address of your account was changed",
	identity.NoticeAppAdded:        "an authenticator app was added to your account",
	identity.NoticeAppRemoved:      "the authenticator app was removed from your account",
	identity.NoticePasskeyAdded:    "a passkey was added to your account",
	identity.NoticePasskeyRemoved:  "a passkey was removed from your account",
	identity.NoticeCodesRenewed:    "new recovery codes were made for your account",
	identity.NoticeCodeUsed:        "a recovery code was used to show that it is you",
	identity.NoticeFactorsReset:    "an administrator took the second factors from your account, and your sessions ended",
	identity.NoticeTokenCreated:    "an API token was made for your account",
}

func (w *accountNoticeWorker) Work(ctx context.Context, job *river.Job[identity.AccountNoticeArgs]) error {
	p, where, url, err := w.person(ctx, job.Args.UserID, urls.Account())
	if store.KindOf(err) == store.NotFound {
		return nil // the account is gone
	}
	if err != nil {
		return err
	}
	var message mail.Message
	switch job.Args.What {
	case identity.NoticeDisabled, identity.NoticeOwnershipLost:
		message, err = mail.AccessLost(mail.AccessLostProps{Name: p.Name, Where: where, By: job.Args.By, Login: job.Args.What == identity.NoticeDisabled})
	default:
		message, err = mail.AccountNotice(mail.AccountNoticeProps{Name: p.Name, Where: where, What: told[job.Args.What], URL: url})
	}
	if err != nil {
		return err
	}
	to := p.Email
	if job.Args.To != "" {
		to = job.Args.To
	}
	return w.deliver(ctx, job.JobRow, letter{to, p.BusinessID, message})
}

// person tells who a mail is for, where the person belongs and the absolute
// address of a path there.
func (m mails) person(ctx context.Context, user uuid.UUID, path string) (p store.Person, where, url string, err error) {
	where, url = "the "+mail.Platform+" platform", m.sites.Platform(path)
	err = m.db.InPublic(ctx, func(q *store.PublicTx) error {
		if p, err = sessions.Person(q, user); err != nil || !p.BusinessID.Valid {
			return err
		}
		b, err := console.ReadBusiness(q, p.BusinessID.UUID)
		where, url = b.Name, m.sites.Business(b.Subdomain, path)
		return err
	})
	return p, where, url, err
}

// forgotWorker and bookersAccountWorker look up what the request may not tell.
type forgotWorker struct {
	river.WorkerDefaults[identity.ForgotArgs]
	db *store.DB
}

func (w *forgotWorker) Work(ctx context.Context, job *river.Job[identity.ForgotArgs]) error {
	return identity.MailForgotten(ctx, w.db, job.Args)
}

type bookersAccountWorker struct {
	river.WorkerDefaults[identity.BookersAccountArgs]
	db *store.DB
}

func (w *bookersAccountWorker) Work(ctx context.Context, job *river.Job[identity.BookersAccountArgs]) error {
	err := booking.OpenBookersAccount(ctx, w.db, job.Args)
	if store.KindOf(err) == store.NotFound {
		return nil // business or appointment are gone
	}
	return err
}

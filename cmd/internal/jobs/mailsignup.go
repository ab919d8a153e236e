package jobs

import (
	"context"

	"github.com/google/uuid"
	"github.com/riverqueue/river"

	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/console"
	"github.com/smoothschedule/smoothschedule/store/identity"
	"github.com/smoothschedule/smoothschedule/store/search"
	"github.com/smoothschedule/smoothschedule/store/sessions"
	"github.com/smoothschedule/smoothschedule/views/mail"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

// signUpWorker mails the link that opens a business. There is no business yet
// that it could carry.
type signUpWorker struct {
	river.WorkerDefaults[console.SignUpArgs]
	mails
}

func (w *signUpWorker) Work(ctx context.Context, job *river.Job[console.SignUpArgs]) error {
	var s identity.SignUp
	var token string
	err := w.db.InPublic(ctx, func(q *store.PublicTx) (err error) {
		if s, err = console.ReadSignUp(q, job.Args.SignUpID); err != nil || s.ConfirmedAt != nil {
			return err
		}
		if err = unsent(q, letterKey(job.JobRow, s.OwnerEmail)); err != nil {
			return err
		}
		token, err = console.NewSignUpLink(q, s.ID)
		return err
	})
	if err != nil {
		return w.settle(ctx, job.JobRow, s.OwnerEmail, err)
	}
	if s.ConfirmedAt != nil {
		return nil
	}
	message, err := mail.SignUp(mail.SignUpProps{Name: s.OwnerName, Business: s.BusinessName, Host: w.sites.BusinessHost(s.Subdomain),
		URL: w.sites.Apex(urls.SignUpConfirm(token)), ValidFor: "24 hours"})
	if err != nil {
		return err
	}
	return w.deliver(ctx, job.JobRow, letter{s.OwnerEmail, uuid.NullUUID{}, message})
}

// findWorker mails somebody the list of the businesses where the address is known.
type findWorker struct {
	river.WorkerDefaults[identity.FindArgs]
	mails
}

func (w *findWorker) Work(ctx context.Context, job *river.Job[identity.FindArgs]) error {
	var p store.Person
	var found []search.FoundBusiness
	err := w.db.InPublic(ctx, func(q *store.PublicTx) (err error) {
		if job.Args.Email != "" {
			p, err = search.LoginOf(q, job.Args.Email)
		} else {
			p, err = sessions.Person(q, job.Args.UserID)
		}
		if err != nil {
			return err
		}
		found, err = search.BusinessesOf(q, p.Email)
		return err
	})
	if store.KindOf(err) == store.NotFound {
		return nil // the address is known nowhere
	}
	if err != nil || len(found) == 0 {
		return err
	}
	props := mail.FoundProps{Name: p.Name}
	for _, b := range found {
		props.Businesses = append(props.Businesses, mail.Link{Label: b.Name + " (" + access.RoleName(b.Role) + ")", URL: w.sites.Business(b.Subdomain, urls.Login())})
	}
	message, err := mail.Found(props)
	if err != nil {
		return err
	}
	return w.deliver(ctx, job.JobRow, letter{p.Email, uuid.NullUUID{}, message})
}

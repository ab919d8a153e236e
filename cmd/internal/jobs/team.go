package jobs

import (
	"context"

	"github.com/riverqueue/river"

	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/console"
	"github.com/smoothschedule/smoothschedule/store/people"
	"github.com/smoothschedule/smoothschedule/store/sessions"
	"github.com/smoothschedule/smoothschedule/views/mail"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

// teamWorker mails the owners what the platform's staff changed in their team.
type teamWorker struct {
	river.WorkerDefaults[people.TeamChangeArgs]
	mails
}

// Work writes to those who were owners then, whatever has become of them.
func (w *teamWorker) Work(ctx context.Context, job *river.Job[people.TeamChangeArgs]) error {
	var b console.Business
	owners := make([]store.Person, len(job.Args.To))
	err := w.db.InPublic(ctx, func(q *store.PublicTx) (err error) {
		if b, err = console.ReadBusiness(q, job.Args.BusinessID); err != nil {
			return err
		}
		for i, id := range job.Args.To {
			if owners[i], err = sessions.Person(q, id); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	letters := make([]letter, len(owners))
	for i, p := range owners {
		message, err := mail.TeamChange(mail.TeamChangeProps{Name: p.Name, Business: b.Name, Actor: job.Args.Actor, Person: job.Args.Person,
			Change: job.Args.Change, URL: w.sites.Business(b.Subdomain, urls.SupportAccess())})
		if err != nil {
			return err
		}
		letters[i] = letter{p.Email, p.BusinessID, message}
	}
	return w.deliver(ctx, job.JobRow, letters...)
}

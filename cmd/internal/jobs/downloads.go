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

// downloadWorker mails the owners that staff took a file with data of theirs.
type downloadWorker struct {
	river.WorkerDefaults[people.DownloadNoticeArgs]
	mails
}

// Work writes to those who were owners then, whatever has become of them.
func (w *downloadWorker) Work(ctx context.Context, job *river.Job[people.DownloadNoticeArgs]) error {
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
		page := urls.SupportAccess()
		if job.Args.Own {
			page = urls.Team()
		}
		message, err := mail.Download(mail.DownloadProps{Name: p.Name, Business: b.Name, Actor: job.Args.Actor, Email: job.Args.Email,
			Whole: job.Args.Whole, File: job.Args.File, Reason: job.Args.Reason, Own: job.Args.Own, URL: w.sites.Business(b.Subdomain, page)})
		if err != nil {
			return err
		}
		letters[i] = letter{p.Email, p.BusinessID, message}
	}
	return w.deliver(ctx, job.JobRow, letters...)
}

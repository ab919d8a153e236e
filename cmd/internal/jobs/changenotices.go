package jobs

import (
	"context"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/console"
	"github.com/smoothschedule/smoothschedule/store/plans"
	"github.com/smoothschedule/smoothschedule/views/mail"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

// changed is a business as a mail about its change finds it.
type changed struct {
	console.Business
	plan string // its name
}

// tell mails each owner of a business about a change, unless that does not stand
// any more; while it can be taken back it waits.
func (m mails) tell(ctx context.Context, job *rivertype.JobRow, notice console.ChangeNotice, stands func(changed, console.NoticeState) bool,
	write func(changed, store.Person) (mail.Message, error)) (sent bool, err error) {
	var b changed
	var owners []store.Person
	var state console.NoticeState
	var now time.Time
	err = m.db.InPublic(ctx, func(q *store.PublicTx) (err error) {
		now = q.Now()
		if b.Business, err = console.ReadBusiness(q, notice.BusinessID); err != nil {
			return err
		}
		if b.plan, err = plans.PlanName(q, b.Plan); err != nil {
			return err
		}
		if state, err = console.ReadNoticeState(q, notice); err != nil {
			return err
		}
		owners, err = activeOwners(q, b.ID)
		return err
	})
	switch {
	case store.KindOf(err) == store.NotFound: // deleted for good meanwhile
		return false, nil
	case err != nil:
		return false, err
	case state.Wait != nil:
		return false, river.JobSnooze(state.Wait.Sub(now))
	case b.DeletingSince != nil || !state.Kept || !stands(b, state):
		return false, nil
	}
	letters := make([]letter, len(owners))
	for i, p := range owners {
		message, err := write(b, p)
		if err != nil {
			return false, err
		}
		letters[i] = letter{p.Email, p.BusinessID, message}
	}
	return true, m.deliver(ctx, job, letters...)
}

// mailed notes that owners know of a suspension, or of its end.
func (m mails) mailed(ctx context.Context, b console.ChangeNotice, suspended bool) error {
	return m.db.InPublic(ctx, func(q *store.PublicTx) error { return console.MarkSuspensionMailed(q, b.BusinessID, suspended) })
}

// suspensionWorker tells owners that their business is suspended.
type suspensionWorker struct {
	river.WorkerDefaults[console.SuspensionNoticeArgs]
	mails
}

func (w *suspensionWorker) Work(ctx context.Context, job *river.Job[console.SuspensionNoticeArgs]) error {
	sent, err := w.tell(ctx, job.JobRow, job.Args.ChangeNotice,
		func(b changed, s console.NoticeState) bool { return b.Status == "suspended" && !s.StatusMoved },
		func(b changed, p store.Person) (mail.Message, error) {
			return mail.Suspension(mail.SuspensionProps{Name: p.Name, Business: b.Name, Reason: job.Args.Reason, URL: w.sites.Business(b.Subdomain, urls.Support())})
		})
	if err != nil || !sent {
		return err
	}
	return w.mailed(ctx, job.Args.ChangeNotice, true)
}

// reactivationWorker tells owners who know of a suspension that it is over.
type reactivationWorker struct {
	river.WorkerDefaults[console.ReactivationNoticeArgs]
	mails
}

func (w *reactivationWorker) Work(ctx context.Context, job *river.Job[console.ReactivationNoticeArgs]) error {
	sent, err := w.tell(ctx, job.JobRow, job.Args.ChangeNotice,
		func(b changed, s console.NoticeState) bool {
			return s.Mailed && (b.Status == "active" || b.Status == "trial")
		},
		func(b changed, p store.Person) (mail.Message, error) {
			return mail.Reactivation(mail.ReactivationProps{Name: p.Name, Business: b.Name, URL: w.sites.Business(b.Subdomain, "/")})
		})
	if err != nil || !sent {
		return err
	}
	return w.mailed(ctx, job.Args.ChangeNotice, false)
}

// planWorker tells owners which plan their business is on now.
type planWorker struct {
	river.WorkerDefaults[console.PlanNoticeArgs]
	mails
}

func (w *planWorker) Work(ctx context.Context, job *river.Job[console.PlanNoticeArgs]) error {
	_, err := w.tell(ctx, job.JobRow, job.Args.ChangeNotice,
		func(b changed, s console.NoticeState) bool { return !s.PlanMoved && b.Status != "archived" },
		func(b changed, p store.Person) (mail.Message, error) {
			in := mail.PlanProps{Name: p.Name, Business: b.Name, Plan: b.plan, TrialEnded: job.Args.TrialEnded, URL: w.sites.Business(b.Subdomain, urls.Plan())}
			if b.Status == "active" {
				in.Price = web.Money(b.MRRCents)
			}
			return mail.Plan(in)
		})
	return err
}

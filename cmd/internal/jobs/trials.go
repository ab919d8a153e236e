package jobs

import (
	"context"
	"time"

	"github.com/riverqueue/river"

	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/console"
	"github.com/smoothschedule/smoothschedule/store/plans"
	"github.com/smoothschedule/smoothschedule/views/mail"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

// trialsEvery is how late a trial may end at most.
const trialsEvery = time.Hour

type trialsWorker struct {
	river.WorkerDefaults[console.TrialsArgs]
	db *store.DB
}

func (w *trialsWorker) Work(ctx context.Context, _ *river.Job[console.TrialsArgs]) error {
	return console.Trials(ctx, w.db)
}

// trialWorker mails the owners how their trial goes on.
type trialWorker struct {
	river.WorkerDefaults[console.TrialNoticeArgs]
	mails
}

func (w *trialWorker) Work(ctx context.Context, job *river.Job[console.TrialNoticeArgs]) error {
	var b console.Business
	var plan string
	var owners []store.Person
	var now time.Time
	err := w.db.InPublic(ctx, func(q *store.PublicTx) (err error) {
		now = q.Now()
		if b, err = console.ReadBusiness(q, job.Args.BusinessID); err != nil {
			return err
		}
		if plan, err = plans.PlanName(q, job.Args.Plan); err != nil {
			return err
		}
		owners, err = activeOwners(q, b.ID)
		return err
	})
	if store.KindOf(err) == store.NotFound || err == nil && !trialNoticeHolds(job.Args, b, now) {
		return nil
	}
	if err != nil {
		return err
	}
	zone, err := time.LoadLocation(b.TimeZone)
	if err != nil {
		zone = time.UTC
	}
	letters := make([]letter, len(owners))
	for i, p := range owners {
		message, err := mail.Trial(mail.TrialProps{Name: p.Name, Business: b.Name, Plan: plan, Over: job.Args.When == "over",
			Days: calendarDays(now.In(zone), job.Args.EndsAt.In(zone)), Ends: job.Args.EndsAt.In(zone).Format("Monday, 2 January 2006"), URL: w.sites.Business(b.Subdomain, urls.Plan())})
		if err != nil {
			return err
		}
		letters[i] = letter{p.Email, p.BusinessID, message}
	}
	return w.deliver(ctx, job.JobRow, letters...)
}

// trialNoticeHolds says whether what a mail about a trial tells is still so: it may
// have waited while the trial was made longer or a plan was chosen.
func trialNoticeHolds(n console.TrialNoticeArgs, b console.Business, now time.Time) bool {
	if n.When == "over" {
		return b.Status == "active" && b.Plan == "free"
	}
	return b.Status == "trial" && b.TrialEndsAt != nil && b.TrialEndsAt.Equal(n.EndsAt) && n.EndsAt.After(now)
}

// calendarDays is how many midnights lie between two moments of a zone.
func calendarDays(from, to time.Time) int {
	date := func(t time.Time) time.Time { return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC) }
	return int(date(to).Sub(date(from)).Hours() / 24)
}

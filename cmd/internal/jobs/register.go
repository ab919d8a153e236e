// Package jobs runs what happens in the background: mails and roll-ups, as jobs
// of River. Their arguments are defined in store, which enqueues them in the
// transaction that causes them.
package jobs

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverdatabasesql"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/console"
	"github.com/smoothschedule/smoothschedule/store/masquerade"
	"github.com/smoothschedule/smoothschedule/store/ops"
	"github.com/smoothschedule/smoothschedule/store/schema"
)

// rollUpEvery is how old the dashboard's figures get.
const rollUpEvery = time.Minute

// rollUpTimeout is long enough for a thousand schemas on a slow machine.
const rollUpTimeout = 5 * time.Minute

// keepFailed is how long a job that was given up can be seen and retried, be it
// after its last try or because a mail was refused for good.
const keepFailed = 7 * 24 * time.Hour

// cleanUpEvery is how often what has expired is removed.
const cleanUpEvery = 6 * time.Hour

// Runner works jobs until it is stopped.
type Runner struct{ client *river.Client[*sql.Tx] }

// Start registers all workers and begins to work.
func Start(ctx context.Context, db *store.DB, mailer Mailer, sites web.Sites, log *slog.Logger) (*Runner, error) {
	workers := river.NewWorkers()
	river.AddWorker(workers, &deleteWorker{db: db})
	river.AddWorker(workers, &restoreWorker{db: db})
	river.AddWorker(workers, &inviteWorker{mails: mails{db, mailer, sites}})
	river.AddWorker(workers, &resetWorker{mails: mails{db, mailer, sites}})
	river.AddWorker(workers, &forgotWorker{db: db})
	river.AddWorker(workers, &bookersAccountWorker{db: db})
	river.AddWorker(workers, &emailChangeWorker{mails: mails{db, mailer, sites}})
	river.AddWorker(workers, &accountNoticeWorker{mails: mails{db, mailer, sites}})
	river.AddWorker(workers, &noticeWorker{mails: mails{db, mailer, sites}})
	river.AddWorker(workers, &consentWorker{mails: mails{db, mailer, sites}})
	river.AddWorker(workers, &overriddenWorker{mails: mails{db, mailer, sites}})
	river.AddWorker(workers, &ticketWorker{mails: mails{db, mailer, sites}})
	river.AddWorker(workers, &suspensionWorker{mails: mails{db, mailer, sites}})
	river.AddWorker(workers, &reactivationWorker{mails: mails{db, mailer, sites}})
	river.AddWorker(workers, &planWorker{mails: mails{db, mailer, sites}})
	river.AddWorker(workers, &bulkWorker{db: db})
	river.AddWorker(workers, &teamWorker{mails: mails{db, mailer, sites}})
	river.AddWorker(workers, &downloadWorker{mails: mails{db, mailer, sites}})
	river.AddWorker(workers, &signUpWorker{mails: mails{db, mailer, sites}})
	river.AddWorker(workers, &findWorker{mails: mails{db, mailer, sites}})
	river.AddWorker(workers, &trialWorker{mails: mails{db, mailer, sites}})
	river.AddWorker(workers, &trialsWorker{db: db})
	river.AddWorker(workers, &appointmentWorker{mails: mails{db, mailer, sites}})
	river.AddWorker(workers, &expireWorker{db: db})
	river.AddWorker(workers, &rollUpWorker{db: db})
	river.AddWorker(workers, &cleanUpWorker{db: db})
	river.AddWorker(workers, &sweepWorker{db: db})
	client, err := river.NewClient(riverdatabasesql.New(schema.Web(db)), &river.Config{
		Schema:   "public",
		PollOnly: true, // lib/pq brings no listener that River knows
		// The reindexer needs an owner's rights; nil would mean the default list.
		ReindexerIndexNames: []string{},
		FetchPollInterval:   500 * time.Millisecond,
		// A job that a killed process left is taken up again soon after the
		// longest that one may run.
		RescueStuckJobsAfter:        rollUpTimeout + time.Minute,
		Queues:                      map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: 4}},
		Workers:                     workers,
		ErrorHandler:                &failures{db, log},
		CancelledJobRetentionPeriod: keepFailed,
		DiscardedJobRetentionPeriod: keepFailed,
		Logger:                      slog.New(quiet{log.Handler()}),
		PeriodicJobs: []*river.PeriodicJob{
			river.NewPeriodicJob(river.PeriodicInterval(rollUpEvery), func() (river.JobArgs, *river.InsertOpts) {
				return console.RollUpArgs{}, &river.InsertOpts{UniqueOpts: river.UniqueOpts{ByPeriod: rollUpEvery}, MaxAttempts: 3}
			}, &river.PeriodicJobOpts{RunOnStart: true}),
			river.NewPeriodicJob(river.PeriodicInterval(sweepEvery), func() (river.JobArgs, *river.InsertOpts) {
				return masquerade.SweepMasqueradesArgs{}, &river.InsertOpts{UniqueOpts: river.UniqueOpts{ByPeriod: sweepEvery}, MaxAttempts: 1}
			}, &river.PeriodicJobOpts{RunOnStart: true}),
			river.NewPeriodicJob(river.PeriodicInterval(cleanUpEvery), func() (river.JobArgs, *river.InsertOpts) {
				return ops.CleanUpArgs{}, &river.InsertOpts{UniqueOpts: river.UniqueOpts{ByPeriod: cleanUpEvery}, MaxAttempts: 3}
			}, &river.PeriodicJobOpts{RunOnStart: true}),
			river.NewPeriodicJob(river.PeriodicInterval(trialsEvery), func() (river.JobArgs, *river.InsertOpts) {
				return console.TrialsArgs{}, &river.InsertOpts{UniqueOpts: river.UniqueOpts{ByPeriod: trialsEvery}, MaxAttempts: 3}
			}, &river.PeriodicJobOpts{RunOnStart: true}),
		},
	})
	if err != nil {
		return nil, fmt.Errorf("set up the jobs: %w", err)
	}
	// The client outlives ctx for as long as Stop allows, so that a mail being
	// sent is finished.
	if err := client.Start(context.WithoutCancel(ctx)); err != nil {
		return nil, fmt.Errorf("start the jobs: %w", err)
	}
	return &Runner{client}, nil
}

// Stop lets running jobs finish, for as long as ctx allows.
func (r *Runner) Stop(ctx context.Context) error { return r.client.Stop(ctx) }

// quiet leaves out River's news of every poll.
type quiet struct{ slog.Handler }

func (q quiet) Enabled(_ context.Context, level slog.Level) bool { return level >= slog.LevelWarn }

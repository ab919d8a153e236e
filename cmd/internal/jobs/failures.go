package jobs

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/people"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

// failures tells those who can retry or discard a job that it was given up.
// Whoever has not read of one yet is not told of the next within the hour.
type failures struct {
	db  *store.DB
	log *slog.Logger
}

// HandleError is called by River after each try that failed.
func (f *failures) HandleError(ctx context.Context, job *rivertype.JobRow, err error) *river.ErrorHandlerResult {
	if job.Attempt >= job.MaxAttempts || errors.As(err, new(*river.JobCancelError)) {
		f.tell(ctx, job)
	}
	return nil
}

// HandlePanic is called by River instead, after a panic.
func (f *failures) HandlePanic(ctx context.Context, job *rivertype.JobRow, _ any, _ string) *river.ErrorHandlerResult {
	if job.Attempt >= job.MaxAttempts {
		f.tell(ctx, job)
	}
	return nil
}

func (f *failures) tell(ctx context.Context, job *rivertype.JobRow) {
	// The job's own time may be over.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	notice := people.Notice{Kind: people.NoticeJob, Title: "A background job was given up",
		Detail: "It was to " + purpose(job.Kind) + ". The list of failed jobs says why it failed, and retries it.", Href: urls.SettingsJobs()}
	if err := people.NotifyStaff(ctx, f.db, notice, access.Holders(access.SettingsManage)...); err != nil {
		f.log.Error("notify of a failed job", slog.Int64("job", job.ID), slog.String("error", err.Error()))
	}
}

// purpose makes words of a kind: "mail_invitation" is to "send a mail: invitation".
func purpose(kind string) string {
	if what, found := strings.CutPrefix(kind, "mail_"); found {
		return "send a mail (" + strings.ReplaceAll(what, "_", " ") + ")"
	}
	return "do this: " + strings.ReplaceAll(kind, "_", " ")
}

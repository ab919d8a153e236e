package platform

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/ops"
	"github.com/smoothschedule/smoothschedule/views/platform"
	"github.com/smoothschedule/smoothschedule/views/ui"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

func (h *Handlers) settingsJobs(c echo.Context) error {
	var jobs []ops.FailedJob
	var all int
	err := h.DB.InPublic(c.Request().Context(), func(q *store.PublicTx) (err error) {
		jobs, all, err = ops.FailedJobs(q)
		return err
	})
	if err != nil {
		return err
	}
	p, now := platform.SettingsJobsProps{Total: web.Count(all), More: all > len(jobs)}, time.Now()
	for _, j := range jobs {
		row := platform.JobRow{ID: strconv.FormatInt(j.ID, 10), Kind: jobName(j.Kind), GivenUp: j.GivenUp, Tries: web.Count(j.Attempt) + " of " + web.Count(j.MaxAttempts),
			LastTry: web.Ago(j.LastTry, now), Error: j.Error}
		if !j.GivenUp {
			row.NextTry = web.Instant(j.NextTry, time.UTC)
		}
		p.Rows = append(p.Rows, row)
	}
	return h.Render(c, http.StatusOK, web.View{Title: "Failed jobs", Body: platform.SettingsJobs(p)})
}

func (h *Handlers) settingsJobRetry(c echo.Context) error {
	return h.settingsJob(c, func(ctx context.Context, id int64) error { return ops.RetryJob(ctx, h.DB, id) }, "The job is tried again now.")
}

func (h *Handlers) settingsJobDiscard(c echo.Context) error {
	return h.settingsJob(c, func(ctx context.Context, id int64) error { return ops.DiscardJob(ctx, h.DB, id) }, "The job is discarded.")
}

func (h *Handlers) settingsJob(c echo.Context, change func(context.Context, int64) error, done string) error {
	id, err := strconv.ParseInt(c.Param("id"), 10, 64)
	if err != nil {
		return echo.ErrNotFound
	}
	if err := change(c.Request().Context(), id); err != nil {
		return err
	}
	h.Flash(c, ui.Success, done)
	return web.Redirect(c, urls.SettingsJobs())
}

// jobName makes words of a kind: "mail_invitation" is "Mail invitation".
func jobName(kind string) string {
	words := strings.ReplaceAll(kind, "_", " ")
	if words == "" {
		return kind
	}
	return strings.ToUpper(words[:1]) + words[1:]
}

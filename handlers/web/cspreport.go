package web

import (
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

const (
	maxCSPReport   = 16 << 10
	maxCSPReports  = 20 // a minute are logged, by this process
	cspReportEvery = time.Minute
)

// reportLimit keeps a broken page, or somebody with time, from filling the log.
type reportLimit struct {
	mu     sync.Mutex
	since  time.Time
	logged int
}

func (l *reportLimit) take(now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if now.Sub(l.since) > cspReportEvery {
		l.since, l.logged = now, 0
	}
	l.logged++
	return l.logged <= maxCSPReports
}

// CSPReport is the route to which browsers report what the policy forbade.
func (a *App) CSPReport() Route {
	limit := &reportLimit{}
	return Route{Method: http.MethodPost, Path: urls.CSPReport(), Permission: access.Public, Masqueraded: true, Closed: true, Sessionless: true,
		Handler: func(c echo.Context) error { return a.cspReport(c, limit) }}
}

// cspReport logs what was forbidden and whose it was; paths and queries may hold
// tokens and stay out.
func (a *App) cspReport(c echo.Context, limit *reportLimit) error {
	body, err := io.ReadAll(io.LimitReader(c.Request().Body, maxCSPReport))
	if err != nil {
		return err
	}
	var report struct {
		Report struct {
			Directive string `json:"effective-directive"`
			Violated  string `json:"violated-directive"`
			Blocked   string `json:"blocked-uri"`
			Document  string `json:"document-uri"`
		} `json:"csp-report"`
	}
	if json.Unmarshal(body, &report) != nil {
		return echo.NewHTTPError(http.StatusBadRequest, "This is no report.")
	}
	if limit.take(time.Now()) {
		directive := report.Report.Directive
		if directive == "" {
			directive = report.Report.Violated
		}
		a.Log.LogAttrs(c.Request().Context(), slog.LevelWarn, "policy violation", slog.String("id", of(c).ID), slog.String("directive", short(directive)),
			slog.String("blocked", originOf(report.Report.Blocked)), slog.String("document", originOf(report.Report.Document)))
	}
	return c.NoContent(http.StatusNoContent)
}

// originOf leaves of an address what tells whose it is; "inline" and "eval" stay.
func originOf(address string) string {
	u, err := url.Parse(address)
	switch {
	case err != nil:
		return "unreadable"
	case u.Host != "":
		return short(u.Scheme + "://" + u.Host)
	case u.Scheme != "":
		return short(u.Scheme + ":")
	case address == "inline" || address == "eval" || address == "wasm-eval":
		return address
	}
	return ""
}

func short(text string) string {
	if len(text) > 120 {
		return text[:120]
	}
	return text
}

package web

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/sessions"
	"github.com/smoothschedule/smoothschedule/store/settings"
	"github.com/smoothschedule/smoothschedule/views/errorpage"
	"github.com/smoothschedule/smoothschedule/views/ui"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

var statusOf = map[store.Kind]int{
	store.Invalid:     http.StatusUnprocessableEntity,
	store.Conflict:    http.StatusConflict,
	store.NotFound:    http.StatusNotFound,
	store.Forbidden:   http.StatusForbidden,
	store.Unavailable: http.StatusServiceUnavailable,
	store.Throttled:   http.StatusTooManyRequests,
	store.Ended:       http.StatusUnauthorized,
}

// HandleError is the one place that turns an error into bytes. Users see a
// status, a sentence and the request's id; the log has the rest.
func (a *App) HandleError(err error, c echo.Context) {
	if c.Response().Committed || clientLeft(c, err) {
		return
	}
	if over, is := visitOver(err); is {
		if err = a.leaveVisit(c, over); err == nil {
			return
		}
	}
	r := of(c)
	if store.KindOf(err) == store.Ended {
		if err = a.signedOut(c); err == nil {
			return
		}
	}
	status, message := describe(err)
	a.report(c, status, err)
	if c.Request().Method == http.MethodHead {
		_ = c.NoContent(status)
		return
	}
	page := errorpage.Props{Status: status, Message: message, RequestID: r.ID, Actions: a.wayOut(c, status)}
	if way, inside := a.frameError(c, status); inside {
		page.Actions = way
	}
	if IsPartial(c) {
		err = Write(c, status, ui.ToastPartial(ui.Toast{Tone: ui.Failure, Text: errorpage.Text(page)}))
	} else {
		err = Write(c, status, a.page(c, View{Title: errorpage.Title(page), Body: errorpage.Show(page), Plain: true}))
	}
	if err != nil {
		a.Log.Error("error page failed", slog.String("id", r.ID), slog.String("error", err.Error()))
	}
}

// statusClientLeft stands in the log where a client ended its request: nobody
// reads an answer, and nothing is wrong. No answer carries it.
const statusClientLeft = 499

// clientLeft says whether a request failed because its client is gone.
func clientLeft(c echo.Context, err error) bool {
	if !errors.Is(err, context.Canceled) || c.Request().Context().Err() == nil {
		return false
	}
	c.Response().Status = statusClientLeft
	return true
}

// signedOut answers a request whose session ended while it was under way as it
// answers one without a session.
func (a *App) signedOut(c echo.Context) error {
	who := of(c).Principal
	forgetPrincipal(c)
	if who != nil && who.Masquerade != nil {
		return a.leaveVisit(c, sessions.VisitOver{ID: who.Masquerade.ID})
	}
	if err := a.Forget(c); err != nil {
		return err
	}
	return a.askToLogIn(c)
}

// report logs what is our fault, and tells programs when to come again.
func (a *App) report(c echo.Context, status int, err error) {
	if onPurpose(err) {
		a.Log.LogAttrs(c.Request().Context(), slog.LevelInfo, "closed on purpose", slog.String("id", of(c).ID),
			slog.String("route", c.Path()), slog.Int("status", status))
	} else if status >= http.StatusInternalServerError {
		what := "request failed"
		if store.NoRoom(err) {
			what = "the database's disk is full or fails" // words to alarm on; docs/operations.md names them
		}
		a.Log.LogAttrs(c.Request().Context(), slog.LevelError, what, slog.String("id", of(c).ID),
			slog.String("route", c.Path()), slog.Int("status", status), slog.String("error", err.Error()))
	}
	if status == http.StatusServiceUnavailable {
		c.Response().Header().Set("Retry-After", "30")
	}
	SetRetryAfter(c, err)
}

// onPurpose tells the 503 of a suspended business and of maintenance, which
// handlers choose, from the one of a database that is gone.
func onPurpose(err error) bool {
	var page *echo.HTTPError
	var program *APIError
	return errors.As(err, &page) && page.Code == http.StatusServiceUnavailable && page.Internal == nil ||
		errors.As(err, &program) && program.Status == http.StatusServiceUnavailable
}

// SetRetryAfter says how long to wait, where an error does.
func SetRetryAfter(c echo.Context, err error) {
	if wait := store.RetryAfter(err); wait > 0 {
		c.Response().Header().Set("Retry-After", strconv.Itoa(int(wait.Seconds())))
	}
}

// describe returns the status and, where an error was meant for users, its words.
func describe(err error) (int, string) {
	var known *store.Error
	if errors.As(err, &known) {
		if status := statusOf[known.Kind]; status != 0 {
			switch {
			case known.Kind == store.NotFound, known.Kind == store.Unavailable && !store.NoRoom(err):
				return status, "" // the page's own words are better
			default:
				return status, known.Message
			}
		}
	}
	if errors.As(err, new(*http.MaxBytesError)) {
		return http.StatusRequestEntityTooLarge, ""
	}
	var he *echo.HTTPError
	if errors.As(err, &he) {
		message, _ := he.Message.(string)
		if message == http.StatusText(he.Code) {
			message = ""
		}
		return he.Code, message
	}
	return http.StatusInternalServerError, ""
}

// wayOut is where a person can go from an error.
func (a *App) wayOut(c echo.Context, status int) []ui.Link {
	switch {
	case status == http.StatusServiceUnavailable && of(c).Tenant != nil && !settings.KnownSettings(a.DB).Maintenance.On && of(c).Principal.Can(access.SuspensionView) && of(c).Principal.Can(access.SupportView):
		return []ui.Link{{Label: "Write to support", Href: urls.Support()}}
	case status == http.StatusServiceUnavailable:
		if help := settings.KnownSettings(a.DB).SupportEmail; help != "" {
			return []ui.Link{{Label: "Write to " + help, Href: "mailto:" + help}}
		}
		return nil
	case of(c).Surface.Name == Unknown || status == http.StatusGone || c.Request().URL.Path == "/":
		return []ui.Link{{Label: "What is SmoothSchedule?", Href: a.Sites.Apex("/")}}
	}
	return []ui.Link{{Label: "Go to the start page", Href: "/"}}
}

// NotFound answers paths without a route. It looks at the session, so that the
// page keeps the banner of a masquerade.
func (a *App) NotFound(c echo.Context) error {
	finish, err := a.identify(c, Route{Path: "unknown"})
	if err != nil {
		return err
	}
	defer finish()
	return echo.ErrNotFound
}

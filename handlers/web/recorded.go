package web

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/sessions"
)

// recorder stands before what is sent to somebody who appears as another. No
// content leaves before it is on record, whatever route, method or status it has;
// what can't be written down isn't sent.
type recorder struct {
	http.ResponseWriter
	c        echo.Context
	record   func() error
	recorded bool // nothing more is asked of this answer
	refused  bool
}

// notRecorded is all that is told when the record can't be written.
const notRecorded = "This can't be shown now, since it could not be written to the record. Try again shortly.\n"

// WriteHeader records an answer that has a body by its status, while another
// status can still be sent.
func (r *recorder) WriteHeader(status int) {
	if r.recorded || !carries(status) {
		r.ResponseWriter.WriteHeader(status)
		return
	}
	if r.write() {
		r.ResponseWriter.WriteHeader(status)
		return
	}
	h := r.Header()
	for name := range h {
		switch name {
		case echo.HeaderContentEncoding, echo.HeaderContentLength, echo.HeaderContentDisposition, "Etag":
			h.Del(name)
		}
	}
	h.Set(echo.HeaderContentType, "text/plain; charset=utf-8")
	h.Set(echo.HeaderRetryAfter, "30")
	r.c.Response().Status = http.StatusServiceUnavailable
	r.ResponseWriter.WriteHeader(http.StatusServiceUnavailable)
	_, _ = r.ResponseWriter.Write([]byte(notRecorded))
}

// Write drops what isn't on record. An answer whose status has no body by right
// and that sends one all the same is recorded here.
func (r *recorder) Write(body []byte) (int, error) {
	if len(body) > 0 && !r.recorded && !r.refused {
		r.write()
	}
	if r.refused {
		return len(body), nil
	}
	return r.ResponseWriter.Write(body)
}

func (r *recorder) write() bool {
	err := r.record()
	r.recorded, r.refused = err == nil, err != nil
	if err != nil {
		of(r.c).app.report(r.c, http.StatusServiceUnavailable, err)
	}
	return err == nil
}

// Unwrap lets an answer be flushed.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

// carries says whether answers of a status have a body.
func carries(status int) bool {
	return status >= http.StatusOK && status != http.StatusNoContent && status != http.StatusResetContent &&
		(status < http.StatusMultipleChoices || status >= http.StatusBadRequest)
}

// keepRecord puts a recorder before the answer to a masquerade's request; the
// page that the session check has recorded already needs none.
func (a *App) keepRecord(c echo.Context, route Route, recorded bool) {
	if recorded || c.Request().Method == http.MethodHead {
		return
	}
	who := of(c).Principal
	res := c.Response()
	res.Writer = &recorder{ResponseWriter: res.Writer, c: c, record: func() error {
		return sessions.RecordView(c.Request().Context(), a.DB, who, seen(c, route), !access.IsSafe(c.Request().Method))
	}}
}

// forgetPrincipal makes a request that of nobody, whose answers need no record.
func forgetPrincipal(c echo.Context) {
	of(c).Principal = nil
	if kept, ok := c.Response().Writer.(*recorder); ok {
		c.Response().Writer = kept.ResponseWriter
	}
}

// ahead says whether an answer can be recorded with the check of the session,
// in its round trips: a page whose address alone says what it shows.
func ahead(method string, route Route) bool {
	return method == http.MethodGet && !route.Background && !secretPart.MatchString(route.Path)
}

// Shown names what a page behind a token is about, for the record of a masquerade:
// tokens open things and are never written down.
func Shown(c echo.Context, noun string, id uuid.UUID) { of(c).shown = noun + "=" + id.String() }

var (
	secretPart = regexp.MustCompile(`:(token|code)\b`)
	number     = regexp.MustCompile(`^[0-9]{1,12}$`)
	date       = regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2})?$`)
)

// seen is what the record says was looked at: the route with the ids in the place
// of their parameters, and of the query which day, page and things were asked
// for. Of a search it keeps the fact: people type names, the record is never
// rewritten, and a customer's erasure couldn't reach it.
func seen(c echo.Context, route Route) string {
	parts := strings.Split(route.Path, "/")
	for i, part := range parts {
		name, isParameter := strings.CutPrefix(part, ":")
		if !isParameter {
			continue
		}
		value := c.Param(name)
		if _, err := uuid.Parse(value); err == nil || name == "number" && number.MatchString(value) {
			parts[i] = value
		}
	}
	page := strings.Join(parts, "/")
	query := seenQuery(c.Request())
	if shown := of(c).shown; shown != "" {
		query = append(query, shown)
	}
	if len(query) > 0 {
		page += "?" + strings.Join(query, "&")
	}
	return page
}

// maxSeen bounds what is kept of a query.
const maxSeen = 8

func seenQuery(r *http.Request) []string {
	values := r.Form // with what a form sent, where it was read
	if values == nil {
		values = r.URL.Query()
	}
	names := make([]string, 0, len(values))
	for name := range values {
		names = append(names, name)
	}
	slices.Sort(names)
	var kept []string
	for _, name := range names {
		if value := seenValue(name, values.Get(name)); value != "" && len(kept) < maxSeen && len(name) <= 40 {
			kept = append(kept, url.QueryEscape(name)+"="+value)
		}
	}
	return kept
}

// seenValue is a parameter's value if it can't hold a person's words.
func seenValue(name, value string) string {
	switch {
	case name == "q" && strings.TrimSpace(value) != "":
		return "…"
	case name == "q", value == "":
		return ""
	case name == "page" && number.MatchString(value), name == "view" && (value == "day" || value == "week"), date.MatchString(value):
		return value
	}
	if _, err := uuid.Parse(value); err == nil && len(value) == 36 {
		return value
	}
	return ""
}

package web

import (
	"context"
	"net/http"
	"regexp"

	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/views/ui"
)

const seenKey = "web.seen"

// versions are what ui.VersionOf makes; anything else is none.
var versions = regexp.MustCompile(`^[A-Za-z0-9_-]{16}$`)

// Two people, or one in two windows, may have the same form open. Each form that
// replaces something stored carries the version of what it was made from (Seen,
// ui.Version); where it is saved IfSeen compares that with what is stored by then,
// under its lock. If it is another the answer is 409: the same form with what was
// typed (SeenAgain), and beside it both values. Saved once more it holds.

// Seen is the version of a form that shows what is stored.
func Seen(stored []ui.Answer) ui.Seen { return ui.Seen{Version: ui.VersionOf(stored)} }

// SeenAgain is that of a form that is shown again as typed; href shows it as
// stored.
func SeenAgain(c echo.Context, href string) ui.Seen {
	if seen, ok := c.Get(seenKey).(ui.Seen); ok {
		seen.Href = href
		return seen
	}
	return ui.Seen{Version: postedVersion(c)}
}

// SeenOf is that of one of several forms on a page: of the one that was sent to
// path and is shown again, or else of what is stored.
func SeenOf(c echo.Context, path, href string, stored []ui.Answer) ui.Seen {
	if c.Request().Method == http.MethodPost && c.Path() == path {
		return SeenAgain(c, href)
	}
	return Seen(stored)
}

func postedVersion(c echo.Context) string {
	if version := c.FormValue(ui.VersionField); versions.MatchString(version) {
		return version
	}
	return ""
}

// IfSeen is the context in which a form is saved: answers puts what is stored and
// what was typed into the same words. A form without a version, of a program that
// never read it, is saved over whatever is stored; and so is one that says what is
// stored already, like a form that was sent twice.
func IfSeen[T any](c echo.Context, answers func(T) []ui.Answer, typed T) context.Context {
	version := postedVersion(c)
	if version == "" {
		return c.Request().Context()
	}
	return store.IfUnchanged(c.Request().Context(), func(stored any) error {
		row, ok := stored.(T)
		if !ok {
			return nil
		}
		now, mine := answers(row), answers(typed)
		if actual := ui.VersionOf(now); version != actual && ui.VersionOf(mine) != actual {
			c.Set(seenKey, ui.Seen{Version: actual, Stale: true, Differs: ui.Differences(now, mine)})
			return &store.Error{Kind: store.Conflict, Field: ui.VersionField, Message: "This was changed meanwhile. Load the page again to see what is stored now."}
		}
		return nil
	})
}

// FormStatus is the status of a form that is shown again.
func FormStatus(errs map[string]string) int {
	if errs[ui.VersionField] != "" {
		return http.StatusConflict
	}
	return http.StatusUnprocessableEntity
}

// IsStale says whether a form was refused because it was older than what is stored.
func IsStale(err error) bool { return store.FieldErrors(err)[ui.VersionField] != "" }

// YesNo is the answer of a checkbox.
func YesNo(yes bool) string {
	if yes {
		return "yes"
	}
	return "no"
}

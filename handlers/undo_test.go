package handlers_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
)

// pairs are a form's fields as names and values.
func pairs(values url.Values) (list []string) {
	for name, all := range values {
		for _, value := range all {
			list = append(list, name, value)
		}
	}
	return list
}

func undoOf(t *testing.T, doc *goquery.Document) (action string, fields []string) {
	t.Helper()
	form := doc.Find(".toast form")
	if form.Length() != 1 {
		t.Fatalf("%d offers to take it back: %s", form.Length(), doc.Find(".toast").Text())
	}
	return form.AttrOr("action", ""), pairs(inputs(form))
}

// TestUndoIsOfOneVersion: what was changed since is not overwritten, and what an
// Undo makes is exactly what was there: with the same people, and outside of hours
// only if it stood there.
func TestUndoIsOfOneVersion(t *testing.T) {
	w := newSalon(t)
	at := w.post(w.owner, "/appointments", http.StatusSeeOther, "service_id", w.haircut.String(), "resource_id", w.ann.String(), "start", w.day+"T07:00", "anyway", "1",
		"customer_name", "Wally", "customer_email", "wally@example.test").Location()
	facts := func() string { return w.owner.Get(at).Doc().Find(".facts").Text() }
	made, gone := undoOf(t, w.owner.Get(at).Doc())
	move := func(clock, who string) (string, []string) {
		w.post(w.owner, at+"/move", http.StatusSeeOther, "date", w.day, "time", clock, "minutes", "60", "resource_id", who)
		return undoOf(t, w.owner.Get(at).Doc())
	}
	action, first := move("10:00", w.ann.String())
	_, second := move("11:00", w.ben.String())
	if text := w.post(w.owner, action, http.StatusConflict, first...).Doc().Find("main").Text(); !strings.Contains(text, "11:00") || !strings.Contains(facts(), "11:00") {
		t.Errorf("an older Undo: %s; now %s", text, facts())
	}
	w.post(w.owner, made, http.StatusConflict, gone...)
	w.post(w.owner, action, http.StatusSeeOther, second...)
	if text := facts(); !strings.Contains(text, "10:00") || !strings.Contains(text, "Ann") {
		t.Errorf("the newer Undo: %s", text)
	}
	// Back to seven: it stood there by somebody's word. Another time outside of hours
	// did not, whatever a form says.
	action, first = move("12:00", w.ann.String())
	forged := append([]string{}, first...)
	for i := range forged {
		if i > 0 && forged[i-1] == "start" {
			forged[i] = w.day + "T06:00"
		}
	}
	w.post(w.owner, action, http.StatusUnprocessableEntity, forged...)
	w.post(w.owner, action, http.StatusSeeOther, first...)
	w.post(w.owner, at+"/move", http.StatusSeeOther, "date", w.day, "time", "07:00", "minutes", "60", "anyway", "1")
	action, first = move("13:00", w.ann.String())
	w.post(w.owner, action, http.StatusSeeOther, first...)
	if text := facts(); !strings.Contains(text, "07:00") {
		t.Errorf("back to where it stood: %s", text)
	}
	// States: each Undo is of its version, too.
	w.post(w.owner, at+"/status", http.StatusSeeOther, "status", "cancelled", "answer", "The boiler broke")
	action, first = undoOf(t, w.owner.Get(at).Doc())
	w.post(w.owner, action, http.StatusSeeOther, first...)
	w.post(w.owner, action, http.StatusConflict, first...)
}

// TestUndoOfBlockedTime: of what it was, once.
func TestUndoOfBlockedTime(t *testing.T) {
	w := newSalon(t)
	page := w.schedule()
	w.post(w.owner, "/blockers", http.StatusSeeOther, "start", w.day+"T10:00", "minutes", "60", "resource_id", w.ann.String(), "reason", "Training", "back", page)
	made, gone := undoOf(t, w.owner.Get(page).Doc())
	blocker := strings.TrimSuffix(made, "/delete")
	w.post(w.owner, blocker, http.StatusSeeOther, "start", w.day+"T11:00", "minutes", "60", "resource_id", w.ann.String(), "back", page)
	changed, was := undoOf(t, w.owner.Get(page).Doc())
	w.post(w.owner, made, http.StatusConflict, gone...)
	w.post(w.owner, changed, http.StatusSeeOther, was...)
	w.owner.Get(page)
	w.post(w.owner, changed, http.StatusConflict, was...)
	w.post(w.owner, made, http.StatusSeeOther, "back", page)
	again, lost := undoOf(t, w.owner.Get(page).Doc())
	w.post(w.owner, again, http.StatusSeeOther, lost...)
	w.post(w.owner, again, http.StatusConflict, lost...)
}

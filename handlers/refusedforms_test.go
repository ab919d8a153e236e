package handlers_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// carried are fields that a form brings along unseen.
var carried = []string{"user_id", "business", "id", "list", "query", "count", "action"}

// refuses sends a deed's form again with nothing filled in. A refusal names the
// field that is wrong, or says above the form what is: that is where app.js
// puts the focus.
func (y *story) refuses(d deed) bool {
	y.t.Helper()
	if d.form == "" || strings.Contains(d.path, "link:") || strings.Contains(d.path, "second-factor") || strings.HasPrefix(d.path, "/login") {
		return false
	}
	form, err := url.ParseQuery(y.fill(d.form, url.QueryEscape))
	if err != nil {
		y.t.Fatal(err)
	}
	for name := range form {
		if !slices.Contains(carried, name) {
			form[name] = []string{""}
		}
	}
	r := y.browser(d.as).Post(y.fill(d.path, url.PathEscape), form)
	if r.Code != http.StatusUnprocessableEntity {
		return false
	}
	if r.Doc().Find(`main [aria-invalid="true"], main [data-errors], main [role="alert"][tabindex="-1"]`).Length() == 0 {
		y.t.Errorf("POST %s with nothing filled in is refused without naming a field: %.300s", d.path, strings.Join(strings.Fields(r.Doc().Find("main").Text()), " "))
	}
	return true
}

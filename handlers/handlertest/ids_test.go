package handlertest

import (
	"net/http/httptest"
	"slices"
	"testing"
)

// TestPageChecksFindWhatTheyLookFor: a check that finds nothing anywhere proves
// nothing.
func TestPageChecksFindWhatTheyLookFor(t *testing.T) {
	for _, c := range []struct {
		page                    string
		again, needless, clocks []string
	}{
		{page: `<p id="a">id="a"</p><p id="b" class="x">&#34; id=&#34;b&#34;</p>`},
		{page: `<p id="a"><input class="x" id="a"><b id="c"></b><i id="c">`, again: []string{"a", "c"}},
		{page: `<select name="plan" required><option value="">Choose</option><option value="x">X</option></select>`},
		{page: `<select name="plan"><option value="x">X</option></select>`},
		{page: `<select id="p" required name="plan"><option selected value="x">X</option><option value="">None</option></select>`, needless: []string{"plan"}},
		{page: `<select name="one" required><option>X</option></select><select name="two" required></select>`, needless: []string{"one", "two"}},
		{page: `<input id="t" class="x" type="time"><input type="text" id="u"><input id="d" type="date"><p id="d-day"></p><input type="date" id="e">`, clocks: []string{"t", "e"}},
	} {
		rec := httptest.NewRecorder()
		rec.Header().Set("Content-Type", "text/html; charset=utf-8")
		rec.Body.WriteString(c.page)
		if got := repeatedIDs(rec); !slices.Equal(got, c.again) {
			t.Errorf("%s: ids %v, want %v", c.page, got, c.again)
		}
		if got := needlessRequired(rec); !slices.Equal(got, c.needless) {
			t.Errorf("%s: lists %v, want %v", c.page, got, c.needless)
		}
		if got := strangeClocks(rec); !slices.Equal(got, c.clocks) {
			t.Errorf("%s: clocks %v, want %v", c.page, got, c.clocks)
		}
	}
}

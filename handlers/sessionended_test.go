package handlers_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/smoothschedule/smoothschedule/store/access"
)

// TestOpenPageSaysThatItsSessionEnded: what an open page asks by itself is answered
// with a note that leads to the login and back, and not as if nothing were new.
func TestOpenPageSaysThatItsSessionEnded(t *testing.T) {
	w := newSalon(t)
	page := "/schedule?date=" + w.day + "&view=week"
	updates, _ := w.owner.Get(page).Doc().Find("#schedule").Attr("hx-get")
	other := w.s.At("acme").As(access.TenantOwner)
	w.post(other, "/account/sessions/end", http.StatusSeeOther)
	origin := "http://acme.localhost"
	poll := w.onBoard(w.owner).With("HX-Current-URL", origin+page)
	r := poll.Get(updates)
	note := r.Doc().Find(`hx-partial[hx-target="#toasts"] #session-ended a`)
	to, _ := url.Parse(note.AttrOr("href", ""))
	if r.Code != http.StatusUnauthorized || to.Path != "/login" || to.Query().Get("next") != page {
		t.Fatalf("%d %s leads to %s", r.Code, r.Doc().Text(), to)
	}
	if back := w.s.At("acme").Get(to.String()).Doc().Find(`input[name="next"]`).AttrOr("value", ""); back != page {
		t.Errorf("the login leads back to %q", back)
	}
	// A click leads to the login by itself, and comes back to the page, too.
	if to := poll.Get("/appointments/new").Header().Get("HX-Redirect"); !strings.HasPrefix(to, "/login?next="+url.QueryEscape("/schedule?date=")) {
		t.Errorf("a click leads to %q", to)
	}
	if r := w.onBoard(w.owner).With("HX-Current-URL", "https://evil.example/x").Get("/appointments/new"); r.Header().Get("HX-Redirect") != "/login" {
		t.Errorf("from elsewhere: %s", r.Header().Get("HX-Redirect"))
	}
}

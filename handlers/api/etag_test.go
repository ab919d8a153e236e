package api_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/smoothschedule/smoothschedule/store/access"
)

func TestETag(t *testing.T) {
	w := newWorld(t)
	c := w.as(access.Superuser)
	for _, path := range []string{businessesPath + w.acme.ID.String() + "/", usersPath + w.user.ID.String() + "/", metricsPath, "/api/openapi.json"} {
		r := c.Get(path)
		tag := r.Header().Get("ETag")
		if r.Code != http.StatusOK || tag == "" || r.Header().Get("Cache-Control") != "private, no-cache" {
			t.Errorf("%s: %d, ETag %q", path, r.Code, tag)
		}
		for _, have := range []string{tag, "W/" + tag, `"other", ` + tag, "*"} {
			if r := c.With("If-None-Match", have).Get(path); r.Code != http.StatusNotModified || r.Body.Len() > 0 || r.Header().Get("ETag") != tag {
				t.Errorf("%s with %s: %d", path, have, r.Code)
			}
		}
		for _, have := range []string{`"other"`, "", `W/"`, strings.Trim(tag, `"`)} {
			if r := c.With("If-None-Match", have).Get(path); r.Code != http.StatusOK {
				t.Errorf("%s with %q: %d", path, have, r.Code)
			}
		}
	}
	path := businessesPath + w.acme.ID.String() + "/"
	tag := c.Get(path).Header().Get("ETag")
	w.exec(`UPDATE businesses SET name = 'Renamed' WHERE subdomain = 'acme'`)
	if r := c.With("If-None-Match", tag).Get(path); r.Code != http.StatusOK {
		t.Errorf("after a change: %d", r.Code)
	}
	wantError(t, "the tag without a token", w.Platform().With("If-None-Match", "*").Get(path), http.StatusUnauthorized, "unauthenticated")
}

package api_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/smoothschedule/smoothschedule/store/access"
)

// TestS8_BadQuery: what can't be meant is 400 with the parameter's name, and
// nothing is ever our fault.
func TestS8_BadQuery(t *testing.T) {
	w := newWorld(t)
	c := w.as(access.Superuser)
	for _, path := range []string{businessesPath, usersPath} {
		for query, field := range map[string]string{
			"page=0": "page", "page=-1": "page", "page=x": "page", "page=1.5": "page", "page=1e3": "page", "page=99999999999999999999": "page", "page=%00": "page",
			"page_size=0": "page_size", "page_size=1000": "page_size", "page_size=101": "page_size", "page_size=x": "page_size",
			"ordering=x": "ordering", "ordering=-": "ordering", "ordering=--name": "ordering", "ordering=name%27%3B--": "ordering",
			"search=%00": "search", "search=%ff": "search", "search=" + strings.Repeat("x", 201): "search", "search=a%0ab": "search",
		} {
			r := c.Get(path + "?" + query)
			wantError(t, path+"?"+query, r, http.StatusBadRequest, "invalid")
			if fields := decode(t, r)["fields"].(map[string]any); len(fields) != 1 || fields[field] == nil {
				t.Errorf("%s?%s: fields %v", path, query, fields)
			}
		}
		for _, query := range []string{"search=%25", "search=_", "search=%5C", "search=%F0%9F%92%88", "search='", "search=" + strings.Repeat("+a", 99), "ordering=name&ordering=x"} {
			if r := c.Get(path + "?" + query); r.Code != http.StatusOK {
				t.Errorf("%s?%s: %d %s", path, query, r.Code, r.Body)
			}
		}
	}
	for _, query := range []string{"%", "page=1;page=2", "search=%zz"} {
		wantError(t, query, c.Get(businessesPath+"?"+query), http.StatusBadRequest, "invalid")
	}
	for query, field := range map[string]string{"plan=golden": "plan", "status=ACTIVE": "status", "status=open&plan=x": "status"} {
		r := c.Get(businessesPath + "?" + query)
		wantError(t, query, r, http.StatusBadRequest, "invalid")
		if decode(t, r)["fields"].(map[string]any)[field] == nil {
			t.Errorf("%s: %s", query, r.Body)
		}
	}
	for query, field := range map[string]string{"role=superuser": "role", "business=acme": "business", "business=%00": "business"} {
		r := c.Get(usersPath + "?" + query)
		wantError(t, query, r, http.StatusBadRequest, "invalid")
		if decode(t, r)["fields"].(map[string]any)[field] == nil {
			t.Errorf("%s: %s", query, r.Body)
		}
	}
}

package api_test

import (
	"net/http"
	"testing"

	"github.com/smoothschedule/smoothschedule/store/access"
)

func TestUsers(t *testing.T) {
	w := newWorld(t)
	c := w.as(access.PlatformSupport)
	for query, want := range map[string]string{
		"role=CUSTOMER": "customer@example.test customer@example.test", "role=SUPERUSER": "superuser@example.test", "business=" + w.acme.ID.String() + "&role=TENANT_STAFF": "tenant_staff@example.test",
		"search=SUPERUSER": "superuser@example.test", "search=the+platform_sales%40": "platform_sales@example.test", "search=platform&ordering=-email": "platform_support@example.test platform_sales@example.test platform_manager@example.test",
		"business=00000000-0000-0000-0000-000000000000": "", "ordering=-last_login&page_size=1": "platform_support@example.test", "ordering=created_at&page_size=1": "superuser@example.test",
		"ordering=email&page_size=1": "customer@example.test", "page=7": "",
	} {
		r := c.Get(usersPath + "?" + query)
		if r.Code != http.StatusOK {
			t.Errorf("?%s: %d %s", query, r.Code, r.Body)
		} else if got := names(t, r, "email"); got != want {
			t.Errorf("?%s: %q, want %q", query, got, want)
		}
	}
	if all := decode(t, c.Get(usersPath)); all["count"] != 14.0 {
		t.Errorf("%v people", all["count"])
	}
	one := decode(t, c.Get(usersPath+w.user.ID.String()+"/"))
	if one["role"] != "SUPERUSER" || one["business"] != nil || one["last_login"] != nil || one["is_active"] != true {
		t.Errorf("got %v", one)
	}
	row := decode(t, c.Get(usersPath+"?role=TENANT_OWNER&business="+w.acme.ID.String()))["results"].([]any)[0].(map[string]any)
	if row["business"].(map[string]any)["name"] != "Business acme" {
		t.Errorf("got %v", row)
	}
	wantError(t, "unknown", c.Get(usersPath+w.acme.ID.String()+"/"), http.StatusNotFound, "not_found")
}

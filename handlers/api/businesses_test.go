package api_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/smoothschedule/smoothschedule/store/access"
)

func TestBusinesses(t *testing.T) {
	w := newWorld(t)
	for i := range 30 {
		w.exec(`INSERT INTO businesses (id, name, subdomain, schema_name, plan, status, time_zone, trial_ends_at, created_at, updated_at)
			VALUES (gen_random_uuid(), $1, $2, $2, 'free', 'trial', 'Asia/Tokyo', '2026-12-24 10:00+09', '2026-01-02 03:04:05.678+00', now())`, fmt.Sprintf("Shop %02d", i), fmt.Sprintf("shop-%d", i))
	}
	w.exec(`INSERT INTO business_totals (business_id, plan, status, people_count, search_text, last_activity_at) SELECT id, plan, status, 3, lower(name), now() FROM businesses WHERE plan = 'free'`)
	c := w.as(access.PlatformSales)
	for query, want := range map[string]string{
		"search=ACME": "acme", "search=first%40example&ordering=-name": "beta acme", "plan=professional": "acme beta", "status=trial&page_size=2&page=16": "shop-28 shop-29",
		"status=archived": "", "search=nothing+like+it": "", "search=%25": "", "search=shop&plan=free&status=trial&ordering=-created_at&page_size=1&page=31": "",
		"page=1000000000000": "", "page=9223372036854775807": "", "search=shop&page=1000000000000": "",
		"page=&plan=&ordering=&unknown=x&search=acme": "acme",
	} {
		r := c.Get(businessesPath + "?" + query)
		if r.Code != http.StatusOK {
			t.Errorf("?%s: %d %s", query, r.Code, r.Body)
			continue
		}
		if got := names(t, r, "subdomain"); got != want {
			t.Errorf("?%s: %q, want %q", query, got, want)
		}
	}
	// The links lead through all rows, forth and back, and keep the rest.
	first := businessesPath + "?page_size=10&ordering=name&search=s"
	seen, path := 0, first
	var last map[string]any
	for pages := 0; path != "" && pages < 10; pages++ {
		last = decode(t, c.Get(path))
		seen += len(last["results"].([]any))
		next, _ := last["next"].(string)
		if next != "" && !strings.HasPrefix(next, "http://platform.localhost:8000"+businessesPath+"?") {
			t.Errorf("next is %q", next)
		}
		path = strings.TrimPrefix(next, "http://platform.localhost:8000")
	}
	if seen != 32 || last["count"].(float64) != 32 || last["next"] != nil {
		t.Errorf("the links lead through %d rows of %v", seen, last["count"])
	}
	if previous, _ := last["previous"].(string); !strings.Contains(previous, "page=3") || !strings.Contains(previous, "search=s") {
		t.Errorf("previous is %q", previous)
	}
	out := decode(t, c.Get(first))
	if out["previous"] != nil {
		t.Errorf("something before the first page: %v", out["previous"])
	}
	out = decode(t, w.On("www.localhost").With("Authorization", authorization(w)).Get(first+"&page=99"))
	if out["next"] != nil || !strings.HasPrefix(out["previous"].(string), "http://localhost:8000/api/") || !strings.Contains(out["previous"].(string), "page=4") {
		t.Errorf("past the end: %v %v", out["next"], out["previous"])
	}

	row := decode(t, c.Get(businessesPath+"?search=shop+07"))["results"].([]any)[0].(map[string]any)
	if row["created_at"] != "2026-01-02T03:04:05Z" || row["trial_ends_at"] != "2026-12-24T01:00:00Z" || row["owner"] != nil || row["user_count"] != 3.0 || row["domain"] != "shop-7.localhost" {
		t.Errorf("got %v", row)
	}
	one := decode(t, c.Get(businessesPath+w.acme.ID.String()+"/"))
	if one["name"] != "Business acme" || one["owner"].(map[string]any)["email"] != "first@example.test" || one["user_count"] != 4.0 {
		t.Errorf("got %v", one)
	}
	for _, id := range []string{"x", "00000000-0000-0000-0000-000000000000", "%00", "%ff", "..", strings.Repeat("9", 5000), w.user.ID.String(), "{" + w.acme.ID.String() + "}", "urn:uuid:" + w.acme.ID.String()} {
		wantError(t, "id "+id, c.Get(businessesPath+id+"/"), http.StatusNotFound, "not_found")
	}
}

func authorization(w *world) string {
	return "Bearer " + w.token("platform.localhost", access.Superuser)
}

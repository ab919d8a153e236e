package api_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/catalog"
)

const availabilityPath = "/api/availability/"

// service gives the business acme a service of an hour, with somebody who does
// it from 9 to 11 each day, and returns its id.
func (w *world) service() (id uuid.UUID) {
	w.t.Helper()
	err := w.DB.InTenant(context.Background(), w.acme, func(q *store.TenantTx) error {
		ann, err := catalog.CreateResource(q, catalog.Resource{Name: "Ann", Kind: "STAFF", IsActive: true}, nil)
		if err != nil {
			return err
		}
		var week catalog.Week
		for i := range week {
			week[i] = []catalog.Hours{{From: 9 * 60, To: 11 * 60}}
		}
		if err := catalog.SetWeek(q, uuid.NullUUID{}, week); err != nil {
			return err
		}
		id, err = catalog.CreateService(q, catalog.Service{Name: "Oil change", DurationMinutes: 60, IsActive: true, Sets: [][]uuid.UUID{{ann}}})
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return id
}

// soon is a day that can be booked.
func soon() string { return time.Now().AddDate(0, 0, 7).Format(time.DateOnly) }

func TestAvailability(t *testing.T) {
	w := newWorld(t)
	id := w.service().String()
	zurich, err := time.LoadLocation("Europe/Zurich")
	if err != nil {
		t.Fatal(err)
	}
	day, err := time.ParseInLocation(time.DateOnly, soon(), zurich)
	if err != nil {
		t.Fatal(err)
	}
	nine := time.Date(day.Year(), day.Month(), day.Day(), 9, 0, 0, 0, zurich)
	get := func(query ...string) (slots []map[string]string, code int, body string) {
		values := url.Values{}
		for i := 0; i < len(query); i += 2 {
			values.Set(query[i], query[i+1])
		}
		r := w.At("acme").Get(availabilityPath + "?" + values.Encode())
		if r.Code == http.StatusOK {
			if err := json.Unmarshal(r.Body.Bytes(), &slots); err != nil {
				t.Fatal(err)
			}
		}
		return slots, r.Code, r.Body.String()
	}
	slots, code, body := get("service_id", id, "date", soon())
	want := nine.Format(time.RFC3339)
	if code != http.StatusOK || len(slots) != 5 || slots[0]["start"] != want || slots[0]["local"] != "09:00" || slots[4]["local"] != "10:00" {
		t.Errorf("in the business's zone: %d %s, want the first at %s", code, body, want)
	}
	slots, code, body = get("service_id", id, "date", soon(), "time_zone", "Asia/Kathmandu")
	if start, err := time.Parse(time.RFC3339, slots[0]["start"]); code != http.StatusOK || err != nil || !start.Equal(nine) || slots[0]["start"][19:] != "+05:45" {
		t.Errorf("in Kathmandu: %d %s", code, body)
	}
	// Half way round the world a day has other hours of two of ours.
	slots, _, body = get("service_id", id, "date", soon(), "time_zone", "Pacific/Kiritimati")
	if len(slots) != 5 || slots[0]["start"][:10] != soon() {
		t.Errorf("in Kiritimati: %s", body)
	}
	if _, code, body := get("service_id", id, "date", "2020-01-01"); code != http.StatusOK || body != "[]\n" {
		t.Errorf("a day long gone: %d %s", code, body)
	}
	for name, c := range map[string]struct {
		status int
		query  []string
	}{
		"no service":            {400, []string{"date", soon()}},
		"an odd service":        {400, []string{"service_id", "1", "date", soon()}},
		"no date":               {400, []string{"service_id", id}},
		"an odd date":           {400, []string{"service_id", id, "date", "next week"}},
		"an odd zone":           {400, []string{"service_id", id, "date", soon(), "time_zone", "../../etc/passwd"}},
		"a day that is none":    {422, []string{"service_id", id, "date", "2026-02-30"}},
		"a zone that is none":   {422, []string{"service_id", id, "date", soon(), "time_zone", "Mars/Olympus_Mons"}},
		"the server's own zone": {422, []string{"service_id", id, "date", soon(), "time_zone", "Local"}},
		"an unknown service":    {404, []string{"service_id", uuid.NewString(), "date", soon()}},
	} {
		if _, code, body := get(c.query...); code != c.status {
			t.Errorf("%s: %d %s, want %d", name, code, body, c.status)
		}
	}
	if r := w.At("beta").Get(availabilityPath + "?service_id=" + id + "&date=" + soon()); r.Code != http.StatusNotFound {
		t.Errorf("on another business's host: %d", r.Code)
	}
	if r := w.Platform().Get(availabilityPath + "?service_id=" + id + "&date=" + soon()); r.Code != http.StatusNotFound {
		t.Errorf("on the platform's host: %d", r.Code)
	}
}

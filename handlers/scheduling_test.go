package handlers_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/handlers/handlertest"
	"github.com/smoothschedule/smoothschedule/store/access"
)

// TestSchedulingPages sets a business up as its owner does, by its forms: people,
// a service, hours, days off, rules; each with what is refused.
func TestSchedulingPages(t *testing.T) {
	s := handlertest.New(t)
	tenant := s.Business("acme")
	s.Business("other")
	owner, staff, foreign := s.At("acme").As(access.TenantOwner), s.At("acme").As(access.TenantStaff), s.At("other").As(access.TenantOwner)
	customer := s.At("acme").As(access.Customer)

	post := func(path string, want int, values ...string) handlertest.Response {
		t.Helper()
		form := url.Values{}
		for i := 0; i < len(values); i += 2 {
			form.Add(values[i], values[i+1])
		}
		r := owner.Post(path, form)
		if r.Code != want {
			t.Fatalf("POST %s %v: %d, want %d: %.300s", path, values, r.Code, want, r.Doc().Find("main").Text())
		}
		return r
	}
	// refused sees that bad input comes back with the form as typed and a message at its field.
	refused := func(path, field, typed string, values ...string) {
		t.Helper()
		doc := post(path, http.StatusUnprocessableEntity, values...).Doc()
		input := doc.Find(`[name="` + field + `"]`).First()
		value, _ := input.Attr("value")
		if described := input.AttrOr("aria-describedby", ""); value != typed || input.AttrOr("aria-invalid", "") != "true" || doc.Find("#"+last(described)+".error").Length() != 1 {
			t.Errorf("POST %s: %s is %q, described by %q", path, field, value, described)
		}
	}
	tomorrow := time.Now().In(tenant.Location()).AddDate(0, 0, 1)

	t.Run("resources", func(t *testing.T) {
		refused("/resources", "name", "", "name", " ", "kind", "STAFF")
		refused("/resources", "time_zone", "Mars/Base", "name", "Ann", "kind", "STAFF", "time_zone", "Mars/Base")
		post("/resources", http.StatusUnprocessableEntity, "name", "Ann", "kind", "GHOST")
		post("/resources", http.StatusUnprocessableEntity, "name", "Ann", "kind", "STAFF", "user_id", uuid.NewString())
		ann := post("/resources", http.StatusSeeOther, "name", "Ann", "kind", "STAFF").Location()
		lift := post("/resources", http.StatusSeeOther, "name", "Lift", "kind", "EQUIPMENT").Location()
		post(ann+"/hours", http.StatusUnprocessableEntity, "monday_from", "09:00", "monday_to", "08:00")
		post(ann+"/hours", http.StatusUnprocessableEntity, "monday_from", "09:00", "monday_to", "12:00", "monday_from", "11:00", "monday_to", "13:00")
		post(ann+"/hours", http.StatusSeeOther, "monday_from", "09:00", "monday_to", "00:00", "copy", "1", "copy_from", "monday", "copy_to", "tuesday")
		doc := owner.Get(ann).Doc()
		if from, to := doc.Find("#f-tuesday-from-1").AttrOr("value", ""), doc.Find("#f-tuesday-to-1").AttrOr("value", ""); from != "09:00" || to != "24:00" {
			t.Errorf("copied: %s to %s", from, to)
		}
		post(ann+"/time-off", http.StatusUnprocessableEntity, "from", "2020-01-01")
		post(ann+"/time-off", http.StatusUnprocessableEntity, "from", tomorrow.Format(time.DateOnly), "to", "2020-01-01")
		post(ann+"/time-off", http.StatusSeeOther, "from", tomorrow.Format(time.DateOnly), "reason", "Dentist")
		doc = owner.Get(ann).Doc()
		remove := doc.Find(`#time-off form[action$="/delete"]`).AttrOr("action", "")
		if !strings.Contains(doc.Find("#time-off tbody").Text(), "Dentist") || remove == "" {
			t.Fatal("the time off is not shown")
		}
		for name, c := range map[string]*handlertest.Client{"another business": foreign} {
			for _, path := range []string{ann, ann + "/hours", ann + "/move", ann + "/delete", ann + "/time-off", remove} {
				form := url.Values{"name": {"x"}, "confirm": {"Ann"}, "from": {tomorrow.Format(time.DateOnly)}}
				if r := c.Post(path, form); r.Code != http.StatusNotFound {
					t.Errorf("%s: POST %s: %d", name, path, r.Code)
				}
			}
		}
		post(remove, http.StatusSeeOther)
		post(remove, http.StatusNotFound)
		post(lift+"/move", http.StatusSeeOther, "direction", "up")
		if first := owner.Get("/resources").Doc().Find("#resources tbody tr").First().Text(); !strings.Contains(first, "Lift") {
			t.Errorf("after the move: %s", first)
		}
		refused(lift+"/delete", "confirm", "lift", "confirm", "lift")
		post(lift+"/delete", http.StatusSeeOther, "confirm", "Lift")
		if r := owner.Get(lift); r.Code != http.StatusNotFound {
			t.Errorf("after the deletion: %d", r.Code)
		}
	})

	t.Run("services", func(t *testing.T) {
		refused("/services", "price", "-1", "name", "Wash", "duration_minutes", "30", "price", "-1")
		refused("/services", "duration_minutes", "1e3", "name", "Wash", "duration_minutes", "1e3", "price", "45")
		refused("/services", "horizon_days", "0", "name", "Wash", "duration_minutes", "30", "price", "45", "horizon_days", "0")
		// What was deleted while the form was open, or is another business's, is not left out in silence.
		gone := post("/services", http.StatusUnprocessableEntity, "name", "Wash", "duration_minutes", "30", "price", "45", "with_sets", "1", "set_1", uuid.NewString()).Doc()
		if gone.Find("#f-sets .error").Length() != 1 || gone.Find("#f-name").AttrOr("value", "") != "Wash" {
			t.Error("a set of what isn't there is taken, or what was typed is lost")
		}
		post("/services", http.StatusSeeOther, "name", "Wash", "duration_minutes", "30", "price", "45,50")
		doc := owner.Get("/services").Doc()
		row := doc.Find("#services tbody tr").First()
		if text := row.Text(); !strings.Contains(text, "$45.50") || !strings.Contains(text, "Ann") {
			t.Errorf("the list: %s", text)
		}
		wash, _ := row.Find("a.main-link").Attr("href")
		if checked := owner.Get(wash).Doc().Find(`input[name="set_1"][checked]`).Length(); checked != 1 {
			t.Errorf("%d members in the set", checked)
		}
		post(wash, http.StatusSeeOther, "name", "Wash & wax", "duration_minutes", "30", "price", "50", "status", "hidden", "with_sets", "1")
		if doc := owner.Get("/services").Doc(); !strings.Contains(doc.Text(), "Nobody does it yet") || !strings.Contains(doc.Text(), "Team only") {
			t.Error("hidden, and done by nobody: not shown")
		}
		if page := s.At("acme").Get("/").Doc().Text(); strings.Contains(page, "Wash") {
			t.Error("a hidden service is on the public page")
		}
		if r := foreign.Get(wash); r.Code != http.StatusNotFound {
			t.Errorf("another business: %d", r.Code)
		}
		post(wash+"/delete", http.StatusUnprocessableEntity, "confirm", "Wash")
		post(wash+"/delete", http.StatusSeeOther, "confirm", "Wash & wax")
	})

	t.Run("settings", func(t *testing.T) {
		post("/settings/hours", http.StatusUnprocessableEntity, "friday_from", "09:00")
		post("/settings/hours", http.StatusUnprocessableEntity, "friday_from", "09:00", "friday_to", "12:00", "copy", "1", "copy_from", "friday")
		post("/settings/hours", http.StatusSeeOther, "friday_from", "9", "friday_to", "12pm", "friday_from", "1.00 PM", "friday_to", "1700")
		if text := s.At("acme").Get("/").Doc().Find("dl.facts").Text(); !strings.Contains(text, "09:00–12:00, 13:00–17:00") {
			t.Errorf("the public page: %s", text)
		}
		post("/settings/hours", http.StatusUnprocessableEntity, "friday_from", "noon", "friday_to", "17:00")
		refused("/settings/closed-days", "opens", "12:00", "from", tomorrow.Format(time.DateOnly), "opens", "12:00", "closes", "10:00")
		post("/settings/closed-days", http.StatusSeeOther, "from", tomorrow.Format(time.DateOnly), "to", tomorrow.AddDate(0, 0, 3).Format(time.DateOnly), "reason", "Inventory")
		doc := owner.Get("/settings/closed-days").Doc()
		if !strings.Contains(doc.Find("tbody").Text(), "Inventory") {
			t.Error("the closed days are not shown")
		}
		post(doc.Find(`form[action$="/delete"]`).AttrOr("action", ""), http.StatusSeeOther)
		refused("/settings/booking", "step_minutes", "1", "notice", "2", "notice_unit", "hours", "horizon_days", "30", "step_minutes", "1")
		post("/settings/booking", http.StatusSeeOther, "notice", "48", "notice_unit", "hours", "horizon_days", "30", "step_minutes", "20")
		doc = owner.Get("/settings/booking").Doc()
		if value, unit := doc.Find("#f-notice").AttrOr("value", ""), doc.Find("#f-notice_unit option[selected]").AttrOr("value", ""); value != "2" || unit != "days" {
			t.Errorf("the notice: %s %s", value, unit)
		}
		// Another zone is explained before it holds.
		page := post("/settings", http.StatusUnprocessableEntity, "name", "Acme & Sons", "time_zone", "America/New_York").Doc()
		if !strings.Contains(page.Find(".alert").Text(), "keep their moment") || page.Find("#f-name").AttrOr("value", "") != "Acme & Sons" {
			t.Error("another zone is not explained")
		}
		post("/settings", http.StatusSeeOther, "name", "Acme & Sons", "time_zone", "America/New_York", "confirm_zone", "1")
		tenant, err := s.DB.TenantBySubdomain(context.Background(), "acme")
		if err != nil || tenant.Name != "Acme & Sons" || tenant.TimeZone != "America/New_York" {
			t.Errorf("%+v %v", tenant, err)
		}
	})

	t.Run("who may", func(t *testing.T) {
		for _, path := range []string{"/services", "/resources"} {
			doc := staff.Get(path).Doc()
			if doc.Find("h1").Length() != 1 || doc.Find(`a[href$="/new"]`).Length() > 0 || doc.Find("tbody form, tbody a").Length() > 0 {
				t.Errorf("%s as staff shows what staff can't do", path)
			}
			if r := staff.Post(path, url.Values{}); r.Code != http.StatusForbidden {
				t.Errorf("POST %s as staff: %d", path, r.Code)
			}
			if r := customer.Get(path); r.Code != http.StatusNotFound {
				t.Errorf("%s as customer: %d", path, r.Code)
			}
		}
		if r := staff.Get("/settings"); r.Code != http.StatusNotFound {
			t.Errorf("settings as staff: %d", r.Code)
		}
	})
}

// last is the last word of a list of ids.
func last(ids string) string {
	words := strings.Fields(ids)
	if len(words) == 0 {
		return "none"
	}
	return words[len(words)-1]
}

package handlers_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/smoothschedule/smoothschedule/handlers/handlertest"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/booking"
)

// TestCustomerPages goes through what a team does with a customer, each with
// what is refused, and who may.
func TestCustomerPages(t *testing.T) {
	s := handlertest.New(t)
	s.Business("acme")
	s.Business("other")
	owner, staff, foreign := s.At("acme").As(access.TenantOwner), s.At("acme").As(access.TenantStaff), s.At("other").As(access.TenantOwner)
	post := func(c *handlertest.Client, path string, want int, values ...string) handlertest.Response {
		t.Helper()
		form := url.Values{}
		for i := 0; i < len(values); i += 2 {
			form.Add(values[i], values[i+1])
		}
		r := c.Post(path, form)
		if r.Code != want {
			t.Fatalf("POST %s %v: %d, want %d: %.300s", path, values, r.Code, want, r.Doc().Find("main").Text())
		}
		return r
	}
	doc := post(staff, "/customers", http.StatusUnprocessableEntity, "name", " ", "email", "nobody@", "phone", strings.Repeat("1", 41), "tags", strings.Repeat("x", 41)).Doc()
	if n := doc.Find(`[aria-invalid="true"]`).Length(); n != 4 || doc.Find("#f-email").AttrOr("value", "") != "nobody@" {
		t.Errorf("%d fields are marked", n)
	}
	carla := post(staff, "/customers", http.StatusSeeOther, "name", "Carla  Gomez", "email", "carla@example.test", "phone", "+41 1", "tags", "VIP, fleet,vip").Location()
	post(staff, "/customers", http.StatusUnprocessableEntity, "name", "Another", "email", "CARLA@example.test")
	post(staff, "/customers", http.StatusSeeOther, "name", "=1+1")
	post(staff, carla, http.StatusUnprocessableEntity, "name", "")
	post(staff, carla, http.StatusSeeOther, "name", "Carla Gomez", "email", "carla@example.test", "tags", "vip, regular")

	page := staff.Get(carla).Doc()
	if badges := page.Find("header .badge-accent").Text(); !strings.Contains(badges, "regular") || !strings.Contains(badges, "vip") || strings.Contains(badges, "fleet") {
		t.Errorf("tags: %s", badges)
	}
	if page.Find(`a[href$="export.json"], form[action$="/erase"]`).Length() > 0 {
		t.Error("staff is offered what it may not do")
	}
	for query, want := range map[string]int{"": 2, "?tag=vip": 1, "?tag=fleet": 0, "?state=blocked": 0, "?state=no_shows": 0, "?q=gomez": 1, "?state=bogus": 2, "?state=erased": 0} {
		r := staff.Get("/customers" + query)
		if n := r.Doc().Find("#customers tbody tr").Length(); r.Code != http.StatusOK || n != want {
			t.Errorf("%s: %d with %d rows, want %d", query, r.Code, n, want)
		}
	}

	post(staff, carla+"/notes", http.StatusUnprocessableEntity, "body", " ")
	post(staff, carla+"/notes", http.StatusUnprocessableEntity, "body", strings.Repeat("x", 351))
	post(staff, carla+"/notes", http.StatusSeeOther, "body", "Likes\nSaturdays")
	remove := owner.Get(carla).Doc().Find(`#notes form[action$="/delete"]`).AttrOr("action", "")
	post(owner, carla+"/notes", http.StatusSeeOther, "body", "Pays late")
	if n := staff.Get(carla).Doc().Find(`#notes form[action$="/delete"]`).Length(); n != 1 {
		t.Errorf("staff may delete %d notes, want the own one", n)
	}
	post(owner, remove, http.StatusSeeOther)
	post(owner, remove, http.StatusNotFound)

	post(staff, carla+"/block", http.StatusSeeOther, "block", "1")
	if n := staff.Get("/customers?state=blocked").Doc().Find("tbody .badge-bad").Length(); n != 1 {
		t.Errorf("%d blocked", n)
	}
	post(staff, carla+"/block", http.StatusSeeOther)
	post(staff, carla+"/invite", http.StatusSeeOther)
	post(staff, carla+"/invite", http.StatusSeeOther) // once more
	doc = post(staff, carla, http.StatusUnprocessableEntity, "name", "Carla Gomez", "email", "other@example.test").Doc()
	if !strings.Contains(doc.Find("#f-email-error").Text(), "only the customer") {
		t.Error("the address of a login can be changed by the team")
	}

	var export booking.CustomerExport
	r := owner.Get(carla + "/export.json")
	if err := json.Unmarshal(r.Body.Bytes(), &export); err != nil || export.Name != "Carla Gomez" || len(export.Notes) != 1 || export.Login == nil || export.Login.State != "invited" {
		t.Errorf("export: %v %s", err, r.Body)
	}
	if r := owner.Get("/customers.csv?tag=vip"); r.Code != http.StatusOK || strings.Count(r.Body.String(), "\n") != 2 || !strings.Contains(r.Body.String(), `"regular, vip"`) {
		t.Errorf("CSV: %d %s", r.Code, r.Body)
	}
	if r := owner.Get("/customers.csv"); !strings.Contains(r.Body.String(), "'=1+1") {
		t.Errorf("a formula in the CSV: %s", r.Body)
	}
	for _, path := range []string{"/customers.csv", carla + "/export.json"} {
		if r := staff.Get(path); r.Code != http.StatusNotFound {
			t.Errorf("%s as staff: %d", path, r.Code)
		}
	}
	post(staff, carla+"/erase", http.StatusForbidden, "confirm", "Carla Gomez")
	for _, path := range []string{carla, carla + "/notes", carla + "/block", carla + "/invite", carla + "/erase"} {
		if r := foreign.Post(path, url.Values{"name": {"x"}, "body": {"x"}, "confirm": {"Carla Gomez"}}); r.Code != http.StatusNotFound {
			t.Errorf("another business: POST %s: %d", path, r.Code)
		}
	}
	if r := foreign.Get(carla); r.Code != http.StatusNotFound {
		t.Errorf("another business: %d", r.Code)
	}

	post(owner, carla+"/erase", http.StatusUnprocessableEntity, "confirm", "carla gomez")
	post(owner, carla+"/erase", http.StatusSeeOther, "confirm", "Carla Gomez")
	if text := owner.Get(carla).Doc().Find("main").Text(); strings.Contains(text, "Carla") || strings.Contains(text, "Pays late") || !strings.Contains(text, "Erased") {
		t.Errorf("after the erasure: %s", text)
	}
	post(owner, carla, http.StatusConflict, "name", "Back", "email", "")
	if n := owner.Get("/customers?state=erased").Doc().Find("tbody tr").Length(); n != 1 {
		t.Errorf("%d erased", n)
	}
}

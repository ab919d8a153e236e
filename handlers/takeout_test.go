package handlers_test

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/handlers/handlertest"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/schema"
	"github.com/smoothschedule/smoothschedule/store/storetest"
	"github.com/smoothschedule/smoothschedule/store/transfer"
)

// TestTakeOut: a business takes its appointments out as a list of any days, and
// its owner everything as the file that the platform restores.
func TestTakeOut(t *testing.T) {
	t.Parallel()
	s := handlertest.New(t)
	acme := s.Business("acme")
	service, ann := bookable(t, s, acme)
	owner, manager := s.At("acme").As(access.TenantOwner), s.At("acme").As(access.TenantManager)
	first := time.Now().AddDate(0, 0, 7)
	date := func(days int) string { return first.AddDate(0, 0, days).Format(time.DateOnly) }
	for days, name := range map[int]string{0: "=Émile", 7: "Zoe", 14: "Later"} {
		r := s.At("acme").Post("/book", url.Values{"service_id": {service.String()}, "start": {date(days) + "T10:00"}, "name": {name}, "email": {name[len(name)-3:] + "@example.test"}})
		if r.Code != http.StatusSeeOther {
			t.Fatalf("%s: %d %s", name, r.Code, r.Doc().Find("main").Text())
		}
	}
	rows := func(query string) (customers []string) {
		t.Helper()
		r := manager.Get("/appointments.csv?" + query)
		text, marked := strings.CutPrefix(r.Body.String(), "\uFEFF")
		lines, err := csv.NewReader(strings.NewReader(text)).ReadAll()
		if r.Code != http.StatusOK || err != nil || !marked || len(lines) == 0 {
			t.Fatalf("%s: %d %v %.200s", query, r.Code, err, text)
		}
		for _, line := range lines[1:] {
			if _, err := uuid.Parse(line[0]); err != nil || line[2] != "10:00" || line[4] != "Europe/Zurich" {
				t.Errorf("a line of the file: %q", line)
			}
			customers = append(customers, line[8])
		}
		return customers
	}
	for query, want := range map[string]string{
		"date=" + date(0): "'=Émile", "from=" + date(0) + "&to=" + date(7): "'=Émile Zoe", "from=" + date(7) + "&to=" + date(14) + "&status=confirmed": "Zoe Later",
		"from=" + date(0) + "&to=" + date(14) + "&status=no_show": "", "from=" + date(0) + "&to=" + date(14) + "&resource=" + ann.String(): "'=Émile Zoe Later",
		"from=" + date(0) + "&to=" + date(14) + "&resource=" + uuid.NewString(): "",
	} {
		if got := strings.Join(rows(query), " "); got != want {
			t.Errorf("%s holds %q, want %q", query, got, want)
		}
	}
	// What can't be is asked again by the form, with what was typed and its filters.
	for query, wrong := range map[string]string{"from=" + date(7) + "&to=" + date(0): "to", "from=yesterday&to=" + date(0): "from", "from=" + date(0) + "&status=confirmed": "to", "date=never": "date"} {
		r := manager.Get("/appointments.csv?" + query)
		doc := r.Doc()
		typed, _ := url.ParseQuery(query)
		form := doc.Find(`form[action="/appointments.csv"]`)
		if r.Code != http.StatusUnprocessableEntity || doc.Find(`main [aria-invalid=true]`).AttrOr("name", "") != wrong {
			t.Errorf("%s: %d, and wrong is %q", query, r.Code, doc.Find(`main [aria-invalid=true]`).AttrOr("name", "nothing"))
		}
		if _, open := form.Parent().Attr("open"); open != (wrong != "date") {
			t.Errorf("%s: the form is open: %v", query, open)
		}
		for name := range typed {
			if got := form.Find("input[name="+name+"]").AttrOr("value", ""); name != "date" && got != typed.Get(name) {
				t.Errorf("%s: %s is %q", query, name, got)
			}
		}
	}
	form := manager.Get("/appointments?date=" + date(0)).Doc().Find(`form[action="/appointments.csv"]`)
	if form.Find(`input[name=from][value="`+date(0)+`"]`).Length() == 0 || s.At("acme").As(access.TenantStaff).Get("/appointments").Doc().Find(`form[action="/appointments.csv"]`).Length() > 0 {
		t.Error("who may take the list out is not offered it, or somebody else is")
	}

	// Everything: the owner alone, with the password.
	for _, c := range []*handlertest.Client{manager, s.At("acme").As(access.TenantStaff)} {
		if r := c.Get("/settings/export"); r.Code != http.StatusNotFound || c.Get("/settings/hours").Doc().Find(`a[href="/settings/export"]`).Length() > 0 {
			t.Errorf("somebody else sees the export: %d", r.Code)
		}
	}
	if owner.Get("/settings").Doc().Find(`a[href="/settings/export"]`).Length() == 0 {
		t.Error("the owner does not find the export")
	}
	var told int
	if _, err := schema.Direct(s.DB).Exec(`INSERT INTO audit_log (id, at, business_id, actor_id, actor_name, subject_name, action, object_type, object_id, object_name, address) VALUES (gen_random_uuid(), now(), $1, gen_random_uuid(), 'Staff', 'Staff', 'business.viewed', 'business', '', '', '203.0.113.9')`, acme.ID); err != nil {
		t.Fatal(err)
	}
	for _, password := range []string{"", "wrong"} {
		if r := owner.Post("/settings/export", url.Values{"password": {password}}); r.Code != http.StatusUnprocessableEntity || r.Doc().Find("#f-password-error").Length() == 0 {
			t.Errorf("password %q: %d", password, r.Code)
		}
	}
	r := owner.Post("/settings/export", url.Values{"password": {handlertest.Password}})
	if r.Code != http.StatusOK || r.Header().Get("Content-Type") != "application/zip" {
		t.Fatalf("the export: %d %s", r.Code, r.Doc().Find("main").Text())
	}
	err := schema.Direct(s.DB).QueryRow(`SELECT count(*) FROM audit_log a WHERE a.action = 'business.exported' AND a.business_id = $1
		AND EXISTS (SELECT FROM river_job j WHERE j.kind = 'mail_download_notice' AND j.args ->> 'own' = 'true')`, acme.ID).Scan(&told)
	if err != nil || told != 1 {
		t.Errorf("the export is on record %d times, %v", told, err)
	}
	file := bytes.NewReader(r.Body.Bytes())
	archive, err := zip.NewReader(file, file.Size())
	if err != nil {
		t.Fatal(err)
	}
	log, err := archive.Open("public/audit_log.ndjson")
	if err != nil {
		t.Fatal(err)
	}
	lines, err := io.ReadAll(log)
	var own bool
	for line := range bytes.SplitSeq(bytes.TrimSpace(lines), []byte("\n")) {
		var entry struct{ Action, Address string }
		if err := json.Unmarshal(line, &entry); err != nil || entry.Address == "203.0.113.9" {
			t.Errorf("a line of the record: %s", line)
		}
		own = own || entry.Address != ""
	}
	if err != nil || !own {
		t.Errorf("the business's own addresses are left out, %v", err)
	}
	other := storetest.DB(t)
	if _, err := transfer.ImportBusiness(t.Context(), other, file, file.Size(), ""); err != nil {
		t.Errorf("the file is not restored: %v", err)
	}
}

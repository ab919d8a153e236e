package handlers_test

import (
	"encoding/csv"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/smoothschedule/smoothschedule/handlers"
	"github.com/smoothschedule/smoothschedule/handlers/handlertest"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/schema"
)

// exportRows are the exports on record and how many rows the last one had.
func exportRows(t *testing.T, s *handlertest.Server) (n, rows int) {
	t.Helper()
	err := schema.Direct(s.DB).QueryRow(`SELECT count(*), COALESCE((array_agg(CAST(details ->> 'rows' AS int) ORDER BY at DESC, id DESC))[1], -1) FROM audit_log
		WHERE action LIKE '%exported'`).Scan(&n, &rows)
	if err != nil {
		t.Fatal(err)
	}
	return n, rows
}

// TestDownloadsAreOnRecord takes the list from the route tables: every file with
// rows leaves an entry with their number, and those with people's data ask first
// why and who it is.
func TestDownloadsAreOnRecord(t *testing.T) {
	s := handlertest.New(t)
	tenant := s.Business("acme")
	s.Business("beta")
	s.Staff(access.Superuser)
	super, owner := s.Platform().As(access.Superuser), s.At("acme").As(access.TenantOwner)
	owner.Post("/customers", url.Values{"name": {"Carla"}, "email": {"carla@example.test"}})
	platform, business, _ := handlers.Surfaces(s.App, t.TempDir())
	posted := map[string]bool{}
	for _, r := range platform.Routes {
		posted[r.Path] = posted[r.Path] || r.Method == http.MethodPost
	}
	reason := url.Values{"export_reason": {"for the yearly review"}}
	seen := 0
	file := func(c *handlertest.Client, method, path string, form url.Values) {
		t.Helper()
		before, _ := exportRows(t, s)
		r := c.Do(method, path, form)
		after, rows := exportRows(t, s)
		if r.Code != http.StatusOK || !strings.HasPrefix(r.Header().Get("Content-Disposition"), "attachment") || after != before+1 {
			t.Errorf("%s %s: %d, %d entries", method, path, r.Code, after-before)
			return
		}
		if strings.HasPrefix(r.Header().Get("Content-Type"), "text/csv") {
			if lines, err := csv.NewReader(r.Body).ReadAll(); err != nil || len(lines)-1 != rows {
				t.Errorf("%s: %d rows are recorded of %d, %v", path, rows, len(lines)-1, err)
			}
		}
		seen++
	}
	refused := func(path string, form url.Values) {
		t.Helper()
		before, _ := exportRows(t, s)
		r := super.Post(path, form)
		if after, _ := exportRows(t, s); r.Code != http.StatusUnprocessableEntity || after != before || r.Doc().Find(`form[action="`+path+`"] [name="export_reason"]`).Length() != 1 {
			t.Errorf("%s with %v: %d, %d entries", path, form, r.Code, after-before)
		}
	}
	for _, r := range platform.Routes {
		path := concrete(r.Path, tenant.ID.String())
		switch {
		case !strings.HasSuffix(path, ".csv") && !strings.HasSuffix(path, "/export"):
		case r.Method == http.MethodPost:
			refused(path, url.Values{})
			refused(path, url.Values{"export_reason": {strings.Repeat("\u2800", 12)}})
			refused(path, url.Values{"export_reason": {strings.Repeat("\u3164", 12)}})
			if _, err := schema.Direct(s.DB).Exec(`UPDATE sessions SET authenticated_at = authenticated_at - interval '6 minutes'`); err != nil {
				t.Fatal(err)
			}
			refused(path, reason)
			refused(path, url.Values{"export_reason": {"for the yearly review"}, "password": {"wrong wrong wrong"}})
			file(super, http.MethodPost, path, url.Values{"export_reason": {"for the yearly review"}, "password": {handlertest.Password}})
		case posted[r.Path]:
			before, _ := exportRows(t, s)
			if page := super.Get(path + "?q=a"); page.Code != http.StatusOK || page.Doc().Find(`form[action="`+path+`?q=a"]`).Length() != 1 {
				t.Errorf("%s shows no form: %d", path, page.Code)
			}
			if after, _ := exportRows(t, s); after != before {
				t.Errorf("%s: the form alone is an export", path)
			}
		default:
			file(super, http.MethodGet, path, nil)
		}
	}
	for _, r := range business.Routes {
		if strings.HasSuffix(r.Path, ".csv") {
			file(owner, r.Method, r.Path, nil)
		}
	}
	if seen < 7 {
		t.Errorf("%d files: the test is blind", seen)
	}
}

// TestDownloadsAreTold: owners learn from a mail and on Support access who took
// what of their business and why; of files with many businesses superusers learn.
func TestDownloadsAreTold(t *testing.T) {
	s := handlertest.New(t)
	tenant := s.Business("acme")
	s.Business("beta")
	s.Staff(access.Superuser)
	s.Staff(access.PlatformManager)
	super, manager, owner := s.Platform().As(access.Superuser), s.Platform().As(access.PlatformManager), s.At("acme").As(access.TenantOwner)
	mails := func() (n int) {
		if err := schema.Direct(s.DB).QueryRow(`SELECT COALESCE(sum(jsonb_array_length(args -> 'to')), 0) FROM river_job WHERE kind = 'mail_download_notice' AND args ->> 'business_id' = $1`, tenant.ID).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	owners := 0
	if err := schema.Direct(s.DB).QueryRow(`SELECT count(*) FROM users WHERE business_id = $1 AND role = 'TENANT_OWNER' AND is_active`, tenant.ID).Scan(&owners); err != nil || owners == 0 {
		t.Fatal(owners, err)
	}
	if r := manager.Post("/users.csv?business="+tenant.ID.String()+"&q=owner", url.Values{"export_reason": {"to call each of them"}}); r.Code != http.StatusOK {
		t.Fatalf("users.csv: %d", r.Code)
	}
	if r := super.Post("/businesses/"+tenant.ID.String()+"/export", url.Values{"export_reason": {"moving to another server"}}); r.Code != http.StatusOK {
		t.Fatalf("export: %d", r.Code)
	}
	if n := mails(); n != 2*owners {
		t.Errorf("%d mails to %d owners about two files", n, owners)
	}
	text := owner.Get("/support-access").Doc().Find(`section[aria-labelledby="platform-changes"]`).Text()
	for _, want := range []string{"The PLATFORM_MANAGER", "users.csv", "to call each of them", "The SUPERUSER", "acme.zip", "moving to another server"} {
		if !strings.Contains(text, want) {
			t.Errorf("Support access lacks %q: %s", want, text)
		}
	}
	if text := s.At("beta").As(access.TenantOwner).Get("/support-access").Body.String(); strings.Contains(text, "users.csv") {
		t.Error("another business's owner reads it")
	}
	if r := manager.Post("/users.csv", url.Values{"export_reason": {"for the yearly review"}}); r.Code != http.StatusOK {
		t.Fatalf("users.csv of all: %d", r.Code)
	}
	if text := super.Get("/notifications").Doc().Find("tbody").Text(); !strings.Contains(text, "users.csv") || !strings.Contains(text, "for the yearly review") {
		t.Errorf("a superuser isn't told: %s", text)
	}
	var filter string
	if err := schema.Direct(s.DB).QueryRow(`SELECT details ->> 'filter' FROM audit_log WHERE action = 'user.list_exported' AND business_id IS NOT NULL`).Scan(&filter); err != nil || filter != "business="+tenant.ID.String()+"&q=…" {
		t.Errorf("the filter on record: %q, %v", filter, err)
	}
}

package app

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/identity"
	"github.com/smoothschedule/smoothschedule/store/people"
	"github.com/smoothschedule/smoothschedule/store/schema"
	"github.com/smoothschedule/smoothschedule/store/storetest"
)

func TestMain(m *testing.M) { storetest.Main(m) }

// TestRun: the figures for Prometheus, and that those who can help hear of what
// fails in the background. The mail server is gone and no schema can be made.
func TestRun(t *testing.T) {
	db := storetest.Config(t)
	nobody := free(t)
	cfg, err := ReadConfig(false, production("DATABASE_URL", db.URL, "DATABASE_READONLY_URL", db.ReadOnlyURL, "DATABASE_DIRECT_URL", db.DirectURL,
		"DATA_DIR", t.TempDir(), "METRICS_ADDR", free(t), "SMTP_URL", "smtp://"+nobody))
	if err != nil {
		t.Fatal(err)
	}
	a, err := Open(t.Context(), cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.Close() })
	var super, manager, seller store.Person
	everybody := map[access.Role]*store.Person{access.Superuser: &super, access.PlatformManager: &manager, access.PlatformSales: &seller}
	for role, p := range everybody {
		err := a.DB.InPublic(t.Context(), func(q *store.PublicTx) (err error) {
			*p, err = people.CreatePerson(q, identity.NewPerson{Email: string(role) + "@example.test", Name: "Ann of " + string(role), Role: role})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	// Their invitations have one try.
	for _, statement := range []string{`UPDATE river_job SET max_attempts = 1`, `ALTER TABLE tenant_schemas ADD CHECK (business_id IS NOT NULL) NOT VALID`} {
		if _, err := schema.Direct(a.DB).Exec(statement); err != nil {
			t.Fatal(err)
		}
	}
	listeners, err := Listen(t.Context(), []string{"127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- a.Run(ctx, listeners) }()

	site := "http://" + listeners[0].Addr().String()
	if status, _ := get(t, site+"/metrics", "platform.example.com"); status == http.StatusOK {
		t.Error("the platform's host shows the figures")
	}
	told := map[string]string{}
	for until := time.Now().Add(20 * time.Second); len(told) < 3 && time.Now().Before(until); time.Sleep(50 * time.Millisecond) {
		told = notices(t, a.DB, everybody)
	}
	want := map[string]string{"SUPERUSER provisioning": "/businesses", "PLATFORM_MANAGER provisioning": "/businesses", "SUPERUSER job": "/settings/jobs"}
	for who, href := range want {
		if told[who] != href {
			t.Errorf("%s is led to %q, want %q", who, told[who], href)
		}
	}
	if len(told) != len(want) {
		t.Errorf("told: %v", told)
	}
	status, figures := get(t, "http://"+cfg.MetricsAddr+"/metrics", "")
	for _, line := range []string{`smoothschedule_request_duration_seconds_count{class="4xx",surface="platform"} 1`, `smoothschedule_jobs{state="discarded"}`,
		`smoothschedule_jobs{state="cancelled"} 0`, `go_sql_open_connections{db_name="web"}`, `go_sql_open_connections{db_name="read"}`, "process_resident_memory_bytes"} {
		if !strings.Contains(figures, "\n"+line) {
			t.Errorf("%s is missing", line)
		}
	}
	if status != http.StatusOK || strings.Contains(figures, "example") {
		t.Errorf("%d, or a host is among the figures", status)
	}
	for path, want := range map[string]int{"/": 404, "/healthz": 404} {
		if status, _ := get(t, "http://"+cfg.MetricsAddr+path, ""); status != want {
			t.Errorf("%s beside the figures: %d", path, status)
		}
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if _, err := http.Get("http://" + cfg.MetricsAddr + "/metrics"); err == nil { //nolint:bodyclose // there is none
		t.Error("the figures outlive the program")
	}
}

// notices are what people were told, by role and kind.
func notices(t *testing.T, db *store.DB, everybody map[access.Role]*store.Person) map[string]string {
	t.Helper()
	told := map[string]string{}
	err := db.InPublic(t.Context(), func(q *store.PublicTx) error {
		for role, p := range everybody {
			rows, _, err := people.Notifications(q, people.NotificationFilter{Person: p.ID})
			if err != nil {
				return err
			}
			for _, n := range rows {
				told[string(role)+" "+string(n.Kind)] = n.Href
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return told
}

func get(t *testing.T, address, host string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	req.Host = host
	r, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Body.Close() }()
	body, _ := io.ReadAll(r.Body)
	return r.StatusCode, string(body)
}

// free is an address where nobody listens.
func free(t *testing.T) string {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}

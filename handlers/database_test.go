package handlers_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/smoothschedule/smoothschedule/handlers/handlertest"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/schema"
)

// TestClientLeft: somebody who closes the page before it comes is no failure.
func TestClientLeft(t *testing.T) {
	s := handlertest.New(t)
	s.Business("acme")
	var log bytes.Buffer
	s.App.Log = slog.New(slog.NewTextHandler(&log, nil))
	ctx, leave := context.WithCancel(context.Background())
	leave()
	for _, url := range []string{"http://acme.localhost/book", "http://acme.localhost/api/availability/?service_id=x&date=2031-01-01", "http://platform.localhost/login"} {
		r := httptest.NewRequest(http.MethodGet, url, nil).WithContext(ctx)
		s.Handler.ServeHTTP(httptest.NewRecorder(), r)
	}
	if strings.Contains(log.String(), "level=ERROR") || strings.Contains(log.String(), "level=WARN") {
		t.Errorf("a client that left is logged as a failure:\n%s", log.String())
	}
	if !strings.Contains(log.String(), "status=499") {
		t.Errorf("no request met the client's leaving:\n%s", log.String())
	}
}

// TestFullDisk: a database without room answers 503 in words, to people and to
// programs, keeps nothing of what was sent, and says so in the log.
func TestFullDisk(t *testing.T) {
	s := handlertest.New(t)
	s.Staff(access.Superuser)
	var log bytes.Buffer
	s.App.Log = slog.New(slog.NewTextHandler(&log, nil))
	_, err := schema.Direct(s.DB).Exec(`CREATE FUNCTION public.full_disk() RETURNS trigger LANGUAGE plpgsql AS
		$$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$;
		CREATE TRIGGER full_disk BEFORE INSERT ON public.sessions FOR EACH ROW EXECUTE FUNCTION public.full_disk();
		CREATE TRIGGER full_disk BEFORE INSERT ON public.api_tokens FOR EACH ROW EXECUTE FUNCTION public.full_disk()`)
	if err != nil {
		t.Fatal(err)
	}
	who := url.Values{"email": {handlertest.Email(access.Superuser)}, "password": {handlertest.Password}}
	for _, path := range []string{"/login", "/api/auth/token/"} {
		r := s.Platform().Post(path, who)
		if r.Code != http.StatusServiceUnavailable || r.Header().Get("Retry-After") != "60" || !strings.Contains(r.Body.String(), "Nothing can be stored") {
			t.Errorf("%s: %d, Retry-After %q, %s", path, r.Code, r.Header().Get("Retry-After"), r.Body)
		}
	}
	if strings.Count(log.String(), "disk is full") < 2 {
		t.Errorf("the log says %s", log.String())
	}
}

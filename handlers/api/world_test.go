package api_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/smoothschedule/smoothschedule/handlers/handlertest"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/console"
	"github.com/smoothschedule/smoothschedule/store/schema"
	"github.com/smoothschedule/smoothschedule/store/storetest"
)

func TestMain(m *testing.M) { storetest.Main(m) }

const (
	tokenPath      = "/api/auth/token/"
	businessesPath = "/api/platform/businesses/"
	metricsPath    = "/api/platform/businesses/metrics/"
	usersPath      = "/api/platform/users/"
)

// world is a platform with its staff, two businesses and figures.
type world struct {
	*handlertest.Server
	t    testing.TB
	acme store.Tenant
	user store.Person // the superuser
}

func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{Server: handlertest.New(t), t: t}
	w.user = w.Staff(access.Superuser)
	for _, role := range []access.Role{access.PlatformManager, access.PlatformSupport, access.PlatformSales} {
		w.Staff(role)
	}
	w.acme = w.Business("acme")
	w.Business("beta")
	if err := console.RollUp(context.Background(), w.DB, true); err != nil {
		t.Fatal(err)
	}
	return w
}

// token gets one by its endpoint on a host.
func (w *world) token(host string, role access.Role) string {
	w.t.Helper()
	r := w.On(host).Post(tokenPath, url.Values{"email": {handlertest.Email(role)}, "password": {handlertest.Password}})
	if r.Code != http.StatusOK {
		w.t.Fatalf("token of %s on %s: %d %s", role, host, r.Code, r.Body)
	}
	return decode(w.t, r)["token"].(string)
}

// as is a program with a token of a role of the platform.
func (w *world) as(role access.Role) *handlertest.Client {
	w.t.Helper()
	return w.with(w.token("platform.localhost", role))
}

func (w *world) with(token string) *handlertest.Client {
	return w.Platform().With("Authorization", "Bearer "+token)
}

// exec changes the database past the store.
func (w *world) exec(query string, args ...any) {
	w.t.Helper()
	if _, err := schema.Direct(w.DB).Exec(query, args...); err != nil {
		w.t.Fatal(err)
	}
}

func decode(t testing.TB, r handlertest.Response) map[string]any {
	t.Helper()
	var out map[string]any
	if err := json.Unmarshal(r.Body.Bytes(), &out); err != nil {
		t.Fatalf("not JSON (%d %s): %v in %.200s", r.Code, r.Header().Get("Content-Type"), err, r.Body)
	}
	return out
}

// names are a key of each row of a list.
func names(t testing.TB, r handlertest.Response, key string) string {
	t.Helper()
	var all []string
	for _, row := range decode(t, r)["results"].([]any) {
		all = append(all, row.(map[string]any)[key].(string))
	}
	return strings.Join(all, " ")
}

// wantError holds an answer against the one form that failures have.
func wantError(t testing.TB, what string, r handlertest.Response, status int, code string) {
	t.Helper()
	if r.Code != status || r.Header().Get("Content-Type") != "application/json" {
		t.Errorf("%s: %d %s, want %d in JSON: %.200s", what, r.Code, r.Header().Get("Content-Type"), status, r.Body)
		return
	}
	body := decode(t, r)
	if _, ok := body["fields"].(map[string]any); !ok || body["detail"] == "" || body["code"] != code || len(body) != 3 {
		t.Errorf("%s: %v, want the code %s", what, body, code)
	}
	if len(r.Result().Cookies()) > 0 {
		t.Errorf("%s: sets a cookie", what)
	}
}

// wait lets what a process remembers of a business's state grow old.
func wait(t testing.TB, done func() bool) {
	t.Helper()
	for range 40 {
		if done() {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Error("waited in vain")
}

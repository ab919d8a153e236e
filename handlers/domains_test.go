package handlers_test

import (
	"context"
	"encoding/json"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"github.com/smoothschedule/smoothschedule/handlers/handlertest"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
)

type txt map[string][]string

func (t txt) LookupTXT(_ context.Context, name string) ([]string, error) {
	if found, ok := t[name]; ok {
		return found, nil
	}
	return nil, &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}
}

func TestOwnDomain(t *testing.T) {
	s := handlertest.New(t)
	records := txt{}
	s.App.DNS = records
	tenant := s.Business("acme")
	s.Staff(access.PlatformManager)
	c := s.Platform().As(access.PlatformManager)
	page := "/businesses/" + tenant.ID.String()
	const name = "www.acme-garage.test"
	for domain, want := range map[string]int{"": 422, "acme": 422, "other.localhost": 422, "10.1.2.3": 422, strings.Repeat("a", 300) + ".test": 422, "WWW.acme-garage.TEST": 303} {
		if r := c.Post(page+"/domains", url.Values{"domain": {domain}}); r.Code != want {
			t.Errorf("add %.30q: %d, want %d", domain, r.Code, want)
		}
	}
	site := s.On(name)
	if r := site.Get("/"); r.Code != http.StatusNotFound {
		t.Errorf("before it is proven: %d", r.Code)
	}
	doc := c.Get(page).Doc()
	proof := ""
	doc.Find("#domains-head").Closest("section").Find("code").Each(func(_ int, s *goquery.Selection) { proof = s.Text() })
	check := func() handlertest.Response { return c.Post(page+"/domains/check", url.Values{"name": {name}}) }
	if r := check(); r.Code != http.StatusUnprocessableEntity || !strings.Contains(r.Doc().Find("[role=alert]").Text(), "no such TXT record") {
		t.Errorf("without a record: %d", r.Code)
	}
	records["_smoothschedule."+name] = []string{"other"}
	if r := check(); r.Code != http.StatusUnprocessableEntity || !strings.Contains(r.Doc().Find("[role=alert]").Text(), "another text") {
		t.Errorf("with another text: %d", r.Code)
	}
	records["_smoothschedule."+name] = []string{proof}
	if r := check(); r.Code != http.StatusSeeOther {
		t.Fatalf("with the text %q: %d", proof, r.Code)
	}
	if r := c.Post(page+"/domains/check", url.Values{"name": {"somebody.test"}}); r.Code != http.StatusNotFound {
		t.Errorf("a domain that it has not: %d", r.Code)
	}
	for host, want := range map[string]int{name: 200, "WWW.ACME-GARAGE.TEST.:8000": 200, "acme-garage.test": 404} {
		if r := s.On("x.test").Host(host).Get("/"); r.Code != want {
			t.Errorf("%s: %d, want %d", host, r.Code, want)
		}
	}
	for path, want := range map[string]string{
		"/login": "http://acme.localhost:8000/login", "/customers?q=a": "http://acme.localhost:8000/customers?q=a", "/nothing": "http://acme.localhost:8000/nothing",
		"/masquerade/abc": "http://acme.localhost:8000/masquerade/abc", "/portal": "http://acme.localhost:8000/portal",
	} {
		if r := site.Get(path); r.Code != http.StatusFound || r.Location() != want {
			t.Errorf("%s: %d to %q", path, r.Code, r.Location())
		}
	}
	if r := site.Post("/login", url.Values{"email": {handlertest.Email(access.TenantOwner)}, "password": {handlertest.Password}}); r.Code != http.StatusNotFound || r.Header().Get("Set-Cookie") != "" {
		t.Errorf("a login by a domain of its own: %d", r.Code)
	}
	if r := c.Post(page+"/domains/primary", url.Values{"name": {name}}); r.Code != http.StatusSeeOther {
		t.Errorf("make primary: %d", r.Code)
	}
	showsOwnDomain(t, s, tenant, site, "http://"+name+":8000")
	if r := c.Post(page+"/domains/remove", url.Values{"name": {name}}); r.Code != http.StatusSeeOther {
		t.Errorf("remove: %d", r.Code)
	}
	if r := site.Get("/"); r.Code != http.StatusNotFound {
		t.Errorf("once it is removed: %d", r.Code)
	}
}

func showsOwnDomain(t *testing.T, s *handlertest.Server, tenant store.Tenant, site *handlertest.Client, at string) {
	t.Helper()
	owner := s.At("acme").As(access.TenantOwner)
	if link := owner.Get("/settings/booking-page").Doc().Find("#f-link").AttrOr("value", ""); link != at+"/book" {
		t.Errorf("the booking page is said to be at %q", link)
	}
	if link := owner.Get("/").Doc().Find("main").Text(); !strings.Contains(link, at+"/") {
		t.Error("the first steps show another address")
	}
	service, _ := bookable(t, s, tenant)
	day := time.Now().AddDate(0, 0, 7).Format(time.DateOnly)
	r := site.Post("/book", url.Values{"service_id": {service.String()}, "start": {day + "T10:00"}, "name": {"Carla"}, "email": {"carla@x.test"}})
	page := strings.Replace(strings.SplitN(r.Location(), "?", 2)[0], "/book/done/", "/b/", 1)
	if r.Code != http.StatusSeeOther || !strings.HasPrefix(page, "/b/") {
		t.Fatalf("booked there: %d to %q", r.Code, r.Location())
	}
	for host, c := range map[string]*handlertest.Client{"its own domain": site, "its subdomain": s.At("acme")} {
		if ics := strings.ReplaceAll(c.Get(page+"/appointment.ics").Body.String(), "\r\n ", ""); !strings.Contains(ics, "URL:"+at+page) {
			t.Errorf("the file from %s: %s", host, ics)
		}
	}
	console := s.Platform().As(access.PlatformManager).Get("/businesses/" + tenant.ID.String()).Doc()
	if console.Find(`a[href="`+at+`/"]`).Length() == 0 || console.Find(`a[href="http://acme.localhost:8000/"]`).Length() == 0 {
		t.Error("the console does not lead to both addresses")
	}
	token := struct{ Token string }{}
	r = s.Platform().Post("/api/auth/token/", url.Values{"email": {handlertest.Email(access.PlatformManager)}, "password": {handlertest.Password}})
	if err := json.Unmarshal(r.Body.Bytes(), &token); err != nil {
		t.Fatal(err)
	}
	r = s.Platform().With("Authorization", "Bearer "+token.Token).Get("/api/platform/businesses/" + tenant.ID.String() + "/")
	if want := `"domain":"` + strings.TrimSuffix(strings.TrimPrefix(at, "http://"), ":8000") + `"`; !strings.Contains(r.Body.String(), want) {
		t.Errorf("the API: %d %s", r.Code, r.Body)
	}
}

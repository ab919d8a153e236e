// Package handlertest drives the whole chain of handlers in tests, without a
// network: hosts, cookies, roles and forms as a browser would send them.
package handlertest

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"github.com/smoothschedule/smoothschedule/handlers"
	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/console"
	"github.com/smoothschedule/smoothschedule/store/identity"
	"github.com/smoothschedule/smoothschedule/store/people"
	"github.com/smoothschedule/smoothschedule/store/storetest"
	"github.com/smoothschedule/smoothschedule/views/mail"
)

// Password is everybody's in tests.
const Password = "smooth-demo-2026"

// Server is the program's front on a database of its own.
type Server struct {
	t       testing.TB
	DB      *store.DB
	App     *web.App
	Handler http.Handler
}

// New returns a server in development mode.
func New(t testing.TB) *Server { return NewWith(t, storetest.Config(t), true) }

// NewWith returns a server on a given database, in development mode or not.
func NewWith(t testing.TB, cfg store.Config, dev bool) *Server {
	t.Helper()
	app := &web.App{
		DB:      storetest.Open(t, cfg),
		Cookies: web.NewCookies([][]byte{[]byte(strings.Repeat("k", 32))}, false),
		Sites:   web.Sites{Scheme: "http", Bases: []string{"localhost", "lvh.me"}, Port: ":8000"},
		Log:     slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelError})),
		Dev:     dev,
		Version: "test",
		SendNow: func(context.Context, string, mail.Message) error { return nil },
	}
	return &Server{t: t, DB: app.DB, App: app, Handler: handlers.New(app, t.TempDir())}
}

// Staff makes somebody of the platform; the e-mail address is made from the role.
func (s *Server) Staff(role access.Role) store.Person {
	defer storetest.LongStanding(s.t, s.DB)
	return s.person(identity.NewPerson{Email: Email(role), Name: "The " + string(role), Role: role, Password: Password})
}

// Email is the address of a role's person.
func Email(role access.Role) string { return strings.ToLower(string(role)) + "@example.test" }

func (s *Server) person(in identity.NewPerson) (p store.Person) {
	s.t.Helper()
	err := s.DB.InPublic(context.Background(), func(q *store.PublicTx) (err error) {
		p, err = people.CreatePerson(q, in)
		return err
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return p
}

// Business opens a business with somebody in each of its roles.
func (s *Server) Business(subdomain string) store.Tenant {
	s.t.Helper()
	ctx := context.Background()
	_, err := console.CreateBusiness(ctx, s.DB, console.NewBusiness{Name: "Business " + subdomain, Subdomain: subdomain, Plan: "professional",
		TimeZone: "Europe/Zurich", OwnerName: "First owner", OwnerEmail: "first@example.test"})
	if err != nil {
		s.t.Fatal(err)
	}
	tenant, err := s.DB.TenantBySubdomain(ctx, subdomain)
	if err != nil {
		s.t.Fatal(err)
	}
	for _, role := range []access.Role{access.TenantOwner, access.TenantManager, access.TenantStaff, access.Customer} {
		in := identity.NewPerson{Email: Email(role), Name: "The " + string(role), Role: role, Password: Password}
		in.Business.UUID, in.Business.Valid = tenant.ID, true
		s.person(in)
	}
	return tenant
}

// Client is a browser without scripts; it does not follow redirects.
type Client struct {
	s      *Server
	host   string
	jar    http.CookieJar
	header http.Header
	from   string
}

// On returns a browser that has visited nothing, on a host.
func (s *Server) On(host string) *Client {
	jar, err := cookiejar.New(nil)
	if err != nil {
		s.t.Fatal(err)
	}
	return &Client{s: s, host: host, jar: jar, header: http.Header{}}
}

// Platform is a browser on the platform's host.
func (s *Server) Platform() *Client { return s.On("platform.localhost") }

// At is a browser on a business's host.
func (s *Server) At(subdomain string) *Client { return s.On(subdomain + ".localhost") }

// Host is the same browser on another host.
func (c *Client) Host(host string) *Client {
	other := *c
	other.host = host
	return &other
}

// With is the same browser sending one more header.
func (c *Client) With(name, value string) *Client {
	other := *c
	other.header = c.header.Clone()
	other.header.Set(name, value)
	return &other
}

// From is the same browser behind another address.
func (c *Client) From(address string) *Client {
	other := *c
	other.from = net.JoinHostPort(address, "40000")
	return &other
}

// As logs in the person of a role, by its form.
func (c *Client) As(role access.Role) *Client {
	c.s.t.Helper()
	r := c.Post("/login", url.Values{"email": {Email(role)}, "password": {Password}})
	if r.Code != http.StatusSeeOther {
		c.s.t.Fatalf("log in as %s on %s: %d", role, c.host, r.Code)
	}
	return c
}

// Response is an answer; Doc is its page.
type Response struct {
	*httptest.ResponseRecorder
	t testing.TB
}

// Doc parses the page.
func (r Response) Doc() *goquery.Document {
	r.t.Helper()
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(r.Body.String()))
	if err != nil {
		r.t.Fatal(err)
	}
	return doc
}

// Location is where the answer leads.
func (r Response) Location() string { return r.Header().Get("Location") }

// Get asks for a page.
func (c *Client) Get(path string) Response { return c.Do(http.MethodGet, path, nil) }

// Post sends a form as a page of the same origin does.
func (c *Client) Post(path string, form url.Values) Response {
	return c.Do(http.MethodPost, path, form)
}

// Do sends any request; without a form it has no body.
func (c *Client) Do(method, path string, form url.Values) Response {
	c.s.t.Helper()
	if form == nil {
		return c.Send(method, path, "", nil)
	}
	return c.Send(method, path, "application/x-www-form-urlencoded", strings.NewReader(form.Encode()))
}

// Send sends any request with any body.
func (c *Client) Send(method, path, contentType string, body io.Reader) Response {
	c.s.t.Helper()
	origin := &url.URL{Scheme: "http", Host: c.host}
	req := httptest.NewRequest(method, path, body)
	req.Host, req.RemoteAddr = c.host, "127.0.0.1:40000"
	if c.from != "" {
		req.RemoteAddr = c.from
	}
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	for name, values := range c.header {
		req.Header[name] = values
	}
	for _, cookie := range c.jar.Cookies(origin) {
		req.AddCookie(cookie)
	}
	rec := httptest.NewRecorder()
	c.s.Handler.ServeHTTP(rec, req)
	c.jar.SetCookies(origin, rec.Result().Cookies())
	if lists := needlessRequired(rec); len(lists) > 0 {
		c.s.t.Errorf("%s %s: the page requires a choice where the first one is made: %v", method, path, lists)
	}
	if again := repeatedIDs(rec); len(again) > 0 {
		c.s.t.Errorf("%s %s: the page has these ids more than once: %v", method, path, again)
	}
	if fields := strangeClocks(rec); len(fields) > 0 {
		c.s.t.Errorf("%s %s: these fields show the clock or the days of the device beside the page's own: %v", method, path, fields)
	}
	return Response{rec, c.s.t}
}

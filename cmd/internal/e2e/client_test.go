package e2e

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
)

// client is a browser without eyes: it keeps cookies per host and follows nothing.
type client struct {
	t    testing.TB
	p    *program
	http *http.Client
}

func (p *program) client(t testing.TB) *client {
	jar, _ := cookiejar.New(nil)
	dialer := new(net.Dialer)
	transport := &http.Transport{
		MaxIdleConnsPerHost: 4,
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return dialer.DialContext(ctx, network, "127.0.0.1:"+p.port) // whatever the name
		},
	}
	t.Cleanup(transport.CloseIdleConnections)
	return &client{t, p, &http.Client{Jar: jar, Transport: transport, Timeout: time.Minute,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// answer is a response that was read to its end.
type answer struct {
	url    *url.URL
	status int
	header http.Header
	body   string
}

func (a answer) doc(t testing.TB) *goquery.Document {
	t.Helper()
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(a.body))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// location is where a redirect leads, as an absolute address.
func (a answer) location() string {
	to, err := a.url.Parse(a.header.Get("Location"))
	if err != nil || a.header.Get("Location") == "" {
		return ""
	}
	return to.String()
}

// try sends a request; the error is one of the connection.
func (c *client) try(method, address string, form url.Values) (answer, error) {
	var body io.Reader
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	req, err := http.NewRequest(method, address, body)
	if err != nil {
		return answer{}, err
	}
	if form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Origin", "http://"+req.URL.Host)
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return answer{}, err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	return answer{req.URL, resp.StatusCode, resp.Header, string(text)}, err
}

func (c *client) do(method, address string, form url.Values) answer {
	c.t.Helper()
	a, err := c.try(method, address, form)
	if err != nil {
		c.t.Fatalf("%s %s: %v", method, address, err)
	}
	return a
}

func (c *client) get(host, path string) answer {
	c.t.Helper()
	return c.do(http.MethodGet, c.p.url(host, path), nil)
}

// post sends pairs of name and value as a form of the same host.
func (c *client) post(host, path string, pairs ...string) answer {
	c.t.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	return c.do(http.MethodPost, c.p.url(host, path), form)
}

// demoPassword is everybody's in the demo data.
const demoPassword = "smooth-demo-2026"

// login uses the form.
func (c *client) login(host, email, password string) *client {
	c.t.Helper()
	if a := c.post(host, "/login", "email", email, "password", password); a.status != http.StatusSeeOther {
		c.t.Fatalf("log in as %s at %q: status %d", email, host, a.status)
	}
	return c
}

// must fails the test unless the status is the one given.
func (a answer) must(t testing.TB, status int) answer {
	t.Helper()
	if a.status != status {
		t.Fatalf("%s answers %d and not %d:\n%s", a.url, a.status, status, clip(a.body))
	}
	return a
}

func clip(s string) string { return s[:min(len(s), 1500)] }

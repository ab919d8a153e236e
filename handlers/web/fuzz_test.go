package web_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/web"
)

// The fuzz targets run their seeds with every test; `go test -fuzz FuzzX
// ./handlers/web` looks further.

func FuzzS8_Host(f *testing.F) {
	for _, host := range []string{"", "localhost", "ACME.localhost:8000", "acme.localhost.", "..localhost", "[::1]:8000", "[", "a:b:c", "localhost.evil.test",
		"evil-localhost", "ä.localhost", "xn--80ak6aa92e.localhost", ".localhost", "a.b.localhost", "lvh.me", "\x00.localhost", strings.Repeat("a.", 500) + "localhost"} {
		f.Add(host)
	}
	sites := web.Sites{Scheme: "http", Bases: []string{"localhost", "lvh.me"}, Port: ":8000"}
	f.Fuzz(func(t *testing.T, host string) {
		label, ok := sites.Split(host)
		if !ok && label != "" {
			t.Fatalf("%q: a label %q of nobody's host", host, label)
		}
		if !ok {
			return
		}
		name := strings.ToLower(host)
		if label != strings.ToLower(label) || !strings.HasPrefix(name, label) {
			t.Fatalf("%q: the label is %q", host, label)
		}
		if !strings.Contains(name, "localhost") && !strings.Contains(name, "lvh.me") {
			t.Fatalf("%q is taken for ours", host)
		}
		if again, ok := sites.Split(strings.ToUpper(host)); utf8.ValidString(host) && isASCII(host) && (!ok || again != label) {
			t.Fatalf("%q and its capitals lead to %q and %q", host, label, again)
		}
	})
}

func isASCII(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r > 127 })
}

func FuzzS8_LocalPath(f *testing.F) {
	for _, path := range []string{"/", "/a?b=c", "//evil.test", "/\\evil.test", "https://evil.test", "javascript:alert(1)", "/a\r\nX: y", "/%2f/evil.test", "\t//evil", "/\x00", "/..//x"} {
		f.Add(path)
	}
	f.Fuzz(func(t *testing.T, path string) {
		got := web.LocalPath(path, "/safe")
		u, err := url.Parse("http://acme.localhost/x")
		if err != nil {
			t.Fatal(err)
		}
		to, err := u.Parse(got)
		if err != nil || to.Host != "acme.localhost" || to.Scheme != "http" || strings.ContainsAny(got, "\r\n\\") {
			t.Fatalf("%q leads to %q (%v)", path, got, err)
		}
	})
}

func FuzzS8_ListQuery(f *testing.F) {
	for _, query := range []string{"", "q=a&page=2", "page=1000000000000", "page=-1", "q=%ff%00", "sort=-name'--", "after=!!!", "plan=golden&plan=free", "q=" + strings.Repeat("x", 5000), "%zz=1", ";", "a=b;c=d"} {
		f.Add(query)
	}
	f.Fuzz(func(t *testing.T, query string) {
		if strings.ContainsAny(query, " \r\n\x00#") {
			return // no request line has these
		}
		req := httptest.NewRequest(http.MethodGet, "/", nil)
		req.URL.RawQuery = query
		c := echo.New().NewContext(req, httptest.NewRecorder())
		q := web.ReadList(c, map[string][]string{"plan": {"free"}})
		if !utf8.ValidString(q.Q) || strings.ContainsRune(q.Q, 0) || len([]rune(q.Q)) > 1000 {
			t.Fatalf("the search is %q", q.Q)
		}
		if plan := q.Filter("plan"); plan != "" && plan != "free" {
			t.Fatalf("the plan is %q", plan)
		}
		if q.Page.Number < 0 {
			t.Fatalf("page %d", q.Page.Number)
		}
		if _, err := url.Parse(q.HrefTo("/x.csv")); err != nil {
			t.Fatal(err)
		}
	})
}

func FuzzS8_Text(f *testing.F) {
	for _, text := range []string{"", "a", "\x00", "a\u202eb", "=1+1", "nobody@example.test", "a@b", "\"x y\"@z.test", strings.Repeat("é", 400), "\xff"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		errs := map[string]string{}
		web.CheckText(errs, "name", text, 1, 120, "Say a name.")
		if errs["name"] == "" && (text == "" || len([]rune(text)) > 120 || strings.ContainsAny(text, "\x00\n\x1b")) {
			t.Fatalf("%q is taken for a name", text)
		}
		errs = map[string]string{}
		web.CheckEmail(errs, "email", text)
		if errs["email"] == "" && (!strings.Contains(text, "@") || strings.ContainsAny(text, "\r\n\x00,<>")) {
			t.Fatalf("%q is taken for an address", text)
		}
	})
}

func FuzzS8_CSV(f *testing.F) {
	for _, text := range []string{"", "=HYPERLINK(1)", "+1", "-1", "@x", "\t=1", "\r=1", "plain", "a\nb", "\"", "'=1", "\x00", "-", "−1"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		rec := httptest.NewRecorder()
		c := echo.New().NewContext(httptest.NewRequest(http.MethodGet, "/", nil), rec)
		err := web.CSV(c, "x.csv", []string{"name"}, func() ([][]string, bool, error) { return [][]string{{text}}, false, nil })
		if err != nil {
			t.Fatal(err)
		}
		_, cell, _ := strings.Cut(rec.Body.String(), "\n")
		cell = strings.TrimPrefix(cell, `"`)
		number := regexp.MustCompile(`^[+-][0-9 .]+"?\n?$`).MatchString(cell)
		if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) && !number {
			t.Fatalf("%q becomes the cell %q, which a spreadsheet runs", text, cell)
		}
	})
}

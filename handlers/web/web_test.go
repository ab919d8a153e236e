package web

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"
)

func TestLocalPath(t *testing.T) {
	for path, ok := range map[string]bool{
		"/": true, "/businesses?q=a%20b&page=2": true, "/a//b": true,
		"": false, "businesses": false, "//evil": false, "/\\evil": false, "https://evil": false, "/a\nb": false, "/\tevil": false,
		"javascript:alert(1)": false, "/" + strings.Repeat("x", 3000): false, "/%zz": false,
	} {
		want := "/fallback"
		if ok {
			want = path
		}
		if got := LocalPath(path, "/fallback"); got != want {
			t.Errorf("LocalPath(%.40q) = %.40q", path, got)
		}
	}
}

func TestSplit(t *testing.T) {
	s := Sites{Bases: []string{"example.com", "lvh.me"}}
	for host, want := range map[string]string{
		"example.com": "", "EXAMPLE.com:443": "", "www.example.com": "www", "a.b.example.com": "a.b", "acme.lvh.me.": "acme", ".example.com": "",
	} {
		if label, ok := s.Split(host); !ok || label != want {
			t.Errorf("%q: %q %v, want %q", host, label, ok, want)
		}
	}
	for _, host := range []string{"", "com", "badexample.com", "example.com.evil", "[::1]", "[::1]:80", "127.0.0.1"} {
		if label, ok := s.Split(host); ok {
			t.Errorf("%q is ours: %q", host, label)
		}
	}
}

// TestS3_Cookie: what the browser gets is small, HttpOnly and of this host; old
// keys are still read and new ones sign.
func TestS3_Cookie(t *testing.T) {
	oldKey, newKey := []byte(strings.Repeat("o", 32)), []byte(strings.Repeat("n", 32))
	set := func(c *Cookies) *http.Cookie {
		rec := httptest.NewRecorder()
		ctx := echo.New().NewContext(httptest.NewRequest(http.MethodGet, "/", nil), rec)
		if err := (&App{Cookies: c}).SetSession(ctx, strings.Repeat("t", 27)); err != nil {
			t.Fatal(err)
		}
		for _, cookie := range rec.Result().Cookies() {
			if strings.HasSuffix(cookie.Name, sessionName) {
				return cookie
			}
		}
		t.Fatal("no session is set")
		return nil
	}
	read := func(c *Cookies, cookie *http.Cookie) string {
		req := httptest.NewRequest(http.MethodGet, "/", nil)
		req.AddCookie(cookie)
		s, err := c.Get(req, sessionName)
		if err != nil {
			t.Fatal(err)
		}
		return s.ID
	}
	before := set(NewCookies([][]byte{oldKey}, true))
	if before.Name != "__Host-smooth_session" || !before.HttpOnly || !before.Secure || before.SameSite != http.SameSiteLaxMode || before.Path != "/" || before.Domain != "" {
		t.Errorf("cookie: %+v", before)
	}
	if n := len(before.String()); len(before.Name+"="+before.Value) > 256 {
		t.Errorf("%d bytes", n)
	}
	rotated := NewCookies([][]byte{newKey, oldKey}, true)
	if read(rotated, before) == "" {
		t.Error("rotating the keys logs people out")
	}
	if read(NewCookies([][]byte{oldKey}, true), set(rotated)) != "" {
		t.Error("the old key still signs")
	}
	forged := *before
	forged.Value = forged.Value[:len(forged.Value)-2] + "xx"
	if read(rotated, &forged) != "" {
		t.Error("a forged cookie is taken")
	}
}

// TestThemeBelongsToItsHost: on https no other host can set it.
func TestThemeBelongsToItsHost(t *testing.T) {
	for secure, want := range map[bool]string{true: "__Host-theme", false: "theme"} {
		a := &App{Cookies: NewCookies([][]byte{[]byte(strings.Repeat("k", 32))}, secure)}
		rec := httptest.NewRecorder()
		req := httptest.NewRequest(http.MethodPost, "/theme", strings.NewReader("theme=dark"))
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if err := a.SetTheme(echo.New().NewContext(req, rec)); err != nil {
			t.Fatal(err)
		}
		set := rec.Result().Cookies()[0]
		if set.Name != want || set.Secure != secure || !set.HttpOnly || set.Path != "/" || set.Domain != "" {
			t.Errorf("secure %v: %+v", secure, set)
		}
		for name, theme := range map[string]string{want: "dark", "x" + want: "system"} {
			req := httptest.NewRequest(http.MethodGet, "/", nil)
			req.AddCookie(&http.Cookie{Name: name, Value: "dark"})
			if got := a.theme(echo.New().NewContext(req, httptest.NewRecorder())); got != theme {
				t.Errorf("%s: %s", name, got)
			}
		}
	}
}

func TestFormats(t *testing.T) {
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1,000", 1234567: "1,234,567", -1234: "-1,234"} {
		if got := Count(n); got != want {
			t.Errorf("Count(%d) = %s", n, got)
		}
	}
	for cents, want := range map[int]string{0: "$0", 2900: "$29", 2950: "$29.50", 5: "$0.05", 123456789: "$1,234,567.89", -2950: "−$29.50"} {
		if got := Money(cents); got != want {
			t.Errorf("Money(%d) = %s", cents, got)
		}
	}
	for cents, want := range map[int]string{0: "Free", 6500: "$65.00", 3950: "$39.50", 123456700: "$1,234,567.00"} {
		if got := Price(cents); got != want {
			t.Errorf("Price(%d) = %s", cents, got)
		}
	}
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	for ago, want := range map[time.Duration]string{time.Second: "just now", 5 * time.Minute: "5 min ago", 30 * time.Hour: "1 d ago", -time.Hour: "just now"} {
		if got := Ago(now.Add(-ago), now).Text; got != want {
			t.Errorf("Ago(%s) = %s", ago, got)
		}
	}
}

func TestCheckEmail(t *testing.T) {
	for email, ok := range map[string]bool{
		"a@b.co": true, "first.last+tag@sub.example.com": true, "o'brien@example.ie": true,
		"": false, "a": false, "a@b": false, "@b.co": false, "a@b.co, c@d.co": false, "A <a@b.co>": false, "a b@c.de": false,
		"a@" + strings.Repeat("x", 300) + ".com": false,
	} {
		errs := map[string]string{}
		if CheckEmail(errs, "email", email); (len(errs) == 0) != ok {
			t.Errorf("%.40q: %v", email, errs)
		}
	}
}

package static

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func get(t *testing.T, method, path string, header map[string]string) *http.Response {
	t.Helper()
	r := httptest.NewRequest(method, path, nil)
	for k, v := range header {
		r.Header.Set(k, v)
	}
	w := httptest.NewRecorder()
	Handler().ServeHTTP(w, r)
	return w.Result()
}

func TestHandlerServesEveryAssetForEver(t *testing.T) {
	for name, a := range assets() {
		for _, enc := range []string{"", "gzip, br"} {
			res := get(t, "GET", URL(name), map[string]string{"Accept-Encoding": enc})
			body, _ := io.ReadAll(res.Body)
			if res.StatusCode != 200 || res.Header.Get("Content-Type") != a.mime {
				t.Fatalf("%s: %d %s", name, res.StatusCode, res.Header.Get("Content-Type"))
			}
			if cc := res.Header.Get("Cache-Control"); !strings.Contains(cc, "immutable") {
				t.Errorf("%s: Cache-Control %q", name, cc)
			}
			if enc != "" {
				zr, err := gzip.NewReader(bytes.NewReader(body))
				if err != nil {
					t.Fatal(err)
				}
				body, _ = io.ReadAll(zr)
			}
			if !bytes.Equal(body, a.plain) {
				t.Errorf("%s with %q: body differs", name, enc)
			}
		}
	}
}

func TestHandlerRefuses(t *testing.T) {
	good := URL("css/app.css")
	for name, c := range map[string]struct {
		method, path string
		want         int
	}{
		"old hash":        {"GET", "/static/000000000000/css/app.css", 404},
		"no hash":         {"GET", "/static/css/app.css", 404},
		"unknown name":    {"GET", strings.Replace(good, "app.css", "input.css", 1), 404},
		"climbing":        {"GET", "/static/../embed.go", 404},
		"directory":       {"GET", "/static/", 404},
		"writing":         {"POST", good, 405},
		"head is allowed": {"HEAD", good, 200},
	} {
		if got := get(t, c.method, c.path, nil).StatusCode; got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
}

func TestHandlerAnswersNotModified(t *testing.T) {
	first := get(t, "GET", URL("icons.svg"), nil)
	again := get(t, "GET", URL("icons.svg"), map[string]string{"If-None-Match": first.Header.Get("ETag")})
	if again.StatusCode != http.StatusNotModified {
		t.Fatalf("got %d", again.StatusCode)
	}
}

func TestAcceptsGzip(t *testing.T) {
	for header, want := range map[string]bool{
		"": false, "gzip": true, "br, gzip": true, "GZIP;q=0.5": true, "gzip;q=0": false,
		"gzip; q=0.0, br": false, "br": false, "*": true, "identity": false,
	} {
		if acceptsGzip(header) != want {
			t.Errorf("%q: want %v", header, want)
		}
	}
}

func TestURLPanicsOnUnknownName(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Fatal("no panic")
		}
	}()
	URL("css/none.css")
}

// TestW1_AssetsStayWithinBudget holds the compressed sizes down.
func TestW1_AssetsStayWithinBudget(t *testing.T) {
	limits := map[string]int{"css/app.css": 12 << 10, "js/app.js": 21 << 10, "js/visitor.js": 5 << 10, "js/passkeys.js": 1 << 10, "js/frame.js": 512, "icons.svg": 4 << 10, "favicon.svg": 1 << 10,
		"css/schedule.css": 30 << 10, "js/schedule.js": 30 << 10} // together 60 KB, on one page
	for name, a := range assets() {
		t.Logf("%-12s %6d bytes, %5d gzipped", name, len(a.plain), len(a.gzip))
		if len(a.gzip) > limits[name] {
			t.Errorf("%s is %d bytes gzipped, more than %d", name, len(a.gzip), limits[name])
		}
	}
}

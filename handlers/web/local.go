package web

import (
	"net/http"
	"net/url"
	"strings"
)

// PathAndQuery is what a request asks for, fit to be put behind one of our own
// hosts. A request line like "GET x:@evil.example/" has an opaque part instead of
// a path, which would lead there.
func PathAndQuery(r *http.Request) string {
	path := r.URL.EscapedPath()
	if r.URL.Opaque != "" || !strings.HasPrefix(path, "/") {
		return "/"
	}
	return (&url.URL{Path: r.URL.Path, RawPath: r.URL.RawPath, RawQuery: r.URL.RawQuery}).RequestURI()
}

package handlers

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/static"
	"github.com/smoothschedule/smoothschedule/store"
)

// hosts leads a request to the surface of its host.
type hosts struct {
	sites web.Sites
	ready func(context.Context) error
	// tenant finds the business behind a domain of its own.
	tenant   func(context.Context, string) (store.Tenant, error)
	platform http.Handler
	business http.Handler
	site     http.Handler
	unknown  http.Handler

	platformAPI http.Handler
	businessAPI http.Handler
	unknownAPI  http.Handler
}

var assets = static.Handler()

func (h *hosts) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case r.URL.Path == "/healthz":
		answer(w, http.StatusOK, "ok")
	case r.URL.Path == "/readyz":
		h.serveReady(w, r)
	case strings.HasPrefix(r.URL.Path, "/static/"):
		w.Header().Set("X-Content-Type-Options", "nosniff")
		assets.ServeHTTP(w, r)
	case r.URL.Path == "/api" || strings.HasPrefix(r.URL.Path, "/api/"):
		h.api(r).ServeHTTP(w, r)
	default:
		h.surface(r).ServeHTTP(w, r)
	}
}

// surface tells the hosts apart; a label with a dot is nobody's, and a name that
// is not the platform's may be a business's own.
func (h *hosts) surface(r *http.Request) http.Handler {
	label, ok := h.sites.Split(r.Host)
	switch {
	case !ok:
		if _, err := h.tenant(r.Context(), web.HostName(r.Host)); store.KindOf(err) == store.NotFound {
			return h.unknown
		}
		return h.business // which answers for a failure, too
	case strings.Contains(label, "."):
		return h.unknown
	case label == "" || label == "www":
		return h.site
	case label == "platform":
		return h.platform
	}
	return h.business
}

// api is the side of the API that a host has: the apex shares the platform's.
func (h *hosts) api(r *http.Request) http.Handler {
	switch h.surface(r) {
	case h.site, h.platform:
		return h.platformAPI
	case h.business:
		return h.businessAPI
	}
	return h.unknownAPI
}

func (h *hosts) serveReady(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), 2*time.Second)
	defer cancel()
	if h.ready(ctx) != nil {
		answer(w, http.StatusServiceUnavailable, "the database does not answer")
		return
	}
	answer(w, http.StatusOK, "ready")
}

func answer(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(text + "\n"))
}

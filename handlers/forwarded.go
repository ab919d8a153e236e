package handlers

import (
	"log/slog"
	"net/http"
	"net/netip"
	"sync"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/store"
)

const (
	warnEvery = time.Hour
	warnMost  = 20 // peers in that time: anybody can send the header
)

// forwardedWarning writes down that a peer which is not trusted forwards others'
// requests. That is a proxy missing in TRUSTED_PROXIES, and then all who come
// through it count as one address; or somebody who would like to be another.
type forwardedWarning struct {
	next    http.Handler
	trusted []netip.Prefix
	log     *slog.Logger
	now     func() time.Time

	mu    sync.Mutex
	since time.Time
	peers map[string]bool
}

func (w *forwardedWarning) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	if len(r.Header[echo.HeaderXForwardedFor]) > 0 {
		w.look(r)
	}
	w.next.ServeHTTP(rw, r)
}

func (w *forwardedWarning) look(r *http.Request) {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return
	}
	address := peer.Addr().Unmap()
	for _, prefix := range w.trusted {
		if prefix.Contains(address) {
			return
		}
	}
	if !w.first(store.Client{Address: address.String()}.Network()) {
		return
	}
	w.log.Warn("X-Forwarded-For comes from a peer that TRUSTED_PROXIES does not name, and is not believed. If this is your proxy, add it: "+
		"until then all visitors who come through it count as one address", slog.String("peer", address.String()))
}

// first says whether a peer is new in this hour.
func (w *forwardedWarning) first(peer string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if now := w.now(); w.peers == nil || now.Sub(w.since) >= warnEvery {
		w.since, w.peers = now, map[string]bool{}
	}
	if w.peers[peer] || len(w.peers) >= warnMost {
		return false
	}
	w.peers[peer] = true
	return true
}

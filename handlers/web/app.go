// Package web is what all HTML surfaces share: routes with their permission,
// the principal of a request, sessions and flash cookies, rendering, and the one
// place that turns an error into bytes.
package web

import (
	"context"
	"log/slog"
	"net"
	"net/netip"
	"strings"
	"time"

	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/views/mail"
)

// App is what handlers are made with.
type App struct {
	DB      *store.DB
	Cookies *Cookies
	Sites   Sites
	Log     *slog.Logger
	// Dev opens the development routes.
	Dev bool
	// DNS replaces the system's resolver in tests.
	DNS TXTResolver
	// TrustedProxies are those whose X-Forwarded-For counts.
	TrustedProxies []netip.Prefix
	// CORSOrigins are those whose pages may call the API.
	CORSOrigins []string
	// Observe counts a request; it may be nil.
	Observe func(surface string, status int, took time.Duration)
	// Version is the program's own.
	Version string
	// SendNow sends a mail at once: everything else is mailed by jobs.
	SendNow func(ctx context.Context, to string, m mail.Message) error
	// MailServer is where mails go, without its password ("" for the folder of
	// development), MailFrom the configured sender.
	MailServer, MailFrom string
}

// Sites knows the addresses of the hosts.
type Sites struct {
	Scheme string   // "http" or "https"
	Bases  []string // names without port, the first is canonical
	Port   string   // of links, ":8000" or ""
}

// Base is the apex as links show it.
func (s Sites) Base() string { return s.Bases[0] + s.Port }

// Apex is the absolute address of a path on the apex host.
func (s Sites) Apex(path string) string { return s.Scheme + "://" + s.Base() + path }

// Platform is the absolute address of a path on the platform's host.
func (s Sites) Platform(path string) string { return s.Scheme + "://platform." + s.Base() + path }

// Business is the absolute address of a path on a business's host.
func (s Sites) Business(subdomain, path string) string {
	return s.Scheme + "://" + subdomain + "." + s.Base() + path
}

// BusinessHost is a business's host as people read it.
func (s Sites) BusinessHost(subdomain string) string { return subdomain + "." + s.Base() }

// Public is the absolute address of a path that customers open: on the domain of
// its own that a business made primary, or else on its subdomain. What needs a
// login stays on the subdomain, so links to that use Business.
func (s Sites) Public(subdomain, domain, path string) string {
	return s.Scheme + "://" + s.PublicName(subdomain, domain) + s.Port + path
}

// PublicName is the host of Public without a port.
func (s Sites) PublicName(subdomain, domain string) string {
	if domain != "" {
		return domain
	}
	return subdomain + "." + s.Bases[0]
}

// Split returns the part of a host name before a base domain: "" for the apex,
// false for a host of somebody else. Port, case and a final dot don't matter.
func (s Sites) Split(host string) (label string, ok bool) {
	host = HostName(host)
	for _, base := range s.Bases {
		if host == base {
			return "", true
		}
		if label, found := strings.CutSuffix(host, "."+base); found {
			return label, true
		}
	}
	return "", false
}

// HostName is a host as it is compared: small, without port and final dot.
func HostName(host string) string {
	host = strings.ToLower(host)
	if at := strings.LastIndexByte(host, ':'); at >= 0 && !strings.HasSuffix(host, "]") {
		host = host[:at]
	}
	return strings.TrimSuffix(host, ".")
}

// TXTResolver looks for the proof of a domain.
type TXTResolver interface {
	LookupTXT(ctx context.Context, name string) ([]string, error)
}

// Resolver is the DNS, or what stands in for it.
func (a *App) Resolver() TXTResolver {
	if a.DNS != nil {
		return a.DNS
	}
	return net.DefaultResolver
}

// IPNet is a prefix in the form that Echo takes.
func IPNet(p netip.Prefix) *net.IPNet {
	return &net.IPNet{IP: p.Masked().Addr().AsSlice(), Mask: net.CIDRMask(p.Bits(), p.Addr().BitLen())}
}

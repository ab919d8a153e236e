package web

import (
	"net/netip"

	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/store"
)

// Request is what the middlewares found out about a request.
type Request struct {
	ID        string
	Surface   *Surface
	Tenant    *store.Tenant // on a business's host
	Principal *store.Principal
	Refused   string // path the theme form returns to instead of this one
	cookies   *Cookies
	app       *App
	shown     string // what a page behind a token is about
	framers   string // the origins that may show this page inside theirs
}

const requestKey = "web.request"

func of(c echo.Context) *Request {
	r, ok := c.Get(requestKey).(*Request)
	if !ok {
		r = &Request{}
		c.Set(requestKey, r)
	}
	return r
}

// Principal is who the request comes from; its inner pointer is nil for nobody.
func Principal(c echo.Context) *store.Principal { return of(c).Principal }

// Tenant is the business of the host, as its principal may enter it: during a
// view-only masquerade it leads to the read-only login. On the platform it is nil.
func Tenant(c echo.Context) *store.Tenant {
	r := of(c)
	if r.Principal != nil && r.Principal.Tenant != nil {
		return r.Principal.Tenant
	}
	return r.Tenant
}

// SetTenant is called by the business surface once it knows the host's business.
func SetTenant(c echo.Context, t store.Tenant) { of(c).Tenant = &t }

// Client is where the request comes from; the address counts proxies only if
// they are trusted. Where people log in it also says which browser this is.
func Client(c echo.Context) store.Client {
	from := store.Client{Address: c.RealIP(), UserAgent: c.Request().UserAgent()}
	if r := of(c); r.cookies != nil && r.Surface != nil && r.Surface.People {
		from.Device = r.cookies.plain(c, deviceName)
		if s, err := r.cookies.Get(c.Request(), sessionName); err == nil {
			from.Session = s.ID
		}
	}
	return from
}

// IsLoopback says whether the peer itself, whatever it claims, is this machine.
func IsLoopback(c echo.Context) bool {
	host, err := netip.ParseAddrPort(c.Request().RemoteAddr)
	return err == nil && host.Addr().Unmap().IsLoopback()
}

package db

import (
	"net/netip"
)

// What limits count by. Every limiter asks these two functions which address a
// request comes from and which person it is about, so that none can be gone
// around by another spelling of either.

// Network is the address that counts: of IPv4 the whole, of IPv6 the /64 that
// one subscriber has, whatever zone or form it is written with.
func (c Client) Network() string {
	ip, err := netip.ParseAddr(c.Address)
	if err != nil {
		return c.Address
	}
	if ip = ip.Unmap().WithZone(""); ip.Is4() {
		return ip.String()
	}
	prefix, _ := ip.Prefix(64)
	return prefix.String()
}

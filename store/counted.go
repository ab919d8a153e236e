package store

import (
	"net/netip"
	"strings"

	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/norm"
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

// CanonicalEmail is an address as it is kept: a domain in other letters than ASCII
// in the form that every mail server takes. Both spellings are the same address.
// What nobody can see stays in it, so that it is refused instead of guessed at.
func CanonicalEmail(email string) string {
	email = strings.TrimSpace(email)
	at := strings.LastIndexByte(email, '@')
	if at < 1 || isASCII(email[at:]) || strings.ContainsFunc(email, IsUnseen) {
		return email
	}
	ascii, err := idna.Lookup.ToASCII(norm.NFKC.String(email[at+1:]))
	if err != nil {
		return email
	}
	return email[:at+1] + ascii
}

func isASCII(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return r > 0x7f })
}

// Mailbox is the person behind an e-mail address: the mailbox that its spellings
// lead to, without case, without what follows a plus, and with one form of the
// domain. It is for counting and never for sending.
func Mailbox(email string) string {
	email = strings.ToLower(norm.NFKC.String(strings.TrimSpace(email)))
	at := strings.LastIndexByte(email, '@')
	if at < 1 {
		return email
	}
	local, domain := email[:at], strings.TrimSuffix(email[at+1:], ".")
	if ascii, err := idna.Lookup.ToASCII(domain); err == nil {
		domain = ascii
	}
	if base, _, tagged := strings.Cut(local, "+"); tagged && base != "" {
		local = base
	}
	if domain == "googlemail.com" {
		domain = "gmail.com"
	}
	if domain == "gmail.com" { // whose mailboxes know no dots
		local = strings.ReplaceAll(local, ".", "")
	}
	return local + "@" + domain
}

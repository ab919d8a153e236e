package text

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/norm"
)

// Or is the own value, or the general one.
func Or(own *int, otherwise int) int {
	if own != nil {
		return *own
	}
	return otherwise
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

// Counted is a number with its noun, like "1 day" or "2 days".
func Counted(n int, one, many string) string {
	if n == 1 {
		many = one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// WaitWords says how long to wait, in full minutes where it is long.
func WaitWords(wait time.Duration) string {
	seconds := max(1, int((wait+time.Second-1)/time.Second))
	if seconds > 2*3600 {
		return "Wait " + strconv.Itoa((seconds+3599)/3600) + " hours and try again."
	}
	if seconds > 90 {
		return "Wait " + strconv.Itoa((seconds+59)/60) + " minutes and try again."
	}
	return "Wait " + Counted(seconds, "second", "seconds") + " and try again."
}

// Truncate cuts text to n bytes at a character's edge.
func Truncate(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && s[n]&0xc0 == 0x80 {
		n--
	}
	return s[:n]
}

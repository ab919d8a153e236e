// Package names tells names from what somebody would rather have read: a name
// travels in our mails to people who never heard of its writer.
package names

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/publicsuffix"
	"golang.org/x/text/unicode/norm"
)

var (
	// scheme is what stands before a web address, and nowhere in a name.
	scheme = regexp.MustCompile(`://|\bh(tt|xx)ps?:|\bwww\b|\bxn--`)
	// host is what programs that show mails may make a link of; a path may follow.
	host = regexp.MustCompile(`([\p{L}\p{N}-]+\.)+\p{L}[\p{L}\p{N}-]*\p{L}(:\d+)?(/?)`)
	// loose is an address that is written so that no program, and everybody, reads
	// it: "prize .com/x", "prize[.]com", "prize dot com", four numbers.
	loose  = regexp.MustCompile(`\bhttp|@|\s\.\s*\p{L}|\.\s*[\p{L}\p{N}-]+/|[\[({]\s*(\.|dot)\s*[\])}]|\bdot\s+(com|net|org|info|io|co|me|ru)\b|\d(\.\d+){3}`)
	escape = regexp.MustCompile(`%[2-7][0-9A-Fa-f]`)
)

// usual are endings that are never somebody's name; Anna.Kim, Prof.Dr.Li and
// Co.KG end like an address, too.
var usual = map[string]bool{"com": true, "net": true, "org": true, "info": true, "biz": true, "io": true, "app": true, "dev": true, "shop": true, "xyz": true, "online": true, "site": true, "top": true, "club": true}

// plain is a text as it is read: one form of each letter, nothing invisible.
func plain(text string) string {
	text = strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, norm.NFKC.String(text))
	text = escape.ReplaceAllStringFunc(text, func(code string) string {
		n, _ := strconv.ParseUint(code[1:], 16, 8)
		return string(rune(n))
	})
	return strings.NewReplacer("。", ".", "․", ".", "∕", "/", "⁄", "/").Replace(text)
}

// ContainsLink says whether a text holds a web address, beyond doubt: names such
// as J.Smith, Dr.Li or St.John hold none.
func ContainsLink(text string) bool {
	text = plain(text)
	if scheme.MatchString(strings.ToLower(text)) {
		return true
	}
	for _, at := range host.FindAllStringSubmatchIndex(text, -1) {
		name, path := strings.CutSuffix(text[at[0]:at[1]], "/")
		if !path && (strings.HasSuffix(text[:at[0]], "@") || strings.HasPrefix(text[at[1]:], "@")) {
			continue // an e-mail address is somebody's slip
		}
		name, _, _ = strings.Cut(name, ":")
		first, _, _ := strings.Cut(name, ".")
		last := name[strings.LastIndexByte(name, '.')+1:]
		small, certain := last == strings.ToLower(last), usual[strings.ToLower(last)]
		known, short := isSuffix(strings.ToLower(name)), utf8.RuneCountInString(first) <= 3
		switch {
		case path && (small || known), known && small && certain, known && !short && (small || certain):
			return true
		}
	}
	return false
}

// isSuffix says whether a name ends like one that the web knows: one of the
// registries, or of somebody who lets others have a part of theirs.
func isSuffix(name string) bool {
	suffix, registry := publicsuffix.PublicSuffix(name)
	return registry || strings.Contains(suffix, ".")
}

// LooksLikeLink says whether a text could lead somewhere: it is stricter than
// ContainsLink, for places where nothing is lost.
func LooksLikeLink(text string) bool {
	text = plain(text)
	small := strings.ToLower(text)
	return scheme.MatchString(small) || loose.MatchString(small) || host.MatchString(text)
}

const (
	longest    = 60 // of a name that somebody is greeted by, in characters
	mostDigits = 4
)

// Greetable returns a name by which somebody can be greeted, or "" for what is
// rather an address or an advertisement.
func Greetable(name string) string {
	digits := 0
	for _, r := range plain(name) {
		if unicode.IsDigit(r) {
			digits++
		}
		if unicode.Is(unicode.Sc, r) { // money
			return ""
		}
	}
	if digits > mostDigits || utf8.RuneCountInString(name) > longest || LooksLikeLink(name) {
		return ""
	}
	return name
}

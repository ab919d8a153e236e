// Package names tells names from what somebody would rather have read: a name
// travels in our mails to people who never heard of its writer.
package names

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/publicsuffix"
	"golang.org/x/text/unicode/norm"
)

var (
	scheme = regexp.MustCompile(`://|\bhttps?:|\bwww\.`)
	// host is what programs that show mails may make a link of; a path may follow.
	host = regexp.MustCompile(`([\p{L}\p{N}-]+\.)+\p{L}[\p{L}\p{N}-]*\p{L}(:\d+)?(/?)`)
)

// plain is a text as it is read: one form of each letter, nothing invisible.
func plain(text string) string {
	text = strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, norm.NFKC.String(text))
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
		if at[0] > 0 && strings.ContainsRune("@.", rune(text[at[0]-1])) {
			continue // an e-mail address is somebody's slip
		}
		name := text[at[0]:at[1]]
		name, path := strings.CutSuffix(name, "/")
		name, _, _ = strings.Cut(name, ":")
		first, _, _ := strings.Cut(name, ".")
		_, known := publicsuffix.PublicSuffix(strings.ToLower(name))
		last := name[strings.LastIndexByte(name, '.')+1:]
		if path && last == strings.ToLower(last) || known && (path || utf8.RuneCountInString(first) > 3) {
			return true
		}
	}
	return false
}

// LooksLikeLink says whether a text could lead somewhere: it is stricter than
// ContainsLink, for places where nothing is lost.
func LooksLikeLink(text string) bool {
	text = plain(text)
	return scheme.MatchString(strings.ToLower(text)) || strings.Contains(text, "@") || strings.Contains(strings.ToLower(text), "http") || host.MatchString(text)
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

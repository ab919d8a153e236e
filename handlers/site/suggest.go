package site

import (
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/smoothschedule/smoothschedule/store/settings"
)

// suggestions are the addresses that a business's name makes, the nicest first.
func suggestions(name string) []string {
	slug := slugOf(name)
	if slug == "" {
		return nil
	}
	if len(slug) < 3 {
		slug += "-bookings"
	}
	all := []string{slug}
	for n := 2; n <= 5; n++ {
		all = append(all, slug+"-"+strconv.Itoa(n))
	}
	var good []string
	for _, s := range all {
		if settings.CheckNewSubdomain(s) == nil {
			good = append(good, s)
		}
	}
	return good
}

// maxSlug leaves room for a number.
const maxSlug = 36

// spelled are letters whose plain form is more than the letter without its marks.
var spelled = strings.NewReplacer("ä", "ae", "ö", "oe", "ü", "ue", "ß", "ss", "æ", "ae", "ø", "o", "å", "a", "ł", "l", "đ", "d", "þ", "th", "&", " and ", "'", "", "’", "")

// slugOf keeps letters and digits; what lies between them becomes a hyphen. Names
// in other scripts make no address; their owners type one.
func slugOf(name string) string {
	var b strings.Builder
	gap := false
	for _, r := range norm.NFD.String(spelled.Replace(norm.NFC.String(strings.ToLower(name)))) {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			if gap && b.Len() > 0 {
				b.WriteByte('-')
			}
			gap = false
			b.WriteRune(r)
		case unicode.Is(unicode.Mn, r):
		default:
			gap = true
		}
		if b.Len() >= maxSlug {
			break
		}
	}
	return strings.Trim(b.String(), "-")
}

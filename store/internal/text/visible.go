package text

import (
	"unicode"
	"unicode/utf8"
)

// minLetters is how many letters a reason has at least.
const minLetters = 3

// VisibleLen counts the characters of a text that a reader sees. Marks on letters
// belong to their letter; joiners, fillers, blanks, variation selectors, tags and
// what turns the direction are nothing to see, wherever they are allowed.
func VisibleLen(text string) int {
	n := 0
	for _, r := range text {
		if Visible(r) {
			n++
		}
	}
	return n
}

// Unseen says whether there is something and none of it can be seen: a name like
// that is a line that nobody can read or press.
func Unseen(text string) bool { return text != "" && VisibleLen(text) == 0 }

// SaysWhy says whether a text is a reason: so many visible characters, letters
// among them.
func SaysWhy(text string, least int) bool {
	letters := 0
	for _, r := range text {
		if unicode.IsLetter(r) && Visible(r) {
			letters++
		}
	}
	return letters >= minLetters && VisibleLen(text) >= least && utf8.ValidString(text)
}

// IsUnseen says whether a character is nothing to see: an address with one in it
// is another than it looks.
func IsUnseen(r rune) bool { return !plain(r) && (unicode.IsControl(r) || ignorable(r)) }

// Visible says whether a letter shows something.
func Visible(r rune) bool {
	if plain(r) {
		return true // most of what is typed
	}
	return unicode.In(r, unicode.L, unicode.N, unicode.P, unicode.S, unicode.Mc) && !ignorable(r)
}

func plain(r rune) bool { return r > ' ' && r < 0x7f }

// ignorable finds what fonts draw as nothing or as a blank, although it is a
// letter, a mark or a symbol by category.
func ignorable(r rune) bool {
	switch r {
	case 0x034f, 0x2800, 0x1d159, 0xfffc, 0xfffd, 0x16fe4, 0x13441, 0x13442: // joiner, blank Braille, empty notehead, placeholders, fillers
		return true
	}
	return unicode.In(r, unicode.Cf, unicode.Zs, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
}

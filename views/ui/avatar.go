package ui

import (
	"hash/fnv"
	"strings"
	"unicode"
)

var hues = [...]string{"hue-0", "hue-1", "hue-2", "hue-3", "hue-4", "hue-5", "hue-6", "hue-7"}

// hue is the same for a name everywhere and always.
func hue(name string) string {
	h := fnv.New32a()
	_, _ = h.Write([]byte(name))
	return hues[h.Sum32()%uint32(len(hues))]
}

// Initials are the first letters of the first and last word; one character for
// scripts without capitals, where two would read as another word.
func Initials(name string) string {
	words := strings.FieldsFunc(name, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '\'' && r != '’' })
	if len(words) == 0 {
		return "?"
	}
	first := []rune(words[0])[0]
	if len(words) == 1 || !unicode.IsUpper(unicode.ToUpper(first)) {
		return string(unicode.ToUpper(first))
	}
	last := []rune(words[len(words)-1])[0]
	return string([]rune{unicode.ToUpper(first), unicode.ToUpper(last)})
}

package identity

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/smoothschedule/smoothschedule/store/commonpasswords"
	"github.com/smoothschedule/smoothschedule/store/internal/db"
)

// MinPassword and MaxPassword bound a password, in characters. There are no rules
// of composition: length, and not being what everybody tries first.
const (
	MinPassword = 12
	MaxPassword = 256
	// ownPart is how much of a password must be something else than the names
	// around it, and leastKinds how many different characters it has at least.
	ownPart    = 8
	leastKinds = 5
)

// CheckPassword returns what is wrong with a new password, or nil. around are
// the words that somebody who knows the account would try: names and addresses.
func CheckPassword(password string, around ...string) error {
	password = prepared(password)
	n, lower := len([]rune(password)), strings.ToLower(password)
	switch {
	case n < MinPassword:
		return db.InvalidField("password", fmt.Sprintf("Use at least %d characters.", MinPassword))
	case n > MaxPassword:
		return db.InvalidField("password", fmt.Sprintf("Use at most %d characters.", MaxPassword))
	case commonpasswords.Has(password):
		return db.InvalidField("password", "Many people use this password, so it is among the first that a thief tries. Choose another, for example four words that don't belong together.")
	case kinds(lower) < leastKinds:
		return db.InvalidField("password", "This repeats a few characters and is easily guessed. Choose another, for example four words that don't belong together.")
	}
	rest := lower
	for _, word := range contextWords(around) {
		rest = strings.ReplaceAll(rest, word, "")
	}
	if rest != lower && len([]rune(rest)) < ownPart {
		return db.InvalidField("password", "This is mostly a name or an address that others know. Choose another, for example four words that don't belong together.")
	}
	return nil
}

func kinds(text string) int {
	seen := map[rune]bool{}
	for _, r := range text {
		seen[r] = true
	}
	return len(seen)
}

// contextWords are the product's name and the words of what is around an account,
// the longest first: "Ann's Bakery" gives "ann's bakery", "annsbakery", "bakery".
func contextWords(around []string) []string {
	words := []string{"smoothschedule"}
	for _, text := range around {
		text = strings.ToLower(strings.TrimSpace(text))
		parts := strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
		for _, word := range append(parts, text, strings.Join(parts, "")) {
			if len([]rune(word)) >= 4 {
				words = append(words, word)
			}
		}
	}
	slices.SortFunc(words, func(a, b string) int { return len(b) - len(a) })
	return words
}

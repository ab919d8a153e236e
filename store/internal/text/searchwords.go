package text

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/norm"
)

// ByName sorts by a name as a phone book does: Å beside A, capitals beside small
// letters. It is appended to the column.
const ByName = ` COLLATE "und-x-icu"`

// The bounds of what is searched for.
const (
	maxSearchWords = 6  // more would only cost time
	minPhoneDigits = 4  // fewer are any number
	MinPhoneTail   = 7  // so many digits at the end are the same telephone
	longSpelling   = 5  // letters of a word in which "ue" may stand for "ü"
	maxSearchWord  = 80 // runes of one word that are looked at
)

// SearchTerm is a part of a search that must be found: words, each in the
// spellings that people use for it, or what may be a telephone number. Folding is
// left to the database's search_form, which folds what is stored as well.
type SearchTerm struct {
	Words  [][]string
	number string
}

// SearchTerms reads a search: words in any order, also as "Meyer, Jordan". Tokens
// of digits beside each other are one telephone number.
func SearchTerms(q string) []SearchTerm {
	var terms []SearchTerm
	wasNumber := false
	for n, token := range searchWords(q) {
		if isNumber := numberLike(token); n > 0 && isNumber && wasNumber {
			last := &terms[len(terms)-1]
			last.Words, last.number = append(last.Words, []string{token}), last.number+" "+token
			continue
		} else if wasNumber = isNumber; isNumber {
			terms = append(terms, SearchTerm{[][]string{{token}}, token})
			continue
		}
		terms = append(terms, SearchTerm{Words: [][]string{spellings(token)}})
	}
	for i := range terms {
		if Digits(terms[i].number) < minPhoneDigits {
			terms[i].number = ""
		}
	}
	return terms
}

// searchWords splits a search. Signs around a word don't count, nor do words of
// signs alone beside others.
func searchWords(q string) []string {
	q = strings.TrimPrefix(strings.TrimPrefix(strings.ToValidUTF8(q, ""), "mailto:"), "tel:")
	fields := strings.FieldsFunc(q, func(r rune) bool { return unicode.IsSpace(r) || r == ',' || r == ';' || r == 0 })
	var found, signs []string
	for _, field := range fields {
		if runes := []rune(field); len(runes) > maxSearchWord {
			field = string(runes[:maxSearchWord])
		}
		if !strings.ContainsFunc(field, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }) {
			signs = append(signs, field)
			continue
		}
		if !numberLike(field) {
			field = strings.TrimRight(strings.Trim(field, "()[]{}<>"), ".")
		}
		found = append(found, hyphenated(field)...)
	}
	if len(found) == 0 {
		found = signs
	}
	return found[:min(len(found), maxSearchWords)]
}

// hyphenated splits "Anne-Marie", which others write with a blank.
func hyphenated(word string) []string {
	if strings.ContainsFunc(word, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.Is(unicode.Pd, r) }) {
		return []string{word}
	}
	return strings.FieldsFunc(word, func(r rune) bool { return unicode.Is(unicode.Pd, r) })
}

// numberLike says whether a token can be a part of a telephone number.
func numberLike(token string) bool {
	return Digits(token) > 0 && !strings.ContainsFunc(token, func(r rune) bool {
		return !unicode.IsDigit(r) && !unicode.Is(unicode.Pd, r) && !unicode.Is(unicode.Cf, r) && !strings.ContainsRune("+().\u2212/\uff0b", r)
	})
}

// IsPhone says whether a text is a telephone number and nothing else.
func IsPhone(text string) bool {
	return Digits(text) >= minPhoneDigits && !slices.ContainsFunc(strings.Fields(text), func(token string) bool { return !numberLike(token) && token != "+" })
}

// Digits counts those of a text.
func Digits(text string) (n int) {
	for _, r := range text {
		if unicode.IsDigit(r) {
			n++
		}
	}
	return n
}

var (
	spelledOut = strings.NewReplacer("ä", "ae", "ö", "oe", "ü", "ue", "å", "aa", "ø", "oe")
	drawnIn    = map[string]string{"ae": "a", "oe": "o", "ue": "u", "aa": "a"}
)

// spellings are the forms of a word that mean the same: "Müller" is written
// "Mueller" as well, and a domain has a form in ASCII.
func spellings(word string) []string {
	forms := []string{word}
	lower := strings.ToLower(norm.NFC.String(word))
	if out := spelledOut.Replace(lower); out != lower {
		forms = append(forms, out)
	} else if in := drawIn(lower); in != lower {
		forms = append(forms, in)
	}
	if address := CanonicalEmail(word); address != word {
		forms = append(forms, address)
	} else if at := strings.LastIndexByte(word, '@'); at < 0 && strings.Contains(word, ".") {
		if ascii, err := idna.Lookup.ToASCII(word); err == nil && !strings.EqualFold(ascii, word) {
			forms = append(forms, ascii)
		}
	}
	return forms
}

// drawIn turns "mueller" into "muller", which is how search_form folds "Müller".
func drawIn(word string) string {
	if utf8.RuneCountInString(word) < longSpelling {
		return word
	}
	var b strings.Builder
	for i := 0; i < len(word); i++ {
		if i+2 < len(word) {
			if short := drawnIn[word[i:i+2]]; short != "" && !strings.ContainsRune("aeiouy", rune(word[i+2])) {
				b.WriteString(short)
				i++
				continue
			}
		}
		b.WriteByte(word[i])
	}
	return b.String()
}

// Condition finds the term in a column or an expression of search_form and, where
// phone names one, in a column of phone_digits; ? stands for an argument.
func (s SearchTerm) Condition(text, phone string) (string, []any) {
	var all []string
	var args []any
	for _, forms := range s.Words {
		var either []string
		for _, form := range forms {
			either = append(either, text+` LIKE public.search_pattern(?)`)
			args = append(args, form)
		}
		all = append(all, `(`+strings.Join(either, ` OR `)+`)`)
	}
	condition := strings.Join(all, ` AND `)
	if phone == "" || s.number == "" {
		return condition, args
	}
	number := `NULLIF(public.phone_digits(?), '')`
	args = append(args, s.number, s.number)
	return `(` + condition + ` OR ` + phone + ` LIKE '%' || ` + number + ` || '%' OR (length(` + phone + `) >= ` + strconv.Itoa(MinPhoneTail) +
		` AND ` + number + ` LIKE '%' || ` + phone + `))`, args
}

// Numbered gives the arguments of a condition their numbers.
func Numbered(condition string, args *[]any, more []any) string {
	for _, arg := range more {
		*args = append(*args, arg)
		condition = strings.Replace(condition, "?", "$"+strconv.Itoa(len(*args)), 1)
	}
	return condition
}

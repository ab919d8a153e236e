package paging

import (
	"strconv"
	"strings"

	"github.com/smoothschedule/smoothschedule/store/internal/text"
)

// Find narrows a list to what a search finds.
func (l *SortedList[Row]) Find(q, value, phone string) {
	for _, term := range text.SearchTerms(q) {
		condition, args := term.Condition(value, phone)
		l.Filter(condition, args...)
		l.Searched = true
	}
}

// FindTicket narrows a list of tickets: a word is a part of the subject or the
// number, or with business, a condition around %s, a part of the business's line.
func (l *SortedList[Row]) FindTicket(q, subject, business string) {
	for _, term := range text.SearchTerms(q) {
		for _, forms := range term.Words {
			word := text.SearchTerm{Words: [][]string{forms}}
			condition, args := word.Condition(subject, "")
			number, err := strconv.ParseInt(strings.TrimPrefix(forms[0], "#"), 10, 64)
			if err != nil {
				number = -1
			}
			condition, args = condition+` OR number = ?`, append(args, number)
			if business != "" {
				inLine, more := word.Condition(`l.search_text`, "")
				condition, args = condition+strings.Replace(business, "%s", inLine, 1), append(args, more...)
			}
			l.Filter(`(`+condition+`)`, args...)
			l.Searched = true
		}
	}
}

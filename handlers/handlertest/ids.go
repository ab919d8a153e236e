package handlertest

import (
	"net/http/httptest"
	"strings"

	"golang.org/x/net/html"
)

// repeatedIDs are those that stand more than once in a page: labels, hints and
// swaps would then mean the wrong one. Every page of every test is looked at.
func repeatedIDs(rec *httptest.ResponseRecorder) []string {
	if !strings.HasPrefix(rec.Header().Get("Content-Type"), "text/html") {
		return nil
	}
	var again []string
	seen := map[string]bool{}
	for z := html.NewTokenizer(strings.NewReader(rec.Body.String())); z.Next() != html.ErrorToken; {
		for _, a := range z.Token().Attr {
			if a.Key != "id" {
				continue
			}
			if seen[a.Val] {
				again = append(again, a.Val)
			}
			seen[a.Val] = true
		}
	}
	return again
}

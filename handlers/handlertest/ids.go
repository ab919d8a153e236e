package handlertest

import (
	"net/http/httptest"
	"strings"

	"golang.org/x/net/html"
)

// needlessRequired are the lists that say "required" although something is chosen
// from the start: HTML allows it only where the first option is empty.
func needlessRequired(rec *httptest.ResponseRecorder) []string {
	if !strings.HasPrefix(rec.Header().Get("Content-Type"), "text/html") {
		return nil
	}
	var needless []string
	list, asks := "", false // the list that waits for its first option
	for z := html.NewTokenizer(strings.NewReader(rec.Body.String())); z.Next() != html.ErrorToken; {
		t := z.Token()
		attrs := map[string]string{}
		for _, a := range t.Attr {
			attrs[a.Key] = a.Val
		}
		switch {
		case t.Type == html.StartTagToken && t.Data == "select":
			_, asks = attrs["required"]
			list = attrs["name"]
		case t.Type == html.StartTagToken && t.Data == "option" && asks, t.Type == html.EndTagToken && t.Data == "select" && asks:
			if value, ok := attrs["value"]; !ok || value != "" {
				needless = append(needless, list)
			}
			asks = false
		}
	}
	return needless
}

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

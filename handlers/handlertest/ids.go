package handlertest

import (
	"net/http/httptest"
	"strings"
)

// The checks look at every page of every test, so they search the text
// instead of parsing it: what templ writes has its attributes in double quotes,
// and a quote in a text is an entity.

// needlessRequired are the lists that say "required" although something is chosen
// from the start: HTML allows it only where the first option is empty.
func needlessRequired(rec *httptest.ResponseRecorder) (needless []string) {
	if !strings.HasPrefix(rec.Header().Get("Content-Type"), "text/html") {
		return nil
	}
	for rest := rec.Body.String(); ; {
		_, after, found := strings.Cut(rest, "<select ")
		if !found {
			return needless
		}
		list, options, _ := strings.Cut(after, ">")
		rest = options
		if !strings.Contains(list+" ", " required ") {
			continue
		}
		options, _, _ = strings.Cut(options, "</select>")
		_, first, _ := strings.Cut(options, "<option")
		first, _, _ = strings.Cut(first, ">")
		if !strings.Contains(first+" ", ` value="" `) {
			needless = append(needless, attribute(list, "name"))
		}
	}
}

// repeatedIDs are those that stand more than once in a page: labels, hints and
// swaps would then mean the wrong one.
func repeatedIDs(rec *httptest.ResponseRecorder) (again []string) {
	if !strings.HasPrefix(rec.Header().Get("Content-Type"), "text/html") {
		return nil
	}
	seen := map[string]bool{}
	for rest := rec.Body.String(); ; {
		_, after, found := strings.Cut(rest, ` id="`)
		if !found {
			return again
		}
		id, tail, _ := strings.Cut(after, `"`)
		if seen[id] {
			again = append(again, id)
		}
		seen[id] = true
		rest = tail
	}
}

// strangeClocks are the fields that a browser fills with the clock of the device
// ("04:00 PM") on a page that says 16:00, and those for a day ("11/12/2026") beside
// which no day as the page writes it stands.
func strangeClocks(rec *httptest.ResponseRecorder) (fields []string) {
	if !strings.HasPrefix(rec.Header().Get("Content-Type"), "text/html") {
		return nil
	}
	page := rec.Body.String()
	for rest := page; ; {
		_, after, found := strings.Cut(rest, "<input ")
		if !found {
			return fields
		}
		tag, tail, _ := strings.Cut(after, ">")
		rest = tail
		id := attribute(tag, "id")
		switch attribute(tag, "type") {
		case "time", "datetime-local", "month", "week":
			fields = append(fields, id)
		case "date":
			if !strings.Contains(page, ` id="`+id+`-day"`) {
				fields = append(fields, id)
			}
		}
	}
}

// attribute is the value that a tag gives to a name.
func attribute(tag, name string) string {
	_, value, _ := strings.Cut(" "+tag, " "+name+`="`)
	value, _, _ = strings.Cut(value, `"`)
	return value
}

package handlers_test

import (
	"bufio"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/handlers/web"
)

// TestPagesInWords: whatever route of a business's site a visit's record names, it
// is said in words without an address or an id, and no two pages are called alike.
func TestPagesInWords(t *testing.T) {
	t.Parallel()
	golden, err := os.Open("testdata/routes.golden")
	if err != nil {
		t.Fatal(err)
	}
	defer golden.Close()
	parameter := regexp.MustCompile(`:[a-z]+`)
	pages, n := map[string]string{}, 0
	for lines := bufio.NewScanner(golden); lines.Scan(); {
		f := strings.Fields(lines.Text())
		if len(f) < 5 || f[0] != "serve" || f[1] != "business" {
			continue
		}
		n++
		page := parameter.ReplaceAllStringFunc(f[3], func(name string) string {
			switch name {
			case ":token", ":code", ":file":
				return name // never written down
			case ":number":
				return "12"
			}
			return uuid.NewString()
		})
		text := web.PageText(page)
		if text == "" || text != strings.TrimSpace(text) || regexp.MustCompile(`[/:?=]|[0-9a-f]{8}|, ,|A page`).MatchString(text) {
			t.Errorf("%s is called %q", page, text)
		}
		if other := pages[text]; other != "" && f[2] == "GET" {
			t.Errorf("%s and %s are called %q", other, f[3], text)
		}
		if f[2] == "GET" {
			pages[text] = f[3]
		}
	}
	if n < 100 {
		t.Fatalf("%d routes of a business's site", n)
	}
	id := uuid.NewString()
	for page, want := range map[string]string{
		"/schedule?date=2026-11-28&view=week": "Schedule, 28 Nov 2026, by week", "/customers?page=2&q=…": "Customers, page 2, a search", "/customers/" + id + "/notes": "Customer, notes",
		"/appointments/new?service_id=" + id + "&start=2026-11-28T10:00": "New appointment, 28 Nov 2026 10:00", "/support/12?page=2": "Ticket 12, page 2", "/": "Today", "unknown": "An address that leads nowhere",
		"/b/:token?booking=" + id: "Booking by its link", "": "A page", "/" + id: "A page", "elsewhere": "Elsewhere",
	} {
		if got := web.PageText(page); got != want {
			t.Errorf("%s is called %q, want %q", page, got, want)
		}
	}
}

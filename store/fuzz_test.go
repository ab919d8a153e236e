package store_test

import (
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/smoothschedule/smoothschedule/store/availability"
	"github.com/smoothschedule/smoothschedule/store/internal/text"
	"github.com/smoothschedule/smoothschedule/store/settings"
)

var label = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]*[a-z0-9])?$`)

func FuzzS8_Subdomain(f *testing.F) {
	for _, name := range []string{"", "acme", "www", "WWW", "-a", "a-", "a..b", "xn--80ak6aa92e", "a_b", "ä", "a b", "platform", strings.Repeat("a", 64), "a--b", "\x00", "1"} {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		if settings.CheckSubdomain(name) == nil && (!label.MatchString(name) || len(name) > 63 || strings.HasPrefix(name, "xn--")) {
			t.Fatalf("%q is taken for a subdomain", name)
		}
	})
}

func FuzzS8_Search(f *testing.F) {
	for _, q := range []string{"", "a b", "%", "_", `\`, "' OR 1=1 --", "\x00", "\xff", strings.Repeat("x ", 500), "é"} {
		f.Add(q)
	}
	f.Fuzz(func(t *testing.T, q string) {
		conditions, args := searchFor(q)
		if len(conditions) > 20 || strings.Count(strings.Join(conditions, ""), "?") != len(args) {
			t.Fatalf("%q becomes %q with %q", q, conditions, args)
		}
		for _, arg := range args { // the database turns it into a pattern
			if text, ok := arg.(string); !ok || !utf8.ValidString(text) || text == "" || strings.ContainsRune(text, 0) {
				t.Fatalf("%q looks for %q", q, arg)
			}
		}
	})
}

func FuzzS8_Times(f *testing.F) {
	for _, text := range []string{"", "2026-11-22", "2031-02-29", "0000-00-00", "9999-12-31", "-1", "2026-11-22T10:00", "+002026-11-22", "2026-1-1"} {
		f.Add(text, int64(0))
	}
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string, minutes int64) {
		day, err := availability.ParseDate(text)
		if err != nil {
			return
		}
		if day.String() != text {
			t.Fatalf("%q is read as %s", text, day)
		}
		whole := day.Day(zone)
		if length := whole.End.Sub(whole.Start); length < 22*time.Hour || length > 26*time.Hour {
			t.Fatalf("%s lasts %s", day, length)
		}
		_ = day.At(int(minutes%1440), zone)
	})
}

// searchFor is what a search becomes: conditions and their arguments.
func searchFor(q string) (conditions []string, args []any) {
	for _, term := range text.SearchTerms(q) {
		condition, more := term.Condition("t", "p")
		conditions, args = append(conditions, condition), append(args, more...)
	}
	return conditions, args
}

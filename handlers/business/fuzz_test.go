package business

import "testing"

// FuzzS8_Forms reads what forms bring: whatever is typed becomes a value within
// its bounds, or an error at its field.
func FuzzS8_Forms(f *testing.F) {
	for _, text := range []string{"", "0", "10", "10.50", "10,5", "-1", "1e309", "NaN", "99999999999999999999", "1.234.567", " 7 ", "\x00", "٣", "0x10", "1_000", "+5"} {
		f.Add(text, "hours")
	}
	f.Fuzz(func(t *testing.T, text, unit string) {
		errs := map[string]string{}
		if n := number(errs, "n", text, 1, 100); errs["n"] == "" && (n < 1 || n > 100) {
			t.Fatalf("%q is %d", text, n)
		}
		if cents := price(errs, "price", text); errs["price"] == "" && (cents < 0 || cents > 1<<31-1) {
			t.Fatalf("%q costs %d", text, cents)
		}
		if ahead := notice(errs, text, unit); ahead != nil && errs["notice"] == "" && (*ahead < 0 || *ahead > 1<<31-1) {
			t.Fatalf("%q %q is %d minutes", text, unit, *ahead)
		}
	})
}

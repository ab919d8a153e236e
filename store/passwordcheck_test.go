package store_test

import (
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"

	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/identity"
	"github.com/smoothschedule/smoothschedule/store/schema"
)

// TestS5_CommonPasswordsAreRefused, and what anybody near would try; length alone
// is no rule of composition.
func TestS5_CommonPasswordsAreRefused(t *testing.T) {
	around := []string{"ann.meyer@bakery.test", "Ann Meyer", "Ann's Bakery", "anns-bakery"}
	for password, refused := range map[string]bool{
		"short":                   true,
		"1qaz2wsx3edc":            true, // in the list
		"JustinBieber":            true,
		"administrator":           true,
		"aaaaaaaaaaaaaaaa":        true,
		"121212121212":            true,
		"SmoothSchedule1":         true,
		"smoothschedule2026":      true,
		"annsbakery12":            true,
		"Ann's Bakery!":           true,
		"ann.meyer@bakery.test":   true,
		"meyer-meyer-7":           true,
		"seven green teapots":     false,
		"bakery of seven teapots": false,
		"smooth-demo-2026":        false,
		"пароль длинный и свой":      false,
		strings.Repeat("äbcdef ", 5): false,
	} {
		if err := identity.CheckPassword(password, around...); (err != nil) != refused || err != nil && store.FieldErrors(err)["password"] == "" {
			t.Errorf("%q: %v, want refused %v", password, err, refused)
		}
	}
}

// TestPasswordsAreWhatIsRead: a password that reads the same is the same, however
// a keyboard composes its letters and whatever space it has; another is not.
func TestPasswordsAreWhatIsRead(t *testing.T) {
	s := newSignIn(t)
	const composed = "Gr\u00fc\u00dfe-aus Z\u00fcrich-\u00e4rger"
	for name, c := range map[string]struct {
		typed string
		same  bool
	}{
		"as it was set":     {composed, true},
		"decomposed":        {norm.NFD.String(composed), true},
		"hard space":        {strings.Replace(composed, " ", "\u00a0", 1), true},
		"other letter":      {strings.Replace(composed, "\u00fc", "u", 1), false},
		"other case":        {strings.ToLower(composed), false},
		"full-width hyphen": {strings.Replace(composed, "-", "\uff0d", 1), false},
		"space too many":    {composed + " ", false},
	} {
		for set, typed := range map[string]string{composed: c.typed, norm.NFD.String(composed): c.typed} {
			hash, err := identity.HashAt(set, 64, 1)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := schema.Direct(s.db).Exec(`UPDATE credentials SET password_hash = $1`, hash); err != nil {
				t.Fatal(err)
			}
			if _, _, err := s.login(typed, somewhere); (err == nil) != c.same {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

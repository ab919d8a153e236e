package store_test

import (
	"strings"
	"testing"

	"github.com/smoothschedule/smoothschedule/store"
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
		if err := store.CheckPassword(password, around...); (err != nil) != refused || err != nil && store.FieldErrors(err)["password"] == "" {
			t.Errorf("%q: %v, want refused %v", password, err, refused)
		}
	}
}

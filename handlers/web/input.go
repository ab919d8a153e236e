package web

import (
	"fmt"
	"net/mail"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/views/names"
)

// unseen is said of a text without anything to see.
const unseen = "There is nothing to see in this: use letters, digits or symbols."

// CheckText puts what is wrong with a line of text under its field. least is of
// characters that can be seen, most of all.
func CheckText(errs map[string]string, field, text string, least, most int, empty string) {
	n := utf8.RuneCountInString(text)
	switch {
	case n == 0 && least > 0:
		errs[field] = empty
	case !utf8.ValidString(text) || strings.ContainsFunc(text, isControl):
		errs[field] = "This contains characters that can't be shown."
	case store.Unseen(text):
		errs[field] = unseen
	case store.VisibleLen(text) < least:
		errs[field] = fmt.Sprintf("Use at least %d characters.", least)
	case n > most:
		errs[field] = fmt.Sprintf("Use at most %d characters; these are %s.", most, Count(n))
	}
}

// CheckReason is CheckText for what others must be able to read: it needs words.
func CheckReason(errs map[string]string, field, text string, least, most int, empty string) {
	CheckText(errs, field, text, least, most, empty)
	if errs[field] == "" && !store.SaysWhy(text, least) {
		errs[field] = "Say it in words."
	}
}

// CheckName is CheckText for the name of a person or a business, which stands in
// mails to people who don't know them: it holds no web address.
func CheckName(errs map[string]string, field, name string, least, most int, empty string) {
	if CheckText(errs, field, name, least, most, empty); errs[field] == "" && names.ContainsLink(name) {
		errs[field] = "Write the name without a web address."
	}
}

// CheckProse does the same for text of several lines, whose length the store
// knows.
func CheckProse(errs map[string]string, field, text string) {
	if !utf8.ValidString(text) || strings.ContainsFunc(text, func(r rune) bool { return r != '\n' && r != '\r' && r != '\t' && isControl(r) }) {
		errs[field] = "This contains characters that can't be shown."
	} else if store.Unseen(text) && strings.TrimSpace(text) != "" {
		errs[field] = unseen
	}
}

// isControl finds what would break a line or turn its direction unseen.
func isControl(r rune) bool {
	return unicode.IsControl(r) || r == unicode.ReplacementChar || (r >= 0x202a && r <= 0x202e) || (r >= 0x2066 && r <= 0x2069)
}

// Email reads an e-mail address, its domain in the form that every server takes.
func Email(c echo.Context, field string) string {
	return store.CanonicalEmail(strings.Join(strings.Fields(c.FormValue(field)), " "))
}

// CheckEmail puts what is wrong with an address under its field.
func CheckEmail(errs map[string]string, field, email string) {
	at := strings.LastIndexByte(email, '@')
	address, err := mail.ParseAddress(email)
	if err != nil || address.Address != email || at < 1 || !strings.Contains(email[at:], ".") || len(email) > 254 || strings.ContainsFunc(email, store.IsUnseen) ||
		strings.ContainsFunc(store.CanonicalEmail(email)[at:], func(r rune) bool { return r > unicode.MaxASCII }) {
		errs[field] = "Give an e-mail address, like name@example.com."
	}
}

// TimeZones are the zones offered; any other IANA name is taken as well.
var TimeZones = sync.OnceValue(func() []string {
	var known []string
	for _, name := range commonZones {
		if _, err := time.LoadLocation(name); err == nil {
			known = append(known, name)
		}
	}
	return known
})

var commonZones = []string{
	"Africa/Cairo", "Africa/Casablanca", "Africa/Johannesburg", "Africa/Lagos", "Africa/Nairobi",
	"America/Anchorage", "America/Argentina/Buenos_Aires", "America/Bogota", "America/Caracas", "America/Chicago", "America/Denver",
	"America/Halifax", "America/Lima", "America/Los_Angeles", "America/Mexico_City", "America/New_York", "America/Phoenix",
	"America/Santiago", "America/Sao_Paulo", "America/St_Johns", "America/Toronto", "America/Vancouver",
	"Asia/Bangkok", "Asia/Dhaka", "Asia/Dubai", "Asia/Hong_Kong", "Asia/Jakarta", "Asia/Jerusalem", "Asia/Karachi", "Asia/Kathmandu",
	"Asia/Kolkata", "Asia/Manila", "Asia/Riyadh", "Asia/Seoul", "Asia/Shanghai", "Asia/Singapore", "Asia/Taipei", "Asia/Tehran", "Asia/Tokyo",
	"Atlantic/Azores", "Atlantic/Reykjavik", "Australia/Adelaide", "Australia/Brisbane", "Australia/Lord_Howe", "Australia/Perth", "Australia/Sydney",
	"Europe/Amsterdam", "Europe/Athens", "Europe/Berlin", "Europe/Brussels", "Europe/Bucharest", "Europe/Dublin", "Europe/Helsinki",
	"Europe/Istanbul", "Europe/Kyiv", "Europe/Lisbon", "Europe/London", "Europe/Madrid", "Europe/Moscow", "Europe/Oslo", "Europe/Paris",
	"Europe/Prague", "Europe/Rome", "Europe/Stockholm", "Europe/Vienna", "Europe/Warsaw", "Europe/Zurich",
	"Pacific/Auckland", "Pacific/Chatham", "Pacific/Fiji", "Pacific/Honolulu", "UTC",
}

package web

import (
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"
)

// FindZone is the zone of a name as people write it, with any capitals; nil when
// there is none.
func FindZone(name string) *time.Location {
	name = strings.ReplaceAll(strings.TrimSpace(name), " ", "_")
	if name == "" || len(name) > 64 || strings.EqualFold(name, "local") {
		return nil
	}
	for _, spelling := range []string{name, capitals(name), strings.ToUpper(name)} {
		if zone, err := time.LoadLocation(spelling); err == nil {
			return zone
		}
	}
	for _, known := range TimeZones() {
		if strings.EqualFold(known, name) {
			zone, _ := time.LoadLocation(known)
			return zone
		}
	}
	return nil
}

var regions = []string{"Africa", "America", "America/Argentina", "America/Indiana", "America/Kentucky", "Antarctica", "Asia", "Atlantic", "Australia",
	"Europe", "Indian", "Pacific"}

// SuggestZone is the zone of a city that somebody wrote alone, like "Tokyo"; ""
// when no zone is named after it.
func SuggestZone(name string) string {
	city := name[strings.LastIndexByte(name, '/')+1:]
	city, _, _ = strings.Cut(city, ",")
	city = strings.ReplaceAll(strings.TrimSpace(city), " ", "_")
	if plain, _, err := transform.String(transform.Chain(norm.NFD, runes.Remove(runes.In(unicode.Mn))), city); err == nil {
		city = plain // Zürich
	}
	if city == "" || len(city) > 40 {
		return ""
	}
	for _, region := range regions {
		if zone := FindZone(region + "/" + city); zone != nil {
			return zone.String()
		}
	}
	return ""
}

// capitals writes a name as the zone database does: "new_york" as "New_York".
func capitals(name string) string {
	word := true
	return strings.Map(func(r rune) rune {
		first := word
		word = !unicode.IsLetter(r)
		if first {
			return unicode.ToUpper(r)
		}
		return unicode.ToLower(r)
	}, name)
}

package mail

import "net/url"

// MapURL shows an address on a map, in whatever program a telephone has for that.
func MapURL(address string) string {
	if address == "" {
		return ""
	}
	return "https://www.google.com/maps/search/?api=1&query=" + url.QueryEscape(oneLine(address))
}

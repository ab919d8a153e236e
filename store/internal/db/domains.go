package db

import (
	"regexp"
	"strings"

	"golang.org/x/net/idna"
)

// CheckDomainName returns a domain as it is stored, or what is wrong with it.
func CheckDomainName(name string) (string, error) {
	name = strings.TrimSuffix(strings.ToLower(strings.TrimSpace(name)), ".")
	ascii, err := idna.Lookup.ToASCII(name)
	if err != nil || len(ascii) > 253 || !strings.Contains(ascii, ".") {
		return "", InvalidField("domain", "Give a domain, like www.example.com.")
	}
	letters := false
	for _, label := range strings.Split(ascii, ".") {
		if !SubdomainPattern.MatchString(label) || len(label) > 63 {
			return "", InvalidField("domain", "Give a domain, like www.example.com.")
		}
		letters = strings.ContainsFunc(label, func(r rune) bool { return r >= 'a' && r <= 'z' })
	}
	if !letters { // of the last label: an address of numbers is no domain
		return "", InvalidField("domain", "Give a domain, like www.example.com.")
	}
	return ascii, nil
}

// SubdomainPattern is what a label of a host looks like.
var SubdomainPattern = regexp.MustCompile(`^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$`)

package store

import (
	"regexp"
	"slices"
)

// reserved are the names that the platform keeps for itself.
var reserved = []string{
	"account", "accounts", "admin", "api", "app", "assets", "auth", "billing", "blog", "book", "cdn", "dashboard", "demo",
	"dev", "docs", "email", "ftp", "git", "help", "host", "imap", "info", "internal", "login", "mail", "media", "mx", "ns",
	"ns1", "ns2", "official", "owner", "platform", "pop", "postmaster", "root", "security", "signup", "smooth",
	"smoothschedule", "smtp", "sso", "static", "status", "support", "system", "test", "web", "webmail", "www",
}

var subdomainPattern = regexp.MustCompile(`^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$`)

// CheckSubdomain returns what is wrong with a wished subdomain, or nil. Whether
// it is free is known at the insert only.
func CheckSubdomain(s string) error {
	switch {
	case s == "":
		return invalid("subdomain", "Choose a subdomain.")
	case len(s) < 3 || len(s) > 40:
		return invalid("subdomain", "Use 3 to 40 characters.")
	case !subdomainPattern.MatchString(s):
		return invalid("subdomain", "Use small letters, digits and hyphens; begin and end with a letter or digit.")
	case len(s) > 3 && s[2:4] == "--":
		return invalid("subdomain", "Names with two hyphens in the third and fourth place are reserved.")
	case slices.Contains(reserved, s):
		return invalid("subdomain", "This name is reserved.")
	}
	return nil
}

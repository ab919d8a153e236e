package settings

import (
	"slices"
	"strings"

	"github.com/smoothschedule/smoothschedule/store/internal/db"
)

// reserved are the names that the platform keeps for itself.
var reserved = []string{
	"account", "accounts", "admin", "api", "app", "assets", "auth", "billing", "blog", "book", "cdn", "dashboard", "demo",
	"dev", "docs", "email", "ftp", "git", "help", "host", "imap", "info", "internal", "login", "mail", "media", "mx", "ns",
	"ns1", "ns2", "official", "owner", "platform", "pop", "postmaster", "root", "security", "signup", "smooth",
	"smoothschedule", "smtp", "sso", "static", "status", "support", "system", "test", "web", "webmail", "www",
}

// CheckSubdomain returns what is wrong with a wished subdomain, or nil. Whether
// it is free is known at the insert only.
func CheckSubdomain(s string) error {
	switch {
	case s == "":
		return db.InvalidField("subdomain", "Choose a subdomain.")
	case len(s) < 3 || len(s) > 40:
		return db.InvalidField("subdomain", "Use 3 to 40 characters.")
	case !db.SubdomainPattern.MatchString(s):
		return db.InvalidField("subdomain", "Use small letters, digits and hyphens; begin and end with a letter or digit.")
	case len(s) > 3 && s[2:4] == "--":
		return db.InvalidField("subdomain", "Names with two hyphens in the third and fourth place are reserved.")
	case slices.Contains(reserved, s):
		return db.InvalidField("subdomain", "This name is reserved.")
	}
	return nil
}

// CheckNewSubdomain is CheckSubdomain for who is no superuser: some names would
// deceive people.
func CheckNewSubdomain(s string) error {
	if err := CheckSubdomain(s); err != nil || !deceptive(s) {
		return err
	}
	return errDeceptive
}

var errDeceptive = db.InvalidField("subdomain", "People could take this name for a page of SmoothSchedule or of a payment service. Choose another one; if it is truly yours, write to support.")

// pretending are words that make an address look like a page where a password, a
// code or money is asked for; brands are names that such pages use.
var (
	pretending = []string{
		"2fa", "account", "accounts", "admin", "billing", "helpdesk", "invoice", "login", "logon", "mfa", "oauth", "password",
		"passwords", "payment", "payments", "secure", "security", "signin", "signon", "signup", "sso", "support", "verification",
		"verify", "webmail",
	}
	brands = []string{"facebook", "google", "icloud", "instagram", "klarna", "mastercard", "microsoft", "paypal", "stripe", "twint", "whatsapp"}
	// lookAlikes are digits that are read as letters.
	lookAlikes = strings.NewReplacer("0", "o", "1", "l", "3", "e", "4", "a", "5", "s", "7", "t")
)

// deceptive says whether people may take a name for one of ours or of a brand:
// "smooth-schedule-zurich", "paypal-help", "team-login", "sign-in".
func deceptive(name string) bool {
	read := lookAlikes.Replace(name)
	parts := strings.Split(name, "-")
	for i, part := range parts {
		read := lookAlikes.Replace(part)
		// "1" is an i as well.
		also := lookAlikes.Replace(strings.ReplaceAll(part, "1", "i"))
		for _, word := range slices.Concat(pretending, brands) {
			if part == word || read == word || also == word {
				return true
			}
		}
		if i > 0 && (parts[i-1] == "sign" || parts[i-1] == "log") && slices.Contains([]string{"in", "on", "up"}, part) {
			return true
		}
	}
	return strings.Contains(strings.ReplaceAll(read, "-", ""), "smoothschedule")
}

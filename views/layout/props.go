// Package layout holds the three shells around every page: the platform
// console, a business's site, and the plain card for login and errors.
package layout

import "github.com/smoothschedule/smoothschedule/views/ui"

// Page is what a shell needs to know.
type Page struct {
	Title        string // of the page alone
	Theme        string // light, dark or system; empty is system
	Path         string // local path with query, to which the theme form returns
	Flash        []ui.Toast
	User         *User // nil when nobody is logged in
	Nav          []NavItem
	Masquerade   *ui.MasqueradeBanner
	AccentHref   string // stylesheet with the tenant's colour
	BusinessName string // empty on the platform
	Description  string // meta description of public pages
	Wide         bool   // plain shell: a wider card
	NoIndex      bool   // public pages that search engines should leave alone
}

// User is the person whose pages are shown.
type User struct{ Name, Role, Email string }

// NavItem is one entry of the navigation.
type NavItem struct {
	Label, Href, Icon string
	Current           bool
}

// DocumentTitle is "Page · Business · SmoothSchedule".
func (p Page) DocumentTitle() string {
	t := "SmoothSchedule"
	if p.BusinessName != "" {
		t = p.BusinessName + " · " + t
	}
	if p.Title != "" && p.Title != p.BusinessName {
		t = p.Title + " · " + t
	}
	return t
}

// Package layout holds the three shells around every page: the platform
// console, a business's site, and the plain card for login and errors.
package layout

import (
	"strconv"

	"github.com/a-h/templ"

	"github.com/smoothschedule/smoothschedule/views/ui"
)

// Page is what a shell needs to know.
type Page struct {
	Title        string // of the page alone
	Platform     string // the platform's name; empty: SmoothSchedule
	Theme        string // light, dark or system; empty is system
	Path         string // local path with query, to which the theme form returns
	Flash        []ui.Toast
	User         *User // nil when nobody is logged in
	Bell         *Bell // nil for those who are told nothing
	Searches     bool  // the palette is there
	Nav          []NavItem
	Masquerade   *ui.MasqueradeBanner
	Inside       *Inside        // the console of somebody who masquerades meanwhile
	Announcement *ui.AlertProps // what the platform says on every page
	Notice       *ui.AlertProps // what concerns this business: the end of its trial
	LogoHref     string         // the tenant's picture; empty: its initials
	AccentHref   string         // stylesheet with the tenant's colour
	BusinessName string         // empty on the platform
	Description  string         // meta description of public pages
	Wide         bool           // plain shell: a wider card
	NoIndex      bool           // public pages that search engines should leave alone
	Scripts      []string       // assets of this page besides app.js
	Framable     bool           // other sites may show it inside theirs
	Framed       bool           // and this is done now
	Framers      string         // the origins of those sites, parted by blanks
	NoSignUp     bool           // nobody new may sign up
	AccountHref  string         // of the own account; empty where it can't be opened
}

// User is the person whose pages are shown.
type User struct{ Name, Role, Email string }

// Inside is a masquerade that runs while its operator looks at the console.
type Inside struct{ Business, Subject, Href, EndHref, Back string }

// Bell tells how many notifications are unread.
type Bell struct{ Unread int }

// count is what fits on the bell.
func (b Bell) count() string {
	if b.Unread > 99 {
		return "99+"
	}
	return strconv.Itoa(b.Unread)
}

// label is what the bell says to those who don't see it.
func (b Bell) label() string {
	if b.Unread == 0 {
		return "Notifications"
	}
	return "Notifications, " + b.count() + " unread"
}

// NavItem is one entry of the navigation.
type NavItem struct {
	Label, Href, Icon string
	Current           bool
	Rare              bool // folded under "More" where there is little room
	Count             int  // what is open there, shown as a badge
}

// rare are the entries that fold, others those that don't.
func (p Page) rare() (rare, others []NavItem) {
	for _, n := range p.Nav {
		if n.Rare {
			rare = append(rare, n)
		} else {
			others = append(others, n)
		}
	}
	return rare, others
}

// moreLabel names the entry that is open under "More".
func moreLabel(rare []NavItem) string {
	for _, n := range rare {
		if n.Current {
			return n.Label
		}
	}
	return "More"
}

// openIn counts what is open in all of some entries.
func openIn(list []NavItem) (n int) {
	for _, item := range list {
		n += item.Count
	}
	return n
}

func (p Page) platform() string {
	if p.Platform == "" {
		return "SmoothSchedule"
	}
	return p.Platform
}

// DocumentTitle is "Page · Business · SmoothSchedule".
func (p Page) DocumentTitle() string {
	t := p.platform()
	if p.BusinessName != "" {
		t = p.BusinessName + " · " + t
	}
	if p.Title != "" && p.Title != p.BusinessName {
		t = p.Title + " · " + t
	}
	return t
}

// way is where links open that lead out of the booking.
func (p Page) way() templ.Attributes {
	if p.Framable {
		return templ.Attributes{"target": "_top"}
	}
	return nil
}

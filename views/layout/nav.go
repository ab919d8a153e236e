package layout

import (
	"strings"

	"github.com/smoothschedule/smoothschedule/views/urls"
)

// PlatformNav is the console's navigation with the entry of path marked.
func PlatformNav(path string) []NavItem {
	return mark(path,
		NavItem{Label: "Dashboard", Href: urls.Dashboard(), Icon: "dashboard"},
		NavItem{Label: "Businesses", Href: urls.Businesses(), Icon: "building"},
	)
}

// BusinessNav is the navigation of a business's people.
func BusinessNav(path string) []NavItem {
	return mark(path,
		NavItem{Label: "Today", Href: urls.Home(), Icon: "today"},
		NavItem{Label: "Appointments", Href: urls.AppointmentsPath(), Icon: "calendar"},
		NavItem{Label: "Customers", Href: urls.Customers(), Icon: "users"},
	)
}

func mark(path string, items ...NavItem) []NavItem {
	path, _, _ = strings.Cut(path, "?")
	for i := range items {
		href := items[i].Href
		items[i].Current = path == href || href != "/" && strings.HasPrefix(path, href+"/")
	}
	return items
}

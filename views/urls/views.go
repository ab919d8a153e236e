package urls

import "net/url"

// Patterns of the routes of saved views.
const (
	ViewPattern       = "/views/:id"
	ViewDeletePattern = "/views/:id/delete"
)

// Views takes the POST that saves a list's state under a name; its GET manages
// the views of a list.
func Views() string { return "/views" }

// ViewsOf is the page of one list's views.
func ViewsOf(list string) string { return WithQuery(Views(), "list", list) }

// View takes a POST of name, shared and default.
func View(id string) string { return Views() + "/" + url.PathEscape(id) }

// ViewDelete takes an empty POST.
func ViewDelete(id string) string { return View(id) + "/delete" }

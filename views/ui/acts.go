package ui

import "github.com/a-h/templ"

// Acts are the attributes of a form of filters whose choice holds at once: the
// element that shows what is chosen, the form within, is asked for anew and is an
// address of its own. Without scripts the form's button sends it.
func Acts(path, id string) templ.Attributes {
	return templ.Attributes{"data-acts": "", "autocomplete": "off", "hx-get": path, "hx-trigger": "submit", "hx-sync": "this:replace",
		"hx-target": "#" + id, "hx-select": "#" + id, "hx-swap": "outerHTML show:none", "hx-push-url": "true"}
}

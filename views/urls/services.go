package urls

import "net/url"

// Patterns of the services' routes.
const (
	ServicePattern       = "/services/:id"
	ServiceMovePattern   = "/services/:id/move"
	ServiceDeletePattern = "/services/:id/delete"
)

// Services is what a business offers; a POST to it adds a service.
func Services() string { return "/services" }

// ServiceNew is the empty form.
func ServiceNew() string { return "/services/new" }

// Service is one service, to be changed; a POST saves it.
func Service(id string) string { return Services() + "/" + url.PathEscape(id) }

// ServiceMove takes a POST of direction: up or down.
func ServiceMove(id string) string { return Service(id) + "/move" }

// ServiceDelete takes a POST with the service's name.
func ServiceDelete(id string) string { return Service(id) + "/delete" }

package urls

import "net/url"

// Patterns of the resources' routes.
const (
	ResourcePattern              = "/resources/:id"
	ResourceMovePattern          = "/resources/:id/move"
	ResourceDeletePattern        = "/resources/:id/delete"
	ResourceHoursPattern         = "/resources/:id/hours"
	ResourceTimeOffPattern       = "/resources/:id/time-off"
	ResourceTimeOffDeletePattern = "/resources/:id/time-off/:override/delete"
)

// Resources are a business's people, rooms and machines; a POST to it adds one.
func Resources() string { return "/resources" }

// ResourceNew is the empty form.
func ResourceNew() string { return "/resources/new" }

// Resource is one of them, to be changed; a POST saves it.
func Resource(id string) string { return Resources() + "/" + url.PathEscape(id) }

// ResourceMove takes a POST of direction: up or down.
func ResourceMove(id string) string { return Resource(id) + "/move" }

// ResourceDelete takes a POST with the resource's name.
func ResourceDelete(id string) string { return Resource(id) + "/delete" }

// ResourceHours takes a POST of a week of its own.
func ResourceHours(id string) string { return Resource(id) + "/hours" }

// ResourceTimeOff takes a POST of days off.
func ResourceTimeOff(id string) string { return Resource(id) + "/time-off" }

// ResourceTimeOffDelete takes a POST.
func ResourceTimeOffDelete(id, override string) string {
	return ResourceTimeOff(id) + "/" + url.PathEscape(override) + "/delete"
}

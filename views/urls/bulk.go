package urls

import "net/url"

// What follows the address of work on many in its routes.
const (
	BulkRunPart      = "/:id"
	BulkProgressPart = "/:id/progress"
	BulkUndoPart     = "/:id/undo"
)

// Bulk is the question before work on many of a list; a POST to it begins.
func Bulk(list string) string { return list + "/bulk" }

// BulkRun shows how far it is.
func BulkRun(list, id string) string { return Bulk(list) + "/" + url.PathEscape(id) }

// BulkProgress answers an open page while the work goes on.
func BulkProgress(list, id string) string { return BulkRun(list, id) + "/progress" }

// BulkUndo takes an empty POST.
func BulkUndo(list, id string) string { return BulkRun(list, id) + "/undo" }

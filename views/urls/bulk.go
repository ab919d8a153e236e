package urls

import "net/url"

// Patterns of the routes for work on many businesses.
const (
	BulkRunPattern      = "/businesses/bulk/:id"
	BulkProgressPattern = "/businesses/bulk/:id/progress"
	BulkUndoPattern     = "/businesses/bulk/:id/undo"
)

// Bulk is the question before work on many businesses; a POST to it begins.
func Bulk() string { return Businesses() + "/bulk" }

// BulkRun shows how far it is.
func BulkRun(id string) string { return Bulk() + "/" + url.PathEscape(id) }

// BulkProgress answers an open page while the work goes on.
func BulkProgress(id string) string { return BulkRun(id) + "/progress" }

// BulkUndo takes an empty POST.
func BulkUndo(id string) string { return BulkRun(id) + "/undo" }

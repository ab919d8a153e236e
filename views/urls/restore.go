package urls

import "net/url"

// Patterns of a restore's routes.
const (
	RestoreRunPattern      = "/businesses/restore/:id"
	RestoreProgressPattern = "/businesses/restore/:id/progress"
)

// RestoreRun shows how far a restore is.
func RestoreRun(id string) string { return BusinessRestore() + "/" + url.PathEscape(id) }

// RestoreProgress answers an open page while the work goes on.
func RestoreProgress(id string) string { return RestoreRun(id) + "/progress" }

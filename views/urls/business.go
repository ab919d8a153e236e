package urls

// Patterns of the routes of one business's page.
const (
	BusinessNotesPattern         = "/businesses/:id/notes"
	BusinessNoteDeletePattern    = "/businesses/:id/notes/:note/delete"
	BusinessTrialPattern         = "/businesses/:id/trial"
	BusinessDomainsPattern       = "/businesses/:id/domains"
	BusinessDomainCheckPattern   = "/businesses/:id/domains/check"
	BusinessDomainPrimaryPattern = "/businesses/:id/domains/primary"
	BusinessDomainRemovePattern  = "/businesses/:id/domains/remove"
	BusinessRenamePattern        = "/businesses/:id/rename"
	BusinessArchivePattern       = "/businesses/:id/archive"
	BusinessUnarchivePattern     = "/businesses/:id/unarchive"
	BusinessDeletePattern        = "/businesses/:id/delete"
	BusinessExportPattern        = "/businesses/:id/export"
)

// BusinessNotes takes the POST of a note.
func BusinessNotes(id string) string { return Business(id) + "/notes" }

// BusinessNoteDelete takes an empty POST.
func BusinessNoteDelete(id, note string) string { return BusinessNotes(id) + "/" + note + "/delete" }

// BusinessTrial takes a POST of days.
func BusinessTrial(id string) string { return Business(id) + "/trial" }

// BusinessDomains takes the POST of a domain; check, primary and remove below it
// take one, too.
func BusinessDomains(id string) string { return Business(id) + "/domains" }

// BusinessDomainCheck looks for the proof of a domain.
func BusinessDomainCheck(id string) string { return BusinessDomains(id) + "/check" }

// BusinessDomainPrimary makes a domain the one that customers are shown.
func BusinessDomainPrimary(id string) string { return BusinessDomains(id) + "/primary" }

// BusinessDomainRemove takes a domain away.
func BusinessDomainRemove(id string) string { return BusinessDomains(id) + "/remove" }

// BusinessRename takes a POST of subdomain.
func BusinessRename(id string) string { return Business(id) + "/rename" }

// BusinessArchive takes a POST with a reason.
func BusinessArchive(id string) string { return Business(id) + "/archive" }

// BusinessUnarchive takes an empty POST.
func BusinessUnarchive(id string) string { return Business(id) + "/unarchive" }

// BusinessDelete takes a POST with the name typed.
func BusinessDelete(id string) string { return Business(id) + "/delete" }

// BusinessRestore takes the POST of an exported file.
func BusinessRestore() string { return Businesses() + "/restore" }

// BusinessExport is everything of a business as a file.
func BusinessExport(id string) string { return Business(id) + "/export" }

// SupportOf is the queue of one business.
func SupportOf(id string) string { return WithQuery(Support(), "business", id) }

// AuditOf is the audit log of one business.
func AuditOf(id string) string { return WithQuery(Audit(), "business", id) }

// BusinessLogoPattern is the route of a business's picture on the console.
const BusinessLogoPattern = "/businesses/:id/logo/:hash"

// BusinessLogo is the picture; it never changes under its hash.
func BusinessLogo(id, hash string) string { return Business(id) + "/logo/" + hash }

package urls

import "net/url"

// Patterns of the customers' routes.
const (
	CustomerPattern           = "/customers/:id"
	CustomerExportPattern     = "/customers/:id/export.json"
	CustomerBlockPattern      = "/customers/:id/block"
	CustomerErasePattern      = "/customers/:id/erase"
	CustomerInvitePattern     = "/customers/:id/invite"
	CustomerMergePattern      = "/customers/:id/merge"
	CustomerNotesPattern      = "/customers/:id/notes"
	CustomerNoteDeletePattern = "/customers/:id/notes/:note/delete"
)

// CustomersCSV is the list as a file, with the list's own query.
func CustomersCSV() string { return "/customers.csv" }

// CustomerNew is the empty form.
func CustomerNew() string { return Customers() + "/new" }

// CustomerNewNamed is the form for who was searched for and not found.
func CustomerNewNamed(q string) string { return WithQuery(CustomerNew(), "q", q) }

// Customer is the page of one; a POST saves what the team wrote down.
func Customer(id string) string { return Customers() + "/" + url.PathEscape(id) }

// CustomerExport is all that is kept of one, as a file.
func CustomerExport(id string) string { return Customer(id) + "/export.json" }

// CustomerBlock takes a POST of block: 1, or nothing to unblock.
func CustomerBlock(id string) string { return Customer(id) + "/block" }

// CustomerErase takes a POST with the customer's name.
func CustomerErase(id string) string { return Customer(id) + "/erase" }

// CustomerInvite takes an empty POST and mails the way to a login.
func CustomerInvite(id string) string { return Customer(id) + "/invite" }

// CustomerMerge is where the other record of the same person is looked for.
func CustomerMerge(id string) string { return Customer(id) + "/merge" }

// CustomerMergeWith shows two records and what becomes of them; the form's POST
// to CustomerMerge makes them one.
func CustomerMergeWith(id, other string) string {
	return WithQuery(CustomerMerge(id), "with", other)
}

// CustomerNotes takes the POST of a note.
func CustomerNotes(id string) string { return Customer(id) + "/notes" }

// CustomerNoteDelete takes an empty POST.
func CustomerNoteDelete(id, note string) string {
	return CustomerNotes(id) + "/" + url.PathEscape(note) + "/delete"
}

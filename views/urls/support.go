package urls

import (
	"net/url"
	"strconv"
)

// Patterns of the tickets' routes; the console and a business's site share the
// paths.
const (
	TicketPattern         = "/support/:number"
	TicketUpdatesPattern  = "/support/:number/updates"
	TicketMessagesPattern = "/support/:number/messages"
	TicketInsertPattern   = "/support/:number/insert"
	TicketNotesPattern    = "/support/:number/notes"
	TicketChangePattern   = "/support/:number/change"
	TicketSolvedPattern   = "/support/:number/solved"
	TicketFilePattern     = "/support/:number/files/:id"

	CannedReplyPattern       = "/support/replies/:id"
	CannedReplyDeletePattern = "/support/replies/:id/delete"
)

// Support is the queue, or a business's own tickets; a POST to it opens one.
func Support() string { return "/support" }

// SupportCSV is the queue as a file.
func SupportCSV() string { return "/support.csv" }

// TicketNew is the form of a business.
func TicketNew() string { return Support() + "/new" }

// Ticket is the conversation.
func Ticket(number int64) string { return Support() + "/" + strconv.FormatInt(number, 10) }

// TicketUpdates answers an open page when something is newer than it has seen.
func TicketUpdates(number int64, seen string) string {
	return WithQuery(Ticket(number)+"/updates", "seen", seen)
}

// TicketMessages takes the POST of a message.
func TicketMessages(number int64) string { return Ticket(number) + "/messages" }

// TicketInsert takes the POST that puts a prepared answer behind what is written.
func TicketInsert(number int64) string { return Ticket(number) + "/insert" }

// TicketNotes takes the POST of an internal note.
func TicketNotes(number int64) string { return Ticket(number) + "/notes" }

// TicketChange takes a POST of assignee, status and priority.
func TicketChange(number int64) string { return Ticket(number) + "/change" }

// TicketSolved takes an empty POST of the business.
func TicketSolved(number int64) string { return Ticket(number) + "/solved" }

// TicketFile is a download.
func TicketFile(number int64, id string) string {
	return Ticket(number) + "/files/" + url.PathEscape(id)
}

// CannedReplies lists the prepared answers; a POST to it adds one.
func CannedReplies() string { return Support() + "/replies" }

// CannedReply is the form of one; a POST to it changes it.
func CannedReply(id string) string { return CannedReplies() + "/" + url.PathEscape(id) }

// CannedReplyDelete takes an empty POST.
func CannedReplyDelete(id string) string { return CannedReply(id) + "/delete" }

// MasqueradeForTicket is MasqueradeNew bound to a ticket: reason and number are
// filled in, and Stop returns to the ticket.
func MasqueradeForTicket(userID string, number int64, reason string) string {
	return WithQuery(MasqueradeNewPath(), "user_id", userID, "ticket", strconv.FormatInt(number, 10), "reason", reason, "back", Ticket(number))
}

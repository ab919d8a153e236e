package urls

import "net/url"

// Patterns of masquerades with changes.
const (
	MasqueradePattern        = "/masquerades/:id"
	MasqueradeUpdatesPattern = "/masquerades/:id/updates"
	MasqueradeApprovePattern = "/masquerades/:id/approve"
	MasqueradeOpenPattern    = "/masquerades/:id/open"
	MasqueradeEndedPattern   = "/masquerades/:id/ended"
	ConsentPattern           = "/consent/:token"
	SupportAccessPattern     = "/support-access/:id"
)

// MasqueradeShow is a request for changes and what became of it.
func MasqueradeShow(id string) string { return Masquerades() + "/" + url.PathEscape(id) }

// MasqueradeUpdates is what the open page of a request asks again and again.
func MasqueradeUpdates(id, state string) string {
	return WithQuery(MasqueradeShow(id)+"/updates", "state", state)
}

// MasqueradeApprove takes the POST of a second person.
func MasqueradeApprove(id string) string { return MasqueradeShow(id) + "/approve" }

// MasqueradeOpen takes the POST that starts what was agreed to.
func MasqueradeOpen(id string) string { return MasqueradeShow(id) + "/open" }

// MasqueradeEnded tells the operator why a masquerade is over.
func MasqueradeEnded(id string) string { return MasqueradeShow(id) + "/ended" }

// MasqueradeLive is what the pages of a masquerade ask again and again: whether
// they may still be shown, and until when.
func MasqueradeLive() string { return "/masquerade/live" }

// Consent is the page behind an owner's mailed link.
func Consent(token string) string { return "/consent/" + url.PathEscape(token) }

// SupportAccessDecide takes an owner's answer to one request.
func SupportAccessDecide(id string) string { return SupportAccess() + "/" + url.PathEscape(id) }

// SupportVisit is one visit with all of its record.
func SupportVisit(id string) string { return SupportAccessDecide(id) }

// SupportChanges lists what staff did outside of visits.
func SupportChanges() string { return SupportAccess() + "/changes" }

// MasqueradesCSV is the list as a file.
func MasqueradesCSV() string { return Masquerades() + ".csv" }

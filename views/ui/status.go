package ui

// badge is how a code looks: a word, an icon, and a colour that only repeats
// what the two say.
type badge struct{ label, icon, tone string }

var businessStatus = map[string]badge{
	"trial":     {"Trial", "trial", "info"},
	"active":    {"Active", "check-circle", "good"},
	"suspended": {"Suspended", "pause", "bad"},
	"archived":  {"Archived", "archive", ""},
}

var appointmentStatus = map[string]badge{
	"pending":   {"Pending", "clock", "warn"},
	"confirmed": {"Confirmed", "check", "info"},
	"completed": {"Completed", "check-circle", "good"},
	"cancelled": {"Cancelled", "x", ""},
	"no_show":   {"No-show", "ban", "bad"},
}

var ticketStatus = map[string]badge{
	"open":        {"Open", "inbox", "info"},
	"in_progress": {"In progress", "clock", "accent"},
	"waiting":     {"With the business", "pause", "warn"},
	"resolved":    {"Resolved", "check-circle", "good"},
	"closed":      {"Closed", "archive", ""},
}

var priorities = map[string]badge{
	"low":      {"Low", "down-arrow", ""},
	"medium":   {"Medium", "minus", "info"},
	"high":     {"High", "up-arrow", "warn"},
	"critical": {"Critical", "alert", "bad"},
}

var masqueradeState = map[bool]badge{
	true:  {"Live", "eye", "warn"},
	false: {"Ended", "check", ""},
}

var consentState = map[string]badge{
	"asked":     {"Waiting for consent", "clock", "warn"},
	"second":    {"Waiting for a second person", "clock", "warn"},
	"granted":   {"Agreed to by an owner", "check", "good"},
	"standing":  {"Allowed by the owners", "check", "good"},
	"approved":  {"Approved by a second person", "lock", "info"},
	"declined":  {"Declined", "x", "bad"},
	"withdrawn": {"Withdrawn", "x", "bad"},
	"started":   {"Under way", "eye", "warn"},
	"over":      {"Over", "check", ""},
}

var readState = map[bool]badge{
	true:  {"Unread", "bell", "info"},
	false: {"Read", "check", ""},
}

var noticeState = map[string]badge{
	"queued":  {"Planned", "clock", "info"},
	"held":    {"Held", "pause", "warn"},
	"sending": {"Being sent", "mail", "info"},
	"sent":    {"Sent", "check", "good"},
	"failed":  {"Failed", "error", "bad"},
	"dropped": {"Not needed", "minus", ""},
}

// NoticeStateOptions are what became of mails, as choices.
func NoticeStateOptions() []Option {
	return options([]string{"queued", "held", "sending", "sent", "failed", "dropped"}, noticeState)
}

var jobState = map[bool]badge{
	true:  {"Given up", "error", "bad"},
	false: {"Tried again", "clock", "warn"},
}

var activeState = map[bool]badge{
	true:  {"Active", "check-circle", "good"},
	false: {"Disabled", "ban", ""},
}

var resourceKind = map[string]badge{
	"STAFF":     {"Person", "user", "plain"},
	"ROOM":      {"Room", "home", "plain"},
	"EQUIPMENT": {"Equipment", "package", "plain"},
}

var serviceStatus = map[string]badge{
	"shown":    {"Shown", "eye", "good"},
	"hidden":   {"Team only", "lock", "info"},
	"disabled": {"Disabled", "pause", ""},
}

var resourceStatus = map[string]badge{
	"active":   {"Active", "check-circle", "good"},
	"disabled": {"Disabled", "pause", ""},
}

var loginState = map[string]badge{
	"active":   {"Active", "check-circle", "good"},
	"invited":  {"Invited", "mail", "info"},
	"disabled": {"Disabled", "ban", ""},
}

// LoginStateOptions are the states of a login as choices.
func LoginStateOptions() []Option {
	return options([]string{"active", "invited", "disabled"}, loginState)
}

// ResourceKindOptions are the kinds of resources as choices.
func ResourceKindOptions() []Option {
	return options([]string{"STAFF", "ROOM", "EQUIPMENT"}, resourceKind)
}

// ServiceStatusOptions are who can book a service, as choices.
func ServiceStatusOptions() []Option {
	return options([]string{"shown", "hidden", "disabled"}, serviceStatus)
}

var plans = map[string]badge{
	"free":         {"Free", "", "plain"},
	"professional": {"Professional", "", "plain"},
	"business":     {"Business", "", "plain"},
	"enterprise":   {"Enterprise", "", "plain"},
}

var planOrder = []string{"free", "professional", "business", "enterprise"}
var statusOrder = []string{"trial", "active", "suspended", "archived"}

// PlanLabel is what a plan is called.
func PlanLabel(code string) string { return orDefault(plans[code].label, code) }

// PlanOptions are the plans as choices of a select.
func PlanOptions() []Option { return options(planOrder, plans) }

// BusinessStatusOptions are the states of a business as choices.
func BusinessStatusOptions() []Option { return options(statusOrder, businessStatus) }

// AppointmentStatusOptions are the states of an appointment as choices.
func AppointmentStatusOptions() []Option {
	return options([]string{"pending", "confirmed", "completed", "cancelled", "no_show"}, appointmentStatus)
}

// TicketStatusOptions are the states of a ticket as choices.
func TicketStatusOptions() []Option {
	return options([]string{"open", "in_progress", "waiting", "resolved", "closed"}, ticketStatus)
}

// TicketStatusLabel is a state's code as a word.
func TicketStatusLabel(code string) string { return orDefault(ticketStatus[code].label, code) }

// PriorityOptions are the priorities of a ticket as choices.
func PriorityOptions() []Option {
	return options([]string{"low", "medium", "high", "critical"}, priorities)
}

// PriorityLabel is a priority's code as a word.
func PriorityLabel(code string) string { return orDefault(priorities[code].label, code) }

// Deadline is until when something is due; the zero value has none.
type Deadline struct {
	ISO, Text string
	Missed    bool
}

func (d Deadline) badge() badge {
	if d.Missed {
		return badge{d.Text, "alert", "bad"}
	}
	return badge{d.Text, "clock", ""}
}

func options(order []string, words map[string]badge) []Option {
	out := make([]Option, len(order))
	for i, code := range order {
		out[i] = Option{Value: code, Label: words[code].label}
	}
	return out
}

// BusinessStatusLabel is a state's code as a word.
func BusinessStatusLabel(code string) string { return orDefault(businessStatus[code].label, code) }

func find(words map[string]badge, code string) badge {
	if b, ok := words[code]; ok {
		return b
	}
	return badge{label: code, icon: "minus"}
}

func (b badge) class() string {
	switch b.tone {
	case "good":
		return "badge badge-good"
	case "warn":
		return "badge badge-warn"
	case "bad":
		return "badge badge-bad"
	case "info":
		return "badge badge-info"
	case "accent":
		return "badge badge-accent"
	case "plain":
		return "badge badge-plain"
	}
	return "badge"
}

package platform

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/sessions"
	"github.com/smoothschedule/smoothschedule/views/ui"
)

// field is what a detail of an event is called, and how its value is put. One
// without a label is for programs and left out.
type field struct {
	label string
	value func(any) string
}

// fields are those that mean the same whatever the event is about.
var fields = map[string]field{
	"plan": {"Plan", planWord}, "status": {"Status", codeWord}, "priority": {"Priority", priorityWord}, "role": {"Role", roleWord},
	"price_cents": {"Price", moneyWord}, "late_fee_cents": {"Late fee", moneyWord},
	"max_people": {"Limit of people", limitWord}, "max_resources": {"Limit of resources", limitWord},
	"max_appointments_per_month": {"Limit of appointments a month", limitWord}, "max_party": {"Largest party", countWord},
	"position": {"Place in the list", countWord}, "features": {"Features", listWord},
	"name": {"Name", plainWord}, "title": {"Title", plainWord}, "description": {"Description", plainWord}, "about": {"About", plainWord},
	"address": {"Address", plainWord}, "phone": {"Phone", plainWord}, "email": {"Email", plainWord}, "body": {"Text", plainWord},
	"text": {"Text", plainWord}, "message": {"Message", plainWord}, "tone": {"Tone", codeWord}, "until": {"Until", momentWord}, "on": {"Closed for maintenance", yesWord},
	"time_zone": {"Time zone", plainWord}, "subdomain": {"Subdomain", plainWord}, "owner": {"Owner", plainWord}, "resource": {"Resource", thingWord},
	"duration_minutes": {"Duration", minutesWord}, "buffer_before_minutes": {"Time before", minutesWord}, "buffer_after_minutes": {"Time after", minutesWord},
	"notice_minutes": {"Notice", minutesWord}, "step_minutes": {"Steps between starts", minutesWord}, "cancel_minutes": {"Free until before the start", minutesWord},
	"idle_minutes": {"Ends without use after", minutesWord}, "max_minutes": {"Ends after", minutesWord}, "max_hours": {"Ends after", hoursWord},
	"approval_hours": {"Time to answer a request", hoursWord}, "horizon_days": {"Bookable ahead", daysWord}, "days": {"Days", countWord},
	"needs_approval": {"Needs approval", yesWord}, "booking_open": {"Open for booking", yesWord}, "notify_team": {"Mails to the team", yesWord},
	"is_active": {"In use", yesWord}, "read_only": {"Reads only", yesWord}, "shared": {"Shared", yesWord},
	"reminder_hours": {"Reminders, hours before", plainWord}, "quiet_from": {"Quiet from", plainWord}, "quiet_to": {"Quiet until", plainWord},
	"book_message": {"Message on the booking page", plainWord}, "frame_origins": {"Shown inside", plainWord},
	"sets": {"Done by", plainWord}, "kind": {"Kind", codeWord}, "services": {"Services", countWord}, "capacity": {"Seats", countWord}, "user_id": {"Login", idWord},
	"start": {"Start", momentWord}, "end": {"End", momentWord}, "with": {"With", plainWord}, "from": {"From", sideWord}, "to": {"To", plainWord}, "hours": {"Hours", plainWord},
	"expires_at": {"Runs out", momentWord}, "ends": {"Ends", momentWord}, "exported_at": {"Exported", momentWord},
	"reason": {"Reason", plainWord}, "why": {"Why", plainWord}, "mode": {"Mode", modeWord}, "ticket": {"Ticket", plainWord},
	"consent": {"Consent", codeWord}, "instead of": {"What the owners say", supportWord}, "how": {"Where", plainWord}, "by": {"By", codeWord},
	"which": {"Sessions", plainWord}, "sessions": {"Sessions", plainWord}, "files": {"Files", countWord}, "file": {"File", plainWord},
	"rows": {"Rows", countWord}, "count": {"How many", countWord}, "list": {"List", codeWord},
	"fields": {"Changed", namesWord}, "result": {"Result", plainWord}, "attempt": {"Tries", countWord}, "bytes": {"Size", sizeWord}, "up": {"Moved", upWord},
	"appointments": {"Appointments", countWord}, "undo": {"Undo", yesWord},
	"args": {}, "number": {}, "page": {}, "form": {},
}

// wholes are what an event changed that has one value alone, by its action.
var wholes = map[string]field{
	"business.support_consent_changed": {"", supportWord}, "business.renamed": {"Subdomain", plainWord}, "business.colour_changed": {"Colour", plainWord},
	"user.role_changed": {"Role", roleWord}, "ticket.status_changed": {"Status", ticketWord}, "ticket.priority_changed": {"Priority", priorityWord},
	"canned_reply.created": {}, "canned_reply.deleted": {"Text", plainWord}, "user.renamed": {"Name", plainWord}, "user.passkey_renamed": {"Name", plainWord},
	"user.email_changed": {"Email", plainWord}, "user.email_change_requested": {"Email", plainWord}, "ticket.assigned": {"Assigned to", plainWord}, "hours.changed": {"Hours", plainWord},
}

// settings are what each is called; see wholes.
var current = map[string]field{
	"platform_name": {"name of the platform", plainWord}, "support_email": {"address for questions", plainWord}, "trial_days": {"length of a trial", daysWord},
	"signup_open": {"sign-up open to everybody", yesWord}, "masquerade": {"limits of masquerades", nil}, "platform_sessions": {"sessions on the console", nil},
	"tenant_sessions": {"sessions on businesses' sites", nil}, "second_factor_roles": {"who needs a second factor", rolesWord}, "mail_from": {"sender of mails", plainWord},
	"announcement": {"announcement", nil}, "maintenance": {"maintenance", nil}, "reserved_subdomains": {"reserved subdomains", listWord},
}

func plainWord(v any) string { return clipped(fmt.Sprint(v)) }

func planWord(v any) string     { return ui.PlanLabel(fmt.Sprint(v)) }
func priorityWord(v any) string { return ui.PriorityLabel(fmt.Sprint(v)) }
func ticketWord(v any) string   { return ui.TicketStatusLabel(fmt.Sprint(v)) }

func roleWord(v any) string {
	if name := access.RoleName(access.Role(fmt.Sprint(v))); name != "" {
		return name
	}
	return codeWord(v)
}

// codeWord makes words of a code: "no_show" is "No show", "STAFF" "Staff".
func codeWord(v any) string {
	text := strings.ReplaceAll(fmt.Sprint(v), "_", " ")
	if text == "" {
		return ""
	}
	if text == strings.ToUpper(text) {
		text = strings.ToLower(text)
	}
	return strings.ToUpper(text[:1]) + text[1:]
}

func modeWord(v any) string {
	if v == access.ModeWrite {
		return "With changes"
	}
	return "View only"
}

func supportWord(v any) string {
	switch v {
	case sessions.ConsentAlways:
		return "Changes always allowed"
	case sessions.ConsentNever:
		return "Changes never allowed"
	}
	return "Changes after asking"
}

func yesWord(v any) string {
	if v == true {
		return "yes"
	}
	return "no"
}

func upWord(v any) string {
	if v == true {
		return "up"
	}
	return "down"
}

// number is a value that counts something.
func number(v any) (int, bool) {
	switch n := v.(type) {
	case float64:
		return int(n), true
	case string:
		i, err := strconv.Atoi(n)
		return i, err == nil
	case map[string]any: // rows by what they are of
		sum := 0
		for _, each := range n {
			i, _ := number(each)
			sum += i
		}
		return sum, true
	}
	return 0, false
}

func counted(v any, put func(int) string) string {
	if n, ok := number(v); ok {
		return put(n)
	}
	return fmt.Sprint(v)
}

func countWord(v any) string { return counted(v, web.Count[int]) }
func moneyWord(v any) string { return counted(v, web.Money[int]) }
func sizeWord(v any) string  { return counted(v, web.Size) }

func limitWord(v any) string {
	if v == nil {
		return "no limit"
	}
	return countWord(v)
}

func minutesWord(v any) string {
	return counted(v, func(n int) string {
		switch {
		case n > 0 && n%1440 == 0:
			return ui.Many(n/1440, "day", "days")
		case n > 0 && n%60 == 0:
			return ui.Many(n/60, "hour", "hours")
		}
		return ui.Many(n, "minute", "minutes")
	})
}

func hoursWord(v any) string {
	return counted(v, func(n int) string { return minutesWord(float64(n * 60)) })
}

func daysWord(v any) string {
	return counted(v, func(n int) string { return ui.Many(n, "day", "days") })
}

func momentWord(v any) string {
	at, err := time.Parse(time.RFC3339, fmt.Sprint(v))
	if err != nil {
		return plainWord(v)
	}
	shown := web.Instant(at, time.UTC)
	return shown.Text + " " + shown.Zone
}

// idWord hides an id, which says nothing to people.
func idWord(any) string { return "chosen" }

func rolesWord(v any) string { return listed(v, roleWord) }
func listWord(v any) string  { return listed(v, plainWord) }

// namesWord names fields: "staff_note" is "staff note".
func namesWord(v any) string {
	return listed(v, func(v any) string { return strings.ToLower(codeWord(v)) })
}

func listed(v any, word func(any) string) string {
	values, ok := v.([]any)
	if !ok {
		return word(v)
	}
	parts := make([]string, len(values))
	for i, each := range values {
		parts[i] = word(each)
	}
	return clipped(strings.Join(parts, ", "))
}

// queryWord puts the state of a list into words: "plan=free&sort=-name".
func queryWord(v any) string {
	var parts []string
	for _, pair := range strings.Split(fmt.Sprint(v), "&") {
		name, value, _ := strings.Cut(pair, "=")
		switch name {
		case "", "sort":
			continue
		case "q":
			parts = append(parts, "a search")
		default:
			parts = append(parts, strings.ToLower(codeWord(name))+" "+valueOf(name, value))
		}
	}
	return strings.Join(parts, ", ")
}

// thingWord is a name; an id says nothing to people.
func thingWord(v any) string {
	if _, err := uuid.Parse(fmt.Sprint(v)); err == nil {
		return ""
	}
	return plainWord(v)
}

// sideWord is where a change comes from: an address, a day, or a kind of link.
func sideWord(v any) string {
	if s := fmt.Sprint(v); !strings.Contains(s, "@") && strings.Contains(s, "_") {
		return codeWord(s)
	}
	return plainWord(v)
}

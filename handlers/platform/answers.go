package platform

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/console"
	"github.com/smoothschedule/smoothschedule/store/desk"
	"github.com/smoothschedule/smoothschedule/store/plans"
	"github.com/smoothschedule/smoothschedule/store/settings"
	"github.com/smoothschedule/smoothschedule/views/ui"
)

// Here stands what each form of the console holds, in words: its version is made
// of that, and what differs when two have changed the same (web.IfSeen). All that
// a form replaces belongs here, under the label of its field.

var settingsLabels = map[string]string{
	"platform_name": "Name of the platform", "support_email": "Support address", "trial_days": "Length of a trial, in days",
	"signup_open": "Sign-up", "reserved_subdomains": "Reserved subdomains", "masquerade_idle": "Without use, in minutes", "masquerade_max": "At most, in minutes",
	"platform_idle": "Staff, without use, in minutes", "platform_max": "Staff, at most, in hours", "tenant_idle": "Businesses, without use, in minutes",
	"tenant_max": "Businesses, at most, in hours", "mail_from": "Sender", "announcement_text": "Text", "announcement_tone": "Tone",
	"announcement_until": "Until", "maintenance_on": "Maintenance", "maintenance_message": "Message",
}

// answers are the fields of one form of the settings.
func (f settingsForm) answers(s settings.Settings) []ui.Answer {
	names := slices.Clone(s.ReservedSubdomains)
	for i := range names {
		names[i] = strings.ToLower(names[i])
	}
	slices.Sort(names)
	values := settingsValues(s)
	values["reserved_subdomains"] = strings.Join(slices.Compact(names), ", ")
	for _, box := range []string{"signup_open", "maintenance_on"} {
		values[box] = map[bool]string{true: "on", false: "off"}[values[box] != ""]
	}
	labels := map[string]string{}
	for _, role := range access.Roles() {
		labels[factorField(role)] = access.RoleName(role)
		values[factorField(role)] = web.YesNo(values[factorField(role)] != "")
	}
	var answers []ui.Answer
	for _, field := range f.fields {
		label := settingsLabels[field]
		if label == "" {
			label = labels[field]
		}
		answers = append(answers, ui.Answer{Label: label, Text: values[field]})
	}
	return answers
}

func planAnswers(p plans.Plan) []ui.Answer {
	var features []string
	for _, f := range p.Features {
		if f = strings.TrimSpace(f); f != "" {
			features = append(features, f)
		}
	}
	return []ui.Answer{{Label: "Price a month", Text: web.Money(p.PriceCents)}, {Label: "Place in the list", Text: strconv.Itoa(p.Position)},
		{Label: "People", Text: limitAnswer(p.MaxPeople)}, {Label: "Resources", Text: limitAnswer(p.MaxResources)},
		{Label: "Appointments a month", Text: limitAnswer(p.MaxAppointmentsMonthly)}, {Label: "Features", Text: strings.Join(features, ", ")}}
}

func limitAnswer(n *int) string {
	if n == nil {
		return "no limit"
	}
	return strconv.Itoa(*n)
}

func planCodeAnswers(code store.PlanCode) []ui.Answer {
	text := string(code)
	for _, o := range ui.PlanOptions() {
		if o.Value == text {
			text = o.Label
		}
	}
	return []ui.Answer{{Label: "Plan", Text: text}}
}

// trialAnswers has no typed side: the form says by how many days more.
func trialAnswers(ends store.TrialEnd) []ui.Answer {
	a := ui.Answer{Label: "End of the trial", Text: "later than what was shown"}
	if at := time.Time(ends); !at.IsZero() {
		a.Text = at.UTC().Format("2 Jan 2006, 15:04") + " UTC"
	}
	return []ui.Answer{a}
}

func subdomainAnswers(name store.Subdomain) []ui.Answer {
	return []ui.Answer{{Label: "Address", Text: string(name)}}
}

// ticketAnswers are those of the three that a form asks for.
func ticketAnswers(fields ...string) func(desk.Ticket) []ui.Answer {
	return func(t desk.Ticket) []ui.Answer {
		var answers []ui.Answer
		for _, field := range fields {
			switch field {
			case "assignee":
				a := ui.Answer{Label: "Assigned to", Text: "nobody"}
				if t.AssigneeID.Valid {
					a.IDs = []string{t.AssigneeID.UUID.String()}
				}
				answers = append(answers, a)
			case "status":
				answers = append(answers, ui.Answer{Label: "Status", Text: ui.TicketStatusLabel(t.Status)})
			case "priority":
				answers = append(answers, ui.Answer{Label: "Priority", Text: ui.PriorityLabel(t.Priority)})
			}
		}
		return answers
	}
}

func replyAnswers(r desk.CannedReply) []ui.Answer {
	return []ui.Answer{{Label: "Title", Text: strings.TrimSpace(r.Title)}, {Label: "Text", Text: strings.TrimSpace(strings.ReplaceAll(r.Body, "\r", ""))}}
}

func viewAnswers(v console.SavedView) []ui.Answer {
	return []ui.Answer{{Label: "Name", Text: strings.TrimSpace(v.Name)}, {Label: "Shared with the team", Text: web.YesNo(v.IsShared)}, {Label: "Opens the list", Text: web.YesNo(v.IsDefault)}}
}

func nameAnswers(name store.PersonName) []ui.Answer {
	return []ui.Answer{{Label: "Name", Text: string(name)}}
}

func roleAnswers(role access.Role) []ui.Answer {
	return []ui.Answer{{Label: "Role", Text: access.RoleName(role)}}
}

package business

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/booking"
	"github.com/smoothschedule/smoothschedule/store/calendar"
	"github.com/smoothschedule/smoothschedule/store/catalog"
	"github.com/smoothschedule/smoothschedule/store/notices"
	"github.com/smoothschedule/smoothschedule/views/ui"
)

// Here stands what each form of the business holds, in words: its version is made
// of that, and what differs when two have changed the same (web.IfSeen). All that
// a form replaces belongs here, under the label of its field.

func profileAnswers(p notices.Profile) []ui.Answer {
	return []ui.Answer{{Label: "Name of the business", Text: p.Name}, {Label: "About", Text: p.About}, {Label: "Address", Text: p.Address},
		{Label: "Phone", Text: p.Phone}, {Label: "E-mail", Text: p.Email}, {Label: "Time zone", Text: p.TimeZone}}
}

func weekAnswers(w catalog.Week) []ui.Answer {
	var answers []ui.Answer
	for _, d := range weekdays {
		var spans []string
		for _, h := range w[d] {
			spans = append(spans, catalog.ClockText(h.From)+"–"+catalog.ClockText(h.To))
		}
		answers = append(answers, ui.Answer{Label: d.String(), Text: strings.Join(spans, ", ")})
	}
	return answers
}

func ruleAnswers(p catalog.Policies) []ui.Answer {
	return []ui.Answer{{Label: "Notice before a booking", Text: minutesText(p.NoticeMinutes)}, {Label: "How far ahead", Text: fmt.Sprint(p.HorizonDays, " days")},
		{Label: "A start every", Text: fmt.Sprint(p.StepMinutes, " minutes")}, {Label: "Bookings need approval", Text: web.YesNo(p.NeedsApproval)},
		{Label: "Hours to approve", Text: fmt.Sprint(p.ApprovalHours)}, {Label: "Free until", Text: minutesText(p.CancelMinutes) + " before"},
		{Label: "Late fee", Text: web.Money(p.LateFeeCents)}}
}

func minutesText(minutes int) string {
	value, unit := noticeText(minutes)
	return value + " " + unit
}

func bookingPageAnswers(p catalog.Policies) []ui.Answer {
	return []ui.Answer{{Label: "Customers can book online", Text: web.YesNo(p.BookingOpen)}, {Label: "Message", Text: p.BookMessage},
		{Label: "Sites that may show it inside theirs", Text: p.FrameOrigins}}
}

func notificationAnswers(p catalog.Policies) []ui.Answer {
	return []ui.Answer{{Label: "Reminders", Text: p.ReminderHours}, {Label: "Quiet from", Text: p.QuietFrom}, {Label: "Quiet to", Text: p.QuietTo},
		{Label: "Mails to the team", Text: web.YesNo(p.NotifyTeam)}}
}

func accentAnswers(color store.AccentColor) []ui.Answer {
	return []ui.Answer{{Label: "Colour", Text: string(color)}}
}

func logoAnswers(hash store.LogoHash) []ui.Answer {
	a := ui.Answer{Label: "Logo", Text: "another picture", IDs: []string{string(hash)}}
	if hash == "" {
		a.Text = "none"
	}
	return []ui.Answer{a}
}

func serviceAnswers(s catalog.Service) []ui.Answer {
	answers := []ui.Answer{{Label: "Name", Text: s.Name}, {Label: "Description", Text: s.Description}, {Label: "Duration", Text: fmt.Sprint(s.DurationMinutes, " minutes")},
		{Label: "Price", Text: web.Price(s.PriceCents)}, {Label: "Buffer before", Text: fmt.Sprint(s.BufferBeforeMinutes, " minutes")},
		{Label: "Buffer after", Text: fmt.Sprint(s.BufferAfterMinutes, " minutes")}, {Label: "People at most", Text: fmt.Sprint(max(1, s.MaxParty))},
		{Label: "Who can book it", Text: map[string]string{"shown": "everybody", "hidden": "the team only", "disabled": "nobody"}[s.Status()]},
		{Label: "Notice", Text: optionalAnswer(s.NoticeMinutes, minutesText)}, {Label: "How far ahead", Text: optionalAnswer(s.HorizonDays, func(n int) string { return fmt.Sprint(n, " days") })},
		{Label: "A start every", Text: optionalAnswer(s.StepMinutes, func(n int) string { return fmt.Sprint(n, " minutes") })}}
	reminders := ui.Answer{Label: "Reminders of its own", Text: "no"}
	if s.ReminderHours != nil {
		reminders.Text = "yes, " + *s.ReminderHours + " hours before"
	}
	answers = append(answers, reminders)
	for i := range maxSets {
		var ids []string
		if i < len(s.Sets) {
			ids = idTexts(s.Sets[i])
		}
		answers = append(answers, ui.Answer{Label: fmt.Sprintf("What it takes (%d)", i+1), IDs: ids})
	}
	return answers
}

func optionalAnswer(n *int, text func(int) string) string {
	if n == nil {
		return "as in the settings"
	}
	return text(*n)
}

func resourceAnswers(r catalog.ResourceForm) []ui.Answer {
	answers := []ui.Answer{{Label: "Name", Text: r.Name}, {Label: "Time zone", Text: r.TimeZone}, {Label: "Whose calendar is it?", Text: "nobody's"},
		{Label: "Status", Text: resourceStatus(r.Resource)}, {Label: "Capacity", Text: optionalText(r.Capacity)}, {Label: "Services", IDs: idTexts(r.Does)}}
	if r.UserID.Valid {
		answers[2].IDs = []string{r.UserID.UUID.String()}
	}
	return answers
}

func customerAnswers(in booking.CustomerInput) []ui.Answer {
	return []ui.Answer{{Label: "Name", Text: in.Name}, {Label: "E-mail", Text: in.Email}, {Label: "Phone", Text: in.Phone},
		{Label: "Tags", Text: strings.Join(slices.Sorted(slices.Values(in.Tags)), ", ")}}
}

func noteAnswers(in booking.AppointmentNotes) []ui.Answer {
	answers := []ui.Answer{{Label: "Note for the team", Text: in.StaffNote}, {Label: "Price", Text: web.Price(in.PriceCents)}, {Label: "Who comes"}, {Label: "Phone"}}
	if in.Name != nil && in.Phone != nil {
		answers[2].Text, answers[3].Text = *in.Name, *in.Phone
	}
	return answers
}

func ownProfileAnswers(p booking.OwnProfile) []ui.Answer {
	return []ui.Answer{{Label: "Name", Text: p.Name}, {Label: "Phone", Text: p.Phone}}
}

func roleAnswers(role access.Role) []ui.Answer {
	return []ui.Answer{{Label: "Role", Text: access.RoleName(role)}}
}

func calendarAnswers(resource uuid.NullUUID) []ui.Answer {
	a := ui.Answer{Label: "Calendar", Text: "none"}
	if resource.Valid {
		a.IDs = []string{resource.UUID.String()}
	}
	return []ui.Answer{a}
}

func consentAnswers(consent store.StandingConsent) []ui.Answer {
	return []ui.Answer{{Label: "Changes by support", Text: string(consent)}}
}

// blockerAnswers are of blocked time, in the business's zone.
func blockerAnswers(loc *time.Location) func(calendar.Blocker) []ui.Answer {
	return func(b calendar.Blocker) []ui.Answer {
		who := ui.Answer{Label: "Who or what", Text: "everybody"}
		if b.Resource.Valid {
			who.IDs = []string{b.Resource.UUID.String()}
		}
		return []ui.Answer{who, {Label: "From", Text: b.StartsAt.In(loc).Format("Mon 2 Jan 2006, 15:04 -0700")},
			{Label: "To", Text: b.EndsAt.In(loc).Format("Mon 2 Jan 2006, 15:04 -0700")}, {Label: "Reason", Text: b.Reason}}
	}
}

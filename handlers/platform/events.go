package platform

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/views/platform"
	"github.com/smoothschedule/smoothschedule/views/ui"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

// eventTexts are what each action of the audit log is called in a sentence after
// who did it; %s is what it was done to.
var eventTexts = map[string]string{
	"business.created":                 "created the business",
	"business.suspended":               "suspended the business",
	"business.reactivated":             "reactivated the business",
	"business.plan_changed":            "changed the plan",
	"business.trial_extended":          "extended the trial",
	"business.archived":                "archived the business",
	"business.unarchived":              "brought the business back",
	"business.renamed":                 "changed the address of the business",
	"business.deletion_began":          "began to delete the business",
	"business.deleted":                 "deleted the business %s",
	"business.noted":                   "wrote a note about the business",
	"business.note_deleted":            "deleted a note about the business",
	"business.exported":                "exported the business",
	"business.list_exported":           "downloaded %s",
	"user.list_exported":               "downloaded %s",
	"audit.list_exported":              "downloaded %s",
	"ticket.list_exported":             "downloaded %s",
	"masquerade.list_exported":         "downloaded %s",
	"customer.list_exported":           "downloaded %s",
	"customer.exported":                "downloaded the data of %s",
	"business.imported":                "restored the business %s",
	"domain.added":                     "added the domain %s",
	"domain.verified":                  "proved the domain %s",
	"domain.made_primary":              "changed the primary address to %s",
	"domain.removed":                   "removed the domain %s",
	"business.change_undone":           "took back a change of the business",
	"user.bulk_started":                "began to change many people: %s",
	"user.bulk_undone":                 "took back a change of many people: %s",
	"ticket.bulk_started":              "began to change many tickets: %s",
	"ticket.bulk_undone":               "took back a change of many tickets: %s",
	"business.bulk_started":            "began to change many businesses: %s",
	"business.bulk_undone":             "took back a change of many businesses: %s",
	"view.saved":                       "saved the view %s",
	"view.changed":                     "changed the view %s",
	"view.deleted":                     "deleted the view %s",
	"business.profile_changed":         "changed name or time zone of the business",
	"service.created":                  "added the service %s",
	"service.changed":                  "changed the service %s",
	"service.moved":                    "moved the service %s",
	"service.deleted":                  "deleted the service %s",
	"resource.created":                 "added the resource %s",
	"resource.changed":                 "changed the resource %s",
	"resource.moved":                   "moved the resource %s",
	"resource.deleted":                 "deleted the resource %s",
	"hours.changed":                    "changed the weekly hours of %s",
	"override.created":                 "changed the hours of some days of %s",
	"override.deleted":                 "took back other hours of %s",
	"policies.changed":                 "changed the booking rules",
	"user.created":                     "added %s",
	"user.password_set":                "set a password",
	"user.invited":                     "invited %s",
	"user.invited_again":               "mailed the invitation of %s again",
	"user.invitation_withdrawn":        "took back the invitation of %s",
	"user.renamed":                     "changed the name of %s",
	"user.role_changed":                "changed the role of %s",
	"user.disabled":                    "disabled the login of %s",
	"user.enabled":                     "enabled the login of %s",
	"user.sessions_ended":              "ended sessions of %s",
	"user.reset_mailed":                "had a reset link mailed to %s",
	"user.ownership_received":          "handed the ownership to %s",
	"user.calendar_linked":             "linked a calendar to %s",
	"settings.changed":                 "changed the setting %s",
	"settings.mail_tested":             "sent a test mail to %s",
	"plan.changed":                     "changed the plan %s",
	"job.retried":                      "had a failed job tried again: %s",
	"job.discarded":                    "discarded a failed job: %s",
	"api_token.created":                "made the API token %s",
	"api_token.revoked":                "revoked the API token %s",
	"session.started":                  "logged in",
	"session.started_without_password": "logged in without a password",
	"session.ended":                    "logged out",
	"ticket.opened":                    "opened ticket %s",
	"ticket.answered":                  "answered ticket %s",
	"ticket.noted":                     "wrote an internal note to ticket %s",
	"ticket.assigned":                  "assigned ticket %s",
	"ticket.status_changed":            "changed the status of ticket %s",
	"ticket.priority_changed":          "changed the priority of ticket %s",
	"canned_reply.created":             "added the canned reply %s",
	"canned_reply.changed":             "changed the canned reply %s",
	"canned_reply.deleted":             "deleted the canned reply %s",
	"masquerade.requested":             "asked to view as %s",
	"masquerade.started":               "began viewing as %s",
	"masquerade.page_viewed":           "viewed a page as %s",
	"masquerade.ended":                 "stopped viewing as %s",
	"masquerade.ended_by_other":        "ended the masquerade of %s",
	"masquerade.opened":                "opened changes as %s",
	"masquerade.approved":              "approved changes by %s as a second person",
	"masquerade.consent_granted":       "agreed to changes by %s",
	"masquerade.consent_declined":      "declined changes by %s",
	"masquerade.consent_withdrawn":     "took back the consent to changes by %s",
	"business.support_consent_changed": "changed what support may do",
	"appointment.booked":               "booked an appointment: %s",
	"appointment.changed":              "changed note or price of an appointment: %s",
	"appointment.moved":                "moved an appointment: %s",
	"appointment.confirmed":            "confirmed an appointment: %s",
	"appointment.completed":            "completed an appointment: %s",
	"appointment.cancelled":            "cancelled an appointment: %s",
	"appointment.declined":             "declined a request for an appointment: %s",
	"appointment.no_show":              "marked a no-show: %s",
	"appointment.reopened":             "made an appointment a request again: %s",
	"appointment.expired":              "let a request run out: %s",
	"blocker.created":                  "blocked some time",
	"blocker.changed":                  "changed a blocked time",
	"blocker.deleted":                  "opened a blocked time again",
	"business.checklist_dismissed":     "put the first steps away",
	"business.colour_changed":          "changed the colour of the business",
	"business.logo_changed":            "changed the logo of the business",
	"business.logo_removed":            "removed the logo of the business",
	"business.generated":               "generated the business %s",
	"business.restore_began":           "began to restore the business %s",
	"business.trial_ended":             "ended the trial, as its time was over",
	"customer.created":                 "added %s",
	"customer.changed":                 "changed the file of %s",
	"customer.blocked":                 "blocked %s from booking",
	"customer.unblocked":               "let %s book again",
	"customer.erased":                  "erased %s",
	"customer.merged":                  "merged %s with another record of the same person",
	"customer.merged_away":             "merged the record %s into another one",
	"customer.invited":                 "invited %s",
	"customer.invited_again":           "mailed the invitation of %s again",
	"customer.note_added":              "wrote a note about %s",
	"customer.note_deleted":            "deleted a note about %s",
	"masquerade.ended_by_owner":        "ended the visit of %s",
	"notice.sent":                      "had a mail sent: %s",
	"notice.dropped":                   "discarded a mail: %s",
	"resource.feed_made":               "made a calendar link for %s",
	"resource.feed_revoked":            "revoked the calendar link of %s",
	"session.ended_by_owner":           "ended own sessions",
	"session.started_by_sign_up":       "logged in after signing up",
	"session.started_with_passkey":     "logged in with a passkey",
	"user.authenticator_added":         "added an authenticator app",
	"user.authenticator_removed":       "removed the authenticator app",
	"user.passkey_added":               "added a passkey",
	"user.passkey_removed":             "removed a passkey",
	"user.passkey_renamed":             "renamed a passkey",
	"user.recovery_code_used":          "used a recovery code",
	"user.recovery_codes_renewed":      "made new recovery codes",
	"user.password_changed":            "changed the own password",
	"user.factors_reset":               "reset the second factors of %s",
	"user.email_change_requested":      "asked to change the own e-mail address",
	"user.email_change_cancelled":      "cancelled the change of the own e-mail address",
	"user.email_changed":               "changed the own e-mail address",
	"user.email_confirmed":             "confirmed the own e-mail address",
	"user.merged":                      "closed the login of %s, who has another one after a merge",
	"user.erased":                      "closed the login of %s, who was erased",
}

func eventProps(e store.AuditEntry, now time.Time) platform.Event {
	shown := platform.Event{At: web.Ago(e.At, now), Actor: e.ActorName, Text: eventText(e)}
	if e.SubjectName != e.ActorName {
		shown.Subject = e.SubjectName
	}
	if e.Pages > 0 && e.Masquerade.Valid {
		shown.Visit, shown.Pages = urls.MasqueradeShow(e.Masquerade.UUID.String()), e.Pages
	}
	return shown
}

// eventText says what was done. What is in no table is put into words, too: the
// log keeps what former versions wrote.
func eventText(e store.AuditEntry) string {
	switch e.Action {
	case "masquerade.page_viewed":
		return viewedText(e)
	case "business.plan_changed", "business.change_undone":
		before, after := e.Change("plan")
		switch {
		case before == "" || after == "" || before == after:
		case e.Action == "business.change_undone":
			return eventTexts[e.Action] + ": the plan is " + ui.PlanLabel(after) + " again"
		default:
			return fmt.Sprintf("%s from %s to %s", eventTexts[e.Action], ui.PlanLabel(before), ui.PlanLabel(after))
		}
	}
	text, ok := eventTexts[e.Action]
	if !ok {
		return web.ActionText(e.Action)
	}
	return strings.ReplaceAll(text, "%s", objectWords(e))
}

// objectWords is the name of what an event is about; a code is put into words.
func objectWords(e store.AuditEntry) string {
	switch e.ObjectType {
	case "settings":
		if f, ok := current[e.ObjectID]; ok {
			return f.label
		}
		return strings.ToLower(codeWord(e.ObjectName))
	case "job":
		return jobName(e.ObjectName)
	case "bulk":
		if words := platform.BulkDone[e.ObjectName]; words != "" {
			return words
		}
		return strings.ToLower(codeWord(e.ObjectName))
	case "notice":
		return strings.ReplaceAll(e.ObjectName, "_", " ")
	}
	return e.ObjectName
}

// viewedText names the page that was looked at in a masquerade.
func viewedText(e store.AuditEntry) string {
	var d struct {
		Page string
		Form bool
	}
	if json.Unmarshal([]byte(e.Details), &d) != nil || d.Page == "" {
		return "viewed a page"
	}
	if d.Form {
		return "was answered a form: " + web.PageText(d.Page)
	}
	return "viewed: " + web.PageText(d.Page)
}

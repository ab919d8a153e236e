package platform

import (
	"fmt"
	"time"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/views/platform"
)

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
	"masquerade.approved":              "approved changes by %s as second person",
	"masquerade.consent_granted":       "agreed to changes by %s",
	"masquerade.consent_declined":      "declined changes by %s",
	"masquerade.consent_withdrawn":     "took back the consent to changes by %s",
	"business.support_consent_changed": "changed what support may do",
}

func eventProps(e store.AuditEntry, now time.Time) platform.Event {
	text, ok := eventTexts[e.Action]
	if !ok {
		text = e.Action
	}
	if len(text) > 2 && text[len(text)-2:] == "%s" {
		text = fmt.Sprintf(text, e.ObjectName)
	}
	shown := platform.Event{At: web.Ago(e.At, now), Actor: e.ActorName, Text: text}
	if e.SubjectName != e.ActorName {
		shown.Subject = e.SubjectName
	}
	return shown
}

package platform

import (
	"strconv"
	"strings"

	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

// objectHref leads to what an event was about, when that has a page that the
// person may open. What belonged to a business deleted for good has none.
func objectHref(who *store.Principal, e store.AuditEntry) string {
	if e.BusinessID.Valid && e.BusinessName == "" {
		return ""
	}
	href, needs := "", access.Permission("")
	switch e.ObjectType {
	case "business":
		if e.BusinessID.Valid {
			href, needs = urls.Business(e.ObjectID), access.BusinessesView
		}
	case "user":
		href, needs = urls.User(e.ObjectID), access.UsersView
	case "ticket":
		// Its name begins with its number.
		text, _, _ := strings.Cut(strings.TrimPrefix(e.ObjectName, "#"), " ")
		if number, err := strconv.ParseInt(text, 10, 64); err == nil {
			href, needs = urls.Ticket(number), access.TicketsView
		}
	case "canned_reply":
		href, needs = urls.CannedReplies(), access.TicketsManage
	case "settings":
		href, needs = settingPage(e.ObjectID), access.SettingsView
	case "plan":
		href, needs = urls.SettingsPlans(), access.SettingsView
	case "job":
		href, needs = urls.SettingsJobs(), access.SettingsView
	case "api_token":
		href, needs = urls.SettingsTokens(), access.SettingsView
	default:
		// The things of a business are on its own site.
		if e.BusinessID.Valid {
			href, needs = urls.Business(e.BusinessID.UUID.String()), access.BusinessesView
		}
	}
	if href == "" || !who.Can(needs) {
		return ""
	}
	return href
}

// settingPage is the page on which a setting is changed.
func settingPage(key string) string {
	switch key {
	case "masquerade", "platform_sessions", "tenant_sessions", "second_factor_roles":
		return urls.SettingsSecurity()
	case "mail", "mail_from":
		return urls.SettingsMail()
	case "announcement", "maintenance":
		return urls.SettingsMessages()
	}
	return urls.Settings()
}

package urls

import "net/url"

// Patterns of the settings' routes that have a parameter.
const (
	SettingsPlanPattern        = "/settings/plans/:code"
	SettingsTokenRevokePattern = "/settings/tokens/:id/revoke"
	SettingsJobRetryPattern    = "/settings/jobs/:id/retry"
	SettingsJobDiscardPattern  = "/settings/jobs/:id/discard"
)

// Settings is the console's settings: names, trial and reserved names.
func Settings() string { return "/settings" }

// SettingsNames takes a form of that page, as SettingsTrial and SettingsReserved do.
func SettingsNames() string { return Settings() + "/names" }

// SettingsTrial takes a POST.
func SettingsTrial() string { return Settings() + "/trial" }

// SettingsReserved takes a POST.
func SettingsReserved() string { return Settings() + "/reserved" }

// SettingsPlans shows the plans.
func SettingsPlans() string { return Settings() + "/plans" }

// SettingsPlan takes the POST of one plan.
func SettingsPlan(code string) string { return SettingsPlans() + "/" + url.PathEscape(code) }

// SettingsSecurity is masquerades, sessions and second factors.
func SettingsSecurity() string { return Settings() + "/security" }

// SettingsMasquerade takes a POST.
func SettingsMasquerade() string { return Settings() + "/masquerade" }

// SettingsSessions takes a POST.
func SettingsSessions() string { return Settings() + "/sessions" }

// SettingsFactors takes a POST.
func SettingsFactors() string { return Settings() + "/second-factor" }

// SettingsMail is the sender and the server; a POST changes the sender.
func SettingsMail() string { return Settings() + "/mail" }

// SettingsMailTest takes a POST and sends a mail now.
func SettingsMailTest() string { return SettingsMail() + "/test" }

// SettingsMessages is the announcement and maintenance.
func SettingsMessages() string { return Settings() + "/messages" }

// SettingsAnnouncement takes a POST.
func SettingsAnnouncement() string { return Settings() + "/announcement" }

// SettingsMaintenance takes a POST.
func SettingsMaintenance() string { return Settings() + "/maintenance" }

// SettingsTokens lists the API tokens of all staff.
func SettingsTokens() string { return Settings() + "/tokens" }

// SettingsTokenRevoke takes an empty POST.
func SettingsTokenRevoke(id string) string {
	return SettingsTokens() + "/" + url.PathEscape(id) + "/revoke"
}

// SettingsJobs lists the background jobs that failed.
func SettingsJobs() string { return Settings() + "/jobs" }

// SettingsJobRetry takes an empty POST.
func SettingsJobRetry(id string) string { return SettingsJobs() + "/" + url.PathEscape(id) + "/retry" }

// SettingsJobDiscard takes an empty POST.
func SettingsJobDiscard(id string) string {
	return SettingsJobs() + "/" + url.PathEscape(id) + "/discard"
}

// SettingsSystem shows what the program runs on.
func SettingsSystem() string { return Settings() + "/system" }

// Package platform is the console of the people who run the platform.
package platform

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/views/layout"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

// Handlers answers the platform's host.
type Handlers struct{ *web.App }

// Surface describes the platform's host.
func (h *Handlers) Surface() *web.Surface {
	return &web.Surface{Name: "platform", People: true, Shell: layout.Platform, Nav: nav, Notice: h.maintenanceNotice}
}

// Routes is the console's table.
func (h *Handlers) Routes() []web.Route {
	return append(h.bulkRoutes(), []web.Route{
		{Method: http.MethodGet, Path: "/", Permission: access.SignedIn, Handler: h.home},
		{Method: http.MethodGet, Path: urls.Dashboard(), Permission: access.DashboardView, Handler: h.dashboard},
		{Method: http.MethodGet, Path: urls.Search(), Permission: access.SearchView, Handler: h.search},
		{Method: http.MethodGet, Path: urls.Businesses(), Permission: access.BusinessesView, Handler: h.businessesIndex},
		{Method: http.MethodPost, Path: urls.Businesses(), Permission: access.BusinessesCreate, Handler: h.businessCreate},
		{Method: http.MethodGet, Path: urls.BusinessNew(), Permission: access.BusinessesCreate, Handler: h.businessNew},
		{Method: http.MethodGet, Path: urls.Views(), Permission: access.ViewsManage, Handler: h.viewsIndex},
		{Method: http.MethodPost, Path: urls.Views(), Permission: access.ViewsManage, Handler: h.viewCreate},
		{Method: http.MethodPost, Path: urls.ViewPattern, Permission: access.ViewsManage, Handler: h.viewUpdate},
		{Method: http.MethodPost, Path: urls.ViewDeletePattern, Permission: access.ViewsManage, Handler: h.viewDelete},
		{Method: http.MethodGet, Path: urls.BusinessPattern, Permission: access.BusinessesView, Handler: h.businessShow},
		{Method: http.MethodGet, Path: urls.BusinessLogoPattern, Permission: access.BusinessesView, Handler: h.businessLogo, Background: true},
		{Method: http.MethodPost, Path: urls.BusinessSuspendPattern, Permission: access.BusinessesSuspend, Handler: h.businessSuspend},
		{Method: http.MethodPost, Path: urls.BusinessReactivatePattern, Permission: access.BusinessesSuspend, Handler: h.businessReactivate},
		{Method: http.MethodPost, Path: urls.BusinessPlanPattern, Permission: access.BusinessesPlan, Handler: h.businessPlan},
		{Method: http.MethodPost, Path: urls.BusinessTrialPattern, Permission: access.BusinessesPlan, Handler: h.businessTrial},
		{Method: http.MethodPost, Path: urls.BusinessNotesPattern, Permission: access.BusinessesNotes, Handler: h.businessNoteCreate},
		{Method: http.MethodPost, Path: urls.BusinessNoteDeletePattern, Permission: access.BusinessesNotes, Handler: h.businessNoteDelete},
		{Method: http.MethodPost, Path: urls.BusinessDomainsPattern, Permission: access.BusinessesDomains, Handler: h.domainAdd},
		{Method: http.MethodPost, Path: urls.BusinessDomainCheckPattern, Permission: access.BusinessesDomains, Handler: h.domainCheck},
		{Method: http.MethodPost, Path: urls.BusinessDomainPrimaryPattern, Permission: access.BusinessesDomains, Handler: h.domainPrimary},
		{Method: http.MethodPost, Path: urls.BusinessDomainRemovePattern, Permission: access.BusinessesDomains, Handler: h.domainRemove},
		{Method: http.MethodPost, Path: urls.BusinessRenamePattern, Permission: access.BusinessesSuspend, Handler: h.businessRename},
		{Method: http.MethodPost, Path: urls.BusinessArchivePattern, Permission: access.BusinessesSuspend, Handler: h.businessArchive},
		{Method: http.MethodPost, Path: urls.BusinessUnarchivePattern, Permission: access.BusinessesSuspend, Handler: h.businessUnarchive},
		{Method: http.MethodPost, Path: urls.BusinessExportPattern, Permission: access.BusinessesDelete, Handler: h.businessExport},
		{Method: http.MethodGet, Path: urls.BusinessRestore(), Permission: access.BusinessesDelete, Handler: h.restoreNew},
		{Method: http.MethodPost, Path: urls.BusinessRestore(), Permission: access.BusinessesDelete, Handler: h.restoreCreate, MaxUpload: maxRestore},
		{Method: http.MethodGet, Path: urls.RestoreRunPattern, Permission: access.BusinessesDelete, Handler: h.restoreShow},
		{Method: http.MethodGet, Path: urls.RestoreProgressPattern, Permission: access.BusinessesDelete, Handler: h.restoreProgress, Background: true},
		{Method: http.MethodPost, Path: urls.BusinessDeletePattern, Permission: access.BusinessesDelete, Handler: h.businessDelete},
		{Method: http.MethodGet, Path: urls.BusinessesCSV(), Permission: access.BusinessesView, Handler: h.businessesCSV},
		{Method: http.MethodGet, Path: urls.Masquerades(), Permission: access.MasqueradesView, Handler: h.masqueradesIndex},
		{Method: http.MethodGet, Path: urls.MasqueradesCSV(), Permission: access.MasqueradesView, Handler: h.masqueradesCSV},
		{Method: http.MethodPost, Path: urls.MasqueradesCSV(), Permission: access.MasqueradesView, Handler: h.masqueradesCSV},
		{Method: http.MethodGet, Path: urls.MasqueradePattern, Permission: access.MasqueradesView, Handler: h.masqueradeShow},
		{Method: http.MethodGet, Path: urls.MasqueradeEndedPattern, Permission: access.MasqueradesView, Handler: h.masqueradeEnded},
		{Method: http.MethodGet, Path: urls.MasqueradeUpdatesPattern, Permission: access.MasqueradesView, Handler: h.masqueradeUpdates, Background: true},
		{Method: http.MethodPost, Path: urls.MasqueradeApprovePattern, Permission: access.MasqueradesWrite, Handler: h.masqueradeApprove},
		{Method: http.MethodPost, Path: urls.MasqueradeOpenPattern, Permission: access.MasqueradesWrite, Handler: h.masqueradeOpen},
		{Method: http.MethodPost, Path: urls.MasqueradeEndPattern, Permission: access.MasqueradesView, Handler: h.masqueradeEnd},
		{Method: http.MethodGet, Path: urls.Audit(), Permission: access.AuditView, Handler: h.auditIndex},
		{Method: http.MethodGet, Path: urls.AuditCSV(), Permission: access.AuditView, Handler: h.auditCSV},
		{Method: http.MethodPost, Path: urls.AuditCSV(), Permission: access.AuditView, Handler: h.auditCSV},
		{Method: http.MethodGet, Path: urls.Notifications(), Permission: access.NoticesView, Handler: h.notificationsIndex},
		{Method: http.MethodPost, Path: urls.NotificationsRead(), Permission: access.NoticesView, Handler: h.notificationsRead},
		{Method: http.MethodGet, Path: urls.NotificationsBellPath(), Permission: access.NoticesView, Handler: h.notificationsBell, Background: true},
		{Method: http.MethodPost, Path: urls.NotificationOpenPattern, Permission: access.NoticesView, Handler: h.notificationOpen},
		{Method: http.MethodPost, Path: urls.NotificationReadPattern, Permission: access.NoticesView, Handler: h.notificationRead},
		{Method: http.MethodGet, Path: urls.Support(), Permission: access.TicketsView, Handler: h.ticketsIndex},
		{Method: http.MethodGet, Path: urls.SupportCSV(), Permission: access.TicketsView, Handler: h.ticketsCSV},
		{Method: http.MethodGet, Path: urls.CannedReplies(), Permission: access.TicketsManage, Handler: h.repliesIndex},
		{Method: http.MethodPost, Path: urls.CannedReplies(), Permission: access.TicketsManage, Handler: h.replyCreate},
		{Method: http.MethodGet, Path: urls.CannedReplyPattern, Permission: access.TicketsManage, Handler: h.replyShow},
		{Method: http.MethodPost, Path: urls.CannedReplyPattern, Permission: access.TicketsManage, Handler: h.replyUpdate},
		{Method: http.MethodPost, Path: urls.CannedReplyDeletePattern, Permission: access.TicketsManage, Handler: h.replyDelete},
		{Method: http.MethodGet, Path: urls.TicketPattern, Permission: access.TicketsView, Handler: h.ticketShow},
		{Method: http.MethodGet, Path: urls.TicketUpdatesPattern, Permission: access.TicketsView, Handler: h.ticketUpdates, Background: true},
		{Method: http.MethodGet, Path: urls.TicketFilePattern, Permission: access.TicketsView, Handler: h.ticketFile},
		{Method: http.MethodPost, Path: urls.TicketMessagesPattern, Permission: access.TicketsManage, Handler: h.ticketReply, MaxUpload: web.MaxUpload},
		{Method: http.MethodPost, Path: urls.TicketInsertPattern, Permission: access.TicketsManage, Handler: h.ticketInsert, MaxUpload: web.MaxUpload},
		{Method: http.MethodPost, Path: urls.TicketNotesPattern, Permission: access.TicketsManage, Handler: h.ticketNote},
		{Method: http.MethodPost, Path: urls.TicketChangePattern, Permission: access.TicketsManage, Handler: h.ticketChange},
		{Method: http.MethodGet, Path: urls.Users(), Permission: access.UsersView, Handler: h.usersIndex},
		{Method: http.MethodPost, Path: urls.Users(), Permission: access.UsersManage, Handler: h.userCreate},
		{Method: http.MethodGet, Path: urls.UsersCSV(), Permission: access.UsersView, Handler: h.usersCSV},
		{Method: http.MethodPost, Path: urls.UsersCSV(), Permission: access.UsersView, Handler: h.usersCSV},
		{Method: http.MethodGet, Path: urls.UserNewPath(), Permission: access.UsersManage, Handler: h.userNew},
		{Method: http.MethodGet, Path: urls.UserPattern, Permission: access.UsersView, Handler: h.userShow},
		{Method: http.MethodPost, Path: urls.UserEditPattern, Permission: access.UsersManage, Handler: h.userEdit},
		{Method: http.MethodPost, Path: urls.UserRolePattern, Permission: access.UsersManage, Handler: h.userRole},
		{Method: http.MethodPost, Path: urls.UserDisablePattern, Permission: access.UsersManage, Handler: h.userDisable},
		{Method: http.MethodPost, Path: urls.UserEnablePattern, Permission: access.UsersManage, Handler: h.userEnable},
		{Method: http.MethodPost, Path: urls.UserResetPattern, Permission: access.UsersManage, Handler: h.userReset},
		{Method: http.MethodPost, Path: urls.UserInvitePattern, Permission: access.UsersManage, Handler: h.userInvite},
		{Method: http.MethodPost, Path: urls.UserFactorsPattern, Permission: access.UsersManage, Handler: h.userFactors},
		{Method: http.MethodPost, Path: urls.UserSessionsPattern, Permission: access.UsersManage, Handler: h.userSessions},
		{Method: http.MethodPost, Path: urls.UserSessionEndPattern, Permission: access.UsersManage, Handler: h.userSessionEnd},
		{Method: http.MethodGet, Path: urls.Staff(), Permission: access.StaffView, Handler: h.staffIndex},
		{Method: http.MethodPost, Path: urls.Staff(), Permission: access.StaffManage, Handler: h.staffCreate},
		{Method: http.MethodGet, Path: urls.Settings(), Permission: access.SettingsView, Handler: h.settingsShow},
		{Method: http.MethodPost, Path: urls.SettingsNames(), Permission: access.SettingsManage, Handler: h.settingsSave},
		{Method: http.MethodPost, Path: urls.SettingsTrial(), Permission: access.SettingsManage, Handler: h.settingsSave},
		{Method: http.MethodPost, Path: urls.SettingsReserved(), Permission: access.SettingsManage, Handler: h.settingsSave},
		{Method: http.MethodGet, Path: urls.SettingsPlans(), Permission: access.SettingsView, Handler: h.settingsPlans},
		{Method: http.MethodPost, Path: urls.SettingsPlanPattern, Permission: access.SettingsManage, Handler: h.settingsPlan},
		{Method: http.MethodGet, Path: urls.SettingsSecurity(), Permission: access.SettingsView, Handler: h.settingsShow},
		{Method: http.MethodPost, Path: urls.SettingsMasquerade(), Permission: access.SettingsManage, Handler: h.settingsSave},
		{Method: http.MethodPost, Path: urls.SettingsSessions(), Permission: access.SettingsManage, Handler: h.settingsSave},
		{Method: http.MethodPost, Path: urls.SettingsFactors(), Permission: access.SettingsManage, Handler: h.settingsSave},
		{Method: http.MethodGet, Path: urls.SettingsMail(), Permission: access.SettingsView, Handler: h.settingsShow},
		{Method: http.MethodPost, Path: urls.SettingsMail(), Permission: access.SettingsManage, Handler: h.settingsSave},
		{Method: http.MethodPost, Path: urls.SettingsMailTest(), Permission: access.SettingsManage, Handler: h.settingsMailTest},
		{Method: http.MethodGet, Path: urls.SettingsMessages(), Permission: access.SettingsView, Handler: h.settingsShow},
		{Method: http.MethodPost, Path: urls.SettingsAnnouncement(), Permission: access.SettingsManage, Handler: h.settingsSave},
		{Method: http.MethodPost, Path: urls.SettingsMaintenance(), Permission: access.SettingsManage, Handler: h.settingsSave},
		{Method: http.MethodGet, Path: urls.SettingsTokens(), Permission: access.SettingsView, Handler: h.settingsTokens},
		{Method: http.MethodPost, Path: urls.SettingsTokenRevokePattern, Permission: access.SettingsManage, Handler: h.settingsTokenRevoke},
		{Method: http.MethodGet, Path: urls.SettingsJobs(), Permission: access.SettingsView, Handler: h.settingsJobs},
		{Method: http.MethodPost, Path: urls.SettingsJobRetryPattern, Permission: access.SettingsManage, Handler: h.settingsJobRetry},
		{Method: http.MethodPost, Path: urls.SettingsJobDiscardPattern, Permission: access.SettingsManage, Handler: h.settingsJobDiscard},
		{Method: http.MethodGet, Path: urls.SettingsSystem(), Permission: access.SettingsView, Handler: h.settingsSystem},
		{Method: http.MethodGet, Path: urls.MasqueradeNewPath(), Permission: access.MasqueradesStart, Handler: h.masqueradeNew},
		{Method: http.MethodPost, Path: urls.MasqueradeStart(), Permission: access.MasqueradesStart, Handler: h.masqueradeStart},
	}...)
}

func (h *Handlers) home(c echo.Context) error { return web.Redirect(c, urls.Dashboard()) }

func nav(c echo.Context) []layout.NavItem {
	who, here := web.Principal(c), c.Path()
	var items []layout.NavItem
	for _, item := range []struct {
		layout.NavItem
		needs access.Permission
	}{
		{layout.NavItem{Label: "Dashboard", Href: urls.Dashboard(), Icon: "dashboard"}, access.DashboardView},
		{layout.NavItem{Label: "Businesses", Href: urls.Businesses(), Icon: "building"}, access.BusinessesView},
		{layout.NavItem{Label: "Users", Href: urls.Users(), Icon: "users"}, access.UsersView},
		{layout.NavItem{Label: "Support", Href: urls.Support(), Icon: "inbox"}, access.TicketsView},
		{layout.NavItem{Label: "Masquerades", Href: urls.Masquerades(), Icon: "eye"}, access.MasqueradesView},
		{layout.NavItem{Label: "Audit log", Href: urls.Audit(), Icon: "clock"}, access.AuditView},
		{layout.NavItem{Label: "Staff", Href: urls.Staff(), Icon: "lock"}, access.StaffView},
		{layout.NavItem{Label: "Settings", Href: urls.Settings(), Icon: "settings"}, access.SettingsView},
	} {
		if who.Can(item.needs) {
			item.Current = web.Below(here, item.Href)
			items = append(items, item.NavItem)
		}
	}
	return items
}

// Package business is the site of one business, for its people, its customers
// and everybody else. It reaches the data through InTenant only.
package business

import (
	"context"
	"io"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/views/layout"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

// Handlers answers the hosts of businesses.
type Handlers struct {
	*web.App
	// Export writes everything of a business as a file; see transfer.ExportOwn.
	Export func(ctx context.Context, d *store.DB, tenant store.Tenant, out io.Writer) error
}

// Surface describes a business's host.
func (h *Handlers) Surface() *web.Surface {
	return &web.Surface{Name: "business", People: true, Shell: layout.Business, Nav: nav, Notice: trialNotice, Closed: h.closed, Frames: h.frames}
}

// Routes is the site's table.
func (h *Handlers) Routes() []web.Route {
	return []web.Route{
		{Method: http.MethodGet, Path: urls.Home(), Permission: access.Public, Handler: h.home},
		{Method: http.MethodGet, Path: urls.Search(), Permission: access.SearchView, Handler: h.search},
		{Method: http.MethodGet, Path: urls.SchedulePath(), Permission: access.AppointmentsView, Handler: h.schedule},
		{Method: http.MethodGet, Path: urls.ScheduleUpdates(), Permission: access.AppointmentsView, Handler: h.scheduleUpdates, Background: true},
		{Method: http.MethodGet, Path: urls.OwnCalendar(), Permission: access.OwnCalendar, Handler: h.ownCalendar},
		{Method: http.MethodPost, Path: urls.OwnCalendar(), Permission: access.OwnCalendar, Handler: h.ownCalendarChange},
		{Method: http.MethodGet, Path: urls.OwnDaysOff(), Permission: access.AppointmentsView, Handler: h.ownDaysOff},
		{Method: http.MethodPost, Path: urls.OwnDaysOff(), Permission: access.AppointmentsEdit, Handler: h.ownDaysOffCreate},
		{Method: http.MethodPost, Path: urls.OwnDayOffDeletePattern, Permission: access.AppointmentsEdit, Handler: h.ownDayOffDelete},
		{Method: http.MethodGet, Path: urls.AppointmentsPath(), Permission: access.AppointmentsView, Handler: h.appointmentsIndex},
		{Method: http.MethodPost, Path: urls.AppointmentsPath(), Permission: access.AppointmentsEdit, Handler: h.appointmentCreate},
		{Method: http.MethodGet, Path: urls.AppointmentsCSV(), Permission: access.AppointmentsExport, Handler: h.appointmentsCSV},
		{Method: http.MethodGet, Path: urls.AppointmentNewPath(), Permission: access.AppointmentsEdit, Handler: h.appointmentNew},
		{Method: http.MethodGet, Path: urls.AppointmentPattern, Permission: access.AppointmentsView, Handler: h.appointmentShow},
		{Method: http.MethodPost, Path: urls.AppointmentStatusPattern, Permission: access.AppointmentsEdit, Handler: h.appointmentStatus},
		{Method: http.MethodPost, Path: urls.AppointmentMovePattern, Permission: access.AppointmentsEdit, Handler: h.appointmentMove},
		{Method: http.MethodPost, Path: urls.AppointmentNotesPattern, Permission: access.AppointmentsEdit, Handler: h.appointmentNotes},
		{Method: http.MethodPost, Path: urls.Blockers(), Permission: access.AppointmentsEdit, Handler: h.blockerCreate},
		{Method: http.MethodGet, Path: urls.BlockerNewPath(), Permission: access.AppointmentsEdit, Handler: h.blockerNew},
		{Method: http.MethodGet, Path: urls.BlockerPattern, Permission: access.AppointmentsView, Handler: h.blockerEdit},
		{Method: http.MethodPost, Path: urls.BlockerPattern, Permission: access.AppointmentsEdit, Handler: h.blockerUpdate},
		{Method: http.MethodPost, Path: urls.BlockerDeletePattern, Permission: access.AppointmentsEdit, Handler: h.blockerDelete},
		{Method: http.MethodGet, Path: urls.Customers(), Permission: access.CustomersView, Handler: h.customersIndex},
		{Method: http.MethodPost, Path: urls.Customers(), Permission: access.CustomersManage, Handler: h.customerCreate},
		{Method: http.MethodGet, Path: urls.CustomersCSV(), Permission: access.CustomersExport, Handler: h.customersCSV},
		{Method: http.MethodGet, Path: urls.CustomerNew(), Permission: access.CustomersManage, Handler: h.customerNew},
		{Method: http.MethodGet, Path: urls.CustomerPattern, Permission: access.CustomersView, Handler: h.customerShow},
		{Method: http.MethodPost, Path: urls.CustomerPattern, Permission: access.CustomersManage, Handler: h.customerUpdate},
		{Method: http.MethodGet, Path: urls.CustomerExportPattern, Permission: access.CustomersExport, Handler: h.customerExport},
		{Method: http.MethodPost, Path: urls.CustomerBlockPattern, Permission: access.CustomersManage, Handler: h.customerBlock},
		{Method: http.MethodPost, Path: urls.CustomerErasePattern, Permission: access.CustomersErase, Handler: h.customerErase},
		{Method: http.MethodPost, Path: urls.CustomerInvitePattern, Permission: access.CustomersManage, Handler: h.customerInvite},
		{Method: http.MethodGet, Path: urls.CustomerMergePattern, Permission: access.CustomersManage, Handler: h.customerMergeShow},
		{Method: http.MethodPost, Path: urls.CustomerMergePattern, Permission: access.CustomersManage, Handler: h.customerMerge},
		{Method: http.MethodPost, Path: urls.CustomerNotesPattern, Permission: access.CustomersManage, Handler: h.customerNoteCreate},
		{Method: http.MethodPost, Path: urls.CustomerNoteDeletePattern, Permission: access.CustomersManage, Handler: h.customerNoteDelete},
		{Method: http.MethodGet, Path: urls.Services(), Permission: access.ServicesView, Handler: h.servicesIndex},
		{Method: http.MethodPost, Path: urls.Services(), Permission: access.ServicesManage, Handler: h.serviceCreate},
		{Method: http.MethodGet, Path: urls.ServiceNew(), Permission: access.ServicesManage, Handler: h.serviceNew},
		{Method: http.MethodGet, Path: urls.ServicePattern, Permission: access.ServicesManage, Handler: h.serviceEdit},
		{Method: http.MethodPost, Path: urls.ServicePattern, Permission: access.ServicesManage, Handler: h.serviceUpdate},
		{Method: http.MethodPost, Path: urls.ServiceMovePattern, Permission: access.ServicesManage, Handler: h.serviceMove},
		{Method: http.MethodPost, Path: urls.ServiceDeletePattern, Permission: access.ServicesManage, Handler: h.serviceDelete},
		{Method: http.MethodGet, Path: urls.Resources(), Permission: access.ResourcesView, Handler: h.resourcesIndex},
		{Method: http.MethodPost, Path: urls.Resources(), Permission: access.ResourcesManage, Handler: h.resourceCreate},
		{Method: http.MethodGet, Path: urls.ResourceNew(), Permission: access.ResourcesManage, Handler: h.resourceNew},
		{Method: http.MethodGet, Path: urls.ResourcePattern, Permission: access.ResourcesManage, Handler: h.resourceEdit},
		{Method: http.MethodPost, Path: urls.ResourcePattern, Permission: access.ResourcesManage, Handler: h.resourceUpdate},
		{Method: http.MethodPost, Path: urls.ResourceMovePattern, Permission: access.ResourcesManage, Handler: h.resourceMove},
		{Method: http.MethodPost, Path: urls.ResourceDeletePattern, Permission: access.ResourcesManage, Handler: h.resourceDelete},
		{Method: http.MethodPost, Path: urls.ResourceHoursPattern, Permission: access.ResourcesManage, Handler: h.resourceHours},
		{Method: http.MethodPost, Path: urls.ResourceFeedPattern, Permission: access.ResourcesManage, Handler: h.resourceFeed},
		{Method: http.MethodPost, Path: urls.ResourceTimeOffPattern, Permission: access.ResourcesManage, Handler: h.resourceTimeOff},
		{Method: http.MethodPost, Path: urls.ResourceTimeOffDeletePattern, Permission: access.ResourcesManage, Handler: h.resourceTimeOffDelete},
		{Method: http.MethodGet, Path: urls.Team(), Permission: access.TeamView, Handler: h.teamIndex},
		{Method: http.MethodPost, Path: urls.Team(), Permission: access.TeamManage, Handler: h.teamInvite},
		{Method: http.MethodGet, Path: urls.TeamInvite(), Permission: access.TeamManage, Handler: h.teamInviteNew},
		{Method: http.MethodGet, Path: urls.TeamHandOver(), Permission: access.OwnershipManage, Handler: h.handOverNew},
		{Method: http.MethodPost, Path: urls.TeamHandOver(), Permission: access.OwnershipManage, Handler: h.handOver},
		{Method: http.MethodGet, Path: urls.TeamPersonPattern, Permission: access.TeamView, Handler: h.teamPersonShow},
		{Method: http.MethodPost, Path: urls.TeamRolePattern, Permission: access.TeamManage, Handler: h.teamRole},
		{Method: http.MethodPost, Path: urls.TeamActivePattern, Permission: access.TeamManage, Handler: h.teamActive},
		{Method: http.MethodPost, Path: urls.TeamCalendarPattern, Permission: access.TeamManage, Handler: h.teamCalendar},
		{Method: http.MethodPost, Path: urls.TeamFactorsPattern, Permission: access.FactorsReset, Handler: h.teamFactors},
		{Method: http.MethodPost, Path: urls.TeamResendPattern, Permission: access.TeamManage, Handler: h.teamResend},
		{Method: http.MethodPost, Path: urls.TeamWithdrawPattern, Permission: access.TeamManage, Handler: h.teamWithdraw},
		{Method: http.MethodGet, Path: urls.BusinessSettings(), Permission: access.HoursView, Handler: h.profileEdit},
		{Method: http.MethodPost, Path: urls.BusinessSettings(), Permission: access.HoursManage, Handler: h.profileUpdate},
		{Method: http.MethodGet, Path: urls.OpeningHours(), Permission: access.HoursView, Handler: h.hoursEdit},
		{Method: http.MethodPost, Path: urls.OpeningHours(), Permission: access.HoursManage, Handler: h.hoursUpdate},
		{Method: http.MethodGet, Path: urls.ClosedDays(), Permission: access.HoursView, Handler: h.closedDays},
		{Method: http.MethodPost, Path: urls.ClosedDays(), Permission: access.HoursManage, Handler: h.closedDayCreate},
		{Method: http.MethodPost, Path: urls.ClosedDayDeletePattern, Permission: access.HoursManage, Handler: h.closedDayDelete},
		{Method: http.MethodGet, Path: urls.BookingPolicies(), Permission: access.HoursView, Handler: h.policiesEdit},
		{Method: http.MethodPost, Path: urls.BookingPolicies(), Permission: access.HoursManage, Handler: h.policiesUpdate},
		{Method: http.MethodGet, Path: urls.BookingPage(), Permission: access.HoursView, Handler: h.bookingPageEdit},
		{Method: http.MethodPost, Path: urls.BookingPage(), Permission: access.HoursManage, Handler: h.bookingPageUpdate},
		{Method: http.MethodGet, Path: urls.NotificationSettings(), Permission: access.HoursView, Handler: h.notificationsEdit},
		{Method: http.MethodPost, Path: urls.NotificationSettings(), Permission: access.HoursManage, Handler: h.notificationsUpdate},
		{Method: http.MethodGet, Path: urls.BrandingSettings(), Permission: access.HoursView, Handler: h.brandingEdit},
		{Method: http.MethodPost, Path: urls.BrandingSettings(), Permission: access.HoursManage, Handler: h.brandingUpdate},
		{Method: http.MethodPost, Path: urls.LogoSettings(), Permission: access.HoursManage, Handler: h.logoUpdate, MaxUpload: maxLogoForm},
		{Method: http.MethodGet, Path: urls.SettingsExport(), Permission: access.ExportManage, Handler: h.exportShow},
		{Method: http.MethodPost, Path: urls.SettingsExport(), Permission: access.ExportManage, Handler: h.exportDownload},
		{Method: http.MethodGet, Path: urls.Plan(), Permission: access.PlanView, Handler: h.planShow},
		{Method: http.MethodGet, Path: urls.Book(), Permission: access.Public, Handler: h.book},
		{Method: http.MethodPost, Path: urls.Book(), Permission: access.Public, Handler: h.bookCreate},
		{Method: http.MethodPost, Path: urls.BookHold(), Permission: access.Public, Handler: h.bookHold},
		{Method: http.MethodPost, Path: urls.BookRelease(), Permission: access.Public, Handler: h.bookRelease},
		{Method: http.MethodGet, Path: urls.BookDonePattern, Permission: access.Public, Handler: h.bookDone},
		{Method: http.MethodGet, Path: urls.BookingPattern, Permission: access.Public, Handler: h.bookingShow},
		{Method: http.MethodGet, Path: urls.BookingMovePattern, Permission: access.Public, Handler: h.bookingMoveShow},
		{Method: http.MethodPost, Path: urls.BookingMovePattern, Permission: access.Public, Handler: h.bookingMove},
		{Method: http.MethodGet, Path: urls.BookingCancelPattern, Permission: access.Public, Handler: h.bookingCancelShow},
		{Method: http.MethodPost, Path: urls.BookingCancelPattern, Permission: access.Public, Handler: h.bookingCancel},
		{Method: http.MethodGet, Path: urls.BookingCalendarPattern, Permission: access.Public, Handler: h.bookingCalendar},
		{Method: http.MethodPost, Path: urls.BookingAccountPattern, Permission: access.Public, Handler: h.bookingAccount},
		{Method: http.MethodGet, Path: urls.FeedPattern, Permission: access.Public, Handler: h.feed},
		{Method: http.MethodGet, Path: urls.Portal(), Permission: access.PortalView, Handler: h.portal},
		{Method: http.MethodPost, Path: urls.PortalProfile(), Permission: access.PortalView, Handler: h.portalProfile},
		{Method: http.MethodGet, Path: urls.PortalMovePattern, Permission: access.PortalView, Handler: h.portalMoveShow},
		{Method: http.MethodPost, Path: urls.PortalMovePattern, Permission: access.PortalView, Handler: h.portalMove},
		{Method: http.MethodGet, Path: urls.PortalCancelPattern, Permission: access.PortalView, Handler: h.portalCancelShow},
		{Method: http.MethodPost, Path: urls.PortalCancelPattern, Permission: access.PortalView, Handler: h.portalCancel},
		{Method: http.MethodGet, Path: urls.SupportAccess(), Permission: access.SupportAccessView, Handler: h.supportAccess},
		{Method: http.MethodPost, Path: urls.SupportAccess(), Permission: access.SupportAccessEdit, Handler: h.supportConsent},
		{Method: http.MethodGet, Path: urls.SupportChanges(), Permission: access.SupportAccessView, Handler: h.supportChanges},
		{Method: http.MethodGet, Path: urls.SupportAccessPattern, Permission: access.SupportAccessView, Handler: h.supportVisitShow},
		{Method: http.MethodPost, Path: urls.SupportAccessPattern, Permission: access.SupportAccessEdit, Handler: h.supportDecide},
		{Method: http.MethodGet, Path: urls.HeldMails(), Permission: access.HeldMailsView, Handler: h.heldMails},
		{Method: http.MethodPost, Path: urls.HeldMailPattern, Permission: access.HeldMailsAnswer, Personal: true, Handler: h.heldMailAnswer},
		{Method: http.MethodGet, Path: urls.Notices(), Permission: access.MailsView, Handler: h.noticesIndex},
		{Method: http.MethodPost, Path: urls.NoticeRetryPattern, Permission: access.MailsSend, Handler: h.noticeRetry},
		{Method: http.MethodGet, Path: urls.ConsentPattern, Permission: access.Public, Handler: h.consentShow},
		{Method: http.MethodPost, Path: urls.ConsentPattern, Permission: access.Public, Handler: h.consentDecide},
		{Method: http.MethodGet, Path: urls.Support(), Permission: access.SupportView, Handler: h.ticketsIndex},
		{Method: http.MethodPost, Path: urls.Support(), Permission: access.SupportWrite, Handler: h.ticketCreate, MaxUpload: web.MaxUpload},
		{Method: http.MethodGet, Path: urls.TicketNew(), Permission: access.SupportWrite, Handler: h.ticketNew},
		{Method: http.MethodGet, Path: urls.TicketPattern, Permission: access.SupportView, Handler: h.ticketShow},
		{Method: http.MethodGet, Path: urls.TicketUpdatesPattern, Permission: access.SupportView, Handler: h.ticketUpdates, Background: true},
		{Method: http.MethodGet, Path: urls.TicketFilePattern, Permission: access.SupportView, Handler: h.ticketFile},
		{Method: http.MethodPost, Path: urls.TicketMessagesPattern, Permission: access.SupportWrite, Handler: h.ticketAnswer, MaxUpload: web.MaxUpload},
		{Method: http.MethodPost, Path: urls.TicketSolvedPattern, Permission: access.SupportWrite, Handler: h.ticketSolved},
		{Method: http.MethodGet, Path: urls.BrandingPattern, Permission: access.Public, Handler: h.branding, Closed: true, Sessionless: true},
		{Method: http.MethodPost, Path: urls.ChecklistDismiss(), Permission: access.HoursManage, Handler: h.checklistDismiss},
		{Method: http.MethodGet, Path: urls.WelcomePattern, Permission: access.Public, Handler: h.welcomeShow},
		{Method: http.MethodPost, Path: urls.WelcomePattern, Permission: access.Public, Handler: h.welcomeEnter},
		{Method: http.MethodGet, Path: urls.MasqueradeEnterPattern, Permission: access.Public, Handler: h.masqueradeShow, Closed: true},
		{Method: http.MethodPost, Path: urls.MasqueradeEnterPattern, Permission: access.Public, Handler: h.masqueradeEnter, Closed: true, Masqueraded: true},
		{Method: http.MethodGet, Path: urls.MasqueradeLive(), Permission: access.Public, Handler: h.masqueradeLive, Closed: true, Background: true, SetUp: true, Masqueraded: true},
		{Method: http.MethodPost, Path: urls.MasqueradeStop(), Permission: access.SignedIn, Handler: h.masqueradeStop, Closed: true, Masqueraded: true},
	}
}

func nav(c echo.Context) []layout.NavItem {
	who := web.Principal(c)
	var items []layout.NavItem
	for _, item := range []struct {
		layout.NavItem
		needs access.Permission
	}{
		{layout.NavItem{Label: "Today", Href: urls.Home(), Icon: "dashboard"}, access.DayView},
		{layout.NavItem{Label: "Schedule", Href: urls.SchedulePath(), Icon: "clock"}, access.AppointmentsView},
		{layout.NavItem{Label: "Appointments", Href: urls.AppointmentsPath(), Icon: "calendar"}, access.AppointmentsView},
		{layout.NavItem{Label: "Customers", Href: urls.Customers(), Icon: "users"}, access.CustomersView},
		{layout.NavItem{Label: "Services", Href: urls.Services(), Icon: "tag"}, access.ServicesView},
		{layout.NavItem{Label: "Resources", Href: urls.Resources(), Icon: "package", Rare: true}, access.ResourcesView},
		{layout.NavItem{Label: "Team", Href: urls.Team(), Icon: "user", Rare: true}, access.TeamView},
		{layout.NavItem{Label: "Mails", Href: urls.Notices(), Icon: "mail", Rare: true}, access.MailsView},
		{layout.NavItem{Label: "Settings", Href: urls.BusinessSettings(), Icon: "settings", Rare: true}, access.HoursView},
		{layout.NavItem{Label: "Support", Href: urls.Support(), Icon: "inbox", Rare: true}, access.SupportView},
		{layout.NavItem{Label: "Support access", Href: urls.SupportAccess(), Icon: "eye", Rare: true}, access.SupportAccessView},
		{layout.NavItem{Label: "My bookings", Href: urls.Portal(), Icon: "calendar"}, access.PortalView},
	} {
		if who.Can(item.needs) {
			if item.Href == urls.SupportAccess() {
				item.Count = who.Support
			}
			item.Current = c.Path() == item.Href || (item.Href != "/" && strings.HasPrefix(c.Path(), item.Href+"/"))
			items = append(items, item.NavItem)
		}
	}
	return items
}

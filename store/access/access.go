// Package access is the one table of who may do what. It is pure: roles,
// permissions and the answer for a pair of them. Every route names its
// permission; rows out of sight are the store's business.
package access

import (
	"net/http"
	"slices"
	"strings"
)

// Permission is noun.verb, or one of the three that need no role.
type Permission string

// The permissions that don't depend on a role.
const (
	Public      Permission = "public"      // everybody, logged in or not
	SignedIn    Permission = "signed-in"   // anybody with a session on this host
	Development Permission = "development" // loopback peers of `smoothschedule dev`
)

// The permissions of the platform console.
const (
	DashboardView     Permission = "dashboard.view"
	BusinessesView    Permission = "businesses.view"
	BusinessesCreate  Permission = "businesses.create"
	BusinessesPlan    Permission = "businesses.plan"
	BusinessesSuspend Permission = "businesses.suspend" // and reactivate, rename, archive, unarchive
	BusinessesDomains Permission = "businesses.domains"
	BusinessesNotes   Permission = "businesses.notes"
	BusinessesDelete  Permission = "businesses.delete" // for good
	ViewsManage       Permission = "views.manage"      // own saved views of lists
	MasqueradesStart  Permission = "masquerades.start"
	MasqueradesView   Permission = "masquerades.view"  // and end own ones
	MasqueradesAll    Permission = "masquerades.all"   // see and end everybody's
	MasqueradesWrite  Permission = "masquerades.write" // with changes, and approve another's
	UsersView         Permission = "users.view"
	UsersManage       Permission = "users.manage" // people of businesses: invite, edit, disable, end sessions, send reset
	StaffView         Permission = "staff.view"
	StaffManage       Permission = "staff.manage"
	TicketsView       Permission = "tickets.view"
	TicketsManage     Permission = "tickets.manage" // reply, assign, status, priority
	SettingsView      Permission = "settings.view"
	SettingsManage    Permission = "settings.manage"
	TokensManage      Permission = "tokens.manage" // own API tokens
	NoticesView       Permission = "notices.view"  // own notifications
	AuditView         Permission = "audit.view"    // own entries
	AuditAll          Permission = "audit.all"
)

// SearchView is the search for anything, on both hosts with people; it finds what
// the role may open.
const SearchView Permission = "search.view"

// AccountManage is the own account: profile, password, second factors, sessions.
const AccountManage Permission = "account.manage"

// The permissions of a business's site.
const (
	DayView            Permission = "day.view"
	AppointmentsView   Permission = "appointments.view"
	AppointmentsEdit   Permission = "appointments.edit"   // those in the own calendar, and time off there
	AppointmentsAll    Permission = "appointments.all"    // and everybody's
	AppointmentsExport Permission = "appointments.export" // as a list
	OwnCalendar        Permission = "own-calendar.manage" // the feed of the own appointments
	CustomersView      Permission = "customers.view"
	CustomersManage    Permission = "customers.manage"
	CustomersErase     Permission = "customers.erase"
	CustomersExport    Permission = "customers.export" // one or the whole list
	TeamView           Permission = "team.view"
	TeamManage         Permission = "team.manage"    // owners are the owners' alone: see the store
	FactorsReset       Permission = "team.factors"   // of who has lost the second factor
	OwnershipManage    Permission = "team.hand-over" // of the business
	PlanView           Permission = "plan.view"
	ExportManage       Permission = "export.manage" // everything of the business as a file
	ServicesView       Permission = "services.view"
	ServicesManage     Permission = "services.manage"
	ResourcesView      Permission = "resources.view"
	ResourcesManage    Permission = "resources.manage" // with their hours and time off
	HoursView          Permission = "hours.view"       // the business's profile, hours and booking rules
	HoursManage        Permission = "hours.manage"
	PortalView         Permission = "portal.view"
	SupportAccessView  Permission = "support-access.view"
	SupportAccessEdit  Permission = "support-access.edit" // consent to changes by support
	HeldMailsView      Permission = "held-mails.view"     // mails to customers that support caused
	HeldMailsAnswer    Permission = "held-mails.answer"
	MailsView          Permission = "mails.view"      // the log of what customers and team were told
	MailsSend          Permission = "mails.send"      // again, what failed
	SuspensionView     Permission = "suspension.view" // the reason why the business is closed
	SupportView        Permission = "support.view"    // the business's tickets to the platform
	SupportWrite       Permission = "support.write"
)

var (
	staff    = []Role{Superuser, PlatformManager, PlatformSupport, PlatformSales}
	managers = []Role{Superuser, PlatformManager}
	helpers  = []Role{Superuser, PlatformManager, PlatformSupport}
	sellers  = []Role{Superuser, PlatformManager, PlatformSales}
	deputies = []Role{TenantOwner, TenantManager}
	team     = []Role{TenantOwner, TenantManager, TenantStaff}
)

var table = map[Permission][]Role{
	DashboardView:      staff,
	BusinessesView:     staff,
	BusinessesCreate:   sellers,
	BusinessesPlan:     sellers,
	BusinessesSuspend:  managers,
	BusinessesDomains:  managers,
	BusinessesNotes:    staff,
	BusinessesDelete:   {Superuser},
	ViewsManage:        staff,
	UsersView:          helpers,
	UsersManage:        managers,
	StaffView:          {Superuser},
	StaffManage:        {Superuser},
	TicketsView:        helpers,
	TicketsManage:      helpers,
	SettingsView:       {Superuser},
	SettingsManage:     {Superuser},
	TokensManage:       staff,
	NoticesView:        staff,
	MasqueradesStart:   helpers,
	MasqueradesView:    helpers,
	MasqueradesAll:     managers,
	MasqueradesWrite:   managers,
	AuditView:          staff,
	AuditAll:           managers,
	DayView:            team,
	AppointmentsView:   team,
	AppointmentsEdit:   team,
	AppointmentsAll:    deputies,
	AppointmentsExport: deputies,
	OwnCalendar:        team,
	CustomersView:      team,
	CustomersManage:    team,
	CustomersErase:     deputies,
	CustomersExport:    deputies,
	TeamView:           deputies,
	TeamManage:         deputies,
	FactorsReset:       {TenantOwner},
	OwnershipManage:    {TenantOwner},
	PlanView:           {TenantOwner},
	ExportManage:       {TenantOwner},
	ServicesView:       team,
	ServicesManage:     deputies,
	ResourcesView:      team,
	ResourcesManage:    deputies,
	HoursView:          deputies,
	HoursManage:        deputies,
	PortalView:         {Customer},
	SupportAccessView:  {TenantOwner},
	SupportAccessEdit:  {TenantOwner},
	HeldMailsView:      team,
	HeldMailsAnswer:    team,
	MailsView:          team,
	MailsSend:          deputies,
	SuspensionView:     {TenantOwner},
	SupportView:        deputies,
	SupportWrite:       deputies,
	SearchView:         slices.Concat(staff, team),
	AccountManage:      Roles(),
}

// Known says whether p is in the table; a route with an unknown one is refused
// at start.
func Known(p Permission) bool {
	_, ok := table[p]
	return ok || p == Public || p == SignedIn || p == Development
}

// Can says whether a role holds a permission.
func Can(role Role, p Permission) bool {
	return p == Public || p == SignedIn || slices.Contains(table[p], role)
}

// Holders are the roles that hold a permission, for whom the store shall tell.
func Holders(p Permission) []Role { return slices.Clone(table[p]) }

// Refusal is the status for a role without the permission: 403 for what it may
// see but not do, 404 for what it may not open at all.
func Refusal(role Role, p Permission, method string) int {
	noun, _, _ := strings.Cut(string(p), ".")
	if !IsSafe(method) && Can(role, Permission(noun+".view")) {
		return http.StatusForbidden
	}
	return http.StatusNotFound
}

// IsSafe says whether a method changes nothing.
func IsSafe(method string) bool {
	return method == http.MethodGet || method == http.MethodHead
}

package urls

import "net/url"

// Patterns of the team's routes.
const (
	TeamPersonPattern   = "/team/:id"
	TeamRolePattern     = "/team/:id/role"
	TeamActivePattern   = "/team/:id/active"
	TeamCalendarPattern = "/team/:id/calendar"
	TeamFactorsPattern  = "/team/:id/factors"
	TeamResendPattern   = "/team/:id/resend"
	TeamWithdrawPattern = "/team/:id/withdraw"
)

// Team lists the people of a business; a POST to it invites somebody.
func Team() string { return "/team" }

// TeamInvite is the empty form.
func TeamInvite() string { return Team() + "/new" }

// TeamHandOver is the form that hands the ownership over; a POST does it.
func TeamHandOver() string { return Team() + "/hand-over" }

// TeamPerson is the page of one.
func TeamPerson(id string) string { return Team() + "/" + url.PathEscape(id) }

// TeamRole takes a POST of role.
func TeamRole(id string) string { return TeamPerson(id) + "/role" }

// TeamActive takes a POST of active: 1, or nothing to disable the login.
func TeamActive(id string) string { return TeamPerson(id) + "/active" }

// TeamCalendar takes a POST of resource: whose calendar the person has.
func TeamCalendar(id string) string { return TeamPerson(id) + "/calendar" }

// TeamFactors takes an empty POST and takes somebody's second factors away.
func TeamFactors(id string) string { return TeamPerson(id) + "/factors" }

// TeamResend takes an empty POST and mails the invitation again.
func TeamResend(id string) string { return TeamPerson(id) + "/resend" }

// TeamWithdraw takes an empty POST and takes the invitation back.
func TeamWithdraw(id string) string { return TeamPerson(id) + "/withdraw" }

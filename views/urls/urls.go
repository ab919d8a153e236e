// Package urls is the one place that knows the paths of the HTML surfaces:
// routes are registered with its patterns, links are made with its functions.
package urls

import (
	"net/url"
	"strings"
)

// Patterns of the routes that have a parameter, in the router's notation.
const (
	BusinessPattern           = "/businesses/:id"
	BusinessSuspendPattern    = "/businesses/:id/suspend"
	BusinessReactivatePattern = "/businesses/:id/reactivate"
	BusinessPlanPattern       = "/businesses/:id/plan"
	MasqueradeEndPattern      = "/masquerades/:id/end"
	PasswordResetPattern      = "/password/reset/:token"
	InvitationPattern         = "/invitation/:token"
	MasqueradeEnterPattern    = "/masquerade/:code"
	BrandingPattern           = "/branding/:file" // file is <hex>.css
	DevMailShowPattern        = "/dev/mail/:id"
	StaticPattern             = "/static/*"
)

// Platform console.

// Dashboard shows how the platform does.
func Dashboard() string { return "/dashboard" }

// Businesses is the list; a POST to it creates one.
func Businesses() string { return "/businesses" }

// BusinessNew is the empty form.
func BusinessNew() string { return "/businesses/new" }

// Business is the page of one business.
func Business(id string) string { return "/businesses/" + url.PathEscape(id) }

// BusinessSuspend takes a POST with a reason.
func BusinessSuspend(id string) string { return Business(id) + "/suspend" }

// BusinessReactivate takes an empty POST.
func BusinessReactivate(id string) string { return Business(id) + "/reactivate" }

// BusinessPlan takes a POST with the plan's code.
func BusinessPlan(id string) string { return Business(id) + "/plan" }

// BusinessesCSV is the list as a file, with the list's own query.
func BusinessesCSV() string { return "/businesses.csv" }

// Audit is the audit log.
func Audit() string { return "/audit" }

// AuditCSV is the audit log as a file.
func AuditCSV() string { return "/audit.csv" }

// Masquerades lists who is or was where.
func Masquerades() string { return "/masquerades" }

// MasqueradeEnd takes a POST.
func MasqueradeEnd(id string) string { return Masquerades() + "/" + url.PathEscape(id) + "/end" }

// MasqueradeStart takes the POST of the form at MasqueradeNew.
func MasqueradeStart() string { return "/masquerade" }

// MasqueradeNewPath is the route of the form; links use MasqueradeNew.
func MasqueradeNewPath() string { return "/masquerade/new" }

// MasqueradeNewOwner is the form for the owner of a business. In a list it takes half
// a kilobyte less than an id of its own for each owner.
func MasqueradeNewOwner(businessID, back string) string {
	return WithQuery(MasqueradeNewPath(), "business", businessID, "back", back)
}

// MasqueradeNew is the form that asks why, for one user; back is the local
// path to which Stop returns.
func MasqueradeNew(userID, back string) string {
	return WithQuery(MasqueradeNewPath(), "user_id", userID, "back", back)
}

// Both hosts with people: console and business site.

// Login is form (GET) and check (POST).
func Login() string { return "/login" }

// Unsaved is the value of the login's "ended" when the session ended before a
// form was sent.
const Unsaved = "unsaved"

// LoginNext is Login with the local path to go to afterwards.
func LoginNext(next string) string { return WithQuery(Login(), "next", next) }

// Logout takes a POST.
func Logout() string { return "/logout" }

// Forgot asks for the address to which a link is mailed.
func Forgot() string { return "/password/forgot" }

// PasswordReset is the page behind the mailed link.
func PasswordReset(token string) string { return "/password/reset/" + url.PathEscape(token) }

// Invitation is the page behind an invitation's link.
func Invitation(token string) string { return "/invitation/" + url.PathEscape(token) }

// Theme takes a POST of theme and back.
func Theme() string { return "/theme" }

// Business site.

// Home is the day for a business's people and the public page for others.
func Home() string { return "/" }

// AppointmentsPath is the route; links to a day use Appointments.
func AppointmentsPath() string { return "/appointments" }

// Appointments is one day (2026-11-22), today when date is empty.
func Appointments(date string) string { return WithQuery(AppointmentsPath(), "date", date) }

// Customers is the list of a business's customers.
func Customers() string { return "/customers" }

// SupportAccess tells the owners who of the platform looked at what.
func SupportAccess() string { return "/support-access" }

// Portal is where a customer sees the own bookings.
func Portal() string { return "/portal" }

// MasqueradeEnter spends a code by POST; its GET shows the one button.
func MasqueradeEnter(code string) string { return "/masquerade/" + url.PathEscape(code) }

// MasqueradeStop takes a POST.
func MasqueradeStop() string { return "/masquerade/stop" }

// Branding is the stylesheet of a tenant's colour; hex has no "#".
func Branding(hex string) string { return "/branding/" + url.PathEscape(hex) + ".css" }

// Development only.

// DevLogin takes a POST of email.
func DevLogin() string { return "/dev/login" }

// DevMail lists the mails that would have been sent.
func DevMail() string { return "/dev/mail" }

// DevMailShow is one of them.
func DevMailShow(id string) string { return "/dev/mail/" + url.PathEscape(id) }

// DevGallery shows every component in every state.
func DevGallery() string { return "/dev/gallery" }

// WithQuery adds name-value pairs to a path, leaving out empty values and
// keeping the order given, so that the same state is always the same URL.
func WithQuery(path string, pairs ...string) string {
	sep := "?"
	if strings.Contains(path, "?") {
		sep = "&"
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] == "" {
			continue
		}
		path += sep + url.QueryEscape(pairs[i]) + "=" + url.QueryEscape(pairs[i+1])
		sep = "&"
	}
	return path
}

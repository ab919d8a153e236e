package urls

import "net/url"

// ClosedDayDeletePattern is the route that takes a closed day away.
const ClosedDayDeletePattern = "/settings/closed-days/:override/delete"

// BusinessSettings is a business's profile on its own host; a POST saves it.
func BusinessSettings() string { return "/settings" }

// OpeningHours is the business's week.
func OpeningHours() string { return "/settings/hours" }

// ClosedDays are days with other hours, or none; a POST adds some.
func ClosedDays() string { return "/settings/closed-days" }

// ClosedDayDelete takes a POST.
func ClosedDayDelete(override string) string {
	return ClosedDays() + "/" + url.PathEscape(override) + "/delete"
}

// BookingPolicies say when customers may book.
func BookingPolicies() string { return "/settings/booking" }

// BookingPage is whether and where customers book online.
func BookingPage() string { return "/settings/booking-page" }

// NotificationSettings are reminders and mails to the team.
func NotificationSettings() string { return "/settings/notifications" }

// BrandingSettings are colour and logo; a POST saves the colour.
func BrandingSettings() string { return "/settings/branding" }

// LogoSettings takes a POST of a picture, or of remove.
func LogoSettings() string { return BrandingSettings() + "/logo" }

// Logo is a business's picture; its hash is its address.
func Logo(hash string) string { return "/branding/" + url.PathEscape(hash) + ".png" }

// SettingsExport shows what an owner can take out; a POST of password answers
// with everything of the business as a file.
func SettingsExport() string { return "/settings/export" }

// Plan is the plan with what is used of it.
func Plan() string { return "/settings/plan" }

// TicketAbout is the form of a question to support, filled in.
func TicketAbout(subject, body string) string {
	return WithQuery(TicketNew(), "subject", subject, "body", body)
}

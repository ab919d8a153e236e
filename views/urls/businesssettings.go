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

// Plan is the plan with what is used of it.
func Plan() string { return "/settings/plan" }

package urls

import "net/url"

// OwnDayOffDeletePattern is the route below OwnDaysOff.
const OwnDayOffDeletePattern = "/my-days-off/:override/delete"

// OwnDaysOff lists the days off of one's own calendar, and takes a POST of more.
func OwnDaysOff() string { return "/my-days-off" }

// OwnDayOffDelete takes a POST.
func OwnDayOffDelete(override string) string {
	return OwnDaysOff() + "/" + url.PathEscape(override) + "/delete"
}

package urls

import "net/url"

// NotificationOpenPattern is the route that marks one as read and leads on.
const NotificationOpenPattern = "/notifications/:id/open"

// NotificationReadPattern is the route that marks one as read and stays.
const NotificationReadPattern = "/notifications/:id/read"

// Notifications is what the person was told.
func Notifications() string { return "/notifications" }

// NotificationsRead takes an empty POST and marks all as read.
func NotificationsRead() string { return Notifications() + "/read" }

// NotificationsBellPath is the route; the bell asks NotificationsBell.
func NotificationsBellPath() string { return Notifications() + "/bell" }

// NotificationsBell answers with the bell when the count is no more what was seen.
func NotificationsBell(seen string) string { return WithQuery(NotificationsBellPath(), "seen", seen) }

// NotificationOpen takes an empty POST.
func NotificationOpen(id string) string { return Notifications() + "/" + url.PathEscape(id) + "/open" }

// NotificationRead takes an empty POST.
func NotificationRead(id string) string { return Notifications() + "/" + url.PathEscape(id) + "/read" }

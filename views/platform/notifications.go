package platform

import "github.com/smoothschedule/smoothschedule/views/ui"

// NotificationRow is one thing that the person was told.
type NotificationRow struct {
	ID, Kind, Title, Detail string
	At                      ui.Time
	Unread                  bool
}

// NotificationsProps is the list; Unread counts all of the person's.
type NotificationsProps struct {
	List   ui.ListState
	Rows   []NotificationRow
	Unread int
}

var notificationFilters = []ui.Filter{
	{Name: "state", Label: "State", Options: []ui.Option{{Value: "unread", Label: "Unread"}, {Value: "read", Label: "Read"}}},
}

var notificationColumns = []ui.Column{{Label: "What"}, {Label: "About"}, {Label: "When"}, {Label: "State"}, {Label: "Actions", Hidden: true}}

// noticeIcon and noticeWord say what kind a notification is.
func noticeIcon(kind string) string {
	switch kind {
	case "ticket", "answer":
		return "inbox"
	case "sign_up":
		return "building"
	case "provisioning", "job":
		return "alert"
	case "consent":
		return "eye"
	}
	return "bell"
}

func noticeWord(kind string) string {
	switch kind {
	case "ticket":
		return "New ticket"
	case "answer":
		return "Answer"
	case "sign_up":
		return "Sign-up"
	case "provisioning":
		return "Failed provisioning"
	case "job":
		return "Failed job"
	case "consent":
		return "Consent"
	}
	return "Notification"
}

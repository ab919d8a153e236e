package platform

import "github.com/smoothschedule/smoothschedule/views/ui"

// DownloadProps is the form before a file with what is known of people. One says
// that it is of one business, whose owners are told.
type DownloadProps struct {
	File, Action, Reason string
	List                 ui.Link
	One, NeedPassword    bool
	Errors               map[string]string
}

func (p DownloadProps) told() string {
	if p.One {
		return "The file holds what is known of people of one business. Its owners get a mail with your name and the reason, and find both under Support access."
	}
	return "The file holds what is known of people. The download goes into the audit log with your name and the reason, and superusers are told."
}

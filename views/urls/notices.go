package urls

import "net/url"

// NoticeRetryPattern takes an empty POST and sends a mail that failed again.
const NoticeRetryPattern = "/notices/:id/send"

// Notices is the log of what customers and team were told.
func Notices() string { return "/notices" }

// NoticesOf is the log of one customer.
func NoticesOf(customer string) string { return WithQuery(Notices(), "customer", customer) }

// NoticeRetry sends a mail that failed again.
func NoticeRetry(id string) string { return Notices() + "/" + url.PathEscape(id) + "/send" }

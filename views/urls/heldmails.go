package urls

import "net/url"

// HeldMailPattern takes the answer to one held mail.
const HeldMailPattern = "/held-mails/:id"

// HeldMails lists the mails to customers that support's changes caused.
func HeldMails() string { return "/held-mails" }

// HeldMail takes a POST of answer: send or discard.
func HeldMail(id string) string { return HeldMails() + "/" + url.PathEscape(id) }

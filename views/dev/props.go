// Package dev holds pages that exist in development only: the mails that would
// have been sent.
package dev

import "github.com/smoothschedule/smoothschedule/views/ui"

// MailRow is one mail of the list.
type MailRow struct {
	ID, To, Subject string
	At              ui.Time
}

// MailIndexProps lists the mails, newest first.
type MailIndexProps struct{ Rows []MailRow }

// MailShowProps is one mail; Links are the addresses in it, to be followed.
type MailShowProps struct {
	ID, From, To, Subject string
	At                    ui.Time
	Text, HTML            string
	Links                 []string
}

package mail

import (
	"bytes"
	"context"
	"fmt"
	"strings"

	"github.com/smoothschedule/smoothschedule/views/names"
)

// letter is what both forms of a mail are made from.
type letter struct {
	greeting   string
	paragraphs []string
	links      []Link // a list of addresses
	button     string // may be empty, as url
	url        string
	after      []string
}

const signature = Platform

// greeting names who is written to, unless somebody put something else into the
// place of a name: the address may be a stranger's.
func greeting(name string) string {
	if name = names.Greetable(name); name == "" {
		return "Hello,"
	}
	return "Hello " + name + ","
}

func (l letter) text() string {
	parts := append([]string{l.greeting}, l.paragraphs...)
	for _, link := range l.links {
		parts = append(parts, oneLine(link.Label)+":\n"+link.URL)
	}
	if l.button != "" {
		parts = append(parts, l.button+":\n"+l.url)
	}
	parts = append(parts, l.after...)
	return strings.Join(append(parts, signature), "\n\n") + "\n"
}

func (l letter) message(subject string) (Message, error) {
	var html bytes.Buffer
	if err := letterHTML(subject, l).Render(context.Background(), &html); err != nil {
		return Message{}, fmt.Errorf("write mail %q: %w", subject, err)
	}
	return Message{Subject: oneLine(subject), Text: l.text(), HTML: html.String()}, nil
}

// oneLine keeps names with line breaks from adding headers to a mail.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// Invitation invites someone to a business or to the platform.
func Invitation(p InvitationProps) (Message, error) {
	by := "You are invited"
	if inviter := names.Greetable(p.InvitedBy); inviter != "" {
		by = inviter + " invites you"
	}
	as := ""
	if p.Role != "" {
		as = " as " + p.Role
	}
	l := letter{
		greeting:   greeting(p.Name),
		paragraphs: []string{oneLine(by + " to " + p.Where + as + ". Choose a password and you are in.")},
		button:     "Accept the invitation", url: p.URL,
		after: []string{"The link works once" + valid(p.ValidFor) + ". If you don't expect an invitation, ignore this mail; nothing happens."},
	}
	return l.message("Your invitation to " + p.Where)
}

// PasswordReset answers a forgotten password.
func PasswordReset(p PasswordResetProps) (Message, error) {
	l := letter{
		greeting:   greeting(p.Name),
		paragraphs: []string{oneLine("someone, probably you, asked for a new password for " + p.Where + ".")},
		button:     "Choose a new password", url: p.URL,
		after: []string{"The link works once" + valid(p.ValidFor) + ". If it was not you, ignore this mail: your password stays as it is."},
	}
	return l.message("Choose a new password for " + p.Where)
}

func valid(d string) string {
	if d == "" {
		return ""
	}
	return ", for " + d
}

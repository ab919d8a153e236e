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
	of         Contact // the business whose mail it is; the zero one: the platform
	signed     bool    // with all that the business says of itself
	greeting   string
	paragraphs []string
	facts      []fact
	links      []Link // a list of addresses
	button     string // may be empty, as url
	url        string
	after      []string
}

// fact is a line of an appointment's card; the first one has no label.
type fact struct{ label, text string }

func (f fact) String() string {
	if f.label == "" {
		return f.text
	}
	return f.label + ": " + f.text
}

// greeting names who is written to, unless somebody put something else into the
// place of a name: the address may be a stranger's.
func greeting(name string) string {
	if name = names.Greetable(name); name == "" {
		return "Hello,"
	}
	return "Hello " + name + ","
}

// signature is who the mail is of.
func (l letter) signature() []string {
	switch {
	case l.of.Name == "":
		return []string{Platform}
	case !l.signed:
		return []string{oneLine(l.of.Name)}
	}
	return l.of.signature()
}

// mapURL leads to the business, for who has to come.
func (l letter) mapURL() string {
	if !l.signed {
		return ""
	}
	return l.of.mapURL()
}

func (l letter) text() string {
	parts := append([]string{l.greeting}, l.paragraphs...)
	if len(l.facts) > 0 {
		lines := make([]string, len(l.facts))
		for i, f := range l.facts {
			lines[i] = f.String()
		}
		parts = append(parts, strings.Join(lines, "\n"))
	}
	for _, link := range l.links {
		parts = append(parts, oneLine(link.Label)+":\n"+link.URL)
	}
	if l.button != "" {
		parts = append(parts, l.button+":\n"+l.url)
	}
	parts = append(parts, l.after...)
	end := strings.Join(l.signature(), "\n")
	if at := l.mapURL(); at != "" {
		end += "\nMap: " + at
	}
	return strings.Join(append(parts, end), "\n\n") + "\n"
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
	if p.Customer != nil {
		return customerInvitation(p, *p.Customer)
	}
	by := "You are invited"
	if p.ByStaff {
		by = Platform + " invites you"
	}
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

// customerInvitation is the link to a customer's account, asked for or offered.
func customerInvitation(p InvitationProps, of Contact) (Message, error) {
	says := of.Name + " offers you an account"
	if p.Asked {
		says = "Here is the link to your account at " + of.Name + ", as you asked"
	}
	l := letter{
		of: of, signed: true,
		greeting:   greeting(p.Name),
		paragraphs: []string{oneLine(says + ". Choose a password, and you see, move and cancel your bookings in one place.")},
		button:     "Choose a password", url: p.URL,
		after: []string{"The link works once" + valid(p.ValidFor) + ". If you don't expect it, ignore this mail; nothing happens."},
	}
	m, err := l.message("Your account at " + of.Name)
	return m.from(of), err
}

// PasswordReset answers a forgotten password.
func PasswordReset(p PasswordResetProps) (Message, error) {
	l := letter{
		greeting:   greeting(p.Name),
		paragraphs: []string{oneLine("Someone, probably you, asked for a new password for " + p.Where + ".")},
		button:     "Choose a new password", url: p.URL,
		after: []string{"The link works once" + valid(p.ValidFor) + ". If it was not you, ignore this mail: your password stays as it is."},
	}
	if p.Customer == nil {
		return l.message("Choose a new password for " + p.Where)
	}
	l.of, l.signed = *p.Customer, true
	m, err := l.message("Choose a new password for " + p.Where)
	return m.from(*p.Customer), err
}

func valid(d string) string {
	if d == "" {
		return ""
	}
	return ", for " + d
}

package mail

import (
	"strings"

	"github.com/smoothschedule/smoothschedule/views/names"
)

// Contact is a business as its mails show it: where customers come to and whom
// they answer.
type Contact struct {
	Name    string
	Address string // lines; may be empty, as the rest
	Phone   string
	Email   string
	Color   string // "#rrggbb", the button's
}

// Place is name and address in one line.
func (c Contact) Place() string {
	return strings.Join(append([]string{oneLine(c.Name)}, c.lines()...), ", ")
}

func (c Contact) lines() []string {
	var list []string
	for line := range strings.Lines(c.Address) {
		if line = oneLine(line); line != "" {
			list = append(list, line)
		}
	}
	return list
}

// signature is what customers need when they look for the business.
func (c Contact) signature() []string {
	list := append([]string{oneLine(c.Name)}, c.lines()...)
	for _, line := range []string{c.Phone, c.Email} {
		if line = oneLine(line); line != "" {
			list = append(list, line)
		}
	}
	return list
}

// mapURL is what a map is asked for; nothing without an address.
func (c Contact) mapURL() string {
	if len(c.lines()) == 0 {
		return ""
	}
	return MapURL(c.Place())
}

// from makes a customer's mail the business's: its name as sender, and answers to
// its mailbox.
func (m Message) from(c Contact) Message {
	m.ReplyTo = c.Email
	if !names.LooksLikeLink(c.Name) { // a name that is an address would pose as another sender
		m.FromName = oneLine(c.Name)
	}
	return m
}

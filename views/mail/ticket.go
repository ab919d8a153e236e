package mail

import (
	"strconv"
	"strings"
)

// TicketAnswerProps tells one side of a ticket that the other one wrote.
type TicketAnswerProps struct {
	Name    string // of the recipient
	Author  string // who wrote: a person and where
	Number  int64
	Subject string
	Body    string
	URL     string // absolute, of the ticket
}

// TicketAnswer tells one side of a ticket that the other one wrote. The text is
// in the mail; the answer is written on the page, where its author is known.
func TicketAnswer(p TicketAnswerProps) (Message, error) {
	ticket := "#" + strconv.FormatInt(p.Number, 10) + " " + p.Subject
	l := letter{
		greeting:   greeting(p.Name),
		paragraphs: append([]string{oneLine(p.Author + " wrote about " + ticket + ":")}, strings.Split(p.Body, "\n\n")...),
		button:     "Read and answer", url: p.URL,
		after: []string{"Answers to this mail are not read; please use the link."},
	}
	return l.message("Answer to " + ticket)
}

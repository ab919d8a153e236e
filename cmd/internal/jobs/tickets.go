package jobs

import (
	"context"

	"github.com/google/uuid"
	"github.com/riverqueue/river"

	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/desk"
	"github.com/smoothschedule/smoothschedule/store/people"
	"github.com/smoothschedule/smoothschedule/store/sessions"
	"github.com/smoothschedule/smoothschedule/views/mail"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

// ticketWorker mails an answer to the other side of a ticket.
type ticketWorker struct {
	river.WorkerDefaults[desk.TicketAnswerArgs]
	mails
}

func (w *ticketWorker) Work(ctx context.Context, job *river.Job[desk.TicketAnswerArgs]) error {
	var ticket desk.Ticket
	var message desk.TicketMessage
	var to []store.Person
	err := w.db.InPublic(ctx, func(q *store.PublicTx) (err error) {
		if ticket, err = desk.ReadTicket(q, job.Args.TicketNumber); err != nil {
			return err
		}
		if message, err = desk.ReadTicketMessage(q, job.Args.MessageID); err != nil {
			return err
		}
		to, err = recipients(q, ticket, job.Args.ToStaff)
		return err
	})
	if err != nil {
		return err
	}
	p := mail.TicketAnswerProps{Author: message.AuthorName + " of " + mail.Platform, Number: ticket.Number, Subject: ticket.Subject, Body: message.Body,
		URL: w.sites.Business(ticket.Subdomain, urls.Ticket(ticket.Number))}
	if job.Args.ToStaff {
		p.Author, p.URL = message.AuthorName+" of "+ticket.BusinessName, w.sites.Platform(urls.Ticket(ticket.Number))
	}
	var letters []letter
	for _, person := range to {
		p.Name = person.Name
		answer, err := mail.TicketAnswer(p)
		if err != nil {
			return err
		}
		letters = append(letters, letter{person.Email, uuid.NullUUID{UUID: ticket.BusinessID, Valid: true}, answer})
	}
	return w.deliver(ctx, job.JobRow, letters...)
}

// recipients is who looks after the ticket; or who opened it and, when that
// person has left, the owners.
func recipients(q *store.PublicTx, ticket desk.Ticket, staff bool) ([]store.Person, error) {
	id := ticket.OpenedBy
	if staff {
		id = ticket.AssigneeID
	}
	if id.Valid {
		p, err := sessions.Person(q, id.UUID)
		if err == nil && p.IsActive {
			return []store.Person{p}, nil
		}
		if err != nil && store.KindOf(err) != store.NotFound {
			return nil, err
		}
	}
	if staff {
		return nil, nil
	}
	return activeOwners(q, ticket.BusinessID)
}

func activeOwners(q *store.PublicTx, business uuid.UUID) (owners []store.Person, err error) {
	people, err := people.Of(q, business)
	for _, p := range people {
		if p.Role == access.TenantOwner && p.IsActive {
			owners = append(owners, p)
		}
	}
	return owners, err
}

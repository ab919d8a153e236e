package store

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/access"
)

// NewTicket is what a business asks.
type NewTicket struct {
	Subject, Body, Priority string
	Files                   []Attachment
	// Tell are the roles of staff that hear of it.
	Tell []access.Role
}

// BusinessPriorities are those that a business may give its own tickets; what is
// critical staff decides.
var BusinessPriorities = Priorities[:3]

// OpenTicket asks the platform and returns the ticket's number.
func (q *TenantTx) OpenTicket(in NewTicket) (int64, error) {
	subject := strings.TrimSpace(in.Subject)
	if utf8.RuneCountInString(subject) > 120 || VisibleLen(subject) < 3 {
		return 0, invalid("subject", "Say in 3 to 120 characters what it is about.")
	}
	body, err := checkMessage("body", in.Body)
	if err != nil {
		return 0, err
	}
	if !slices.Contains(BusinessPriorities, in.Priority) {
		return 0, invalid("priority", "Choose how urgent it is.")
	}
	id, made, err := q.formID("public.tickets")
	if err != nil || made {
		return q.ticketMade(id, err)
	}
	if err := q.countTicket(in.Files); err != nil {
		return 0, err
	}
	t := Ticket{ID: id, BusinessID: q.Tenant.ID, Subject: subject}
	err = q.get(&t.Number, `
		INSERT INTO public.tickets (id, business_id, opened_by, subject, status, priority, created_at, updated_at, waiting_since)
		VALUES ($1, $2, $3, $4, 'open', $5, $6, $6, $6)
		ON CONFLICT (id) DO NOTHING RETURNING number`, t.ID, q.Tenant.ID, q.who.Subject.ID, subject, in.Priority, q.now)
	if KindOf(err) == NotFound {
		return q.ticketMade(id, nil)
	}
	if err != nil {
		return 0, err
	}
	if _, err := q.addMessage(newID(), t, body, false, in.Files); err != nil {
		return 0, err
	}
	q.db.counts().forget()
	if err := q.auditTicket(t, "ticket.opened", map[string]any{"priority": in.Priority, "files": len(in.Files)}); err != nil {
		return 0, err
	}
	return t.Number, q.notifyStaff(ticketNotice(NoticeTicket, "New ticket "+t.Label(), q.Tenant.Name, t.Number), in.Tell...)
}

// ticketMade is the number of a ticket that the same form opened before.
func (q *TenantTx) ticketMade(id uuid.UUID, err error) (number int64, _ error) {
	if err != nil {
		return 0, err
	}
	err = q.get(&number, `SELECT number FROM public.tickets WHERE id = $1`, id)
	return number, err
}

// ticketNotice leads to the ticket's page on the console.
func ticketNotice(kind NoticeKind, title, detail string, number int64) Notice {
	return Notice{Kind: kind, Title: title, Detail: detail, Href: "/support/" + strconv.FormatInt(number, 10)}
}

// AnswerTicket writes to an own ticket. That opens a waiting or resolved one
// again, and a closed one within two weeks.
func (q *TenantTx) AnswerTicket(number int64, in TicketReply, tell []access.Role) error {
	body, err := checkMessage("body", in.Body)
	if err != nil {
		return err
	}
	before, err := q.lockTicket(number)
	if err != nil {
		return err
	}
	id, made, err := q.formID("public.ticket_messages")
	if err != nil || made {
		return err
	}
	if !before.MayAnswer(q.now) {
		return &Error{Kind: Conflict, Message: "This ticket was closed more than two weeks ago. Please open a new one."}
	}
	if err := q.countAnswer(in.Files); err != nil {
		return err
	}
	message, err := q.addMessage(id, before, body, false, in.Files)
	if err != nil {
		return err
	}
	after := before
	after.Unanswered = true
	if after.Status != "in_progress" {
		after.Status = "open"
	}
	if err := q.auditTicket(after, "ticket.answered", map[string]any{"files": len(in.Files)}); err != nil {
		return err
	}
	if err := q.saveTicket(before, after); err != nil {
		return err
	}
	notice := ticketNotice(NoticeAnswer, "Answer to "+after.Label(), q.Tenant.Name, number)
	if !after.AssigneeID.Valid {
		return q.notifyStaff(notice, tell...)
	}
	if err := q.notifyPerson(notice, after.AssigneeID.UUID, tell...); err != nil {
		return err
	}
	return q.enqueue(TicketAnswerArgs{TicketNumber: number, MessageID: message, BusinessID: q.Tenant.ID, ToStaff: true}, nil)
}

// SolveTicket is the business saying that nothing is left to do.
func (q *TenantTx) SolveTicket(number int64) error {
	before, err := q.lockTicket(number)
	if err != nil {
		return err
	}
	if !before.Active() {
		return nil // pressed twice
	}
	after := before
	after.Status = "resolved"
	return q.saveTicket(before, after)
}

// TenantTicketFilter narrows a business's own tickets.
type TenantTicketFilter struct {
	Q, State, Sort string // State is "active", "done" or ""
	Page           Page
}

var tenantTicketSorts = map[string]sortKey[Ticket]{"updated": ticketSorts["updated"]}

// Tickets lists one page of the business's own tickets, latest change first.
func (q *TenantTx) Tickets(f TenantTicketFilter) ([]Ticket, PageInfo, error) {
	list := sortedList[Ticket]{columns: ticketColumns, from: `public.tickets`, sorts: tenantTicketSorts, defaultSort: "updated",
		rowID: func(t Ticket) uuid.UUID { return t.ID }}
	list.filter(`business_id = ?`, q.Tenant.ID)
	list.findTicket(f.Q, `public.search_form(subject)`, "")
	switch f.State {
	case "active":
		list.filter(`status IN ('open', 'in_progress', 'waiting')`)
	case "done":
		list.filter(`status IN ('resolved', 'closed')`)
	}
	sort := f.Sort
	if sort == "" {
		sort = "-updated"
	}
	return list.load(q.tx, "own tickets", sort, f.Page)
}

// Ticket returns one of the business's own.
func (q *TenantTx) Ticket(number int64) (Ticket, error) {
	var t Ticket
	err := q.get(&t, `SELECT `+ticketColumns+` FROM public.tickets WHERE number = $1 AND business_id = $2`, number, q.Tenant.ID)
	return t, err
}

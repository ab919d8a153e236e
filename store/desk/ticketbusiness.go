package desk

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/internal/db"
	"github.com/smoothschedule/smoothschedule/store/internal/paging"
	"github.com/smoothschedule/smoothschedule/store/internal/text"
	"github.com/smoothschedule/smoothschedule/store/people"
)

// NewTicket is what a business asks.
type NewTicket struct {
	Subject, Body, Priority string
	Files                   []Attachment
}

// BusinessPriorities are those that a business may give its own tickets; what is
// critical staff decides.
var BusinessPriorities = Priorities[:3]

// OpenTicket asks the platform and returns the ticket's number.
func OpenTicket(q *db.TenantTx, in NewTicket) (int64, error) {
	subject := strings.TrimSpace(in.Subject)
	if utf8.RuneCountInString(subject) > 120 || text.VisibleLen(subject) < 3 {
		return 0, db.InvalidField("subject", "Say in 3 to 120 characters what it is about.")
	}
	body, err := checkMessage("body", in.Body)
	if err != nil {
		return 0, err
	}
	if !slices.Contains(BusinessPriorities, in.Priority) {
		return 0, db.InvalidField("priority", "Choose how urgent it is.")
	}
	id, made, err := db.FormID(q, "public.tickets")
	if err != nil || made {
		return ticketMade(q, id, err)
	}
	if err := countTicket(q, in.Files); err != nil {
		return 0, err
	}
	t := Ticket{ID: id, BusinessID: q.Tenant.ID, Subject: subject}
	err = db.Get(q, &t.Number, `
		INSERT INTO public.tickets (id, business_id, opened_by, subject, status, priority, created_at, updated_at, waiting_since)
		VALUES ($1, $2, $3, $4, 'open', $5, $6, $6, $6)
		ON CONFLICT (id) DO NOTHING RETURNING number`, t.ID, q.Tenant.ID, db.Who(q).Subject.ID, subject, in.Priority, q.Now())
	if db.KindOf(err) == db.NotFound {
		return ticketMade(q, id, nil)
	}
	if err != nil {
		return 0, err
	}
	if _, err := addMessage(q, db.NewID(), t, body, false, in.Files); err != nil {
		return 0, err
	}
	paging.Counts(db.Of(q)).Forget()
	if err := auditTicket(q, t, "ticket.opened", map[string]any{"priority": in.Priority, "files": len(in.Files)}); err != nil {
		return 0, err
	}
	return t.Number, people.NotifyStaffIn(q, ticketNotice(people.NoticeTicket, "New ticket "+t.Label(), q.Tenant.Name, t.Number), access.Holders(access.TicketsView)...)
}

// ticketMade is the number of a ticket that the same form opened before.
func ticketMade(q *db.TenantTx, id uuid.UUID, err error) (number int64, _ error) {
	if err != nil {
		return 0, err
	}
	err = db.Get(q, &number, `SELECT number FROM public.tickets WHERE id = $1`, id)
	return number, err
}

// ticketNotice leads to the ticket's page on the console.
func ticketNotice(kind people.NoticeKind, title, detail string, number int64) people.Notice {
	return people.Notice{Kind: kind, Title: title, Detail: detail, Href: "/support/" + strconv.FormatInt(number, 10)}
}

// AnswerTicket writes to an own ticket. That opens a waiting or resolved one
// again, and a closed one within two weeks.
func AnswerTicket(q *db.TenantTx, number int64, in TicketReply) error {
	body, err := checkMessage("body", in.Body)
	if err != nil {
		return err
	}
	before, err := LockTicket(q, number)
	if err != nil {
		return err
	}
	id, made, err := db.FormID(q, "public.ticket_messages")
	if err != nil || made {
		return err
	}
	if !before.MayAnswer(q.Now()) {
		return &db.Error{Kind: db.Conflict, Message: "This ticket was closed more than two weeks ago. Please open a new one."}
	}
	if err := countAnswer(q, in.Files); err != nil {
		return err
	}
	message, err := addMessage(q, id, before, body, false, in.Files)
	if err != nil {
		return err
	}
	after := before
	after.Unanswered = true
	if after.Status != "in_progress" {
		after.Status = "open"
	}
	if err := auditTicket(q, after, "ticket.answered", map[string]any{"files": len(in.Files)}); err != nil {
		return err
	}
	if err := saveTicket(q, before, after); err != nil {
		return err
	}
	notice := ticketNotice(people.NoticeAnswer, "Answer to "+after.Label(), q.Tenant.Name, number)
	if !after.AssigneeID.Valid {
		return people.NotifyStaffIn(q, notice, access.Holders(access.TicketsView)...)
	}
	if err := people.NotifyPerson(q, notice, after.AssigneeID.UUID, access.Holders(access.TicketsView)...); err != nil {
		return err
	}
	return db.Enqueue(q, TicketAnswerArgs{TicketNumber: number, MessageID: message, BusinessID: q.Tenant.ID, ToStaff: true}, nil)
}

// SolveTicket is the business saying that nothing is left to do.
func SolveTicket(q *db.TenantTx, number int64) error {
	before, err := LockTicket(q, number)
	if err != nil {
		return err
	}
	if !before.Active() {
		return nil // pressed twice
	}
	after := before
	after.Status = "resolved"
	return saveTicket(q, before, after)
}

// TenantTicketFilter narrows a business's own tickets.
type TenantTicketFilter struct {
	Q, State, Sort string // State is "active", "done" or ""
	Page           paging.Page
}

var tenantTicketSorts = map[string]paging.SortKey[Ticket]{"updated": ticketSorts["updated"]}

// OwnTickets lists one page of the business's own tickets, latest change first.
func OwnTickets(q *db.TenantTx, f TenantTicketFilter) ([]Ticket, paging.PageInfo, error) {
	list := paging.SortedList[Ticket]{Columns: ticketColumns, From: `public.tickets`, Sorts: tenantTicketSorts, DefaultSort: "updated",
		RowID: func(t Ticket) uuid.UUID { return t.ID }}
	list.Filter(`business_id = ?`, q.Tenant.ID)
	list.FindTicket(f.Q, `public.search_form(subject)`, "")
	switch f.State {
	case "active":
		list.Filter(`status IN ('open', 'in_progress', 'waiting')`)
	case "done":
		list.Filter(`status IN ('resolved', 'closed')`)
	}
	sort := f.Sort
	if sort == "" {
		sort = "-updated"
	}
	return list.Load(q, "own tickets", sort, f.Page)
}

// ReadOwnTicket returns one of the business's own.
func ReadOwnTicket(q *db.TenantTx, number int64) (Ticket, error) {
	var t Ticket
	err := db.Get(q, &t, `SELECT `+ticketColumns+` FROM public.tickets WHERE number = $1 AND business_id = $2`, number, q.Tenant.ID)
	return t, err
}

package desk

import (
	"slices"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/internal/db"
	"github.com/smoothschedule/smoothschedule/store/people"
	"github.com/smoothschedule/smoothschedule/store/sessions"
)

// TicketAnswerArgs mails an answer: to who opened the ticket or, ToStaff, to who
// looks after it.
type TicketAnswerArgs struct {
	db.TeamMail
	db.MailJob
	TicketNumber int64     `json:"ticket_number"`
	MessageID    uuid.UUID `json:"message_id"`
	BusinessID   uuid.UUID `json:"business_id"`
	ToStaff      bool      `json:"to_staff"`
}

// Kind names the job.
func (TicketAnswerArgs) Kind() string { return "mail_ticket_answer" }

// TicketReply is a message to a ticket. Status is what staff sets with it.
type TicketReply struct {
	Body   string
	Files  []Attachment
	Status string
	// LastSeen is the last message that stood on the page when it was written.
	LastSeen uuid.NullUUID
}

// AnsweredField names the error of an answer to what a colleague has answered
// meanwhile.
const AnsweredField = "answered"

// ReplyTicket answers a business. An unassigned ticket becomes that of who
// answers; the opener gets a mail.
func ReplyTicket(q *db.PublicTx, number int64, in TicketReply) error {
	body, err := checkMessage("body", in.Body)
	if err != nil {
		return err
	}
	if !slices.Contains(TicketStatuses, in.Status) {
		return db.InvalidField("status", "Choose one of the states.")
	}
	before, err := LockTicket(q, number)
	if err != nil {
		return err
	}
	id, made, err := db.FormID(q, "public.ticket_messages")
	if err != nil || made {
		return err
	}
	if err := answeredSince(q, before, in.LastSeen); err != nil {
		return err
	}
	message, err := addMessage(q, id, before, body, true, in.Files)
	if err != nil {
		return err
	}
	after := before
	after.Unanswered, after.Status = false, in.Status
	if after.FirstAnsweredAt == nil {
		after.FirstAnsweredAt = new(q.Now())
	}
	if !after.AssigneeID.Valid {
		after.AssigneeID = db.ActorID(db.Who(q))
		if err := auditTicket(q, after, "ticket.assigned", map[string]any{"before": "nobody", "after": db.Who(q).Actor.Name}); err != nil {
			return err
		}
	}
	if err := auditTicket(q, after, "ticket.answered", map[string]any{"files": len(in.Files)}); err != nil {
		return err
	}
	if err := saveTicket(q, before, after); err != nil {
		return err
	}
	return db.Enqueue(q, TicketAnswerArgs{TicketNumber: number, MessageID: message, BusinessID: after.BusinessID}, nil)
}

// answeredSince refuses an answer whose writer has not seen a colleague's.
func answeredSince(q *db.PublicTx, t Ticket, seen uuid.NullUUID) error {
	if !seen.Valid {
		return nil
	}
	var who []string
	err := db.List(q, &who, `SELECT m.author_name FROM public.ticket_messages m
		JOIN public.ticket_messages s ON s.id = $2 AND s.ticket_id = m.ticket_id
		WHERE m.ticket_id = $1 AND m.from_staff AND m.author_id IS DISTINCT FROM $3 AND (m.created_at, m.id) > (s.created_at, s.id)
		ORDER BY m.created_at DESC, m.id DESC LIMIT 1`, t.ID, seen.UUID, db.Who(q).Actor.ID)
	if err != nil || len(who) == 0 {
		return err
	}
	return &db.Error{Kind: db.Conflict, Field: AnsweredField, Message: who[0] + " has answered meanwhile. Read that answer above; yours was not sent and still stands below. Send it again if it is still right."}
}

// NoteTicket writes an internal note. Its audit row belongs to no business, so
// that not even the fact shows there.
func NoteTicket(q *db.PublicTx, number int64, body string) error {
	body, err := checkMessage("note", body)
	if err != nil {
		return err
	}
	ticket, err := LockTicket(q, number)
	if err != nil {
		return err
	}
	id, made, err := db.FormID(q, "public.ticket_notes")
	if err != nil || made {
		return err
	}
	_, err = db.Exec(q, `INSERT INTO public.ticket_notes (id, ticket_id, author_id, author_name, body, created_at) VALUES ($1, $2, $3, $4, $5, $6)`,
		id, ticket.ID, db.Who(q).Actor.ID, db.Who(q).Actor.Name, body, q.Now())
	if err != nil {
		return err
	}
	return db.Audit(q, db.Event{Action: "ticket.noted", ObjectType: "ticket", ObjectID: ticket.ID.String(), ObjectName: ticket.Label()})
}

// TicketChange is what staff may change of a ticket; nil leaves it as it is. An
// invalid Assignee means nobody.
type TicketChange struct {
	Assignee         *uuid.NullUUID
	Status, Priority *string
}

// ChangeTicket assigns a ticket, or changes its status or priority.
func ChangeTicket(q *db.PublicTx, number int64, in TicketChange) error {
	before, err := LockTicket(q, number)
	if err != nil {
		return err
	}
	if err := db.Unchanged(q, before); err != nil {
		return err
	}
	after := before
	if in.Status != nil {
		if !slices.Contains(TicketStatuses, *in.Status) {
			return db.InvalidField("status", "Choose one of the states.")
		}
		after.Status = *in.Status
	}
	if in.Priority != nil {
		if !slices.Contains(Priorities, *in.Priority) {
			return db.InvalidField("priority", "Choose one of the priorities.")
		}
		after.Priority = *in.Priority
	}
	if in.Assignee != nil && *in.Assignee != before.AssigneeID {
		after.AssigneeID = *in.Assignee
		if err := assign(q, before, after); err != nil {
			return err
		}
	}
	if after == before {
		return nil
	}
	return saveTicket(q, before, after)
}

// assign checks who is given the ticket, tells the person and records it.
func assign(q *db.PublicTx, before, after Ticket) error {
	staff, err := TicketStaff(q)
	if err != nil {
		return err
	}
	names := map[uuid.NullUUID]string{{}: "nobody"}
	for _, p := range staff {
		names[uuid.NullUUID{UUID: p.ID, Valid: true}] = p.Name
	}
	name, ok := names[after.AssigneeID]
	if !ok {
		return db.InvalidField("assignee", "Choose somebody of the support team.")
	}
	if before.AssigneeID.Valid && names[before.AssigneeID] == "" {
		if p, err := sessions.Person(q, before.AssigneeID.UUID); err == nil {
			names[before.AssigneeID] = p.Name
		}
	}
	if after.AssigneeID.Valid {
		notice := ticketNotice(people.NoticeTicket, "Assigned to you: "+after.Label(), "", after.Number)
		if err := people.NotifyPerson(q, notice, after.AssigneeID.UUID, access.Holders(access.TicketsView)...); err != nil {
			return err
		}
	}
	return auditTicket(q, after, "ticket.assigned", map[string]any{"before": names[before.AssigneeID], "after": name})
}

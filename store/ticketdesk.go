package store

import (
	"slices"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/access"
)

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
func (q *PublicTx) ReplyTicket(number int64, in TicketReply) error {
	body, err := checkMessage("body", in.Body)
	if err != nil {
		return err
	}
	if !slices.Contains(TicketStatuses, in.Status) {
		return invalid("status", "Choose one of the states.")
	}
	before, err := q.lockTicket(number)
	if err != nil {
		return err
	}
	id, made, err := q.formID("public.ticket_messages")
	if err != nil || made {
		return err
	}
	if err := q.answeredSince(before, in.LastSeen); err != nil {
		return err
	}
	message, err := q.addMessage(id, before, body, true, in.Files)
	if err != nil {
		return err
	}
	after := before
	after.Unanswered, after.Status = false, in.Status
	if after.FirstAnsweredAt == nil {
		after.FirstAnsweredAt = new(q.now)
	}
	if !after.AssigneeID.Valid {
		after.AssigneeID = actorID(q.who)
		if err := q.auditTicket(after, "ticket.assigned", map[string]any{"before": "nobody", "after": q.who.Actor.Name}); err != nil {
			return err
		}
	}
	if err := q.auditTicket(after, "ticket.answered", map[string]any{"files": len(in.Files)}); err != nil {
		return err
	}
	if err := q.saveTicket(before, after); err != nil {
		return err
	}
	return q.enqueue(TicketAnswerArgs{TicketNumber: number, MessageID: message, BusinessID: after.BusinessID}, nil)
}

// answeredSince refuses an answer whose writer has not seen a colleague's.
func (q *PublicTx) answeredSince(t Ticket, seen uuid.NullUUID) error {
	if !seen.Valid {
		return nil
	}
	var who []string
	err := q.list(&who, `SELECT m.author_name FROM public.ticket_messages m
		JOIN public.ticket_messages s ON s.id = $2 AND s.ticket_id = m.ticket_id
		WHERE m.ticket_id = $1 AND m.from_staff AND m.author_id IS DISTINCT FROM $3 AND (m.created_at, m.id) > (s.created_at, s.id)
		ORDER BY m.created_at DESC, m.id DESC LIMIT 1`, t.ID, seen.UUID, q.who.Actor.ID)
	if err != nil || len(who) == 0 {
		return err
	}
	return &Error{Kind: Conflict, Field: AnsweredField, Message: who[0] + " has answered meanwhile. Read that answer above; yours was not sent and still stands below. Send it again if it is still right."}
}

// NoteTicket writes an internal note. Its audit row belongs to no business, so
// that not even the fact shows there.
func (q *PublicTx) NoteTicket(number int64, body string) error {
	body, err := checkMessage("note", body)
	if err != nil {
		return err
	}
	ticket, err := q.lockTicket(number)
	if err != nil {
		return err
	}
	id, made, err := q.formID("public.ticket_notes")
	if err != nil || made {
		return err
	}
	_, err = q.exec(`INSERT INTO public.ticket_notes (id, ticket_id, author_id, author_name, body, created_at) VALUES ($1, $2, $3, $4, $5, $6)`,
		id, ticket.ID, q.who.Actor.ID, q.who.Actor.Name, body, q.now)
	if err != nil {
		return err
	}
	return q.audit(Event{Action: "ticket.noted", ObjectType: "ticket", ObjectID: ticket.ID.String(), ObjectName: ticket.Label()})
}

// TicketChange is what staff may change of a ticket; nil leaves it as it is. An
// invalid Assignee means nobody.
type TicketChange struct {
	Assignee         *uuid.NullUUID
	Status, Priority *string
	// Roles are those that may be given a ticket.
	Roles []access.Role
}

// ChangeTicket assigns a ticket, or changes its status or priority.
func (q *PublicTx) ChangeTicket(number int64, in TicketChange) error {
	before, err := q.lockTicket(number)
	if err != nil {
		return err
	}
	if err := q.unchanged(before); err != nil {
		return err
	}
	after := before
	if in.Status != nil {
		if !slices.Contains(TicketStatuses, *in.Status) {
			return invalid("status", "Choose one of the states.")
		}
		after.Status = *in.Status
	}
	if in.Priority != nil {
		if !slices.Contains(Priorities, *in.Priority) {
			return invalid("priority", "Choose one of the priorities.")
		}
		after.Priority = *in.Priority
	}
	if in.Assignee != nil && *in.Assignee != before.AssigneeID {
		after.AssigneeID = *in.Assignee
		if err := q.assign(before, after, in.Roles); err != nil {
			return err
		}
	}
	if after == before {
		return nil
	}
	return q.saveTicket(before, after)
}

// assign checks who is given the ticket, tells the person and records it.
func (q *PublicTx) assign(before, after Ticket, roles []access.Role) error {
	staff, err := q.TicketStaff(roles)
	if err != nil {
		return err
	}
	names := map[uuid.NullUUID]string{{}: "nobody"}
	for _, p := range staff {
		names[uuid.NullUUID{UUID: p.ID, Valid: true}] = p.Name
	}
	name, ok := names[after.AssigneeID]
	if !ok {
		return invalid("assignee", "Choose somebody of the support team.")
	}
	if before.AssigneeID.Valid && names[before.AssigneeID] == "" {
		if p, err := q.Person(before.AssigneeID.UUID); err == nil {
			names[before.AssigneeID] = p.Name
		}
	}
	if after.AssigneeID.Valid {
		notice := ticketNotice(NoticeTicket, "Assigned to you: "+after.Label(), "", after.Number)
		if err := q.notifyPerson(notice, after.AssigneeID.UUID, roles...); err != nil {
			return err
		}
	}
	return q.auditTicket(after, "ticket.assigned", map[string]any{"before": names[before.AssigneeID], "after": name})
}

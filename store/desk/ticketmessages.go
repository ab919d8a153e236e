package desk

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/internal/db"
	"github.com/smoothschedule/smoothschedule/store/internal/paging"
	"github.com/smoothschedule/smoothschedule/store/internal/text"
	"github.com/smoothschedule/smoothschedule/store/sessions"
	"github.com/smoothschedule/smoothschedule/store/settings"
)

// MaxMessage bounds what is written to a ticket, in characters.
const MaxMessage = 10_000

// TicketMessage is a message of either side.
type TicketMessage struct {
	ID         uuid.UUID     `db:"id"`
	AuthorID   uuid.NullUUID `db:"author_id"`
	AuthorName string        `db:"author_name"` // with whom it was written for, if support did
	AsName     string        `db:"as_name"`
	FromStaff  bool          `db:"from_staff"`
	Body       string        `db:"body"`
	CreatedAt  time.Time     `db:"created_at"`
}

// TicketNote is what staff writes for staff.
type TicketNote struct {
	ID         uuid.UUID `db:"id"`
	AuthorName string    `db:"author_name"`
	Body       string    `db:"body"`
	CreatedAt  time.Time `db:"created_at"`
}

// TicketMessages lists one page of the messages of a ticket in sight, oldest first;
// the first page has the newest.
func TicketMessages(t db.Scope, ticket uuid.UUID, page int) (messages []TicketMessage, older bool, err error) {
	messages, older, err = paging.ShortList[TicketMessage](t, page, paging.MessagesShown, `
		SELECT id, author_id, author_name, as_name, from_staff, body, created_at FROM public.ticket_messages
		WHERE ticket_id = $1 ORDER BY created_at DESC, id DESC`, ticket)
	slices.Reverse(messages)
	for i := range messages {
		if err == nil {
			err = sign(t, &messages[i])
		}
	}
	return messages, older, err
}

// sign puts under a message who wrote it in whose place.
func sign(t db.Scope, m *TicketMessage) (err error) {
	if m.AsName != "" {
		m.AuthorName, err = settings.Signature(t, m.AuthorName, m.AsName)
	}
	return err
}

// TicketNotes lists the newest internal notes, oldest first, of those that go with a
// page of the messages or an older one. Row-level security keeps them out of any
// business's scope.
func TicketNotes(q *db.PublicTx, ticket uuid.UUID, page int) (notes []TicketNote, err error) {
	until := []time.Time{q.Now().AddDate(1, 0, 0)}
	if page > 1 { // before the oldest message of the page that is newer
		until = nil
		err = db.List(q, &until, `SELECT created_at FROM public.ticket_messages WHERE ticket_id = $1 ORDER BY created_at DESC, id DESC LIMIT 1 OFFSET $2`, ticket, (page-1)*paging.MessagesShown-1)
	}
	if err != nil || len(until) == 0 {
		return nil, err
	}
	err = db.List(q, &notes, `SELECT id, author_name, body, created_at FROM public.ticket_notes
		WHERE ticket_id = $1 AND created_at < $2 ORDER BY created_at DESC, id DESC LIMIT $3`, ticket, until[0], paging.MessagesShown)
	slices.Reverse(notes)
	return notes, err
}

// checkMessage refuses an empty or endless text, under the field it came in.
func checkMessage(field, body string) (string, error) {
	body = strings.TrimSpace(strings.ReplaceAll(body, "\r\n", "\n"))
	switch n := utf8.RuneCountInString(body); {
	case text.VisibleLen(body) == 0:
		return "", db.InvalidField(field, "Write something first.")
	case n > MaxMessage:
		return "", db.InvalidField(field, "Use at most 10,000 characters.")
	}
	return body, nil
}

// addMessage writes a message with its files; the ticket itself is saved by the
// caller.
func addMessage(t db.Scope, id uuid.UUID, ticket Ticket, body string, fromStaff bool, files []Attachment) (uuid.UUID, error) {
	if len(files) > MaxFiles {
		return id, db.InvalidField("files", "Attach at most 5 files.")
	}
	as := ""
	if db.Who(t).Masquerade != nil {
		as = db.Who(t).Subject.Name
	}
	_, err := db.Exec(t, `INSERT INTO public.ticket_messages (id, ticket_id, business_id, author_id, author_name, body, created_at, from_staff, as_name)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		id, ticket.ID, ticket.BusinessID, db.Who(t).Actor.ID, db.Who(t).Actor.Name, body, t.Now(), fromStaff, as)
	for _, f := range files {
		if err != nil {
			break
		}
		_, err = db.Exec(t, `INSERT INTO public.ticket_files (id, business_id, ticket_id, message_id, name, media_type, size, data, created_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
			db.NewID(), ticket.BusinessID, ticket.ID, id, f.Name, f.MediaType, len(f.Data), f.Data, t.Now())
	}
	return id, err
}

// LockTicket reads a ticket in sight to change it.
func LockTicket(t db.Scope, number int64) (Ticket, error) {
	var ticket Ticket
	err := db.Get(t, &ticket, `SELECT `+ticketColumns+` FROM public.tickets WHERE number = $1 FOR UPDATE`, number)
	return ticket, err
}

// saveTicket writes what changed, moves the clock, and records each change.
func saveTicket(t db.Scope, before, after Ticket) error {
	after.settleClock(t.Now())
	switch {
	case after.Status != "closed":
		after.ClosedAt = nil
	case before.Status != "closed":
		after.ClosedAt = new(t.Now())
	}
	_, err := db.Exec(t, `UPDATE public.tickets SET assignee_id = $2, status = $3, priority = $4, updated_at = $5, unanswered = $6, waiting_since = $7,
		clock_used_seconds = $8, first_answered_at = $9, closed_at = $10 WHERE id = $1`,
		after.ID, after.AssigneeID, after.Status, after.Priority, t.Now(), after.Unanswered, after.WaitingSince, after.ClockUsed, after.FirstAnsweredAt, after.ClosedAt)
	if err != nil {
		return err
	}
	paging.Counts(db.Of(t)).Forget()
	if after.Status != before.Status {
		if err := auditTicket(t, after, "ticket.status_changed", map[string]any{"before": before.Status, "after": after.Status}); err != nil {
			return err
		}
	}
	if after.Priority != before.Priority {
		if err := auditTicket(t, after, "ticket.priority_changed", map[string]any{"before": before.Priority, "after": after.Priority}); err != nil {
			return err
		}
	}
	if after.Status != "resolved" && after.Status != "closed" {
		return nil
	}
	return sessions.EndMasquerades(t, "ticket closed", `m.business_id = $3 AND `+sessions.TicketDone, after.BusinessID)
}

func auditTicket(t db.Scope, ticket Ticket, action string, details map[string]any) error {
	return db.Audit(t, db.Event{Action: action, Business: uuid.NullUUID{UUID: ticket.BusinessID, Valid: true}, ObjectType: "ticket",
		ObjectID: ticket.ID.String(), ObjectName: ticket.Label(), Details: details})
}

// ReadTicketMessage returns one message.
func ReadTicketMessage(q *db.PublicTx, id uuid.UUID) (TicketMessage, error) {
	var m TicketMessage
	err := db.Get(q, &m, `SELECT id, author_id, author_name, as_name, from_staff, body, created_at FROM public.ticket_messages WHERE id = $1`, id)
	if err == nil {
		err = sign(q, &m)
	}
	return m, err
}

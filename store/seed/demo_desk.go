package seed

import (
	"cmp"
	"context"
	"database/sql"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
)

// deskTicket is a ticket of the demo as its rows.
type deskTicket struct {
	demoTicket
	id                 uuid.UUID
	number             int64
	business           *business
	opened, last       time.Time
	waiting, first     time.Time // zero: nobody waits, never answered
	unanswered         bool
	messages, internal [][]any
}

// cannedReplies are the prepared answers of the demo's team.
var cannedReplies = [][2]string{
	{"Asking for details", "Thank you for writing. So that I can see what you see: which page was it, what did you click, and what did it say?\n\nA picture of the screen helps a lot."},
	{"It is fixed", "This is fixed now. Please reload the page and tell me if it happens again.\n\nSorry for the trouble."},
	{"Noted as a wish", "This isn't possible yet. I have noted your wish, so that it counts when we decide what comes next."},
	{"Payment not received", "We haven't received the payment yet. Could you send me the bank's confirmation? Your site opens again as soon as the payment is here."},
}

// writeTickets adds the support desk: the oldest first, so that numbers grow with time.
func (w *world) writeTickets(ctx context.Context, tx *sql.Tx) error {
	by := make(map[string]*business)
	for _, b := range w.businesses {
		by[b.subdomain] = b
	}
	list := make([]*deskTicket, len(demoTickets))
	for i, line := range demoTickets {
		list[i] = w.deskTicket(line, by[line.subdomain])
	}
	slices.SortFunc(list, func(a, b *deskTicket) int { return cmp.Compare(b.hoursAgo, a.hoursAgo) })
	if err := w.copyTickets(ctx, tx, list); err != nil {
		return err
	}
	for _, t := range list {
		if err := tx.QueryRowContext(ctx, `SELECT number FROM public.tickets WHERE id = $1`, t.id).Scan(&t.number); err != nil {
			return err
		}
		business := uuid.NullUUID{UUID: t.business.id, Valid: true}
		if err := writeEvents(ctx, tx, business, w.ticketEvents(t)); err != nil {
			return err
		}
	}
	replies := newTable("canned_replies", "id", "title", "body", "created_at", "updated_at")
	for i, r := range cannedReplies {
		at := w.now.AddDate(0, 0, -90+20*i)
		replies.add(w.newID(at), r[0], r[1], at, at)
	}
	return copyAll(ctx, tx, replies, w.ticketNotices(list))
}

// at is when a message of the ticket was written.
func (d demoTicket) at(now time.Time, message int) time.Time {
	age := time.Duration(d.hoursAgo) * time.Hour
	gap := min(age/time.Duration(len(d.messages)+1), 390*time.Minute)
	return now.Add(time.Duration(message)*gap - age)
}

// wroteLast is when a business's owner wrote to the desk last; zero is never.
func (w *world) wroteLast(subdomain string) (last time.Time) {
	for _, t := range demoTickets {
		for i, text := range t.messages {
			name, _, _ := strings.Cut(text, ": ")
			if _, staff := w.staff[strings.TrimPrefix(name, "note ")]; t.subdomain == subdomain && !staff && t.at(w.now, i).After(last) {
				last = t.at(w.now, i)
			}
		}
	}
	return last
}

// logins are the events of people's last logins.
func logins(s source, people []person) []event {
	var events []event
	for _, p := range people {
		if !p.lastLogin.IsZero() {
			events = append(events, event{id: s.newID(p.lastLogin), at: p.lastLogin, actor: uuid.NullUUID{UUID: p.id, Valid: true}, actorName: p.name,
				action: "session.started", objectType: "user", objectID: p.id.String(), objectName: p.name})
		}
	}
	return events
}

// deskTicket lays the messages out over the ticket's age.
func (w *world) deskTicket(line demoTicket, b *business) *deskTicket {
	t := &deskTicket{demoTicket: line, business: b, opened: w.now.Add(-time.Duration(line.hoursAgo) * time.Hour)}
	t.id = w.newID(t.opened)
	for i, text := range line.messages {
		at := line.at(w.now, i)
		name, body, _ := strings.Cut(text, ": ")
		if staff, ok := w.staff[strings.TrimPrefix(name, "note ")]; ok && strings.HasPrefix(name, "note ") {
			t.internal = append(t.internal, []any{w.newID(at), t.id, staff.id, staff.name, body, at})
			continue
		}
		author, staff := w.staff[name]
		if !staff {
			author, body = b.owner(), text
		}
		t.messages = append(t.messages, []any{w.newID(at), t.id, b.id, author.id, author.name, body, at, staff})
		t.last = at
		switch {
		case staff && t.first.IsZero():
			t.first, t.unanswered, t.waiting = at, false, time.Time{}
		case staff:
			t.unanswered, t.waiting = false, time.Time{}
		case !t.unanswered:
			t.unanswered, t.waiting = true, at
		}
	}
	if line.status != "open" && line.status != "in_progress" {
		t.waiting = time.Time{}
	}
	return t
}

func (w *world) copyTickets(ctx context.Context, tx *sql.Tx, list []*deskTicket) error {
	tickets := newTable("tickets", "id", "business_id", "opened_by", "assignee_id", "subject", "status", "priority", "created_at", "updated_at",
		"unanswered", "waiting_since", "first_answered_at", "closed_at")
	messages := newTable("ticket_messages", "id", "ticket_id", "business_id", "author_id", "author_name", "body", "created_at", "from_staff")
	notes := newTable("ticket_notes", "id", "ticket_id", "author_id", "author_name", "body", "created_at")
	for _, t := range list {
		var assignee, closed any
		if t.assignee != "" {
			assignee = w.staff[t.assignee].id
		}
		if t.status == "closed" {
			closed = t.last
		}
		tickets.add(t.id, t.business.id, t.business.owner().id, assignee, t.subject, t.status, t.priority, t.opened, t.last,
			t.unanswered, moment(t.waiting), moment(t.first), closed)
		messages.rows = append(messages.rows, t.messages...)
		notes.rows = append(notes.rows, t.internal...)
	}
	return copyAll(ctx, tx, tickets, messages, notes)
}

// ticketEvents is what the audit log knows of a ticket.
func (w *world) ticketEvents(t *deskTicket) []event {
	var events []event
	add := func(at time.Time, id uuid.UUID, name, action string, details map[string]any) {
		events = append(events, event{id: w.newID(at), at: at, actor: uuid.NullUUID{UUID: id, Valid: true}, actorName: name, action: action,
			objectType: "ticket", objectID: t.id.String(), objectName: t.label(), details: details})
	}
	owner := t.business.owner()
	add(t.opened, owner.id, owner.name, "ticket.opened", map[string]any{"priority": t.priority})
	for _, m := range t.messages[1:] {
		add(m[6].(time.Time), m[3].(uuid.UUID), m[4].(string), "ticket.answered", nil)
	}
	if staff, ok := w.staff[t.assignee]; ok {
		at := t.opened.Add(20 * time.Minute)
		add(at, staff.id, staff.name, "ticket.assigned", map[string]any{"before": "nobody", "after": staff.name})
		if t.status != "open" {
			add(t.last.Add(time.Second), staff.id, staff.name, "ticket.status_changed", map[string]any{"before": "open", "after": t.status})
		}
	}
	return events
}

func (t *deskTicket) label() string { return "#" + strconv.FormatInt(t.number, 10) + " " + t.subject }

// ticketNotices tells the team what of the desk is new.
func (w *world) ticketNotices(list []*deskTicket) *table {
	rows := newTable("notifications", "id", "user_id", "kind", "title", "detail", "href", "created_at", "read_at")
	for _, t := range list {
		href := "/support/" + strconv.FormatInt(t.number, 10)
		for _, who := range []string{"superuser", "manager", "support"} {
			var read any
			if t.opened.Before(w.now.Add(-24 * time.Hour)) {
				read = t.opened.Add(2 * time.Hour)
			}
			rows.add(w.newID(t.opened), w.staff[who].id, "ticket", "New ticket "+t.label(), t.business.name, href, t.opened, read)
		}
		if t.assignee != "" && t.unanswered && len(t.messages) > 1 && t.last.After(w.now.AddDate(0, 0, -60)) {
			rows.add(w.newID(t.last), w.staff[t.assignee].id, "answer", "Answer to "+t.label(), t.business.name, href, t.last, nil)
		}
	}
	return rows
}

package console

import (
	"encoding/json"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/desk"
	"github.com/smoothschedule/smoothschedule/store/internal/db"
	"github.com/smoothschedule/smoothschedule/store/people"
)

var (
	errChangedSince = &db.Error{Kind: db.Conflict, Message: "It was changed again since."}
	errAsItWas      = &db.Error{Kind: db.Conflict, Message: "It was so already."}
)

// personState is what Undo needs of a person.
type personState struct {
	Active bool `json:"active"`
}

// bulkPerson does a run's work on one person, or takes it back.
func bulkPerson(q *db.PublicTx, id uuid.UUID, action, before, after string, by access.Role) (was, is string, err error) {
	p, err := people.LockPerson(q, id, access.Can(by, access.StaffManage))
	if err != nil {
		return "", "", err
	}
	switch action {
	case "end_sessions":
		return "{}", "{}", people.EndEverySession(q, p, "")
	case "undo":
		var then, left personState
		if err := unpack(before, &then, after, &left); err != nil {
			return "", "", err
		}
		if p.IsActive != left.Active {
			return "", "", errChangedSince
		}
		action = "disable"
		if then.Active {
			action = "enable"
		}
	}
	if p.IsActive == (action == "enable") {
		return "", "", errAsItWas
	}
	if action == "enable" {
		err = people.Enable(q, p)
	} else {
		err = people.Disable(q, p)
	}
	return pack(personState{p.IsActive}), pack(personState{!p.IsActive}), err
}

// ticketState is what Undo needs of a ticket.
type ticketState struct {
	Assignee uuid.NullUUID `json:"assignee"`
	Status   string        `json:"status"`
	Priority string        `json:"priority"`
}

func stateOf(t desk.Ticket) ticketState { return ticketState{t.AssigneeID, t.Status, t.Priority} }

// bulkTicket does a run's work on one ticket, or takes it back.
func bulkTicket(q *db.PublicTx, id uuid.UUID, run BulkRun, before, after string) (was, is string, err error) {
	var number int64
	if err := db.Get(q, &number, `SELECT number FROM public.tickets WHERE id = $1`, id); err != nil {
		return "", "", err
	}
	t, err := desk.LockTicket(q, number)
	if err != nil {
		return "", "", err
	}
	now := stateOf(t)
	next := now
	switch run.Action {
	case "undo":
		var left ticketState
		if err := unpack(before, &next, after, &left); err != nil {
			return "", "", err
		}
		if now != left {
			return "", "", errChangedSince
		}
	case "status":
		next.Status = run.Value
	case "priority":
		next.Priority = run.Value
	case "assign":
		next.Assignee = uuid.NullUUID{}
		if run.Value != "" && run.Value != AssignNobody {
			next.Assignee.UUID, next.Assignee.Valid = uuid.MustParse(run.Value), true
		}
	}
	if next == now {
		return "", "", errAsItWas
	}
	err = desk.ChangeTicket(q, number, desk.TicketChange{Assignee: &next.Assignee, Status: &next.Status, Priority: &next.Priority})
	return pack(now), pack(next), err
}

func pack(state any) string {
	text, _ := json.Marshal(state)
	return string(text)
}

func unpack(before string, then any, after string, left any) error {
	if err := json.Unmarshal([]byte(before), then); err != nil {
		return err
	}
	return json.Unmarshal([]byte(after), left)
}

package store

import (
	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/access"
)

// aboutPerson is an event about somebody. What is written down of a customer is
// without a name, an address or the values of either, like all that the log says
// of customers: it is never rewritten, so their erasure could not reach it.
func aboutPerson(p Person, action string, details map[string]any) Event {
	e := Event{Action: action, Business: p.BusinessID, ObjectType: "user", ObjectID: p.ID.String(), ObjectName: p.Email, Details: details}
	if p.Role == access.Customer {
		e.ObjectName = customerNumber(p.ID)
		e.Details = map[string]any{}
		for name, value := range details {
			if name != "before" && name != "after" {
				e.Details[name] = value
			}
		}
	}
	return e
}

// auditPerson records what the scope's principal did to somebody.
func (t *tx) auditPerson(p Person, action string, details map[string]any) error {
	return t.audit(aboutPerson(p, action, details))
}

// auditBy is auditPerson for somebody whom the scope doesn't know.
func (t *tx) auditBy(who *Principal, p Person, action string, details map[string]any) error {
	e := aboutPerson(p, action, details)
	e.By = who
	return t.audit(e)
}

// auditSelf records what somebody did to the own account, from a browser or a
// program that the scope doesn't know.
func (t *tx) auditSelf(p Person, from Client, action string, details map[string]any) error {
	return t.auditBy(&Principal{Actor: p, Subject: p, Address: from.Address}, p, action, details)
}

// auditName is what the audit log calls somebody who did something.
func (p Person) auditName() string {
	switch {
	case p.Role != access.Customer:
		return p.Name
	case p.ID == uuid.Nil:
		return "A visitor"
	}
	return customerNumber(p.ID)
}

// customerNumber names a customer in the audit log.
func customerNumber(id uuid.UUID) string {
	text := id.String()
	return "Customer " + text[len(text)-8:]
}

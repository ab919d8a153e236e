package db

import (
	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/access"
)

// AboutPerson is an event about somebody. What is written down of a customer is
// without a name, an address or the values of either, like all that the log says
// of customers: it is never rewritten, so their erasure could not reach it.
func AboutPerson(p Person, action string, details map[string]any) Event {
	e := Event{Action: action, Business: p.BusinessID, ObjectType: "user", ObjectID: p.ID.String(), ObjectName: p.Email, Details: details}
	if p.Role == access.Customer {
		e.ObjectName = CustomerNumber(p.ID)
		e.Details = map[string]any{}
		for name, value := range details {
			if name != "before" && name != "after" {
				e.Details[name] = value
			}
		}
	}
	return e
}

// AuditPerson records what the scope's principal did to somebody.
func AuditPerson(t Scope, p Person, action string, details map[string]any) error {
	return Audit(t, AboutPerson(p, action, details))
}

// AuditBy is AuditPerson for somebody whom the scope doesn't know.
func AuditBy(t Scope, who *Principal, p Person, action string, details map[string]any) error {
	e := AboutPerson(p, action, details)
	e.By = who
	return Audit(t, e)
}

// AuditSelf records what somebody did to the own account, from a browser or a
// program that the scope doesn't know.
func AuditSelf(t Scope, p Person, from Client, action string, details map[string]any) error {
	return AuditBy(t, &Principal{Actor: p, Subject: p, Address: from.Address}, p, action, details)
}

// AuditName is what the audit log calls somebody who did something.
func (p Person) AuditName() string {
	switch {
	case p.Role != access.Customer:
		return p.Name
	case p.ID == uuid.Nil:
		return "A visitor"
	}
	return CustomerNumber(p.ID)
}

// CustomerNumber names a customer in the audit log.
func CustomerNumber(id uuid.UUID) string {
	text := id.String()
	return "Customer " + text[len(text)-8:]
}

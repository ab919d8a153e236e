package store

import (
	"context"

	"github.com/google/uuid"
)

// InviteCustomer makes a login for the customer of an appointment, and mails the
// link that opens it. Only who reads that mailbox gets in. Asking again mails
// again.
func (db *DB) InviteCustomer(ctx context.Context, tenant Tenant, h Handle) error {
	return db.InTenant(context.WithoutCancel(ctx), tenant, func(q *TenantTx) error {
		b, err := q.BookingByLink(h)
		if err != nil {
			return err
		}
		if b.Email == "" {
			return invalid("email", "There is no e-mail address to send a link to.")
		}
		q.actAsVisitor(h.From)
		wait, err := q.allowDeed(deedKey(q.Tenant, "invite", Mailbox(b.Email)), maxInvites, bookingSpan)
		if err == nil && wait == 0 && q.byGuest() {
			wait, err = q.allowGuestMail(b.Email)
		}
		if err != nil {
			return err
		}
		if wait > 0 {
			return tooOften("Several mails went to this address within the hour. Please look into your mailbox.", wait)
		}
		p, err := q.bookersLogin(b)
		if err != nil {
			return err
		}
		return q.enqueue(InviteArgs{UserID: p.ID, BusinessID: p.BusinessID}, nil)
	})
}

// bookersLogin finds the login of a customer or makes one, which opens with the
// mailed link.
func (q *TenantTx) bookersLogin(b Booking) (Person, error) {
	business := uuid.NullUUID{UUID: q.Tenant.ID, Valid: true}
	var found []Person
	err := q.list(&found, `SELECT `+personColumns+` FROM public.users WHERE business_id = $1 AND lower(email) = lower($2)`, q.Tenant.ID, b.Email)
	if err != nil {
		return Person{}, err
	}
	if len(found) > 0 {
		if found[0].Role != Customer || !found[0].IsActive {
			// Somebody of the team, or shut out: the page must not tell.
			return Person{}, &Error{Kind: Forbidden, Message: "This address can't have a customer's account here."}
		}
		return found[0], q.linkLogin(b, found[0].ID)
	}
	p := Person{ID: newID(), BusinessID: business, Email: b.Email, Name: b.Customer, Role: Customer, IsActive: true, CreatedAt: q.now}
	if err := q.insertPerson(p); err != nil {
		return p, err
	}
	if err := q.linkLogin(b, p.ID); err != nil {
		return p, err
	}
	return p, q.auditPerson(p, "user.created", map[string]any{"role": p.Role})
}

func (q *TenantTx) linkLogin(b Booking, user uuid.UUID) error {
	_, err := q.exec(`UPDATE customers SET user_id = $2 WHERE id = $1 AND user_id IS NULL`, b.CustomerID, user)
	return err
}

func firstOf(err error, otherwise error) error {
	if err != nil {
		return err
	}
	return otherwise
}

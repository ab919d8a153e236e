package store

import (
	"context"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/access"
)

// InviteCustomer mails the customer of an appointment the link that opens a login,
// which a job makes. Only who reads that mailbox gets in. Asking again mails again.
func (db *DB) InviteCustomer(ctx context.Context, tenant Tenant, h Handle) error {
	return db.InTenant(context.WithoutCancel(ctx), tenant, func(q *TenantTx) error {
		b, err := q.BookingByLink(h)
		if err != nil {
			return err
		}
		if b.Email == "" {
			return invalid("email", "There is no e-mail address to send a link to.")
		}
		if q.who != nil && q.who.Masquerade != nil {
			// The job would not know who caused its mail.
			return &Error{Kind: Forbidden, Message: "Support can't ask for this link. The customer can, or somebody of the business."}
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
		return q.enqueue(BookersAccountArgs{AppointmentID: b.ID, BusinessID: q.Tenant.ID, Address: h.From.Address}, nil)
	})
}

// OpenBookersAccount does what InviteCustomer left to the job. Who has a login
// there already that is no customer's is mailed where to log in; who is shut out
// gets nothing.
func (db *DB) OpenBookersAccount(ctx context.Context, in BookersAccountArgs) error {
	tenant, err := db.TenantByID(ctx, in.BusinessID)
	if err != nil {
		return err
	}
	login := ""
	err = db.InTenant(ctx, tenant, func(q *TenantTx) error {
		q.actAsVisitor(Client{Address: in.Address})
		b, err := q.Booking(in.AppointmentID)
		if err != nil || b.Email == "" { // erased meanwhile
			return err
		}
		p, err := q.bookersLogin(b)
		switch {
		case err != nil || !p.IsActive:
			return err
		case p.Role != access.Customer:
			login = p.Email
			return nil
		}
		return q.enqueue(InviteArgs{UserID: p.ID, BusinessID: p.BusinessID, Asked: true}, nil)
	})
	if err != nil || login == "" {
		return err
	}
	return db.InPublic(ctx, func(q *PublicTx) error { return q.enqueue(FindArgs{Email: login}, nil) })
}

// bookersLogin finds the login of an appointment's customer or makes one, which
// opens with the mailed link. One that is no customer's, or disabled, stays as
// it is.
func (q *TenantTx) bookersLogin(b Booking) (Person, error) {
	business := uuid.NullUUID{UUID: q.Tenant.ID, Valid: true}
	var found []Person
	err := q.list(&found, `SELECT `+personColumns+` FROM public.users WHERE business_id = $1 AND lower(email) = lower($2)`, q.Tenant.ID, b.Email)
	if err != nil {
		return Person{}, err
	}
	if len(found) > 0 {
		if found[0].Role != access.Customer || !found[0].IsActive {
			return found[0], nil
		}
		return found[0], q.linkLogin(b, found[0].ID)
	}
	p := Person{ID: newID(), BusinessID: business, Email: b.Email, Name: b.holder(), Role: access.Customer, IsActive: true, CreatedAt: q.now}
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

package booking

import (
	"context"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/calendar"
	"github.com/smoothschedule/smoothschedule/store/identity"
	"github.com/smoothschedule/smoothschedule/store/internal/db"
	"github.com/smoothschedule/smoothschedule/store/internal/text"
	"github.com/smoothschedule/smoothschedule/store/notices"
)

// InviteByLink mails the customer of an appointment the link that opens a login,
// which a job makes. Only who reads that mailbox gets in. Asking again mails again.
func InviteByLink(ctx context.Context, d *db.DB, tenant db.Tenant, h calendar.Handle) error {
	return d.InTenant(context.WithoutCancel(ctx), tenant, func(q *db.TenantTx) error {
		b, err := calendar.BookingByLink(q, h)
		if err != nil {
			return err
		}
		if b.Email == "" {
			return db.InvalidField("email", "There is no e-mail address to send a link to.")
		}
		if db.Who(q) != nil && db.Who(q).Masquerade != nil {
			// The job would not know who caused its mail.
			return &db.Error{Kind: db.Forbidden, Message: "Support can't ask for this link. The customer can, or somebody of the business."}
		}
		calendar.ActAsVisitor(q, h.From)
		wait, err := calendar.AllowDeed(q, calendar.DeedKey(q.Tenant, "invite", text.Mailbox(b.Email)), notices.MaxInvites, notices.BookingSpan)
		if err == nil && wait == 0 && notices.ByGuest(q) {
			wait, err = notices.AllowGuestMail(q, b.Email)
		}
		if err != nil {
			return err
		}
		if wait > 0 {
			return db.TooOften("Several mails went to this address within the hour. Please look into your mailbox.", wait)
		}
		return db.Enqueue(q, identity.BookersAccountArgs{AppointmentID: b.ID, BusinessID: q.Tenant.ID, Address: h.From.Address}, nil)
	})
}

// OpenBookersAccount does what InviteCustomer left to the job. Who has a login
// there already that is no customer's is mailed where to log in; who is shut out
// gets nothing.
func OpenBookersAccount(ctx context.Context, d *db.DB, in identity.BookersAccountArgs) error {
	tenant, err := d.TenantByID(ctx, in.BusinessID)
	if err != nil {
		return err
	}
	login := ""
	err = d.InTenant(ctx, tenant, func(q *db.TenantTx) error {
		calendar.ActAsVisitor(q, db.Client{Address: in.Address})
		b, err := calendar.ReadBooking(q, in.AppointmentID)
		if err != nil || b.Email == "" { // erased meanwhile
			return err
		}
		p, err := bookersLogin(q, b)
		switch {
		case err != nil || !p.IsActive:
			return err
		case p.Role != access.Customer:
			login = p.Email
			return nil
		}
		return db.Enqueue(q, identity.InviteArgs{UserID: p.ID, BusinessID: p.BusinessID, Asked: true}, nil)
	})
	if err != nil || login == "" {
		return err
	}
	return d.InPublic(ctx, func(q *db.PublicTx) error { return db.Enqueue(q, identity.FindArgs{Email: login}, nil) })
}

// bookersLogin finds the login of an appointment's customer or makes one, which
// opens with the mailed link. One that is no customer's, or disabled, stays as
// it is.
func bookersLogin(q *db.TenantTx, b calendar.Booking) (db.Person, error) {
	business := uuid.NullUUID{UUID: q.Tenant.ID, Valid: true}
	var found []db.Person
	err := db.List(q, &found, `SELECT `+db.PersonColumns+` FROM public.users WHERE business_id = $1 AND lower(email) = lower($2)`, q.Tenant.ID, b.Email)
	if err != nil {
		return db.Person{}, err
	}
	if len(found) > 0 {
		if found[0].Role != access.Customer || !found[0].IsActive {
			return found[0], nil
		}
		return found[0], linkLogin(q, b, found[0].ID)
	}
	p := db.Person{ID: db.NewID(), BusinessID: business, Email: b.Email, Name: b.Holder(), Role: access.Customer, IsActive: true, CreatedAt: q.Now()}
	if err := identity.InsertPerson(q, p); err != nil {
		return p, err
	}
	if err := linkLogin(q, b, p.ID); err != nil {
		return p, err
	}
	return p, db.AuditPerson(q, p, "user.created", map[string]any{"role": p.Role})
}

func linkLogin(q *db.TenantTx, b calendar.Booking, user uuid.UUID) error {
	_, err := db.Exec(q, `UPDATE customers SET user_id = $2 WHERE id = $1 AND user_id IS NULL`, b.CustomerID, user)
	return err
}

func firstOf(err error, otherwise error) error {
	if err != nil {
		return err
	}
	return otherwise
}

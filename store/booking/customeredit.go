package booking

import (
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/catalog"
	"github.com/smoothschedule/smoothschedule/store/identity"
	"github.com/smoothschedule/smoothschedule/store/internal/db"
	"github.com/smoothschedule/smoothschedule/store/internal/paging"
	"github.com/smoothschedule/smoothschedule/store/notices"
	"github.com/smoothschedule/smoothschedule/store/people"
	"github.com/smoothschedule/smoothschedule/store/sessions"
	"github.com/smoothschedule/smoothschedule/store/settings"
)

// CreateCustomer adds somebody by hand.
func CreateCustomer(q *db.TenantTx, in CustomerInput) (uuid.UUID, error) {
	id, made, err := db.FormID(q, "customers")
	if err != nil || made {
		return id, err
	}
	if !in.SamePhone {
		if err := refuseSamePhone(q, in.Phone, uuid.Nil); err != nil {
			return id, err
		}
	}
	added, err := db.Exec(q, `INSERT INTO customers (id, name, email, phone, created_at) VALUES ($1, $2, NULLIF($3, ''), NULLIF($4, ''), $5)
		ON CONFLICT (id) DO NOTHING`, id, in.Name, in.Email, in.Phone, q.Now())
	if err != nil || added == 0 {
		return id, err
	}
	if err := setTags(q, id, in.Tags); err != nil {
		return id, err
	}
	paging.Counts(db.Of(q)).Forget()
	return id, recordCustomer(q, id, "customer.created", nil)
}

// lockCustomer reads somebody who is about to change; who was erased can't be.
func lockCustomer(q *db.TenantTx, id uuid.UUID) (CustomerFile, error) {
	if _, err := db.Exec(q, `SELECT FROM customers WHERE id = $1 FOR UPDATE`, id); err != nil {
		return CustomerFile{}, err
	}
	c, err := Customer(q, id)
	if err == nil && c.ErasedAt != nil {
		err = &db.Error{Kind: db.Conflict, Message: "This customer was erased."}
	}
	return c, err
}

// UpdateCustomer replaces what the team wrote down. The address of somebody with
// a login is theirs to change.
func UpdateCustomer(q *db.TenantTx, id uuid.UUID, in CustomerInput) error {
	c, err := lockCustomer(q, id)
	if err != nil {
		return err
	}
	if err := db.Unchanged(q, CustomerInput{Name: c.Name, Email: c.Email, Phone: c.Phone, Tags: c.Tags}); err != nil {
		return err
	}
	if !in.SamePhone && !samePhone(in.Phone, c.Phone) {
		if err := refuseSamePhone(q, in.Phone, id); err != nil {
			return err
		}
	}
	if err := sessions.KeepAddress(q, c.Email, in.Email); err != nil {
		return err
	}
	if c.UserID.Valid && !strings.EqualFold(c.Email, in.Email) {
		return db.InvalidField("email", "With a login, only the customer can change the address, on the page of the account.")
	}
	_, err = db.Exec(q, `UPDATE customers SET name = $2, email = NULLIF($3, ''), phone = NULLIF($4, '') WHERE id = $1`, id, in.Name, in.Email, in.Phone)
	if err != nil {
		return err
	}
	if err := notices.Readdress(q, id, c.Name, in.Name, in.Email); err != nil {
		return err
	}
	if c.Email == "" && in.Email != "" { // what was booked before reminders were planned without an address
		p, err := catalog.ReadPolicies(q)
		if err != nil {
			return err
		}
		if err := notices.ReplanReminders(q, p, notices.Replan{Customer: uuid.NullUUID{UUID: id, Valid: true}}); err != nil {
			return err
		}
	}
	if err := setTags(q, id, in.Tags); err != nil {
		return err
	}
	paging.Counts(db.Of(q)).Forget()
	var changed []string
	for _, f := range []struct {
		name string
		same bool
	}{{"name", c.Name == in.Name}, {"email", c.Email == in.Email}, {"phone", c.Phone == in.Phone}, {"tags", slices.Equal(c.Tags, in.Tags)}} {
		if !f.same {
			changed = append(changed, f.name)
		}
	}
	return recordCustomer(q, id, "customer.changed", map[string]any{"fields": changed})
}

func setTags(q *db.TenantTx, id uuid.UUID, tags []string) error {
	_, err := db.Exec(q, `
		WITH gone AS (DELETE FROM customer_tags WHERE customer_id = $1 AND tag <> ALL(CAST($2 AS text[])))
		INSERT INTO customer_tags (tag, customer_id) SELECT t.tag, $1 FROM unnest(CAST($2 AS text[])) AS t (tag) ON CONFLICT DO NOTHING`, id, append([]string{}, tags...))
	return err
}

// BlockCustomer keeps somebody from booking online, or lets them again. The team
// books for them all the same.
func BlockCustomer(q *db.TenantTx, id uuid.UUID, blocked bool) (CustomerFile, error) {
	c, err := lockCustomer(q, id)
	if err != nil || (c.BlockedAt != nil) == blocked {
		return c, err
	}
	_, err = db.Exec(q, `UPDATE customers SET blocked_at = CASE WHEN $2 THEN CAST($3 AS timestamptz) END WHERE id = $1`, id, blocked, q.Now())
	if err != nil {
		return c, err
	}
	paging.Counts(db.Of(q)).Forget()
	action := "customer.unblocked"
	if blocked {
		action = "customer.blocked"
	}
	return c, recordCustomer(q, id, action, nil)
}

// EraseCustomer takes name, addresses, tags, notes and login of somebody away for
// good. The appointments stay without a name, since the business's figures are
// made of them.
func EraseCustomer(q *db.TenantTx, id uuid.UUID) error {
	c, err := lockCustomer(q, id)
	if err != nil {
		return err
	}
	if c.Coming > 0 {
		return &db.Error{Kind: db.Conflict, Message: "There are appointments ahead. Cancel them first, so that nobody waits for somebody without a name."}
	}
	for _, statement := range []string{
		`UPDATE customers SET name = '` + erasedName + `', email = NULL, phone = NULL, user_id = NULL WHERE id = $1`,
		`DELETE FROM customer_tags WHERE customer_id = $1`,
		`DELETE FROM customer_notes WHERE customer_id = $1`,
		`UPDATE appointments SET note = '', staff_note = '', answer = NULL, visitor_zone = NULL, link_secret = NULL, guest_name = NULL, guest_phone = NULL WHERE customer_id = $1`,
		`UPDATE public.notices SET to_name = '` + erasedName + `', to_email = '', error = '', state = CASE WHEN state IN ('queued', 'held') THEN 'dropped' ELSE state END
			WHERE customer_id = $1`,
	} {
		if _, err := db.Exec(q, statement, id); err != nil {
			return err
		}
	}
	if _, err := db.Exec(q, `UPDATE customers SET erased_at = $2 WHERE id = $1`, id, q.Now()); err != nil {
		return err
	}
	if c.UserID.Valid {
		if err := eraseLogin(q, c.UserID.UUID); err != nil {
			return err
		}
	}
	paging.Counts(db.Of(q)).Forget()
	return recordCustomer(q, id, "customer.erased", nil)
}

// eraseLogin shuts a customer's login for good; its row stays for what points at it.
func eraseLogin(q *db.TenantTx, user uuid.UUID) error {
	p, err := customerLogin(q, user)
	if err != nil {
		return err
	}
	if err := closeLogin(q, p.Person, "user.erased", erasedName); err != nil {
		return err
	}
	_, err = db.Exec(q, `UPDATE public.masquerades SET subject_name = '`+erasedName+`' WHERE subject_id = $1`, user)
	return err
}

// closeLogin ends a login with all that opens it, and takes its name and address
// away.
func closeLogin(q *db.TenantTx, p db.Person, action, name string) error {
	if err := people.ShutOut(q, p, action); err != nil {
		return err
	}
	if err := identity.RemoveFactors(q, p.ID); err != nil {
		return err
	}
	if _, err := db.Exec(q, `DELETE FROM public.sessions WHERE user_id = $1`, p.ID); err != nil { // with addresses and devices
		return err
	}
	_, err := db.Exec(q, `UPDATE public.users SET name = $3, email = $2, invited_at = NULL WHERE id = $1`, p.ID, p.ID.String()+erasedDomain, name)
	return err
}

// AddCustomerNote writes a note under the principal's name.
func AddCustomerNote(q *db.TenantTx, customer uuid.UUID, body string) error {
	if _, err := lockCustomer(q, customer); err != nil {
		return err
	}
	var n int
	if err := db.Get(q, &n, `SELECT count(*) FROM customer_notes WHERE customer_id = $1`, customer); err != nil {
		return err
	}
	id, made, err := db.FormID(q, "customer_notes")
	if err != nil || made {
		return err
	}
	if n >= maxNotes {
		return db.InvalidField("body", "There are 100 notes already; delete one first.")
	}
	if err := writeNote(q, customer, id, body); err != nil {
		return err
	}
	return recordCustomer(q, customer, "customer.note_added", nil)
}

// writeNote stores a note under the principal's name.
func writeNote(q *db.TenantTx, customer, id uuid.UUID, body string) error {
	var author uuid.NullUUID
	name := "system"
	if db.Who(q) != nil {
		author, name = uuid.NullUUID{UUID: db.Who(q).Actor.ID, Valid: true}, db.Who(q).Actor.Name
		if db.Who(q).Masquerade != nil {
			var err error
			if name, err = settings.Signature(q, name, db.Who(q).Subject.Name); err != nil {
				return err
			}
		}
	}
	_, err := db.Exec(q, `INSERT INTO customer_notes (customer_id, id, author_id, author_name, body, created_at) VALUES ($1, $2, $3, $4, $5, $6)`,
		customer, id, author, name, body, q.Now())
	return err
}

// DeleteCustomerNote takes a note away: one's own, or with others any.
func DeleteCustomerNote(q *db.TenantTx, customer, note uuid.UUID, others bool) error {
	var author uuid.NullUUID
	err := db.Get(q, &author, `SELECT author_id FROM customer_notes WHERE customer_id = $1 AND id = $2`, customer, note)
	if err != nil {
		return err
	}
	if !others && (db.Who(q) == nil || author.UUID != db.Who(q).Actor.ID) {
		return &db.Error{Kind: db.Forbidden, Message: "This note is somebody else's."}
	}
	if _, err := db.Exec(q, `DELETE FROM customer_notes WHERE customer_id = $1 AND id = $2`, customer, note); err != nil {
		return err
	}
	return recordCustomer(q, customer, "customer.note_deleted", nil)
}

// InviteCustomer mails somebody the way to a login, or once more.
func InviteCustomer(q *db.TenantTx, id uuid.UUID) (CustomerFile, error) {
	c, err := lockCustomer(q, id)
	switch {
	case err != nil:
		return c, err
	case c.Email == "":
		return c, &db.Error{Kind: db.Conflict, Message: "An invitation needs an e-mail address. Write one down first."}
	case c.Login == "active" || c.Login == "disabled":
		return c, &db.Error{Kind: db.Conflict, Message: c.Name + " has a login already."}
	case c.Login == "invited":
		if _, err := db.Exec(q, `UPDATE public.users SET invited_at = $2 WHERE id = $1`, c.UserID.UUID, q.Now()); err != nil {
			return c, err
		}
		if err := db.Enqueue(q, identity.InviteArgs{UserID: c.UserID.UUID, BusinessID: uuid.NullUUID{UUID: q.Tenant.ID, Valid: true}}, nil); err != nil {
			return c, err
		}
		return c, recordCustomer(q, id, "customer.invited_again", nil)
	}
	user, err := customerUser(q, c)
	if err != nil {
		return c, err
	}
	if _, err := db.Exec(q, `UPDATE customers SET user_id = $2 WHERE id = $1`, id, user); err != nil {
		return c, err
	}
	paging.Counts(db.Of(q)).Forget()
	return c, recordCustomer(q, id, "customer.invited", nil)
}

// customerUser is the login with a customer's address, made if there is none.
func customerUser(q *db.TenantTx, c CustomerFile) (uuid.UUID, error) {
	var known []uuid.UUID
	err := db.List(q, &known, `SELECT id FROM public.users WHERE business_id = $1 AND lower(email) = lower($2) AND role = 'CUSTOMER' AND is_active`, q.Tenant.ID, c.Email)
	if err != nil {
		return uuid.Nil, err
	}
	if len(known) > 0 {
		return known[0], nil
	}
	p, err := people.Invite(q, db.NewID(), identity.NewPerson{Business: uuid.NullUUID{UUID: q.Tenant.ID, Valid: true}, Email: c.Email, Name: c.Name, Role: access.Customer})
	return p.ID, err
}

package store

import (
	"strings"

	"github.com/google/uuid"
)

// booker is the customer for whom something is booked.
type booker struct {
	ID      uuid.UUID `db:"id"`
	Phone   string    `db:"phone"`
	Blocked bool      `db:"blocked"`
	Erased  bool      `db:"erased"`
}

const bookerColumns = `id, COALESCE(phone, '') AS phone, blocked_at IS NOT NULL AS blocked, erased_at IS NOT NULL AS erased`

// bookingCustomer finds who comes, or makes a customer. What a visitor types does
// not change the name of somebody known: it proves nothing.
func (q *TenantTx) bookingCustomer(in NewBooking) (booker, error) {
	c, err := q.findBooker(in)
	switch {
	case err != nil:
		return c, err
	case c.Erased:
		return c, notFound("customer")
	case c.Blocked && in.Source != ByTeam:
		return c, &Error{Kind: Forbidden, Message: "This can't be booked online. Please ask the business directly."}
	case c.ID == uuid.Nil:
		return q.addBooker(in)
	case c.Phone == "" && in.Phone != "":
		_, err = q.exec(`UPDATE customers SET phone = $2 WHERE id = $1`, c.ID, in.Phone)
	}
	return c, err
}

// findBooker returns the zero booker when there is none yet.
func (q *TenantTx) findBooker(in NewBooking) (booker, error) {
	var found []booker
	var err error
	switch {
	case in.Source == ByPortal && q.who != nil:
		// The own row, or the one from before there was a login; the mailed link
		// proved the address.
		err = q.list(&found, `SELECT `+bookerColumns+` FROM customers WHERE user_id = $1
			UNION ALL SELECT `+bookerColumns+` FROM customers WHERE user_id IS NULL AND lower(email) = lower($2)`, q.who.Subject.ID, q.who.Subject.Email)
	case in.Customer.Valid:
		if err = q.list(&found, `SELECT `+bookerColumns+` FROM customers WHERE id = $1`, in.Customer.UUID); err == nil && len(found) == 0 {
			return booker{}, invalid("customer_id", "Choose a customer.")
		}
	case in.Email != "":
		err = q.list(&found, `SELECT `+bookerColumns+` FROM customers WHERE lower(email) = lower($1)`, in.Email)
	case in.Source != ByTeam:
		return booker{}, invalid("email", "Give an e-mail address, like name@example.com.")
	}
	if err != nil || len(found) == 0 {
		return booker{}, err
	}
	return found[0], nil
}

func (q *TenantTx) addBooker(in NewBooking) (booker, error) {
	var login uuid.NullUUID
	if in.Source == ByPortal && q.who != nil {
		in.Name, in.Email = q.who.Subject.Name, q.who.Subject.Email
		login = uuid.NullUUID{UUID: q.who.Subject.ID, Valid: true}
	}
	in.Name = strings.TrimSpace(in.Name)
	if in.Name == "" {
		return booker{}, invalid("name", "Give a name.")
	}
	c := booker{ID: newID()}
	// Another booking may add the same address at this moment: then that one is it.
	err := q.get(&c, `
		INSERT INTO customers (id, user_id, name, email, phone, created_at) VALUES ($1, $2, $3, NULLIF($4, ''), NULLIF($5, ''), $6)
		ON CONFLICT (lower(email)) DO UPDATE SET email = customers.email RETURNING `+bookerColumns,
		c.ID, login, in.Name, in.Email, in.Phone, q.now)
	q.db.counts.forget()
	return c, err
}

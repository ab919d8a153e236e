package booking

import (
	"strings"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/calendar"
	"github.com/smoothschedule/smoothschedule/store/internal/db"
	"github.com/smoothschedule/smoothschedule/store/internal/paging"
)

// booker is the customer for whom something is booked: whose address and login
// it is. Who comes may be somebody else of the family.
type booker struct {
	ID      uuid.UUID `db:"id"`
	Name    string    `db:"name"`
	Phone   string    `db:"phone"`
	Blocked bool      `db:"blocked"`
	Erased  bool      `db:"erased"`
}

const bookerColumns = `id, name, COALESCE(phone, '') AS phone, blocked_at IS NOT NULL AS blocked, erased_at IS NOT NULL AS erased`

// bookingCustomer finds for whom something is booked, or makes a customer. What a
// visitor types does not change what is known of somebody: it proves nothing.
func bookingCustomer(q *db.TenantTx, in calendar.NewBooking) (booker, error) {
	c, err := findBooker(q, in)
	switch {
	case err != nil:
		return c, err
	case c.Erased:
		return c, db.NoSuch("customer")
	case c.Blocked && in.Source != calendar.ByTeam:
		return c, &db.Error{Kind: db.Forbidden, Message: "This can't be booked online. Please ask the business directly."}
	case c.ID == uuid.Nil:
		if in.Source == calendar.ByTeam && !in.SamePhone {
			if err := refuseSamePhone(q, in.Phone, uuid.Nil); err != nil {
				return c, err
			}
		}
		return addBooker(q, in)
	case in.Source == calendar.ByTeam && !in.Customer.Valid && c.Phone == "" && in.Phone != "" && sameName(in.Comes(), c.Name):
		c.Phone = in.Phone
		_, err = db.Exec(q, `UPDATE customers SET phone = $2 WHERE id = $1`, c.ID, in.Phone)
	}
	return c, err
}

// guest is who comes, where that differs from the customer's record: the name
// and the telephone that were typed. Empty: as in the record.
func (c booker) guest(in calendar.NewBooking) (name, phone string) {
	if name = in.Comes(); name == "" || sameName(name, c.Name) {
		name = ""
	}
	if in.Customer.Valid && name == "" { // what else stands in the team's form is about somebody new
		return "", ""
	}
	if phone = strings.TrimSpace(in.Phone); samePhone(phone, c.Phone) {
		phone = ""
	}
	return name, phone
}

// samePhone compares digits: people write one number in many ways.
func samePhone(a, b string) bool {
	digits := func(s string) string {
		return strings.Map(func(r rune) rune {
			if r >= '0' && r <= '9' || r == '+' {
				return r
			}
			return -1
		}, s)
	}
	return a == "" || a == b || digits(a) != "" && digits(a) == digits(b)
}

// findBooker returns the zero booker when there is none yet.
func findBooker(q *db.TenantTx, in calendar.NewBooking) (booker, error) {
	var found []booker
	var err error
	switch {
	case in.Source == calendar.ByPortal && db.Who(q) != nil:
		// The own row, or the one from before there was a login; the mailed link
		// proved the address.
		err = db.List(q, &found, `SELECT `+bookerColumns+` FROM customers WHERE user_id = $1
			UNION ALL SELECT `+bookerColumns+` FROM customers WHERE user_id IS NULL AND lower(email) = lower($2)`, db.Who(q).Subject.ID, db.Who(q).Subject.Email)
	case in.Customer.Valid:
		// Kept until this is booked: who merges or erases them waits.
		const byID = `SELECT ` + bookerColumns + ` FROM customers WHERE id = $1 FOR KEY SHARE`
		if err = db.List(q, &found, byID, in.Customer.UUID); err == nil && len(found) == 0 {
			var now uuid.UUID
			if now, err = MergedInto(q, in.Customer.UUID); err == nil { // the form is older than the merge
				err = db.List(q, &found, byID, now)
			}
			if db.KindOf(err) == db.NotFound || err == nil && len(found) == 0 {
				return booker{}, db.InvalidField("customer_id", "Choose a customer.")
			}
		}
	case in.Email != "":
		err = db.List(q, &found, `SELECT `+bookerColumns+` FROM customers WHERE lower(email) = lower($1) FOR KEY SHARE`, in.Email)
	case in.Source != calendar.ByTeam:
		return booker{}, db.InvalidField("email", "Give an e-mail address, like name@example.com.")
	}
	if err != nil || len(found) == 0 {
		return booker{}, err
	}
	return found[0], nil
}

func addBooker(q *db.TenantTx, in calendar.NewBooking) (booker, error) {
	var login uuid.NullUUID
	if in.Source == calendar.ByPortal && db.Who(q) != nil {
		in.Name, in.Email = db.Who(q).Subject.Name, db.Who(q).Subject.Email
		login = uuid.NullUUID{UUID: db.Who(q).Subject.ID, Valid: true}
	}
	in.Name = strings.TrimSpace(in.Name)
	if in.Name == "" {
		return booker{}, db.InvalidField("name", "Give a name.")
	}
	c := booker{ID: db.NewID()}
	// Another booking may add the same address at this moment: then that one is it.
	err := db.Get(q, &c, `
		INSERT INTO customers (id, user_id, name, email, phone, created_at) VALUES ($1, $2, $3, NULLIF($4, ''), NULLIF($5, ''), $6)
		ON CONFLICT (lower(email)) DO UPDATE SET email = customers.email RETURNING `+bookerColumns,
		c.ID, login, in.Name, in.Email, in.Phone, q.Now())
	paging.Counts(db.Of(q)).Forget()
	return c, err
}

package store

import (
	"context"

	"github.com/smoothschedule/smoothschedule/store/access"
)

// Finds are throttled like sign-ups: each may send a mail.
const (
	findsPerAddress = 20
	findsPerEmail   = 3
)

// FindBusinesses mails an address the list of its businesses, when it has any:
// the job finds out. The caller learns nothing of that, by no answer's time either.
func (db *DB) FindBusinesses(ctx context.Context, email string, from Client) error {
	if err := db.spend(ctx, "That is a lot of requests in a short time.",
		allowance{"find address\x00" + from.Network(), findsPerAddress, signUpWindow},
		allowance{"find email\x00" + Mailbox(email), findsPerEmail, signUpWindow}); err != nil {
		return err
	}
	return db.InPublic(ctx, func(q *PublicTx) error { return q.enqueue(FindArgs{Email: email}, nil) })
}

// LoginOf returns somebody of a business who logs in with an address, the one of
// longest standing.
func (q *PublicTx) LoginOf(email string) (Person, error) {
	var p Person
	err := q.get(&p, `SELECT `+personColumns+` FROM public.users
		WHERE lower(email) = lower($1) AND is_active AND business_id IS NOT NULL ORDER BY created_at, id LIMIT 1`, email)
	return p, err
}

// FoundBusiness is one where somebody can log in.
type FoundBusiness struct {
	Name      string      `db:"name"`
	Subdomain string      `db:"subdomain"`
	Role      access.Role `db:"role"`
}

// BusinessesOf lists where a person's e-mail address can log in.
func (q *PublicTx) BusinessesOf(email string) ([]FoundBusiness, error) {
	var found []FoundBusiness
	err := q.list(&found, `
		SELECT b.name, b.subdomain, u.role FROM public.users u JOIN public.businesses b ON b.id = u.business_id
		WHERE lower(u.email) = lower($1) AND u.is_active AND b.status <> 'archived' ORDER BY b.name`+byName+`, b.id LIMIT 50`, email)
	return found, err
}

package search

import (
	"context"

	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/identity"
	"github.com/smoothschedule/smoothschedule/store/internal/db"
	"github.com/smoothschedule/smoothschedule/store/internal/text"
)

// Finds are throttled like sign-ups: each may send a mail.
const (
	findsPerAddress = 20
	findsPerEmail   = 3
)

// FindBusinesses mails an address the list of its businesses, when it has any:
// the job finds out. The caller learns nothing of that, by no answer's time either.
func FindBusinesses(ctx context.Context, d *db.DB, email string, from db.Client) error {
	if err := db.Spend(ctx, d, "That is a lot of requests in a short time.",
		db.Allowance{Key: "find address\x00" + from.Network(), Most: findsPerAddress, Within: identity.SignUpWindow},
		db.Allowance{Key: "find email\x00" + text.Mailbox(email), Most: findsPerEmail, Within: identity.SignUpWindow}); err != nil {
		return err
	}
	return d.InPublic(ctx, func(q *db.PublicTx) error { return db.Enqueue(q, identity.FindArgs{Email: email}, nil) })
}

// LoginOf returns somebody of a business who logs in with an address, the one of
// longest standing.
func LoginOf(q *db.PublicTx, email string) (db.Person, error) {
	var p db.Person
	err := db.Get(q, &p, `SELECT `+db.PersonColumns+` FROM public.users
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
func BusinessesOf(q *db.PublicTx, email string) ([]FoundBusiness, error) {
	var found []FoundBusiness
	err := db.List(q, &found, `
		SELECT b.name, b.subdomain, u.role FROM public.users u JOIN public.businesses b ON b.id = u.business_id
		WHERE lower(u.email) = lower($1) AND u.is_active AND b.status <> 'archived' ORDER BY b.name`+text.ByName+`, b.id LIMIT 50`, email)
	return found, err
}

package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/identity"
	"github.com/smoothschedule/smoothschedule/store/schema"
)

// signInTries is how often each way is tried.
const signInTries = 200

// signIn compares what a stranger could time: an address without an account
// against a wrong password. The two take turns, so that what else the machine
// does meets both.
func (b *bench) signIn(ctx context.Context) error {
	db, err := store.Open(b.data.config(small.name()))
	if err != nil {
		return err
	}
	defer db.Close()
	// A few tries for each account, and each from another address: none is throttled.
	rows, err := schema.Direct(db).QueryContext(ctx, `SELECT b.subdomain, u.email FROM users u JOIN businesses b ON b.id = u.business_id
		JOIN credentials c ON c.user_id = u.id WHERE u.is_active AND b.status IN ('trial', 'active') ORDER BY u.id LIMIT $1`, signInTries)
	if err != nil {
		return err
	}
	defer rows.Close()
	var accounts [][2]string
	for rows.Next() {
		var a [2]string
		if err := rows.Scan(&a[0], &a[1]); err != nil {
			return err
		}
		accounts = append(accounts, a)
	}
	if err := rows.Err(); err != nil {
		return err
	}
	var took [2][]time.Duration
	if len(accounts) == 0 {
		return errors.New("nobody can sign in")
	}
	for i := range signInTries {
		a := accounts[i%len(accounts)]
		tenant, err := db.TenantBySubdomain(ctx, a[0])
		if err != nil {
			return err
		}
		emails := [2]string{fmt.Sprintf("nobody-%d@example.test", i), a[1]}
		for turn := range emails {
			way := (turn + i) % len(emails) // each goes first every other time
			began := time.Now()
			_, _, err := identity.Login(ctx, db, &tenant, emails[way], "not anybody's password", store.Client{Address: fmt.Sprintf("10.%d.%d.%d", way, i/200, i%200+1)})
			took[way] = append(took[way], time.Since(began))
			if store.KindOf(err) != store.Invalid {
				return fmt.Errorf("a wrong sign-in answers %w", err)
			}
		}
	}
	unknown, wrong := medianTime(took[0]), medianTime(took[1])
	b.title("Sign-in: an unknown address against a wrong password, %d tries each", signInTries)
	b.line("unknown %.2f ms, wrong %.2f ms: %.3f; the goal is within 5 %%", ms(unknown), ms(wrong), float64(unknown)/float64(wrong))
	return nil
}

func medianTime(took []time.Duration) time.Duration {
	slices.Sort(took)
	return took[len(took)/2]
}

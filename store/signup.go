package store

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/access"
)

const (
	signUpFor  = 24 * time.Hour   // to confirm by the mailed link
	welcomeFor = 10 * time.Minute // to enter the new business without a password
	// A person tries a few times; a machine tries all day.
	signUpsPerAddress = 20
	signUpsPerEmail   = 5
	signUpWindow      = time.Hour
)

// NewSignUp is what somebody asks for on the apex host.
type NewSignUp struct {
	BusinessName, Subdomain, TimeZone, Plan string
	OwnerName, OwnerEmail, Password         string
}

// SignUp is one that waits for its confirmation, or was confirmed.
type SignUp struct {
	ID           uuid.UUID     `db:"id"`
	BusinessName string        `db:"business_name"`
	Subdomain    string        `db:"subdomain"`
	TimeZone     string        `db:"time_zone"`
	Plan         string        `db:"plan"`
	OwnerName    string        `db:"owner_name"`
	OwnerEmail   string        `db:"owner_email"`
	PasswordHash string        `db:"password_hash"`
	ExpiresAt    time.Time     `db:"expires_at"`
	ConfirmedAt  *time.Time    `db:"confirmed_at"`
	BusinessID   uuid.NullUUID `db:"business_id"`
}

const signUpColumns = `id, business_name, subdomain, time_zone, plan, owner_name, owner_email, password_hash, expires_at, confirmed_at, business_id`

// errSignUpClosed is told to who has the form open when it closes.
var errSignUpClosed = &Error{Kind: Forbidden, Message: "New businesses can't sign up at the moment."}

// SignUp keeps what was asked for and mails a link. No business exists before
// that link is confirmed, and nothing tells whether an e-mail address is known:
// the same person may own several businesses.
func (db *DB) SignUp(ctx context.Context, in NewSignUp, from Client) error {
	if err := CheckPassword(in.Password, in.OwnerEmail, in.OwnerName, in.BusinessName, in.Subdomain); err != nil {
		return err
	}
	if err := db.spend(ctx, "That is a lot of sign-ups in a short time.",
		allowance{"signup address\x00" + from.Network(), signUpsPerAddress, signUpWindow},
		allowance{"signup email\x00" + Mailbox(in.OwnerEmail), signUpsPerEmail, signUpWindow}); err != nil {
		return err
	}
	hash, err := db.hashPassword(ctx, in.Password)
	if err != nil {
		return err
	}
	return db.InPublic(ctx, func(q *PublicTx) error {
		if err := q.mayTakeSubdomain(in.Subdomain); err != nil {
			return err
		}
		id := newID()
		_, err := q.exec(`
			INSERT INTO public.signups (id, business_name, subdomain, time_zone, plan, owner_name, owner_email, password_hash, address, created_at, expires_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
			id, in.BusinessName, in.Subdomain, in.TimeZone, in.Plan, in.OwnerName, in.OwnerEmail, hash, from.Address, q.now, q.now.Add(signUpFor))
		if err != nil {
			return err
		}
		return q.enqueue(SignUpArgs{SignUpID: id}, nil)
	})
}

// mayTakeSubdomain says whether sign-up is open and a name is free now. Only the
// claim knows for sure.
func (q *PublicTx) mayTakeSubdomain(subdomain string) error {
	settings, err := q.Settings()
	if err != nil {
		return err
	}
	if !settings.SignUpOpen {
		return errSignUpClosed
	}
	if err := q.CheckSubdomain(subdomain); err != nil {
		return err
	}
	var taken bool
	err = q.get(&taken, `SELECT EXISTS (SELECT FROM public.domains WHERE name = $1)`, subdomain)
	if err == nil && taken {
		return &Error{Kind: Conflict, Field: "subdomain", Message: "This subdomain is taken."}
	}
	return err
}

// SubdomainFree returns nil when a name could be taken now, or what is wrong
// with it under its field.
func (db *DB) SubdomainFree(ctx context.Context, subdomain string) error {
	if err := CheckSubdomain(subdomain); err != nil {
		return err
	}
	return db.InPublic(ctx, func(q *PublicTx) error { return q.mayTakeSubdomain(subdomain) })
}

// SignUp returns one by its id, for the job that mails the link.
func (q *PublicTx) SignUp(id uuid.UUID) (SignUp, error) {
	var s SignUp
	err := q.get(&s, `SELECT `+signUpColumns+` FROM public.signups WHERE id = $1`, id)
	return s, err
}

// NewSignUpLink makes the token of the mailed link; an earlier one is gone.
func (q *PublicTx) NewSignUpLink(id uuid.UUID) (string, error) {
	token := newToken()
	_, err := q.exec(`UPDATE public.signups SET token_hash = $2 WHERE id = $1`, id, hashToken(token))
	return token, err
}

// SignUpByToken returns what a link would open, without opening it.
func (db *DB) SignUpByToken(ctx context.Context, token string) (SignUp, error) {
	var s SignUp
	err := db.InPublic(ctx, func(q *PublicTx) error {
		return q.get(&s, `SELECT `+signUpColumns+` FROM public.signups WHERE token_hash = $1 AND expires_at > $2`, hashToken(token), q.now)
	})
	return s, err
}

// ConfirmSignUp opens the business, in one transaction with the end of the link,
// and returns the one-time code with which its owner enters the new host. In the
// place of a subdomain that was taken meanwhile comes another one. tell are the
// staff's roles who hear of it.
func (db *DB) ConfirmSignUp(ctx context.Context, token, subdomain string, from Client, tell ...access.Role) (s SignUp, code string, err error) {
	err = db.withPool(ctx, func() error {
		s, code, err = db.claimSignUp(ctx, token, subdomain, from, tell)
		return err
	})
	return s, code, err
}

func (db *DB) claimSignUp(ctx context.Context, token, subdomain string, from Client, tell []access.Role) (s SignUp, code string, err error) {
	code = newToken()
	err = db.InPublic(ctx, func(q *PublicTx) error {
		err := q.get(&s, `SELECT `+signUpColumns+` FROM public.signups WHERE token_hash = $1 AND expires_at > $2 AND confirmed_at IS NULL FOR UPDATE`,
			hashToken(token), q.now)
		if err != nil {
			return err
		}
		if subdomain != "" {
			s.Subdomain = subdomain
		}
		if err := q.mayTakeSubdomain(s.Subdomain); err != nil {
			return err
		}
		owner := Person{ID: newID(), BusinessID: uuid.NullUUID{UUID: newID(), Valid: true}, Email: s.OwnerEmail, Name: s.OwnerName, Role: access.TenantOwner, IsActive: true}
		q.actAs(&Principal{Actor: owner, Subject: owner, Address: from.Address})
		err = q.claim(owner.BusinessID.UUID, owner.ID, NewBusiness{Name: s.BusinessName, Subdomain: s.Subdomain, Plan: s.Plan, TimeZone: s.TimeZone,
			OwnerName: s.OwnerName, OwnerEmail: s.OwnerEmail}, "sign-up")
		if err != nil {
			return err
		}
		if err := q.storePassword(owner, s.PasswordHash); err != nil {
			return err
		}
		_, err = q.exec(`UPDATE public.signups SET subdomain = $2, confirmed_at = $3, business_id = $4, user_id = $5, code_hash = $6, code_expires_at = $7,
			password_hash = '' WHERE id = $1`, s.ID, s.Subdomain, q.now, owner.BusinessID, owner.ID, hashToken(code), q.now.Add(welcomeFor))
		if err != nil {
			return err
		}
		notice := Notice{Kind: NoticeSignUp, Title: s.BusinessName + " signed up", Detail: s.OwnerName + ", " + s.OwnerEmail,
			Href: "/businesses/" + owner.BusinessID.UUID.String()}
		return q.notifyStaff(notice, tell...)
	})
	if err != nil {
		return s, "", err
	}
	db.claimed()
	return s, code, nil
}

// SignUpByCode shows whose entrance a code is on this host, without spending it.
func (db *DB) SignUpByCode(ctx context.Context, tenant Tenant, code string) (SignUp, error) {
	var s SignUp
	err := db.inHost(ctx, &tenant, func(t *tx) error {
		return t.get(&s, `SELECT `+signUpColumns+` FROM public.signups
			WHERE code_hash = $1 AND business_id = $2 AND code_expires_at > $3 AND entered_at IS NULL`, hashToken(code), tenant.ID, t.now)
	})
	return s, err
}

// EnterSignUp spends the code of a new business's owner and starts a session
// there: of any number of tries one wins.
func (db *DB) EnterSignUp(ctx context.Context, tenant Tenant, code string, from Client) (string, error) {
	var owner Person
	err := db.inHost(ctx, &tenant, func(t *tx) error {
		var id uuid.UUID
		err := t.get(&id, `UPDATE public.signups SET entered_at = $3
			WHERE code_hash = $1 AND business_id = $2 AND code_expires_at > $3 AND entered_at IS NULL RETURNING user_id`, hashToken(code), tenant.ID, t.now)
		if err != nil {
			return err
		}
		owner, err = t.Person(id)
		if err == nil && !owner.IsActive {
			return notFound("sign-up")
		}
		return err
	})
	if err != nil {
		return "", err
	}
	token, _, err := db.startSession(ctx, &tenant, owner, from, "session.started_by_sign_up")
	return token, err
}

// withPool runs a claim, and fills the pool of schemas on the spot when it was
// empty. What fails then is no fault of the one who asks.
func (db *DB) withPool(ctx context.Context, claim func() error) error {
	for {
		err := claim()
		if !errors.Is(err, errPoolEmpty) {
			return err
		}
		if err := db.FillPool(ctx, 1); err != nil {
			return &ProvisioningError{err}
		}
	}
}

// ProvisioningError says that no room could be made for a new business.
type ProvisioningError struct{ cause error }

func (e *ProvisioningError) Error() string { return "fill the schema pool: " + e.cause.Error() }
func (e *ProvisioningError) Unwrap() error { return e.cause }

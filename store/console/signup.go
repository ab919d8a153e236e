package console

import (
	"context"
	"errors"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/identity"
	"github.com/smoothschedule/smoothschedule/store/internal/db"
	"github.com/smoothschedule/smoothschedule/store/internal/text"
	"github.com/smoothschedule/smoothschedule/store/people"
	"github.com/smoothschedule/smoothschedule/store/schema"
	"github.com/smoothschedule/smoothschedule/store/sessions"
	"github.com/smoothschedule/smoothschedule/store/settings"
)

// NewSignUp is what somebody asks for on the apex host.
type NewSignUp struct {
	BusinessName, Subdomain, TimeZone, Plan string
	OwnerName, OwnerEmail, Password         string
}

// errSignUpClosed is told to who has the form open when it closes.
var errSignUpClosed = &db.Error{Kind: db.Forbidden, Message: "New businesses can't sign up at the moment."}

// BeginSignUp keeps what was asked for and mails a link. No business exists before
// that link is confirmed, and nothing tells whether an e-mail address is known:
// the same person may own several businesses.
func BeginSignUp(ctx context.Context, d *db.DB, in NewSignUp, from db.Client) error {
	if err := identity.CheckPassword(in.Password, in.OwnerEmail, in.OwnerName, in.BusinessName, in.Subdomain); err != nil {
		return err
	}
	if err := db.Spend(ctx, d, "That is a lot of sign-ups in a short time.",
		db.Allowance{Key: "signup address\x00" + from.Network(), Most: identity.SignUpsPerAddress, Within: identity.SignUpWindow},
		db.Allowance{Key: "signup email\x00" + text.Mailbox(in.OwnerEmail), Most: identity.SignUpsPerEmail, Within: identity.SignUpWindow}); err != nil {
		return err
	}
	hash, err := identity.HashPassword(ctx, d, in.Password)
	if err != nil {
		return err
	}
	return d.InPublic(ctx, func(q *db.PublicTx) error {
		if err := mayTakeSubdomain(q, in.Subdomain); err != nil {
			return err
		}
		id := db.NewID()
		_, err := db.Exec(q, `
			INSERT INTO public.signups (id, business_name, subdomain, time_zone, plan, owner_name, owner_email, password_hash, address, created_at, expires_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
			id, in.BusinessName, in.Subdomain, in.TimeZone, in.Plan, in.OwnerName, in.OwnerEmail, hash, from.Address, q.Now(), q.Now().Add(identity.SignUpFor))
		if err != nil {
			return err
		}
		return db.Enqueue(q, SignUpArgs{SignUpID: id}, nil)
	})
}

// mayTakeSubdomain says whether sign-up is open and a name is free now. Only the
// claim knows for sure.
func mayTakeSubdomain(q *db.PublicTx, subdomain string) error {
	current, err := settings.Read(q)
	if err != nil {
		return err
	}
	if !current.SignUpOpen {
		return errSignUpClosed
	}
	if err := settings.CheckAllowedSubdomain(q, subdomain); err != nil {
		return err
	}
	var taken bool
	err = db.Get(q, &taken, `SELECT EXISTS (SELECT FROM public.domains WHERE name = $1)`, subdomain)
	if err == nil && taken {
		return &db.Error{Kind: db.Conflict, Field: "subdomain", Message: "This subdomain is taken."}
	}
	return err
}

// SubdomainFree returns nil when a name could be taken now, or what is wrong
// with it under its field.
func SubdomainFree(ctx context.Context, d *db.DB, subdomain string) error {
	if err := settings.CheckSubdomain(subdomain); err != nil {
		return err
	}
	return d.InPublic(ctx, func(q *db.PublicTx) error { return mayTakeSubdomain(q, subdomain) })
}

// ReadSignUp returns one by its id, for the job that mails the link.
func ReadSignUp(q *db.PublicTx, id uuid.UUID) (identity.SignUp, error) {
	var s identity.SignUp
	err := db.Get(q, &s, `SELECT `+identity.SignUpColumns+` FROM public.signups WHERE id = $1`, id)
	return s, err
}

// NewSignUpLink makes the token of the mailed link; an earlier one is gone.
func NewSignUpLink(q *db.PublicTx, id uuid.UUID) (string, error) {
	token := sessions.NewToken()
	_, err := db.Exec(q, `UPDATE public.signups SET token_hash = $2 WHERE id = $1`, id, sessions.HashToken(token))
	return token, err
}

// SignUpByToken returns what a link would open, without opening it.
func SignUpByToken(ctx context.Context, d *db.DB, token string) (identity.SignUp, error) {
	var s identity.SignUp
	err := d.InPublic(ctx, func(q *db.PublicTx) error {
		return db.Get(q, &s, `SELECT `+identity.SignUpColumns+` FROM public.signups WHERE token_hash = $1 AND expires_at > $2`, sessions.HashToken(token), q.Now())
	})
	return s, err
}

// ConfirmSignUp opens the business, in one transaction with the end of the link,
// and returns the one-time code with which its owner enters the new host. In the
// place of a subdomain that was taken meanwhile comes another one. tell are the
// staff's roles who hear of it.
func ConfirmSignUp(ctx context.Context, d *db.DB, token, subdomain string, from db.Client) (s identity.SignUp, code string, err error) {
	err = withPool(ctx, d, func() error {
		s, code, err = claimSignUp(ctx, d, token, subdomain, from)
		return err
	})
	return s, code, err
}

func claimSignUp(ctx context.Context, d *db.DB, token, subdomain string, from db.Client) (s identity.SignUp, code string, err error) {
	code = sessions.NewToken()
	err = d.InPublic(ctx, func(q *db.PublicTx) error {
		err := db.Get(q, &s, `SELECT `+identity.SignUpColumns+` FROM public.signups WHERE token_hash = $1 AND expires_at > $2 AND confirmed_at IS NULL FOR UPDATE`,
			sessions.HashToken(token), q.Now())
		if err != nil {
			return err
		}
		if subdomain != "" {
			s.Subdomain = subdomain
		}
		if err := mayTakeSubdomain(q, s.Subdomain); err != nil {
			return err
		}
		owner := db.Person{ID: db.NewID(), BusinessID: uuid.NullUUID{UUID: db.NewID(), Valid: true}, Email: s.OwnerEmail, Name: s.OwnerName, Role: access.TenantOwner, IsActive: true}
		db.ActAs(q, &db.Principal{Actor: owner, Subject: owner, Address: from.Address})
		err = claim(q, owner.BusinessID.UUID, owner.ID, NewBusiness{Name: s.BusinessName, Subdomain: s.Subdomain, Plan: s.Plan, TimeZone: s.TimeZone,
			OwnerName: s.OwnerName, OwnerEmail: s.OwnerEmail}, "sign-up")
		if err != nil {
			return err
		}
		if err := identity.StorePassword(q, owner, s.PasswordHash); err != nil {
			return err
		}
		_, err = db.Exec(q, `UPDATE public.signups SET subdomain = $2, confirmed_at = $3, business_id = $4, user_id = $5, code_hash = $6, code_expires_at = $7,
			password_hash = '' WHERE id = $1`, s.ID, s.Subdomain, q.Now(), owner.BusinessID, owner.ID, sessions.HashToken(code), q.Now().Add(identity.WelcomeFor))
		if err != nil {
			return err
		}
		notice := people.Notice{Kind: people.NoticeSignUp, Title: s.BusinessName + " signed up", Detail: s.OwnerName + ", " + s.OwnerEmail,
			Href: "/businesses/" + owner.BusinessID.UUID.String()}
		return people.NotifyStaffIn(q, notice, access.Holders(access.BusinessesView)...)
	})
	if err != nil {
		return s, "", err
	}
	claimed(d)
	return s, code, nil
}

// withPool runs a claim, and fills the pool of schemas on the spot when it was
// empty. What fails then is no fault of the one who asks.
func withPool(ctx context.Context, d *db.DB, claim func() error) error {
	for {
		err := claim()
		if !errors.Is(err, errPoolEmpty) {
			return err
		}
		if err := schema.FillPool(ctx, d, 1); err != nil {
			return &ProvisioningError{err}
		}
	}
}

// ProvisioningError says that no room could be made for a new business.
type ProvisioningError struct{ cause error }

func (e *ProvisioningError) Error() string { return "fill the schema pool: " + e.cause.Error() }
func (e *ProvisioningError) Unwrap() error { return e.cause }

package identity

import (
	"context"
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/internal/db"
	"github.com/smoothschedule/smoothschedule/store/sessions"
)

// The bounds of signing up.
const (
	SignUpFor         = 24 * time.Hour   // to confirm by the mailed link
	WelcomeFor        = 10 * time.Minute // to enter the new business without a password
	SignUpsPerAddress = 20               // a person tries a few times; a machine tries all day
	SignUpsPerEmail   = 5
	SignUpWindow      = time.Hour
)

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

// SignUpColumns are what a SignUp is read from.
const SignUpColumns = `id, business_name, subdomain, time_zone, plan, owner_name, owner_email, password_hash, expires_at, confirmed_at, business_id`

// SignUpByCode shows whose entrance a code is on this host, without spending it.
func SignUpByCode(ctx context.Context, d *db.DB, tenant db.Tenant, code string) (SignUp, error) {
	var s SignUp
	err := InHost(ctx, d, &tenant, func(t db.Scope) error {
		return db.Get(t, &s, `SELECT `+SignUpColumns+` FROM public.signups
			WHERE code_hash = $1 AND business_id = $2 AND code_expires_at > $3 AND entered_at IS NULL`, sessions.HashToken(code), tenant.ID, t.Now())
	})
	return s, err
}

// EnterSignUp spends the code of a new business's owner and starts a session
// there: of any number of tries one wins.
func EnterSignUp(ctx context.Context, d *db.DB, tenant db.Tenant, code string, from db.Client) (string, error) {
	var owner db.Person
	err := InHost(ctx, d, &tenant, func(t db.Scope) error {
		var id uuid.UUID
		err := db.Get(t, &id, `UPDATE public.signups SET entered_at = $3
			WHERE code_hash = $1 AND business_id = $2 AND code_expires_at > $3 AND entered_at IS NULL RETURNING user_id`, sessions.HashToken(code), tenant.ID, t.Now())
		if err != nil {
			return err
		}
		owner, err = sessions.Person(t, id)
		if err == nil && !owner.IsActive {
			return db.NoSuch("sign-up")
		}
		return err
	})
	if err != nil {
		return "", err
	}
	token, _, err := startSession(ctx, d, &tenant, owner, from, "session.started_by_sign_up")
	return token, err
}

package identity

import (
	"context"
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/internal/db"
	"github.com/smoothschedule/smoothschedule/store/sessions"
)

// Passkey is a passkey as its owner sees it.
type Passkey struct {
	ID         uuid.UUID  `db:"id"`
	Name       string     `db:"name"`
	CreatedAt  time.Time  `db:"created_at"`
	LastUsedAt *time.Time `db:"last_used_at"`
}

// maxPasskeys bounds what one person registers.
const maxPasskeys = 20

// passkeyStepFor is how long a challenge waits for its answer.
const passkeyStepFor = 5 * time.Minute

// BeginPasskey keeps the challenge of a registration for the browser that began it.
func BeginPasskey(ctx context.Context, d *db.DB, p *db.Principal, data string) (step string, err error) {
	err = InHost(ctx, d, nil, func(t db.Scope) (err error) {
		step, err = newStep(t, "passkey_add", uuid.NullUUID{UUID: p.Actor.ID, Valid: true}, uuid.NullUUID{}, data, passkeyStepFor)
		return err
	})
	return step, err
}

// TakePasskeyStep returns the challenge of a registration; it is good once.
func TakePasskeyStep(ctx context.Context, d *db.DB, p *db.Principal, step string) (data string, err error) {
	err = InHost(ctx, d, nil, func(t db.Scope) error {
		user, found, err := takeStep(t, step, "passkey_add")
		if err == nil && user.UUID != p.Actor.ID {
			err = db.NoSuch("step")
		}
		data = found
		return err
	})
	return data, err
}

// BeginPasskeyLogin keeps the challenge of a login, of somebody not known yet.
func BeginPasskeyLogin(ctx context.Context, d *db.DB, data string, from db.Client) (step string, err error) {
	err = InHost(ctx, d, nil, func(t db.Scope) (err error) {
		// Each costs a row for some minutes: one address can't ask without end.
		if err = sessions.CountBeginning(t, "passkey", nil, from); err != nil {
			return err
		}
		step, err = newStep(t, "passkey_login", uuid.NullUUID{}, uuid.NullUUID{}, data, passkeyStepFor)
		return err
	})
	return step, err
}

// TakePasskeyLogin returns the challenge of a login; it is good once.
func TakePasskeyLogin(ctx context.Context, d *db.DB, step string) (data string, err error) {
	err = InHost(ctx, d, nil, func(t db.Scope) (err error) {
		_, data, err = takeStep(t, step, "passkey_login")
		return err
	})
	return data, err
}

// PasskeysOf returns a person of the staff with what the library keeps of each
// passkey, as JSON.
func PasskeysOf(ctx context.Context, d *db.DB, user uuid.UUID) (db.Person, []string, error) {
	var p db.Person
	var credentials []string
	err := InHost(ctx, d, nil, func(t db.Scope) error {
		err := db.Get(t, &p, `SELECT `+db.PersonColumns+` FROM public.users WHERE id = $1 AND business_id IS NULL AND is_active`, user)
		if err != nil {
			return err
		}
		return db.List(t, &credentials, `SELECT credential FROM public.passkeys WHERE user_id = $1 ORDER BY created_at`, user)
	})
	return p, credentials, err
}

// NewPasskey is a passkey that the library has verified.
type NewPasskey struct {
	CredentialID []byte
	Credential   string // JSON of the library
	Name         string
}

// AddPasskey stores a passkey of the principal and returns the recovery codes, if
// there were none.
func AddPasskey(ctx context.Context, d *db.DB, p *db.Principal, in NewPasskey, from db.Client) ([]string, error) {
	var codes []string
	err := InHost(ctx, d, nil, func(t db.Scope) error {
		n, err := db.Exec(t, `INSERT INTO public.passkeys (id, user_id, business_id, credential_id, credential, name, created_at)
			SELECT $1, $2, NULL, $3, CAST($4 AS jsonb), $5, $6 WHERE (SELECT count(*) FROM public.passkeys WHERE user_id = $2) < $7`,
			db.NewID(), p.Actor.ID, in.CredentialID, in.Credential, in.Name, t.Now(), maxPasskeys)
		if err != nil {
			return err
		}
		if n == 0 {
			return db.InvalidField("name", "You have 20 passkeys, which is the most. Remove one first.")
		}
		if codes, err = firstRecoveryCodes(t, p.Actor); err != nil {
			return err
		}
		if err := recountFactors(t, p.Actor.ID); err != nil {
			return err
		}
		return changed(t, p, from, "user.passkey_added", NoticePasskeyAdded)
	})
	return codes, err
}

// RenamePasskey names one of the principal's passkeys.
func RenamePasskey(ctx context.Context, d *db.DB, p *db.Principal, id uuid.UUID, name string) error {
	return InHost(ctx, d, nil, func(t db.Scope) error {
		var before db.PasskeyName
		if err := db.Get(t, &before, `SELECT name FROM public.passkeys WHERE id = $1 AND user_id = $2 FOR UPDATE`, id, p.Actor.ID); err != nil {
			return err
		}
		if err := db.Unchanged(t, before); err != nil {
			return err
		}
		if _, err := db.Exec(t, `UPDATE public.passkeys SET name = $3 WHERE id = $1 AND user_id = $2`, id, p.Actor.ID, name); err != nil {
			return err
		}
		return db.AuditBy(t, p, p.Actor, "user.passkey_renamed", map[string]any{"after": name})
	})
}

// RemovePasskey takes one of the principal's passkeys away; the recovery codes go
// with the last factor.
func RemovePasskey(ctx context.Context, d *db.DB, p *db.Principal, id uuid.UUID, from db.Client) error {
	return InHost(ctx, d, nil, func(t db.Scope) error {
		n, err := db.Exec(t, `DELETE FROM public.passkeys WHERE id = $1 AND user_id = $2`, id, p.Actor.ID)
		if err == nil && n == 0 {
			err = db.NoSuch("passkey")
		}
		if err != nil {
			return err
		}
		if err := afterRemoval(t, p.Actor); err != nil {
			return err
		}
		return changed(t, p, from, "user.passkey_removed", NoticePasskeyRemoved)
	})
}

// LoginWithPasskey starts the session of somebody whose passkey the library has
// verified, with the person present and checked by the device.
func LoginWithPasskey(ctx context.Context, d *db.DB, p db.Person, credentialID []byte, credential string, from db.Client) (string, *db.Principal, error) {
	return startSessionIf(ctx, d, nil, p, from, "session.started_with_passkey", func(t db.Scope) error {
		n, err := db.Exec(t, `UPDATE public.passkeys SET credential = CAST($3 AS jsonb), last_used_at = $4 WHERE user_id = $1 AND credential_id = $2`,
			p.ID, credentialID, credential, t.Now())
		if err == nil && n == 0 {
			err = db.NoSuch("passkey")
		}
		return err
	})
}

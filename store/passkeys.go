package store

import (
	"context"
	"time"

	"github.com/google/uuid"
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
func (db *DB) BeginPasskey(ctx context.Context, p *Principal, data string) (step string, err error) {
	err = db.inHost(ctx, nil, func(t *tx) (err error) {
		step, err = t.newStep("passkey_add", uuid.NullUUID{UUID: p.Actor.ID, Valid: true}, uuid.NullUUID{}, data, passkeyStepFor)
		return err
	})
	return step, err
}

// TakePasskeyStep returns the challenge of a registration; it is good once.
func (db *DB) TakePasskeyStep(ctx context.Context, p *Principal, step string) (data string, err error) {
	err = db.inHost(ctx, nil, func(t *tx) error {
		user, found, err := t.takeStep(step, "passkey_add")
		if err == nil && user.UUID != p.Actor.ID {
			err = notFound("step")
		}
		data = found
		return err
	})
	return data, err
}

// BeginPasskeyLogin keeps the challenge of a login, of somebody not known yet.
func (db *DB) BeginPasskeyLogin(ctx context.Context, data string, from Client) (step string, err error) {
	err = db.inHost(ctx, nil, func(t *tx) (err error) {
		// Each costs a row for some minutes: one address can't ask without end.
		if err = t.countBeginning("passkey", nil, from); err != nil {
			return err
		}
		step, err = t.newStep("passkey_login", uuid.NullUUID{}, uuid.NullUUID{}, data, passkeyStepFor)
		return err
	})
	return step, err
}

// TakePasskeyLogin returns the challenge of a login; it is good once.
func (db *DB) TakePasskeyLogin(ctx context.Context, step string) (data string, err error) {
	err = db.inHost(ctx, nil, func(t *tx) (err error) {
		_, data, err = t.takeStep(step, "passkey_login")
		return err
	})
	return data, err
}

// PasskeysOf returns a person of the staff with what the library keeps of each
// passkey, as JSON.
func (db *DB) PasskeysOf(ctx context.Context, user uuid.UUID) (Person, []string, error) {
	var p Person
	var credentials []string
	err := db.inHost(ctx, nil, func(t *tx) error {
		err := t.get(&p, `SELECT `+personColumns+` FROM public.users WHERE id = $1 AND business_id IS NULL AND is_active`, user)
		if err != nil {
			return err
		}
		return t.list(&credentials, `SELECT credential FROM public.passkeys WHERE user_id = $1 ORDER BY created_at`, user)
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
func (db *DB) AddPasskey(ctx context.Context, p *Principal, in NewPasskey, from Client) ([]string, error) {
	var codes []string
	err := db.inHost(ctx, nil, func(t *tx) error {
		n, err := t.exec(`INSERT INTO public.passkeys (id, user_id, business_id, credential_id, credential, name, created_at)
			SELECT $1, $2, NULL, $3, CAST($4 AS jsonb), $5, $6 WHERE (SELECT count(*) FROM public.passkeys WHERE user_id = $2) < $7`,
			newID(), p.Actor.ID, in.CredentialID, in.Credential, in.Name, t.now, maxPasskeys)
		if err != nil {
			return err
		}
		if n == 0 {
			return invalid("name", "You have 20 passkeys, which is the most. Remove one first.")
		}
		if codes, err = t.firstRecoveryCodes(p.Actor); err != nil {
			return err
		}
		if err := t.recountFactors(p.Actor.ID); err != nil {
			return err
		}
		return t.changed(p, from, "user.passkey_added", NoticePasskeyAdded)
	})
	return codes, err
}

// RenamePasskey names one of the principal's passkeys.
func (db *DB) RenamePasskey(ctx context.Context, p *Principal, id uuid.UUID, name string) error {
	return db.inHost(ctx, nil, func(t *tx) error {
		var before PasskeyName
		if err := t.get(&before, `SELECT name FROM public.passkeys WHERE id = $1 AND user_id = $2 FOR UPDATE`, id, p.Actor.ID); err != nil {
			return err
		}
		if err := t.unchanged(before); err != nil {
			return err
		}
		if _, err := t.exec(`UPDATE public.passkeys SET name = $3 WHERE id = $1 AND user_id = $2`, id, p.Actor.ID, name); err != nil {
			return err
		}
		return t.auditBy(p, p.Actor, "user.passkey_renamed", map[string]any{"after": name})
	})
}

// RemovePasskey takes one of the principal's passkeys away; the recovery codes go
// with the last factor.
func (db *DB) RemovePasskey(ctx context.Context, p *Principal, id uuid.UUID, from Client) error {
	return db.inHost(ctx, nil, func(t *tx) error {
		n, err := t.exec(`DELETE FROM public.passkeys WHERE id = $1 AND user_id = $2`, id, p.Actor.ID)
		if err == nil && n == 0 {
			err = notFound("passkey")
		}
		if err != nil {
			return err
		}
		if err := t.afterRemoval(p.Actor); err != nil {
			return err
		}
		return t.changed(p, from, "user.passkey_removed", NoticePasskeyRemoved)
	})
}

// LoginWithPasskey starts the session of somebody whose passkey the library has
// verified, with the person present and checked by the device.
func (db *DB) LoginWithPasskey(ctx context.Context, p Person, credentialID []byte, credential string, from Client) (string, *Principal, error) {
	return db.startSessionIf(ctx, nil, p, from, "session.started_with_passkey", func(t *tx) error {
		n, err := t.exec(`UPDATE public.passkeys SET credential = CAST($3 AS jsonb), last_used_at = $4 WHERE user_id = $1 AND credential_id = $2`,
			p.ID, credentialID, credential, t.now)
		if err == nil && n == 0 {
			err = notFound("passkey")
		}
		return err
	})
}

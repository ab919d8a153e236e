package store

import (
	"context"
	"time"

	"github.com/google/uuid"
)

// tokenPrefix lets people and secret scanners tell what a token opens.
const tokenPrefix = "smooth_"

// MaxTokenDays and DefaultTokenDays bound how long an API token holds.
const (
	MaxTokenDays     = 365
	DefaultTokenDays = 90
)

// APIToken is a token as its owner sees it later: without itself.
type APIToken struct {
	ID        uuid.UUID `db:"token_id"`
	Name      string    `db:"token_name"`
	ExpiresAt time.Time `db:"expires_at"`
}

// NewAPIToken is what it takes to get a token.
type NewAPIToken struct {
	Email, Password string
	Name            string
	Days            int // 0 means DefaultTokenDays
}

// CreateAPIToken checks a password as Login does and returns a token of that
// person; only its hash is kept. tenant is nil on the platform's host.
func (db *DB) CreateAPIToken(ctx context.Context, tenant *Tenant, in NewAPIToken, from Client) (string, APIToken, error) {
	p, err := db.checkPassword(ctx, tenant, in.Email, in.Password, from)
	if err != nil {
		return "", APIToken{}, err
	}
	if in.Days == 0 {
		in.Days = DefaultTokenDays
	}
	if in.Days < 1 || in.Days > MaxTokenDays {
		return "", APIToken{}, invalid("expires_days", "Choose 1 to 365 days.")
	}
	text := tokenPrefix + newToken()
	token := APIToken{ID: newID(), Name: in.Name}
	// Somebody who asks and goes away must not leave a token in doubt.
	err = db.inHost(context.WithoutCancel(ctx), tenant, func(t tx) error {
		token.ExpiresAt = t.now.AddDate(0, 0, in.Days).UTC().Truncate(time.Second)
		if _, err := t.exec(`
			INSERT INTO public.api_tokens (id, business_id, user_id, name, token_hash, created_at, expires_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7)`,
			token.ID, p.BusinessID, p.ID, token.Name, hashToken(text), t.now, token.ExpiresAt); err != nil {
			return err
		}
		if _, err := t.exec(`UPDATE public.users SET last_login_at = $2 WHERE id = $1`, p.ID, t.now); err != nil {
			return err
		}
		return t.audit(Event{Action: "api_token.created", Business: p.BusinessID, ObjectType: "api_token", ObjectID: token.ID.String(),
			ObjectName: token.Name, Details: map[string]any{"expires_at": token.ExpiresAt.Format(time.RFC3339)},
			By: &Principal{Actor: p, Subject: p, Tenant: tenant, Address: from.Address}})
	})
	return text, token, err
}

// AuthenticateToken returns whose token this is and the token, or nil when it
// does not hold: unknown, revoked, expired, or its person's login is disabled.
// The person's role is read now, so a token never outlives it. With WithHandover
// the scope stays open for the handler.
func (db *DB) AuthenticateToken(ctx context.Context, text string, from Client) (*Principal, *APIToken, error) {
	opened, err := db.begin(ctx, db.web, scope{platform: true})
	if err != nil {
		return nil, nil, wrap(err)
	}
	kept := false
	defer func() {
		if !kept {
			opened.close()
		}
	}()
	var row struct {
		Person
		APIToken
		LastUsedAt *time.Time `db:"last_used_at"`
	}
	err = wrap(opened.get(&row, `
		SELECT u.id, u.business_id, u.email, u.name, u.role, u.is_active, u.last_login_at, u.created_at,
			a.id AS token_id, a.name AS token_name, a.expires_at, a.last_used_at
		FROM public.api_tokens a JOIN public.users u ON u.id = a.user_id
		WHERE a.token_hash = $1 AND a.revoked_at IS NULL AND a.expires_at > $2 AND u.is_active`, hashToken(text), opened.now))
	if KindOf(err) == NotFound {
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, err
	}
	p := &Principal{Actor: row.Person, Subject: row.Person, Address: from.Address}
	if stale := opened.now.Add(-touchEvery); row.LastUsedAt == nil || !row.LastUsedAt.After(stale) {
		// Many requests may find it stale at once: the first writes.
		if _, err := opened.exec(`UPDATE public.api_tokens SET last_used_at = $2
			WHERE id = $1 AND (last_used_at IS NULL OR last_used_at <= $3)`, row.APIToken.ID, opened.now, stale); err != nil {
			return nil, nil, wrap(err)
		}
	}
	if kept = pass(ctx, opened); kept {
		return p, &row.APIToken, nil
	}
	return p, &row.APIToken, wrap(opened.commit())
}

// revokeTokens ends all tokens of a person: who got one with a lost password
// must not keep it.
func (t *tx) revokeTokens(person uuid.UUID) error {
	_, err := t.exec(`UPDATE public.api_tokens SET revoked_at = $2 WHERE user_id = $1 AND revoked_at IS NULL`, person, t.now)
	return err
}

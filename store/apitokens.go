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
	ReadOnly  bool      `db:"read_only"`
	ExpiresAt time.Time `db:"expires_at"`
}

// NewAPIToken is what it takes to get a token.
type NewAPIToken struct {
	Email, Password string
	Code            string // of the second factor, if the account has one
	Name            string
	Days            int // 0 means DefaultTokenDays
	ReadOnly        bool
}

// ErrCodeNeeded answers the right password of somebody with a second factor.
var ErrCodeNeeded = &Error{Kind: Invalid, Field: "code", Message: "This account has a second factor: send its code too."}

// CreateAPIToken checks a password as Login does, and the second factor of who
// has one, and returns a token of that person; only its hash is kept. tenant is
// nil on the platform's host.
func (db *DB) CreateAPIToken(ctx context.Context, tenant *Tenant, in NewAPIToken, from Client) (string, APIToken, error) {
	if in.Days < 0 || in.Days > MaxTokenDays {
		return "", APIToken{}, invalid("expires_days", "Choose 1 to 365 days.")
	}
	p, factor, err := db.checkPassword(ctx, tenant, byAPI, in.Email, in.Password, from)
	if err != nil {
		return "", APIToken{}, err
	}
	if factor {
		if in.Code == "" {
			return "", APIToken{}, ErrCodeNeeded
		}
		if err := db.checkCode(ctx, tenant, p, in.Code); err != nil {
			return "", APIToken{}, err
		}
	}
	var text string
	var token APIToken
	// Somebody who asks and goes away must not leave a token in doubt.
	err = db.inHost(context.WithoutCancel(ctx), tenant, func(t *tx) (err error) {
		if missing, err := t.mustSetUp(p.Role, factor); err != nil {
			return err
		} else if missing {
			return &Error{Kind: Forbidden, Message: "Your role needs a second factor: log in and set one up first."}
		}
		if text, token, err = t.newAPIToken(p, in); err != nil {
			return err
		}
		if _, err = t.exec(`UPDATE public.users SET last_login_at = $2 WHERE id = $1`, p.ID, t.now); err != nil {
			return err
		}
		return t.auditToken("api_token.created", token, &Principal{Actor: p, Subject: p, Tenant: tenant, Address: from.Address})
	})
	return text, token, err
}

// checkCode spends a code of a person whose password was right.
func (db *DB) checkCode(ctx context.Context, tenant *Tenant, p Person, code string) error {
	var counted attempt
	err := db.inHost(ctx, tenant, func(t *tx) (err error) {
		counted, err = t.try(codeKeys(hostKey(tenant), p.ID, ""))
		return err
	})
	if err != nil {
		return err
	}
	return db.inHost(ctx, tenant, func(t *tx) error {
		right, err := t.spendCode(p, code)
		if err != nil {
			return err
		}
		if !right {
			return invalid("code", "This code is not right, or was used already.")
		}
		return t.succeed(counted)
	})
}

func (t *tx) newAPIToken(p Person, in NewAPIToken) (string, APIToken, error) {
	if in.Days == 0 {
		in.Days = DefaultTokenDays
	}
	text := tokenPrefix + newToken()
	token := APIToken{ID: newID(), Name: in.Name, ReadOnly: in.ReadOnly, ExpiresAt: t.now.AddDate(0, 0, in.Days).UTC().Truncate(time.Second)}
	_, err := t.exec(`
		INSERT INTO public.api_tokens (id, business_id, user_id, name, token_hash, created_at, expires_at, read_only)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		token.ID, p.BusinessID, p.ID, token.Name, hashToken(text), t.now, token.ExpiresAt, token.ReadOnly)
	return text, token, err
}

func (t *tx) auditToken(action string, token APIToken, by *Principal) error {
	return t.audit(Event{Action: action, Business: by.Actor.BusinessID, ObjectType: "api_token", ObjectID: token.ID.String(), ObjectName: token.Name,
		Details: map[string]any{"expires_at": token.ExpiresAt.Format(time.RFC3339), "read_only": token.ReadOnly}, By: by})
}

// OwnToken is a token in its owner's list.
type OwnToken struct {
	APIToken
	CreatedAt  time.Time  `db:"created_at"`
	LastUsedAt *time.Time `db:"last_used_at"`
}

// maxTokens bounds the list: more than anybody keeps apart.
const maxTokens = 50

// OwnTokens lists the principal's tokens that still hold, newest first.
func (db *DB) OwnTokens(ctx context.Context, p *Principal) ([]OwnToken, error) {
	var tokens []OwnToken
	err := db.inHost(ctx, p.home(), func(t *tx) error {
		return t.list(&tokens, `SELECT id AS token_id, name AS token_name, read_only, expires_at, created_at, last_used_at FROM public.api_tokens
			WHERE user_id = $1 AND revoked_at IS NULL AND expires_at > $2 ORDER BY created_at DESC, id DESC LIMIT $3`, p.Actor.ID, t.now, maxTokens)
	})
	return tokens, err
}

// CreateOwnToken gives the principal a token; its text is shown this once.
func (db *DB) CreateOwnToken(ctx context.Context, p *Principal, in NewAPIToken) (text string, token APIToken, err error) {
	err = db.inHost(ctx, p.home(), func(t *tx) error {
		var held int
		if err := t.get(&held, `SELECT count(*) FROM public.api_tokens WHERE user_id = $1 AND revoked_at IS NULL AND expires_at > $2`, p.Actor.ID, t.now); err != nil {
			return err
		}
		if held >= maxTokens {
			return invalid("name", "You have 50 tokens, which is the most. Revoke one that nobody uses.")
		}
		if text, token, err = t.newAPIToken(p.Actor, in); err != nil {
			return err
		}
		if err := t.auditToken("api_token.created", token, p); err != nil {
			return err
		}
		return t.notice(p.Actor, NoticeTokenCreated)
	})
	return text, token, err
}

// RevokeOwnToken ends one token of the principal at once.
func (db *DB) RevokeOwnToken(ctx context.Context, p *Principal, id uuid.UUID) error {
	return db.inHost(ctx, p.home(), func(t *tx) error {
		var token APIToken
		err := t.get(&token, `UPDATE public.api_tokens SET revoked_at = $3 WHERE id = $1 AND user_id = $2 AND revoked_at IS NULL
			RETURNING id AS token_id, name AS token_name, read_only, expires_at`, id, p.Actor.ID, t.now)
		if err != nil {
			return err
		}
		return t.auditToken("api_token.revoked", token, p)
	})
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
			a.id AS token_id, a.name AS token_name, a.read_only, a.expires_at, a.last_used_at
		FROM public.api_tokens a JOIN public.users u ON u.id = a.user_id
		WHERE a.token_hash = $1 AND a.revoked_at IS NULL AND a.expires_at > $2 AND u.is_active`, hashToken(text), opened.now))
	if KindOf(err) == NotFound {
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, err
	}
	p := &Principal{Actor: row.Person, Subject: row.Person, Address: from.Address, tokenID: row.APIToken.ID}
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

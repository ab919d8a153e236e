package identity

import (
	"context"
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/internal/db"
	"github.com/smoothschedule/smoothschedule/store/sessions"
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
var ErrCodeNeeded = &db.Error{Kind: db.Invalid, Field: "code", Message: "This account has a second factor: send its code too."}

// CreateAPIToken checks a password as Login does, and the second factor of who
// has one, and returns a token of that person; only its hash is kept. tenant is
// nil on the platform's host.
func CreateAPIToken(ctx context.Context, d *db.DB, tenant *db.Tenant, in NewAPIToken, from db.Client) (string, APIToken, error) {
	if in.Days < 0 || in.Days > MaxTokenDays {
		return "", APIToken{}, db.InvalidField("expires_days", "Choose 1 to 365 days.")
	}
	p, factor, err := checkPassword(ctx, d, tenant, sessions.ByAPI, in.Email, in.Password, from)
	if err != nil {
		return "", APIToken{}, err
	}
	if factor {
		if in.Code == "" {
			return "", APIToken{}, ErrCodeNeeded
		}
		if err := checkCode(ctx, d, tenant, p, in.Code); err != nil {
			return "", APIToken{}, err
		}
	}
	var text string
	var token APIToken
	// Somebody who asks and goes away must not leave a token in doubt.
	err = InHost(context.WithoutCancel(ctx), d, tenant, func(t db.Scope) (err error) {
		if missing, err := sessions.MustSetUp(t, p.Role, factor); err != nil {
			return err
		} else if missing {
			return &db.Error{Kind: db.Forbidden, Message: "Your role needs a second factor: log in and set one up first."}
		}
		if text, token, err = newAPIToken(t, p, in); err != nil {
			return err
		}
		if _, err = db.Exec(t, `UPDATE public.users SET last_login_at = $2 WHERE id = $1`, p.ID, t.Now()); err != nil {
			return err
		}
		return auditToken(t, "api_token.created", token, &db.Principal{Actor: p, Subject: p, Tenant: tenant, Address: from.Address})
	})
	return text, token, err
}

// checkCode spends a code of a person whose password was right.
func checkCode(ctx context.Context, d *db.DB, tenant *db.Tenant, p db.Person, code string) error {
	var counted sessions.Attempt
	err := InHost(ctx, d, tenant, func(t db.Scope) (err error) {
		counted, err = sessions.Try(t, sessions.CodeKeys(sessions.HostKey(tenant), p.ID, ""))
		return err
	})
	if err != nil {
		return err
	}
	return InHost(ctx, d, tenant, func(t db.Scope) error {
		right, err := spendCode(t, p, code)
		if err != nil {
			return err
		}
		if !right {
			return db.InvalidField("code", "This code is not right, or was used already.")
		}
		return sessions.Succeed(t, counted)
	})
}

func newAPIToken(t db.Scope, p db.Person, in NewAPIToken) (string, APIToken, error) {
	if in.Days == 0 {
		in.Days = DefaultTokenDays
	}
	text := tokenPrefix + sessions.NewToken()
	token := APIToken{ID: db.NewID(), Name: in.Name, ReadOnly: in.ReadOnly, ExpiresAt: t.Now().AddDate(0, 0, in.Days).UTC().Truncate(time.Second)}
	_, err := db.Exec(t, `
		INSERT INTO public.api_tokens (id, business_id, user_id, name, token_hash, created_at, expires_at, read_only)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		token.ID, p.BusinessID, p.ID, token.Name, sessions.HashToken(text), t.Now(), token.ExpiresAt, token.ReadOnly)
	return text, token, err
}

func auditToken(t db.Scope, action string, token APIToken, by *db.Principal) error {
	return db.Audit(t, db.Event{Action: action, Business: by.Actor.BusinessID, ObjectType: "api_token", ObjectID: token.ID.String(), ObjectName: token.Name,
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
func OwnTokens(ctx context.Context, d *db.DB, p *db.Principal) ([]OwnToken, error) {
	var tokens []OwnToken
	err := InHost(ctx, d, p.Home(), func(t db.Scope) error {
		return db.List(t, &tokens, `SELECT id AS token_id, name AS token_name, read_only, expires_at, created_at, last_used_at FROM public.api_tokens
			WHERE user_id = $1 AND revoked_at IS NULL AND expires_at > $2 ORDER BY created_at DESC, id DESC LIMIT $3`, p.Actor.ID, t.Now(), maxTokens)
	})
	return tokens, err
}

// CreateOwnToken gives the principal a token; its text is shown this once.
func CreateOwnToken(ctx context.Context, d *db.DB, p *db.Principal, in NewAPIToken) (text string, token APIToken, err error) {
	err = InHost(ctx, d, p.Home(), func(t db.Scope) error {
		var held int
		if err := db.Get(t, &held, `SELECT count(*) FROM public.api_tokens WHERE user_id = $1 AND revoked_at IS NULL AND expires_at > $2`, p.Actor.ID, t.Now()); err != nil {
			return err
		}
		if held >= maxTokens {
			return db.InvalidField("name", "You have 50 tokens, which is the most. Revoke one that nobody uses.")
		}
		if text, token, err = newAPIToken(t, p.Actor, in); err != nil {
			return err
		}
		if err := auditToken(t, "api_token.created", token, p); err != nil {
			return err
		}
		return notice(t, p.Actor, NoticeTokenCreated)
	})
	return text, token, err
}

// RevokeOwnToken ends one token of the principal at once.
func RevokeOwnToken(ctx context.Context, d *db.DB, p *db.Principal, id uuid.UUID) error {
	return InHost(ctx, d, p.Home(), func(t db.Scope) error {
		var token APIToken
		err := db.Get(t, &token, `UPDATE public.api_tokens SET revoked_at = $3 WHERE id = $1 AND user_id = $2 AND revoked_at IS NULL
			RETURNING id AS token_id, name AS token_name, read_only, expires_at`, id, p.Actor.ID, t.Now())
		if err != nil {
			return err
		}
		return auditToken(t, "api_token.revoked", token, p)
	})
}

// AuthenticateToken returns whose token this is and the token, or nil when it
// does not hold: unknown, revoked, expired, or its person's login is disabled.
// The person's role is read now, so a token never outlives it. With WithHandover
// the scope stays open for the handler.
func AuthenticateToken(ctx context.Context, d *db.DB, text string, from db.Client) (*db.Principal, *APIToken, error) {
	opened, err := db.Begin(ctx, d, db.Web(d), db.Rows{Platform: true})
	if err != nil {
		return nil, nil, db.Wrap(err)
	}
	kept := false
	defer func() {
		if !kept {
			db.Close(opened)
		}
	}()
	var row struct {
		db.Person
		APIToken
		LastUsedAt *time.Time `db:"last_used_at"`
	}
	err = db.Wrap(db.Get(opened, &row, `
		SELECT u.id, u.business_id, u.email, u.name, u.role, u.is_active, u.last_login_at, u.created_at,
			a.id AS token_id, a.name AS token_name, a.read_only, a.expires_at, a.last_used_at
		FROM public.api_tokens a JOIN public.users u ON u.id = a.user_id
		WHERE a.token_hash = $1 AND a.revoked_at IS NULL AND a.expires_at > $2 AND u.is_active`, sessions.HashToken(text), opened.Now()))
	if db.KindOf(err) == db.NotFound {
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, err
	}
	p := &db.Principal{Actor: row.Person, Subject: row.Person, Address: from.Address, TokenID: row.APIToken.ID}
	if stale := opened.Now().Add(-sessions.TouchEvery); row.LastUsedAt == nil || !row.LastUsedAt.After(stale) {
		// Many requests may find it stale at once: the first writes.
		if _, err := db.Exec(opened, `UPDATE public.api_tokens SET last_used_at = $2
			WHERE id = $1 AND (last_used_at IS NULL OR last_used_at <= $3)`, row.APIToken.ID, opened.Now(), stale); err != nil {
			return nil, nil, db.Wrap(err)
		}
	}
	if kept = db.Pass(ctx, opened); kept {
		return p, &row.APIToken, nil
	}
	return p, &row.APIToken, db.Wrap(db.Commit(opened))
}

// revokeTokens ends all tokens of a person: who got one with a lost password
// must not keep it.
func revokeTokens(t db.Scope, person uuid.UUID) error {
	_, err := db.Exec(t, `UPDATE public.api_tokens SET revoked_at = $2 WHERE user_id = $1 AND revoked_at IS NULL`, person, t.Now())
	return err
}

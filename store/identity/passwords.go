package identity

import (
	"context"
	"runtime"
	"sync/atomic"

	"github.com/alexedwards/argon2id"
	"github.com/google/uuid"
	"golang.org/x/text/secure/precis"
	"golang.org/x/text/unicode/norm"

	"github.com/smoothschedule/smoothschedule/store/internal/db"
	"github.com/smoothschedule/smoothschedule/store/sessions"
)

// passwordCost is OWASP's least for argon2id: 19 MiB, two passes. More memory
// would let a few dozen sign-ins at once fill a small server.
var passwordCost = &argon2id.Params{Memory: 19 * 1024, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}

// dummyHash is compared when there is no account, so that an unknown e-mail costs
// the same as a wrong password.
const dummyHash = "$argon2id$v=19$m=19456,t=2,p=1$c21vb3Roc2NoZWR1bGU$X1DsGGWfT4ZK8hQHdS4fjBn0yx0f7yJ9p6E4l5yY0nA"

// HashPassword and verifyPassword take one of a few places: each costs a core
// for some 20 ms and 19 MiB.
func HashPassword(ctx context.Context, d *db.DB, password string) (string, error) {
	leave, err := hashPlace(ctx, d)
	if err != nil {
		return "", err
	}
	defer leave()
	return argon2id.CreateHash(prepared(password), cost(d))
}

func verifyPassword(ctx context.Context, d *db.DB, password, hash string) (bool, error) {
	leave, err := hashPlace(ctx, d)
	if err != nil {
		return false, err
	}
	defer leave()
	hashing(d).compared.Add(1)
	return argon2id.ComparePasswordAndHash(prepared(password), hash)
}

// prepared is a password as RFC 8265 compares it: "ü" is one letter however a
// keyboard composes it, and every space is a space. What the RFC forbids (control
// characters) stays as it was typed.
func prepared(password string) string {
	text, err := precis.OpaqueString.String(password)
	if err != nil {
		return norm.NFC.String(password)
	}
	return text
}

// rehash stores the hash anew when it was made at a lower cost; the password has
// just been compared and is right.
func rehash(ctx context.Context, d *db.DB, found sessions.Account, password string) error {
	used, _, _, err := argon2id.DecodeHash(found.Hash)
	if err == nil && used.Memory >= cost(d).Memory && used.Iterations >= cost(d).Iterations {
		return nil
	}
	hash, err := HashPassword(ctx, d, password)
	if err != nil {
		return err
	}
	return db.Run(context.WithoutCancel(ctx), d, db.Web(d), scopeOf(found.BusinessID), func(t db.Scope) error {
		_, err := db.Exec(t, `UPDATE public.credentials SET password_hash = $2 WHERE user_id = $1 AND password_hash = $3`, found.ID, hash, found.Hash)
		return err
	})
}

// scopeOf sees the people of one business, or with none those of the platform.
func scopeOf(business uuid.NullUUID) db.Rows {
	if !business.Valid {
		return db.Rows{Platform: true}
	}
	return db.Rows{Business: business.UUID}
}

// hashes are the places where passwords are hashed and compared.
type hashes struct {
	places   chan struct{}
	compared atomic.Int64 // for the test that counts them
}

func hashing(d *db.DB) *hashes {
	return db.Keep(d, func() *hashes { return &hashes{places: make(chan struct{}, max(1, runtime.GOMAXPROCS(0)))} })
}

// cost is that of new hashes.
func cost(d *db.DB) *argon2id.Params {
	if db.PasswordCost(d) != nil {
		return db.PasswordCost(d)
	}
	return passwordCost
}

func hashPlace(ctx context.Context, d *db.DB) (leave func(), err error) {
	places := hashing(d).places
	select {
	case places <- struct{}{}:
		return func() { <-places }, nil
	case <-ctx.Done():
		return nil, &db.Error{Kind: db.Unavailable, Message: "too many sign-ins at once", Cause: ctx.Err()}
	}
}

// SetPassword stores a password, hashed.
func SetPassword(t db.Scope, p db.Person, password string) error {
	hash, err := HashPassword(db.Context(t), db.Of(t), password)
	if err != nil {
		return err
	}
	return StorePassword(t, p, hash)
}

// StorePassword also ends the time of an open invitation.
func StorePassword(t db.Scope, p db.Person, hash string) error {
	_, err := db.Exec(t, `
		WITH accepted AS (UPDATE public.users SET invited_at = NULL WHERE id = $1 AND invited_at IS NOT NULL)
		INSERT INTO public.credentials (user_id, business_id, password_hash, changed_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (user_id) DO UPDATE SET password_hash = EXCLUDED.password_hash, changed_at = EXCLUDED.changed_at`,
		p.ID, p.BusinessID, hash, t.Now())
	return err
}

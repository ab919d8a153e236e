package store

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"runtime"
	"sync/atomic"

	"github.com/alexedwards/argon2id"
	"github.com/google/uuid"
	"golang.org/x/text/secure/precis"
	"golang.org/x/text/unicode/norm"
)

// passwordCost is OWASP's least for argon2id: 19 MiB, two passes. More memory
// would let a few dozen sign-ins at once fill a small server.
var passwordCost = &argon2id.Params{Memory: 19 * 1024, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}

// dummyHash is compared when there is no account, so that an unknown e-mail costs
// the same as a wrong password.
const dummyHash = "$argon2id$v=19$m=19456,t=2,p=1$c21vb3Roc2NoZWR1bGU$X1DsGGWfT4ZK8hQHdS4fjBn0yx0f7yJ9p6E4l5yY0nA"

// hashPassword and verifyPassword take one of a few places: each costs a core
// for some 20 ms and 19 MiB.
func (db *DB) hashPassword(ctx context.Context, password string) (string, error) {
	leave, err := db.hashPlace(ctx)
	if err != nil {
		return "", err
	}
	defer leave()
	return argon2id.CreateHash(prepared(password), db.cost())
}

func (db *DB) verifyPassword(ctx context.Context, password, hash string) (bool, error) {
	leave, err := db.hashPlace(ctx)
	if err != nil {
		return false, err
	}
	defer leave()
	db.hashes().compared.Add(1)
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
func (db *DB) rehash(ctx context.Context, found account, password string) error {
	used, _, _, err := argon2id.DecodeHash(found.Hash)
	if err == nil && used.Memory >= db.cost().Memory && used.Iterations >= db.cost().Iterations {
		return nil
	}
	hash, err := db.hashPassword(ctx, password)
	if err != nil {
		return err
	}
	return db.run(context.WithoutCancel(ctx), db.web, scopeOf(found.BusinessID), func(t *tx) error {
		_, err := t.exec(`UPDATE public.credentials SET password_hash = $2 WHERE user_id = $1 AND password_hash = $3`, found.ID, hash, found.Hash)
		return err
	})
}

// scopeOf sees the people of one business, or with none those of the platform.
func scopeOf(business uuid.NullUUID) scope {
	if !business.Valid {
		return scope{platform: true}
	}
	return scope{business: business.UUID}
}

// hashes are the places where passwords are hashed and compared.
type hashes struct {
	places   chan struct{}
	compared atomic.Int64 // for the test that counts them
}

func (db *DB) hashes() *hashes {
	return keep(db, func() *hashes { return &hashes{places: make(chan struct{}, max(1, runtime.GOMAXPROCS(0)))} })
}

// cost is that of new hashes.
func (db *DB) cost() *argon2id.Params {
	if db.passwordCost != nil {
		return db.passwordCost
	}
	return passwordCost
}

func (db *DB) hashPlace(ctx context.Context) (leave func(), err error) {
	places := db.hashes().places
	select {
	case places <- struct{}{}:
		return func() { <-places }, nil
	case <-ctx.Done():
		return nil, &Error{Kind: Unavailable, Message: "too many sign-ins at once", cause: ctx.Err()}
	}
}

func (t *tx) setPassword(p Person, password string) error {
	hash, err := t.db.hashPassword(t.ctx, password)
	if err != nil {
		return err
	}
	return t.storePassword(p, hash)
}

// storePassword also ends the time of an open invitation.
func (t *tx) storePassword(p Person, hash string) error {
	_, err := t.exec(`
		WITH accepted AS (UPDATE public.users SET invited_at = NULL WHERE id = $1 AND invited_at IS NOT NULL)
		INSERT INTO public.credentials (user_id, business_id, password_hash, changed_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (user_id) DO UPDATE SET password_hash = EXCLUDED.password_hash, changed_at = EXCLUDED.changed_at`,
		p.ID, p.BusinessID, hash, t.now)
	return err
}

// newToken returns 160 random bits in URL-safe text.
func newToken() string {
	var b [20]byte
	_, _ = rand.Read(b[:]) // never fails, by its documentation
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// hashToken is what the database keeps of a token: random ones need no salt.
func hashToken(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}

package store

import (
	"context"
	"crypto/sha256"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
)

// The throttle counts the failures of the last FailureWindow in the database, so
// that it holds for all processes. It slows down and never locks for good.
const (
	FailureWindow      = 15 * time.Minute
	maxAccountFailures = 10
	maxAddressFailures = 100
)

// errLogin is the one answer to every failed sign-in.
var errLogin = &Error{Kind: Invalid, Message: "This e-mail address and password don't match an account here."}

// Login checks a password and starts a session; the token goes into the cookie.
// tenant is nil on the platform's host. Every failure is the same Invalid error
// after exactly one password check; too many failures are Throttled.
func (db *DB) Login(ctx context.Context, tenant *Tenant, email, password string, from Client) (string, *Principal, error) {
	p, err := db.checkPassword(ctx, tenant, email, password, from)
	if err != nil {
		return "", nil, err
	}
	return db.startSession(ctx, tenant, p, from, "session.started")
}

// checkPassword is what every way in by password shares: the throttle, one
// answer to all failures, and exactly one comparison.
func (db *DB) checkPassword(ctx context.Context, tenant *Tenant, email, password string, from Client) (Person, error) {
	email = strings.TrimSpace(email)
	account, address := failureKeys(tenant, email, from)
	if err := db.checkThrottle(ctx, account, address); err != nil {
		return Person{}, err
	}
	var found struct {
		Person
		Hash string `db:"password_hash"`
	}
	err := error(&Error{Kind: NotFound})
	if isText(email) {
		err = db.inHost(ctx, tenant, func(t tx) error {
			return t.get(&found, `
				SELECT u.id, u.business_id, u.email, u.name, u.role, u.is_active, u.last_login_at, u.created_at, c.password_hash
				FROM public.users u JOIN public.credentials c ON c.user_id = u.id
				WHERE u.business_id IS NOT DISTINCT FROM $1 AND lower(u.email) = lower($2)`, tenantID(tenant), email)
		})
	}
	if err != nil && KindOf(err) != NotFound {
		return Person{}, err
	}
	known := err == nil && found.IsActive
	hash := dummyHash
	if known {
		hash = found.Hash
	}
	matches, err := db.verifyPassword(ctx, password, hash)
	if err != nil {
		return Person{}, err
	}
	if !known || !matches {
		return Person{}, db.recordFailure(ctx, account, address)
	}
	return found.Person, nil
}

// isText says whether the database can hold s at all.
func isText(s string) bool { return utf8.ValidString(s) && !strings.ContainsRune(s, 0) }

// LoginAs starts a session without a password: the development quick login and
// the links of invitations.
func (db *DB) LoginAs(ctx context.Context, tenant *Tenant, email string, from Client) (string, *Principal, error) {
	var p Person
	err := db.inHost(ctx, tenant, func(t tx) error {
		return t.get(&p, `SELECT `+personColumns+` FROM public.users
			WHERE business_id IS NOT DISTINCT FROM $1 AND lower(email) = lower($2) AND is_active`, tenantID(tenant), email)
	})
	if err != nil {
		return "", nil, err
	}
	return db.startSession(ctx, tenant, p, from, "session.started_without_password")
}

func (db *DB) startSession(ctx context.Context, tenant *Tenant, p Person, from Client, action string) (string, *Principal, error) {
	who := &Principal{Actor: p, Subject: p, Tenant: tenant, AuthenticatedAt: db.now(), Address: from.Address}
	var token string
	err := db.inHost(ctx, tenant, func(t tx) (err error) {
		if token, err = t.newSession(p, from); err != nil {
			return err
		}
		if _, err = t.exec(`UPDATE public.users SET last_login_at = $2 WHERE id = $1`, p.ID, t.now); err != nil {
			return err
		}
		return t.audit(Event{Action: action, Business: p.BusinessID, ObjectType: "user", ObjectID: p.ID.String(), ObjectName: p.Email, By: who})
	})
	who.sessionHash = hashToken(token)
	return token, who, err
}

// ConfirmPassword says whether the principal's own password was entered now, and
// if so remembers it for the session (step-up before a masquerade).
func (db *DB) ConfirmPassword(ctx context.Context, p *Principal, password string, from Client) error {
	account, address := failureKeys(p.Tenant, p.Actor.Email, from)
	if err := db.checkThrottle(ctx, account, address); err != nil {
		return err
	}
	var hash string
	err := db.inHost(ctx, p.Tenant, func(t tx) error {
		return t.get(&hash, `SELECT password_hash FROM public.credentials WHERE user_id = $1`, p.Actor.ID)
	})
	if err != nil {
		return err
	}
	matches, err := db.verifyPassword(ctx, password, hash)
	if err != nil {
		return err
	}
	if !matches {
		if err := db.recordFailure(ctx, account, address); KindOf(err) != Invalid {
			return err
		}
		return invalid("password", "This is not your password.")
	}
	p.AuthenticatedAt = db.now()
	return db.inHost(ctx, p.Tenant, func(t tx) error {
		_, err := t.exec(`UPDATE public.sessions SET authenticated_at = $2 WHERE id_hash = $1`, p.sessionHash, t.now)
		return err
	})
}

// inHost opens the scope of a host's people, without its schema.
func (db *DB) inHost(ctx context.Context, tenant *Tenant, fn func(tx) error) error {
	s := scope{platform: true}
	if tenant != nil {
		s = scope{business: tenant.ID}
	}
	return db.run(ctx, db.web, s, fn)
}

func tenantID(tenant *Tenant) uuid.NullUUID {
	if tenant == nil {
		return uuid.NullUUID{}
	}
	return uuid.NullUUID{UUID: tenant.ID, Valid: true}
}

func failureKeys(tenant *Tenant, email string, from Client) (account, address []byte) {
	host := "platform"
	if tenant != nil {
		host = tenant.ID.String()
	}
	a := sha256.Sum256([]byte("account\x00" + host + "\x00" + strings.ToLower(email)))
	b := sha256.Sum256([]byte("address\x00" + from.Address))
	return a[:], b[:]
}

func (db *DB) checkThrottle(ctx context.Context, account, address []byte) error {
	var failures struct {
		Account int `db:"account"`
		Address int `db:"address"`
	}
	err := db.run(ctx, db.web, scope{}, func(t tx) error {
		return t.get(&failures, `
			SELECT count(*) FILTER (WHERE key = $1) AS account, count(*) FILTER (WHERE key = $2) AS address
			FROM public.login_failures WHERE key IN ($1, $2) AND at > $3`, account, address, t.now.Add(-FailureWindow))
	})
	if err != nil {
		return err
	}
	if failures.Account >= maxAccountFailures || failures.Address >= maxAddressFailures {
		return &Error{Kind: Throttled, Message: "Too many failed tries. Wait a quarter of an hour and try again."}
	}
	return nil
}

func (db *DB) recordFailure(ctx context.Context, account, address []byte) error {
	err := db.run(context.WithoutCancel(ctx), db.web, scope{}, func(t tx) error {
		_, err := t.exec(`INSERT INTO public.login_failures (key, at) VALUES ($1, $3), ($2, $3)`, account, address, t.now)
		return err
	})
	if err != nil {
		return err
	}
	return errLogin
}

package store

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
)

// errLogin is the one answer to every failed sign-in.
var errLogin = &Error{Kind: Invalid, Message: "This e-mail address and password don't match an account here."}

// FactorNeeded is the answer to the right password of somebody with a second
// factor: no session yet, but a step that this browser goes on from.
type FactorNeeded struct{ Step string }

func (*FactorNeeded) Error() string { return "a second factor is needed" }

// Login checks a password and starts a session; the token goes into the cookie.
// tenant is nil on the platform's host. Every failure is the same Invalid error
// after exactly one password check; too many failures are Throttled. Somebody
// with a second factor gets *FactorNeeded instead of a session.
func (db *DB) Login(ctx context.Context, tenant *Tenant, email, password string, from Client) (string, *Principal, error) {
	p, factor, err := db.checkPassword(ctx, tenant, byForm, email, password, from)
	if err != nil {
		return "", nil, err
	}
	if factor {
		return "", nil, db.needFactor(ctx, tenant, p)
	}
	return db.startSession(ctx, tenant, p, from, "session.started")
}

// account is what checking a password needs to know.
type account struct {
	Person
	Hash        string `db:"password_hash"`
	Factor      bool   `db:"second_factor"`
	KnownDevice bool   `db:"known_device"`
}

const accountColumns = `SELECT u.id, u.business_id, u.email, u.name, u.role, u.is_active, u.last_login_at, u.created_at, u.second_factor,
	COALESCE(c.password_hash, '') AS password_hash,
	EXISTS (SELECT FROM public.known_devices d WHERE d.user_id = u.id AND d.device_hash = $1 AND d.last_used_at > $2) AS known_device
	FROM public.users u LEFT JOIN public.credentials c ON c.user_id = u.id `

// checkPassword is what every way in by password shares: the throttle, one
// answer to all failures, and exactly one comparison.
func (db *DB) checkPassword(ctx context.Context, tenant *Tenant, way, email, password string, from Client) (Person, bool, error) {
	email = strings.TrimSpace(email)
	var found account
	var counted attempt
	err := db.inHost(ctx, tenant, func(t *tx) error {
		if isText(email) {
			err := t.get(&found, accountColumns+`WHERE u.business_id IS NOT DISTINCT FROM $3 AND lower(u.email) = lower($4)`,
				hashToken(from.Device), t.now.Add(-DeviceLife), tenantID(tenant), email)
			if err != nil && KindOf(err) != NotFound {
				return err
			}
		}
		device := ""
		if found.KnownDevice {
			device = from.Device
		}
		var err error
		counted, err = t.try(passwordKeys(way, hostKey(tenant), email, device, from))
		return err
	})
	if err != nil {
		return Person{}, false, err
	}
	known := found.IsActive && found.Hash != ""
	hash := dummyHash
	if known {
		hash = found.Hash
	}
	matches, err := db.verifyPassword(ctx, password, hash)
	if err != nil {
		return Person{}, false, err
	}
	if !known || !matches {
		return Person{}, false, errLogin
	}
	if err := db.rehash(ctx, found, password); err != nil {
		return Person{}, false, err
	}
	return found.Person, found.Factor, db.succeed(ctx, counted)
}

// isText says whether the database can hold s at all.
func isText(s string) bool { return utf8.ValidString(s) && !strings.ContainsRune(s, 0) }

// LoginAs starts a session without a password: the development quick login and
// the links of invitations.
func (db *DB) LoginAs(ctx context.Context, tenant *Tenant, email string, from Client) (string, *Principal, error) {
	var p Person
	err := db.inHost(ctx, tenant, func(t *tx) error {
		return t.get(&p, `SELECT `+personColumns+` FROM public.users
			WHERE business_id IS NOT DISTINCT FROM $1 AND lower(email) = lower($2) AND is_active`, tenantID(tenant), email)
	})
	if err != nil {
		return "", nil, err
	}
	return db.startSession(ctx, tenant, p, from, "session.started_without_password")
}

// FirstOwner is the address of the owner who is here for the longest time, for the
// development quick login; empty when there is none.
func (q *TenantTx) FirstOwner() (string, error) {
	var owners []string
	err := q.list(&owners, `SELECT email FROM public.users WHERE business_id = $1 AND role = 'TENANT_OWNER' AND is_active ORDER BY created_at, id LIMIT 1`, q.Tenant.ID)
	if err != nil || len(owners) == 0 {
		return "", err
	}
	return owners[0], nil
}

// startSession ends the browser's former session and begins a new one.
func (db *DB) startSession(ctx context.Context, tenant *Tenant, p Person, from Client, action string) (string, *Principal, error) {
	return db.startSessionIf(ctx, tenant, p, from, action, func(*tx) error { return nil })
}

// startSessionIf is startSession where something must hold in the same transaction.
func (db *DB) startSessionIf(ctx context.Context, tenant *Tenant, p Person, from Client, action string, prove func(*tx) error) (string, *Principal, error) {
	who := &Principal{Actor: p, Subject: p, Tenant: tenant, AuthenticatedAt: db.now(), Address: from.Address}
	var token string
	err := db.inHost(ctx, tenant, func(t *tx) (err error) {
		if err = prove(t); err != nil {
			return err
		}
		if _, err = t.exec(`UPDATE public.users SET last_login_at = $2 WHERE id = $1`, p.ID, t.now); err != nil {
			return err
		}
		if from.Session != "" {
			if _, err = t.endSessions(loggedOut, `s.id_hash = $2 AND s.masquerade_id IS NULL`, hashToken(from.Session)); err != nil {
				return err
			}
		}
		if token, err = t.newSession(p, from); err != nil {
			return err
		}
		if who.Device, err = t.rememberDevice(p, from); err != nil {
			return err
		}
		return t.auditBy(who, p, action, nil)
	})
	who.sessionHash = hashToken(token)
	return token, who, err
}

// DeviceLife is how long a browser stays known after its last login.
const DeviceLife = 180 * 24 * time.Hour

// rememberDevice makes the browser known and returns the id that it keeps.
func (t *tx) rememberDevice(p Person, from Client) (string, error) {
	device := from.Device
	if len(device) < 20 || len(device) > 60 {
		device = newToken()
	}
	_, err := t.exec(`INSERT INTO public.known_devices (device_hash, user_id, business_id, last_used_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (user_id, device_hash) DO UPDATE SET last_used_at = EXCLUDED.last_used_at`, hashToken(device), p.ID, p.BusinessID, t.now)
	return device, err
}

// ConfirmPassword says whether the principal entered the own password, or a code
// of the own second factor, just now, and if so remembers it for the session
// (step-up before what is worth a thief's while).
func (db *DB) ConfirmPassword(ctx context.Context, p *Principal, secret string, from Client) error {
	if looksLikeCode(secret) {
		err := db.ConfirmCode(ctx, p, secret, from)
		if KindOf(err) == Invalid {
			return invalid("password", "This code is not right, or was used already.")
		}
		return err
	}
	found, counted, err := db.tryOwn(ctx, p, "account", from)
	if err != nil {
		return err
	}
	matches := false
	if found.Hash != "" {
		if matches, err = db.verifyPassword(ctx, secret, found.Hash); err != nil {
			return err
		}
	}
	if !matches {
		return invalid("password", "This is not your password.")
	}
	return db.proved(ctx, p, counted)
}

// ConfirmCode is ConfirmPassword for a code alone.
func (db *DB) ConfirmCode(ctx context.Context, p *Principal, code string, from Client) error {
	_, counted, err := db.tryOwn(ctx, p, "code", from)
	if err != nil {
		return err
	}
	right := false
	err = db.inHost(ctx, p.home(), func(t *tx) (err error) {
		right, err = t.spendCode(p.Actor, code)
		return err
	})
	if err != nil {
		return err
	}
	if !right {
		return invalid("code", "This code is not right, or was used already.")
	}
	return db.proved(ctx, p, counted)
}

// tryOwn counts a try of somebody who is logged in: against the own account, and
// never against the address, which others share.
func (db *DB) tryOwn(ctx context.Context, p *Principal, what string, from Client) (account, attempt, error) {
	var found account
	var counted attempt
	err := db.inHost(ctx, p.home(), func(t *tx) (err error) {
		if err = t.get(&found, accountColumns+`WHERE u.id = $3`, hashToken(from.Device), t.now.Add(-DeviceLife), p.Actor.ID); err != nil {
			return err
		}
		device := ""
		if found.KnownDevice {
			device = from.Device
		}
		host := hostKeyOf(p.Actor.BusinessID)
		keys := codeKeys(host, p.Actor.ID, device)
		if what == "account" {
			keys = passwordKeys(byForm, host, p.Actor.Email, device, from)[:1]
		}
		counted, err = t.try(keys)
		return err
	})
	return found, counted, err
}

// proved remembers that the principal has shown who it is.
func (db *DB) proved(ctx context.Context, p *Principal, counted attempt) error {
	p.AuthenticatedAt = db.now()
	return db.inHost(context.WithoutCancel(ctx), p.home(), func(t *tx) error {
		if err := t.succeed(counted); err != nil {
			return err
		}
		_, err := t.exec(`UPDATE public.sessions SET authenticated_at = $2 WHERE id_hash = $1`, p.sessionHash, t.now)
		return err
	})
}

// home is the host whose people the actor is among.
func (p *Principal) home() *Tenant {
	if !p.Actor.BusinessID.Valid {
		return nil
	}
	return p.Tenant
}

// Fresh says whether the principal has proved a short while ago who it is.
func (p *Principal) Fresh(now time.Time) bool { return now.Sub(p.AuthenticatedAt) <= StepUpFor }

// inHost opens the scope of a host's people, without its schema.
func (db *DB) inHost(ctx context.Context, tenant *Tenant, fn func(*tx) error) error {
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

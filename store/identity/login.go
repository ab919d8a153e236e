package identity

import (
	"context"
	"strings"

	"github.com/smoothschedule/smoothschedule/store/internal/db"
	"github.com/smoothschedule/smoothschedule/store/sessions"
)

// errLogin is the one answer to every failed sign-in.
var errLogin = &db.Error{Kind: db.Invalid, Message: "This e-mail address and password don't match an account here."}

// FactorNeeded is the answer to the right password of somebody with a second
// factor: no session yet, but a step that this browser goes on from.
type FactorNeeded struct{ Step string }

func (*FactorNeeded) Error() string { return "a second factor is needed" }

// Login checks a password and starts a session; the token goes into the cookie.
// tenant is nil on the platform's host. Every failure is the same Invalid error
// after exactly one password check; too many failures are Throttled. Somebody
// with a second factor gets *FactorNeeded instead of a session.
func Login(ctx context.Context, d *db.DB, tenant *db.Tenant, email, password string, from db.Client) (string, *db.Principal, error) {
	p, factor, err := checkPassword(ctx, d, tenant, sessions.ByForm, email, password, from)
	if err != nil {
		return "", nil, err
	}
	if factor {
		return "", nil, needFactor(ctx, d, tenant, p)
	}
	return startSession(ctx, d, tenant, p, from, "session.started")
}

// checkPassword is what every way in by password shares: the throttle, one
// answer to all failures, and exactly one comparison.
func checkPassword(ctx context.Context, d *db.DB, tenant *db.Tenant, way, email, password string, from db.Client) (db.Person, bool, error) {
	email = strings.TrimSpace(email)
	var found sessions.Account
	var counted sessions.Attempt
	err := InHost(ctx, d, tenant, func(t db.Scope) error {
		if sessions.IsText(email) {
			err := db.Get(t, &found, sessions.AccountColumns+`WHERE u.business_id IS NOT DISTINCT FROM $3 AND lower(u.email) = lower($4)`,
				sessions.HashToken(from.Device), t.Now().Add(-sessions.DeviceLife), sessions.TenantID(tenant), email)
			if err != nil && db.KindOf(err) != db.NotFound {
				return err
			}
		}
		device := ""
		if found.KnownDevice {
			device = from.Device
		}
		var err error
		counted, err = sessions.Try(t, sessions.PasswordKeys(way, sessions.HostKey(tenant), email, device, from))
		return err
	})
	if err != nil {
		return db.Person{}, false, err
	}
	known := found.IsActive && found.Hash != ""
	hash := dummyHash
	if known {
		hash = found.Hash
	}
	matches, err := verifyPassword(ctx, d, password, hash)
	if err != nil {
		return db.Person{}, false, err
	}
	if !known || !matches {
		return db.Person{}, false, errLogin
	}
	if err := rehash(ctx, d, found, password); err != nil {
		return db.Person{}, false, err
	}
	return found.Person, found.Factor, sessions.Succeeded(ctx, d, counted)
}

// LoginAs starts a session without a password: the development quick login and
// the links of invitations.
func LoginAs(ctx context.Context, d *db.DB, tenant *db.Tenant, email string, from db.Client) (string, *db.Principal, error) {
	var p db.Person
	err := InHost(ctx, d, tenant, func(t db.Scope) error {
		return db.Get(t, &p, `SELECT `+db.PersonColumns+` FROM public.users
			WHERE business_id IS NOT DISTINCT FROM $1 AND lower(email) = lower($2) AND is_active`, sessions.TenantID(tenant), email)
	})
	if err != nil {
		return "", nil, err
	}
	return startSession(ctx, d, tenant, p, from, "session.started_without_password")
}

// FirstOwner is the address of the owner who is here for the longest time, for the
// development quick login; empty when there is none.
func FirstOwner(q *db.TenantTx) (string, error) {
	var owners []string
	err := db.List(q, &owners, `SELECT email FROM public.users WHERE business_id = $1 AND role = 'TENANT_OWNER' AND is_active ORDER BY created_at, id LIMIT 1`, q.Tenant.ID)
	if err != nil || len(owners) == 0 {
		return "", err
	}
	return owners[0], nil
}

// startSession ends the browser's former session and begins a new one.
func startSession(ctx context.Context, d *db.DB, tenant *db.Tenant, p db.Person, from db.Client, action string) (string, *db.Principal, error) {
	return startSessionIf(ctx, d, tenant, p, from, action, func(db.Scope) error { return nil })
}

// startSessionIf is startSession where something must hold in the same transaction.
func startSessionIf(ctx context.Context, d *db.DB, tenant *db.Tenant, p db.Person, from db.Client, action string, prove func(db.Scope) error) (string, *db.Principal, error) {
	who := &db.Principal{Actor: p, Subject: p, Tenant: tenant, AuthenticatedAt: d.Now(), Address: from.Address}
	var token string
	err := InHost(ctx, d, tenant, func(t db.Scope) (err error) {
		if err = prove(t); err != nil {
			return err
		}
		if _, err = db.Exec(t, `UPDATE public.users SET last_login_at = $2 WHERE id = $1`, p.ID, t.Now()); err != nil {
			return err
		}
		if from.Session != "" {
			if _, err = sessions.EndSessions(t, sessions.LoggedOut, `s.id_hash = $2 AND s.masquerade_id IS NULL`, sessions.HashToken(from.Session)); err != nil {
				return err
			}
		}
		if token, err = sessions.NewSession(t, p, from); err != nil {
			return err
		}
		if who.Device, err = rememberDevice(t, p, from); err != nil {
			return err
		}
		return db.AuditBy(t, who, p, action, nil)
	})
	who.SessionHash = sessions.HashToken(token)
	return token, who, err
}

// rememberDevice makes the browser known and returns the id that it keeps.
func rememberDevice(t db.Scope, p db.Person, from db.Client) (string, error) {
	device := from.Device
	if len(device) < 20 || len(device) > 60 {
		device = sessions.NewToken()
	}
	_, err := db.Exec(t, `INSERT INTO public.known_devices (device_hash, user_id, business_id, last_used_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (user_id, device_hash) DO UPDATE SET last_used_at = EXCLUDED.last_used_at`, sessions.HashToken(device), p.ID, p.BusinessID, t.Now())
	return device, err
}

// ConfirmPassword says whether the principal entered the own password, or a code
// of the own second factor, just now, and if so remembers it for the session
// (step-up before what is worth a thief's while).
func ConfirmPassword(ctx context.Context, d *db.DB, p *db.Principal, secret string, from db.Client) error {
	if looksLikeCode(secret) {
		err := ConfirmCode(ctx, d, p, secret, from)
		if db.KindOf(err) == db.Invalid {
			return db.InvalidField("password", "This code is not right, or was used already.")
		}
		return err
	}
	found, counted, err := tryOwn(ctx, d, p, "account", from)
	if err != nil {
		return err
	}
	matches := false
	if found.Hash != "" {
		if matches, err = verifyPassword(ctx, d, secret, found.Hash); err != nil {
			return err
		}
	}
	if !matches {
		return db.InvalidField("password", "This is not your password.")
	}
	return proved(ctx, d, p, counted)
}

// ConfirmCode is ConfirmPassword for a code alone.
func ConfirmCode(ctx context.Context, d *db.DB, p *db.Principal, code string, from db.Client) error {
	_, counted, err := tryOwn(ctx, d, p, "code", from)
	if err != nil {
		return err
	}
	right := false
	err = InHost(ctx, d, p.Home(), func(t db.Scope) (err error) {
		right, err = spendCode(t, p.Actor, code)
		return err
	})
	if err != nil {
		return err
	}
	if !right {
		return db.InvalidField("code", "This code is not right, or was used already.")
	}
	return proved(ctx, d, p, counted)
}

// tryOwn counts a try of somebody who is logged in: against the own account, and
// never against the address, which others share.
func tryOwn(ctx context.Context, d *db.DB, p *db.Principal, what string, from db.Client) (sessions.Account, sessions.Attempt, error) {
	var found sessions.Account
	var counted sessions.Attempt
	err := InHost(ctx, d, p.Home(), func(t db.Scope) (err error) {
		if err = db.Get(t, &found, sessions.AccountColumns+`WHERE u.id = $3`, sessions.HashToken(from.Device), t.Now().Add(-sessions.DeviceLife), p.Actor.ID); err != nil {
			return err
		}
		device := ""
		if found.KnownDevice {
			device = from.Device
		}
		host := sessions.HostKeyOf(p.Actor.BusinessID)
		keys := sessions.CodeKeys(host, p.Actor.ID, device)
		if what == "account" {
			keys = sessions.PasswordKeys(sessions.ByForm, host, p.Actor.Email, device, from)[:1]
		}
		counted, err = sessions.Try(t, keys)
		return err
	})
	return found, counted, err
}

// proved remembers that the principal has shown who it is.
func proved(ctx context.Context, d *db.DB, p *db.Principal, counted sessions.Attempt) error {
	p.AuthenticatedAt = d.Now()
	return InHost(context.WithoutCancel(ctx), d, p.Home(), func(t db.Scope) error {
		if err := sessions.Succeed(t, counted); err != nil {
			return err
		}
		_, err := db.Exec(t, `UPDATE public.sessions SET authenticated_at = $2 WHERE id_hash = $1`, p.SessionHash, t.Now())
		return err
	})
}

// InHost opens the scope of a host's people, without its schema.
func InHost(ctx context.Context, d *db.DB, tenant *db.Tenant, fn func(db.Scope) error) error {
	s := db.Rows{Platform: true}
	if tenant != nil {
		s = db.Rows{Business: tenant.ID}
	}
	return db.Run(ctx, d, db.Web(d), s, fn)
}

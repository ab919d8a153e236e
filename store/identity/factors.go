package identity

import (
	"context"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/internal/db"
	"github.com/smoothschedule/smoothschedule/store/sessions"
)

// factorStepFor is how long a right password waits for the second factor.
const factorStepFor = 10 * time.Minute

// needFactor notes that a browser has brought the right password.
func needFactor(ctx context.Context, d *db.DB, tenant *db.Tenant, p db.Person) error {
	var step string
	err := InHost(context.WithoutCancel(ctx), d, tenant, func(t db.Scope) (err error) {
		step, err = newStep(t, "factor", uuid.NullUUID{UUID: p.ID, Valid: true}, p.BusinessID, "", factorStepFor)
		return err
	})
	if err != nil {
		return err
	}
	return &FactorNeeded{step}
}

// newStep begins what a browser goes on with in its next request.
func newStep(t db.Scope, kind string, user, business uuid.NullUUID, data string, long time.Duration) (string, error) {
	step := sessions.NewToken()
	_, err := db.Exec(t, `INSERT INTO public.login_steps (id_hash, business_id, user_id, kind, data, created_at, expires_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7)`, sessions.HashToken(step), business, user, kind, data, t.Now(), t.Now().Add(long))
	return step, err
}

// takeStep ends a step and returns its data: of many takers one gets it.
func takeStep(t db.Scope, step, kind string) (user uuid.NullUUID, data string, err error) {
	var row struct {
		User uuid.NullUUID `db:"user_id"`
		Data string        `db:"data"`
	}
	err = db.Get(t, &row, `DELETE FROM public.login_steps WHERE id_hash = $1 AND kind = $2 AND expires_at > $3 RETURNING user_id, data`,
		sessions.HashToken(step), kind, t.Now())
	return row.User, row.Data, err
}

// FactorStep says whose second factor a step on this host waits for.
func FactorStep(ctx context.Context, d *db.DB, tenant *db.Tenant, step string) (db.Person, error) {
	var p db.Person
	err := InHost(ctx, d, tenant, func(t db.Scope) (err error) {
		found, err := factorStep(t, tenant, step, db.Client{})
		p = found.Person
		return err
	})
	return p, err
}

func factorStep(t db.Scope, tenant *db.Tenant, step string, from db.Client) (sessions.Account, error) {
	var found sessions.Account
	err := db.Get(t, &found, sessions.AccountColumns+`JOIN public.login_steps s ON s.user_id = u.id
		WHERE s.id_hash = $3 AND s.kind = 'factor' AND s.expires_at > $4 AND u.is_active AND u.second_factor AND u.business_id IS NOT DISTINCT FROM $5`,
		sessions.HashToken(from.Device), t.Now().Add(-sessions.DeviceLife), sessions.HashToken(step), t.Now(), sessions.TenantID(tenant))
	return found, err
}

// FinishLogin ends a login with a code of the app or a recovery code. A step
// that is over is NotFound, a wrong code Invalid, too many of them Throttled.
func FinishLogin(ctx context.Context, d *db.DB, tenant *db.Tenant, step, code string, from db.Client) (string, *db.Principal, error) {
	var found sessions.Account
	var counted sessions.Attempt
	err := InHost(ctx, d, tenant, func(t db.Scope) (err error) {
		if found, err = factorStep(t, tenant, step, from); err != nil {
			return err
		}
		device := ""
		if found.KnownDevice {
			device = from.Device
		}
		counted, err = sessions.Try(t, sessions.CodeKeys(sessions.HostKey(tenant), found.ID, device))
		return err
	})
	if err != nil {
		return "", nil, err
	}
	token, who, err := startSessionIf(ctx, d, tenant, found.Person, from, "session.started", func(t db.Scope) error {
		if _, _, err := takeStep(t, step, "factor"); err != nil {
			return err
		}
		right, err := spendCode(t, found.Person, code)
		if err == nil && !right {
			err = db.InvalidField("code", "This code is not right, or was used already.")
		}
		return err
	})
	if err != nil {
		return "", nil, err
	}
	return token, who, sessions.Succeeded(ctx, d, counted)
}

// looksLikeCode tells codes from passwords, which are longer than six digits; a
// password that looks like a recovery code is none.
func looksLikeCode(secret string) bool {
	c := compactCode(secret)
	return isTOTPCode(c) || isRecoveryCode(c)
}

// compactCode is a code as typed, without the gaps that make it readable.
func compactCode(code string) string {
	return strings.ToLower(strings.NewReplacer(" ", "", "-", "", "\t", "").Replace(strings.TrimSpace(code)))
}

// spendCode uses up a code of a person: no code is right twice.
func spendCode(t db.Scope, p db.Person, code string) (bool, error) {
	code = compactCode(code)
	switch {
	case isTOTPCode(code):
		return spendTOTP(t, p, code)
	case isRecoveryCode(code):
		return spendRecoveryCode(t, p, code)
	}
	return false, nil
}

// recountFactors keeps users.second_factor true to what a person has.
func recountFactors(t db.Scope, user uuid.UUID) error {
	_, err := db.Exec(t, `UPDATE public.users u SET second_factor =
			EXISTS (SELECT FROM public.authenticators a WHERE a.user_id = u.id AND a.since IS NOT NULL)
			OR EXISTS (SELECT FROM public.passkeys k WHERE k.user_id = u.id)
		WHERE u.id = $1`, user)
	return err
}

// Factors are what a person has besides the password.
type Factors struct {
	AppSince *time.Time `db:"app_since"` // nil without an authenticator app
	CodesOf  *time.Time `db:"codes_of"`
	Codes    int        `db:"codes"` // recovery codes left
	Passkeys []Passkey
}

// Any says whether there is a second factor.
func (f Factors) Any() bool { return f.AppSince != nil || len(f.Passkeys) > 0 }

// OwnFactors lists the principal's second factors.
func OwnFactors(ctx context.Context, d *db.DB, p *db.Principal) (Factors, error) {
	var f Factors
	err := InHost(ctx, d, p.Home(), func(t db.Scope) (err error) {
		f, err = factors(t, p.Actor.ID)
		return err
	})
	return f, err
}

func factors(t db.Scope, user uuid.UUID) (Factors, error) {
	var f Factors
	err := db.Get(t, &f, `SELECT (SELECT since FROM public.authenticators WHERE user_id = $1) AS app_since,
		(SELECT max(created_at) FROM public.recovery_codes WHERE user_id = $1) AS codes_of,
		(SELECT count(*) FROM public.recovery_codes WHERE user_id = $1 AND used_at IS NULL) AS codes`, user)
	if err != nil {
		return f, err
	}
	err = db.List(t, &f.Passkeys, `SELECT id, name, created_at, last_used_at FROM public.passkeys WHERE user_id = $1 ORDER BY created_at, id`, user)
	return f, err
}

// ResetFactors takes all second factors of somebody who has lost them, ends the
// sessions and mails it: who may do so to whom is the caller's business. In a
// tenant's scope only its own people are in sight.
func ResetFactors(t db.Scope, user uuid.UUID) error {
	p, err := sessions.Person(t, user)
	if err != nil {
		return err
	}
	if err := EndBearers(t, p, factorsReset); err != nil {
		return err
	}
	if err := db.AuditPerson(t, p, "user.factors_reset", nil); err != nil {
		return err
	}
	return notice(t, p, NoticeFactorsReset)
}

// RemoveFactors leaves somebody without a second factor.
func RemoveFactors(t db.Scope, user uuid.UUID) error {
	for _, table := range []string{"authenticators", "recovery_codes", "passkeys", "login_steps"} {
		if _, err := db.Exec(t, `DELETE FROM public.`+table+` WHERE user_id = $1`, user); err != nil {
			return err
		}
	}
	return recountFactors(t, user)
}

package store

import (
	"context"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/access"
)

// factorStepFor is how long a right password waits for the second factor.
const factorStepFor = 10 * time.Minute

// needFactor notes that a browser has brought the right password.
func (db *DB) needFactor(ctx context.Context, tenant *Tenant, p Person) error {
	var step string
	err := db.inHost(context.WithoutCancel(ctx), tenant, func(t *tx) (err error) {
		step, err = t.newStep("factor", uuid.NullUUID{UUID: p.ID, Valid: true}, p.BusinessID, "", factorStepFor)
		return err
	})
	if err != nil {
		return err
	}
	return &FactorNeeded{step}
}

// newStep begins what a browser goes on with in its next request.
func (t *tx) newStep(kind string, user, business uuid.NullUUID, data string, long time.Duration) (string, error) {
	step := newToken()
	_, err := t.exec(`INSERT INTO public.login_steps (id_hash, business_id, user_id, kind, data, created_at, expires_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7)`, hashToken(step), business, user, kind, data, t.now, t.now.Add(long))
	return step, err
}

// takeStep ends a step and returns its data: of many takers one gets it.
func (t *tx) takeStep(step, kind string) (user uuid.NullUUID, data string, err error) {
	var row struct {
		User uuid.NullUUID `db:"user_id"`
		Data string        `db:"data"`
	}
	err = t.get(&row, `DELETE FROM public.login_steps WHERE id_hash = $1 AND kind = $2 AND expires_at > $3 RETURNING user_id, data`,
		hashToken(step), kind, t.now)
	return row.User, row.Data, err
}

// FactorStep says whose second factor a step on this host waits for.
func (db *DB) FactorStep(ctx context.Context, tenant *Tenant, step string) (Person, error) {
	var p Person
	err := db.inHost(ctx, tenant, func(t *tx) (err error) {
		found, err := t.factorStep(tenant, step, Client{})
		p = found.Person
		return err
	})
	return p, err
}

func (t *tx) factorStep(tenant *Tenant, step string, from Client) (account, error) {
	var found account
	err := t.get(&found, accountColumns+`JOIN public.login_steps s ON s.user_id = u.id
		WHERE s.id_hash = $3 AND s.kind = 'factor' AND s.expires_at > $4 AND u.is_active AND u.second_factor AND u.business_id IS NOT DISTINCT FROM $5`,
		hashToken(from.Device), t.now.Add(-DeviceLife), hashToken(step), t.now, tenantID(tenant))
	return found, err
}

// FinishLogin ends a login with a code of the app or a recovery code. A step
// that is over is NotFound, a wrong code Invalid, too many of them Throttled.
func (db *DB) FinishLogin(ctx context.Context, tenant *Tenant, step, code string, from Client) (string, *Principal, error) {
	var found account
	var counted attempt
	err := db.inHost(ctx, tenant, func(t *tx) (err error) {
		if found, err = t.factorStep(tenant, step, from); err != nil {
			return err
		}
		device := ""
		if found.KnownDevice {
			device = from.Device
		}
		counted, err = t.try(codeKeys(hostKey(tenant), found.ID, device))
		return err
	})
	if err != nil {
		return "", nil, err
	}
	token, who, err := db.startSessionIf(ctx, tenant, found.Person, from, "session.started", func(t *tx) error {
		if _, _, err := t.takeStep(step, "factor"); err != nil {
			return err
		}
		right, err := t.spendCode(found.Person, code)
		if err == nil && !right {
			err = invalid("code", "This code is not right, or was used already.")
		}
		return err
	})
	if err != nil {
		return "", nil, err
	}
	return token, who, db.succeed(ctx, counted)
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
func (t *tx) spendCode(p Person, code string) (bool, error) {
	code = compactCode(code)
	switch {
	case isTOTPCode(code):
		return t.spendTOTP(p, code)
	case isRecoveryCode(code):
		return t.spendRecoveryCode(p, code)
	}
	return false, nil
}

// mustSetUp says whether a role needs a second factor that somebody lacks.
func (t *tx) mustSetUp(role access.Role, has bool) (bool, error) {
	if has {
		return false, nil
	}
	s, err := t.Settings()
	return s.RequiresFactor(role), wrap(err)
}

// recountFactors keeps users.second_factor true to what a person has.
func (t *tx) recountFactors(user uuid.UUID) error {
	_, err := t.exec(`UPDATE public.users u SET second_factor =
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
func (db *DB) OwnFactors(ctx context.Context, p *Principal) (Factors, error) {
	var f Factors
	err := db.inHost(ctx, p.home(), func(t *tx) (err error) {
		f, err = t.factors(p.Actor.ID)
		return err
	})
	return f, err
}

func (t *tx) factors(user uuid.UUID) (Factors, error) {
	var f Factors
	err := t.get(&f, `SELECT (SELECT since FROM public.authenticators WHERE user_id = $1) AS app_since,
		(SELECT max(created_at) FROM public.recovery_codes WHERE user_id = $1) AS codes_of,
		(SELECT count(*) FROM public.recovery_codes WHERE user_id = $1 AND used_at IS NULL) AS codes`, user)
	if err != nil {
		return f, err
	}
	err = t.list(&f.Passkeys, `SELECT id, name, created_at, last_used_at FROM public.passkeys WHERE user_id = $1 ORDER BY created_at, id`, user)
	return f, err
}

// ResetFactors takes all second factors of somebody who has lost them, ends the
// sessions and mails it: who may do so to whom is the caller's business. In a
// tenant's scope only its own people are in sight.
func (t *tx) ResetFactors(user uuid.UUID) error {
	p, err := t.Person(user)
	if err != nil {
		return err
	}
	if err := t.endBearers(p, factorsReset); err != nil {
		return err
	}
	if err := t.auditPerson(p, "user.factors_reset", nil); err != nil {
		return err
	}
	return t.notice(p, NoticeFactorsReset)
}

// ResetFactorsOf is ResetFactors on the console; staff says whether platform staff
// may be touched.
func (db *DB) ResetFactorsOf(ctx context.Context, person uuid.UUID, staff bool) error {
	return db.changePerson(ctx, person, staff, func(q *PublicTx, p Person) error {
		if err := q.maySetAside(p); err != nil {
			return err
		}
		return q.ResetFactors(p.ID)
	})
}

func (t *tx) removeFactors(user uuid.UUID) error {
	for _, table := range []string{"authenticators", "recovery_codes", "passkeys", "login_steps"} {
		if _, err := t.exec(`DELETE FROM public.`+table+` WHERE user_id = $1`, user); err != nil {
			return err
		}
	}
	return t.recountFactors(user)
}

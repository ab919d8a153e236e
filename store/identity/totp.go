package identity

import (
	"context"
	"crypto/subtle"
	"net/url"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/pquerna/otp/totp"

	"github.com/smoothschedule/smoothschedule/store/internal/db"
	"github.com/smoothschedule/smoothschedule/store/sessions"
)

const (
	totpPeriod = 30 // seconds, what every app expects
	totpSkew   = 1  // steps that clocks may differ
)

// BeginAuthenticator makes a key that waits for its first code. An earlier one
// that waited is forgotten: whoever saw it must not know the one in use.
func BeginAuthenticator(ctx context.Context, d *db.DB, p *db.Principal) error {
	key, err := totp.Generate(totp.GenerateOpts{Issuer: "-", AccountName: "-", Period: totpPeriod, SecretSize: 20})
	if err != nil {
		return err
	}
	sealed, err := db.SealerOf(d).Seal(key.Secret(), p.Actor.ID.String())
	if err != nil {
		return err
	}
	return InHost(ctx, d, p.Home(), func(t db.Scope) error {
		n, err := db.Exec(t, `INSERT INTO public.authenticators (user_id, business_id, key) VALUES ($1, $2, $3)
			ON CONFLICT (user_id) DO UPDATE SET key = EXCLUDED.key WHERE authenticators.since IS NULL`,
			p.Actor.ID, p.Actor.BusinessID, sealed)
		if err == nil && n == 0 {
			err = &db.Error{Kind: db.Conflict, Message: "You have an authenticator app already. Remove it before you set up another one."}
		}
		return err
	})
}

// WaitingAuthenticator is the key that waits for its first code, as text and as
// the address that apps take; where names the site in the app.
func WaitingAuthenticator(ctx context.Context, d *db.DB, p *db.Principal, where string) (secret, address string, err error) {
	err = InHost(ctx, d, p.Home(), func(t db.Scope) error {
		sealed := ""
		err := db.Get(t, &sealed, `SELECT key FROM public.authenticators WHERE user_id = $1 AND since IS NULL`, p.Actor.ID)
		if err == nil {
			secret, _, err = db.SealerOf(d).Open(sealed, p.Actor.ID.String())
		}
		return err
	})
	if err != nil {
		return "", "", err
	}
	where = strings.ReplaceAll(where, ":", " ") // it separates the two names
	u := url.URL{Scheme: "otpauth", Host: "totp", Path: "/" + where + ":" + p.Actor.Email,
		RawQuery: "secret=" + secret + "&issuer=" + url.PathEscape(where)}
	return secret, u.String(), nil
}

// ConfirmAuthenticator ends the set-up with a first code and returns the
// recovery codes, if there were none.
func ConfirmAuthenticator(ctx context.Context, d *db.DB, p *db.Principal, code string, from db.Client) ([]string, error) {
	var codes []string
	code = compactCode(code)
	err := InHost(ctx, d, p.Home(), func(t db.Scope) error {
		if !isTOTPCode(code) {
			return db.InvalidField("code", "Type the six digits that the app shows.")
		}
		var sealed string
		err := db.Get(t, &sealed, `SELECT key FROM public.authenticators WHERE user_id = $1 AND since IS NULL FOR UPDATE`, p.Actor.ID)
		if err != nil {
			return err
		}
		key, _, err := db.SealerOf(d).Open(sealed, p.Actor.ID.String())
		if err != nil {
			return err
		}
		step, right := totpStep(key, code, t.Now())
		if !right {
			return db.InvalidField("code", "This code is not right. Does your device show the right time?")
		}
		if _, err := db.Exec(t, `UPDATE public.authenticators SET since = $2, last_step = $3 WHERE user_id = $1`, p.Actor.ID, t.Now(), step); err != nil {
			return err
		}
		if codes, err = firstRecoveryCodes(t, p.Actor); err != nil {
			return err
		}
		if err := recountFactors(t, p.Actor.ID); err != nil {
			return err
		}
		if err := sessions.RevokeSessions(t, p.Actor.ID, p.SessionHash); err != nil {
			return err
		}
		return changed(t, p, from, "user.authenticator_added", NoticeAppAdded)
	})
	return codes, err
}

// RemoveAuthenticator takes the app away; the recovery codes go with the last factor.
func RemoveAuthenticator(ctx context.Context, d *db.DB, p *db.Principal, from db.Client) error {
	return InHost(ctx, d, p.Home(), func(t db.Scope) error {
		n, err := db.Exec(t, `DELETE FROM public.authenticators WHERE user_id = $1`, p.Actor.ID)
		if err != nil || n == 0 {
			return err
		}
		if err := afterRemoval(t, p.Actor); err != nil {
			return err
		}
		return changed(t, p, from, "user.authenticator_removed", NoticeAppRemoved)
	})
}

// spendTOTP is right once: the code's step of time is stored and never goes back,
// by one statement, so that of many at once one wins.
func spendTOTP(t db.Scope, p db.Person, code string) (bool, error) {
	var sealed string
	err := db.Get(t, &sealed, `SELECT key FROM public.authenticators WHERE user_id = $1 AND since IS NOT NULL`, p.ID)
	if db.KindOf(err) == db.NotFound {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	key, stale, err := db.SealerOf(db.Of(t)).Open(sealed, p.ID.String())
	if err != nil {
		return false, &db.Error{Kind: db.Unavailable, Message: "Codes of the app can't be checked at the moment. Use a recovery code.", Cause: err}
	}
	kept := sealed
	if stale {
		if kept, err = db.SealerOf(db.Of(t)).Seal(key, p.ID.String()); err != nil {
			return false, err
		}
	}
	step, right := totpStep(key, code, t.Now())
	if !right {
		return false, nil
	}
	n, err := db.Exec(t, `UPDATE public.authenticators SET last_step = $2, key = $4 WHERE user_id = $1 AND key = $3 AND last_step < $2`, p.ID, step, sealed, kept)
	return n == 1, err
}

// ResealAuthenticators puts the first key to all that another one sealed, or none
// at all, so that an old key can be dropped some hours after a rotation.
func ResealAuthenticators(q *db.PublicTx) error {
	if len(db.SealerOf(db.Of(q)).IDs) == 0 {
		return nil
	}
	var old []struct {
		User uuid.UUID `db:"user_id"`
		Key  string    `db:"key"`
	}
	err := db.List(q, &old, `SELECT user_id, key FROM public.authenticators WHERE NOT starts_with(key, $1) LIMIT 1000`, db.SealerOf(db.Of(q)).Current())
	if err != nil {
		return err
	}
	for _, row := range old {
		key, _, err := db.SealerOf(db.Of(q)).Open(row.Key, row.User.String())
		if err != nil {
			continue // its key is gone: whoever comes with a code is told so
		}
		sealed, err := db.SealerOf(db.Of(q)).Seal(key, row.User.String())
		if err == nil {
			_, err = db.Exec(q, `UPDATE public.authenticators SET key = $3 WHERE user_id = $1 AND key = $2`, row.User, row.Key, sealed)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// totpStep finds the step of time at which a key shows a code.
func totpStep(key, code string, now time.Time) (int64, bool) {
	step, found := int64(0), false
	for skew := int64(-totpSkew); skew <= totpSkew; skew++ {
		at := now.Add(time.Duration(skew*totpPeriod) * time.Second)
		shown, err := totp.GenerateCode(key, at)
		if err == nil && subtle.ConstantTimeCompare([]byte(shown), []byte(code)) == 1 {
			step, found = at.Unix()/totpPeriod, true
		}
	}
	return step, found
}

func isTOTPCode(s string) bool {
	return len(s) == 6 && strings.Trim(s, "0123456789") == ""
}

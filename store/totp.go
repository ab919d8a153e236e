package store

import (
	"context"
	"crypto/subtle"
	"net/url"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/pquerna/otp/totp"
)

const (
	totpPeriod = 30 // seconds, what every app expects
	totpSkew   = 1  // steps that clocks may differ
)

// BeginAuthenticator makes a key that waits for its first code. An earlier one
// that waited is forgotten: whoever saw it must not know the one in use.
func (db *DB) BeginAuthenticator(ctx context.Context, p *Principal) error {
	key, err := totp.Generate(totp.GenerateOpts{Issuer: "-", AccountName: "-", Period: totpPeriod, SecretSize: 20})
	if err != nil {
		return err
	}
	sealed, err := db.sealer.seal(key.Secret(), p.Actor.ID.String())
	if err != nil {
		return err
	}
	return db.inHost(ctx, p.home(), func(t *tx) error {
		n, err := t.exec(`INSERT INTO public.authenticators (user_id, business_id, key) VALUES ($1, $2, $3)
			ON CONFLICT (user_id) DO UPDATE SET key = EXCLUDED.key WHERE authenticators.since IS NULL`,
			p.Actor.ID, p.Actor.BusinessID, sealed)
		if err == nil && n == 0 {
			err = &Error{Kind: Conflict, Message: "You have an authenticator app already. Remove it before you set up another one."}
		}
		return err
	})
}

// WaitingAuthenticator is the key that waits for its first code, as text and as
// the address that apps take; where names the site in the app.
func (db *DB) WaitingAuthenticator(ctx context.Context, p *Principal, where string) (secret, address string, err error) {
	err = db.inHost(ctx, p.home(), func(t *tx) error {
		sealed := ""
		err := t.get(&sealed, `SELECT key FROM public.authenticators WHERE user_id = $1 AND since IS NULL`, p.Actor.ID)
		if err == nil {
			secret, _, err = db.sealer.open(sealed, p.Actor.ID.String())
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
func (db *DB) ConfirmAuthenticator(ctx context.Context, p *Principal, code string, from Client) ([]string, error) {
	var codes []string
	code = compactCode(code)
	err := db.inHost(ctx, p.home(), func(t *tx) error {
		if !isTOTPCode(code) {
			return invalid("code", "Type the six digits that the app shows.")
		}
		var sealed string
		err := t.get(&sealed, `SELECT key FROM public.authenticators WHERE user_id = $1 AND since IS NULL FOR UPDATE`, p.Actor.ID)
		if err != nil {
			return err
		}
		key, _, err := db.sealer.open(sealed, p.Actor.ID.String())
		if err != nil {
			return err
		}
		step, right := totpStep(key, code, t.now)
		if !right {
			return invalid("code", "This code is not right. Does your device show the right time?")
		}
		if _, err := t.exec(`UPDATE public.authenticators SET since = $2, last_step = $3 WHERE user_id = $1`, p.Actor.ID, t.now, step); err != nil {
			return err
		}
		if codes, err = t.firstRecoveryCodes(p.Actor); err != nil {
			return err
		}
		if err := t.recountFactors(p.Actor.ID); err != nil {
			return err
		}
		if err := t.revokeSessions(p.Actor.ID, p.sessionHash); err != nil {
			return err
		}
		return t.changed(p, from, "user.authenticator_added", NoticeAppAdded)
	})
	return codes, err
}

// RemoveAuthenticator takes the app away; the recovery codes go with the last factor.
func (db *DB) RemoveAuthenticator(ctx context.Context, p *Principal, from Client) error {
	return db.inHost(ctx, p.home(), func(t *tx) error {
		n, err := t.exec(`DELETE FROM public.authenticators WHERE user_id = $1`, p.Actor.ID)
		if err != nil || n == 0 {
			return err
		}
		if err := t.afterRemoval(p.Actor); err != nil {
			return err
		}
		return t.changed(p, from, "user.authenticator_removed", NoticeAppRemoved)
	})
}

// spendTOTP is right once: the code's step of time is stored and never goes back,
// by one statement, so that of many at once one wins.
func (t *tx) spendTOTP(p Person, code string) (bool, error) {
	var sealed string
	err := t.get(&sealed, `SELECT key FROM public.authenticators WHERE user_id = $1 AND since IS NOT NULL`, p.ID)
	if KindOf(err) == NotFound {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	key, stale, err := t.db.sealer.open(sealed, p.ID.String())
	if err != nil {
		return false, &Error{Kind: Unavailable, Message: "Codes of the app can't be checked at the moment. Use a recovery code.", cause: err}
	}
	kept := sealed
	if stale {
		if kept, err = t.db.sealer.seal(key, p.ID.String()); err != nil {
			return false, err
		}
	}
	step, right := totpStep(key, code, t.now)
	if !right {
		return false, nil
	}
	n, err := t.exec(`UPDATE public.authenticators SET last_step = $2, key = $4 WHERE user_id = $1 AND key = $3 AND last_step < $2`, p.ID, step, sealed, kept)
	return n == 1, err
}

// resealAuthenticators puts the first key to all that another one sealed, or none
// at all, so that an old key can be dropped some hours after a rotation.
func (q *PublicTx) resealAuthenticators() error {
	if len(q.db.sealer.ids) == 0 {
		return nil
	}
	var old []struct {
		User uuid.UUID `db:"user_id"`
		Key  string    `db:"key"`
	}
	err := q.list(&old, `SELECT user_id, key FROM public.authenticators WHERE NOT starts_with(key, $1) LIMIT 1000`, q.db.sealer.current())
	if err != nil {
		return err
	}
	for _, row := range old {
		key, _, err := q.db.sealer.open(row.Key, row.User.String())
		if err != nil {
			continue // its key is gone: whoever comes with a code is told so
		}
		sealed, err := q.db.sealer.seal(key, row.User.String())
		if err == nil {
			_, err = q.exec(`UPDATE public.authenticators SET key = $3 WHERE user_id = $1 AND key = $2`, row.User, row.Key, sealed)
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

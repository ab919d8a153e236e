package store

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"strings"
)

// RecoveryCodes is how many codes somebody gets, each good once.
const RecoveryCodes = 10

// A code has 120 bits, so that a plain hash of it is enough.
const recoveryLength = 24

var recoveryAlphabet = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

func newRecoveryCode() string {
	var b [15]byte
	_, _ = rand.Read(b[:])
	return recoveryAlphabet.EncodeToString(b[:])
}

func isRecoveryCode(s string) bool {
	return len(s) == recoveryLength && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz234567") == ""
}

// readable puts gaps into a code.
func readable(code string) string {
	var groups []string
	for at := 0; at < len(code); at += 6 {
		groups = append(groups, code[at:min(at+6, len(code))])
	}
	return strings.Join(groups, "-")
}

// firstRecoveryCodes makes codes for somebody who has none.
func (t *tx) firstRecoveryCodes(p Person) ([]string, error) {
	var some bool
	err := t.get(&some, `SELECT EXISTS (SELECT FROM public.recovery_codes WHERE user_id = $1 AND used_at IS NULL)`, p.ID)
	if err != nil || some {
		return nil, err
	}
	return t.newRecoveryCodes(p)
}

func (t *tx) newRecoveryCodes(p Person) ([]string, error) {
	if _, err := t.exec(`DELETE FROM public.recovery_codes WHERE user_id = $1`, p.ID); err != nil {
		return nil, err
	}
	codes := make([]string, RecoveryCodes)
	for i := range codes {
		code := newRecoveryCode()
		codes[i] = readable(code)
		if _, err := t.exec(`INSERT INTO public.recovery_codes (code_hash, user_id, business_id, created_at) VALUES ($1, $2, $3, $4)`,
			hashToken(code), p.ID, p.BusinessID, t.now); err != nil {
			return nil, err
		}
	}
	return codes, nil
}

// RenewRecoveryCodes replaces the principal's codes; the old ones are worth nothing.
func (db *DB) RenewRecoveryCodes(ctx context.Context, p *Principal, from Client) ([]string, error) {
	var codes []string
	err := db.inHost(ctx, p.home(), func(t *tx) error {
		f, err := t.factors(p.Actor.ID)
		if err != nil {
			return err
		}
		if !f.Any() {
			return &Error{Kind: Conflict, Message: "Set up a second factor first."}
		}
		if codes, err = t.newRecoveryCodes(p.Actor); err != nil {
			return err
		}
		return t.changed(p, from, "user.recovery_codes_renewed", NoticeCodesRenewed)
	})
	return codes, err
}

// spendRecoveryCode is right once, however many try at the same time.
func (t *tx) spendRecoveryCode(p Person, code string) (bool, error) {
	n, err := t.exec(`UPDATE public.recovery_codes SET used_at = $3 WHERE user_id = $1 AND code_hash = $2 AND used_at IS NULL`, p.ID, hashToken(code), t.now)
	if err != nil || n != 1 {
		return false, err
	}
	if err := t.auditSelf(p, Client{}, "user.recovery_code_used", nil); err != nil {
		return false, err
	}
	return true, t.notice(p, NoticeCodeUsed)
}

// afterRemoval takes the recovery codes away with the last factor.
func (t *tx) afterRemoval(p Person) error {
	if err := t.recountFactors(p.ID); err != nil {
		return err
	}
	_, err := t.exec(`DELETE FROM public.recovery_codes r WHERE r.user_id = $1
		AND EXISTS (SELECT FROM public.users u WHERE u.id = $1 AND NOT u.second_factor)`, p.ID)
	return err
}

package identity

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"strings"

	"github.com/smoothschedule/smoothschedule/store/internal/db"
	"github.com/smoothschedule/smoothschedule/store/sessions"
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
func firstRecoveryCodes(t db.Scope, p db.Person) ([]string, error) {
	var some bool
	err := db.Get(t, &some, `SELECT EXISTS (SELECT FROM public.recovery_codes WHERE user_id = $1 AND used_at IS NULL)`, p.ID)
	if err != nil || some {
		return nil, err
	}
	return newRecoveryCodes(t, p)
}

func newRecoveryCodes(t db.Scope, p db.Person) ([]string, error) {
	if _, err := db.Exec(t, `DELETE FROM public.recovery_codes WHERE user_id = $1`, p.ID); err != nil {
		return nil, err
	}
	codes := make([]string, RecoveryCodes)
	for i := range codes {
		code := newRecoveryCode()
		codes[i] = readable(code)
		if _, err := db.Exec(t, `INSERT INTO public.recovery_codes (code_hash, user_id, business_id, created_at) VALUES ($1, $2, $3, $4)`,
			sessions.HashToken(code), p.ID, p.BusinessID, t.Now()); err != nil {
			return nil, err
		}
	}
	return codes, nil
}

// RenewRecoveryCodes replaces the principal's codes; the old ones are worth nothing.
func RenewRecoveryCodes(ctx context.Context, d *db.DB, p *db.Principal, from db.Client) ([]string, error) {
	var codes []string
	err := InHost(ctx, d, p.Home(), func(t db.Scope) error {
		f, err := factors(t, p.Actor.ID)
		if err != nil {
			return err
		}
		if !f.Any() {
			return &db.Error{Kind: db.Conflict, Message: "Set up a second factor first."}
		}
		if codes, err = newRecoveryCodes(t, p.Actor); err != nil {
			return err
		}
		return changed(t, p, from, "user.recovery_codes_renewed", NoticeCodesRenewed)
	})
	return codes, err
}

// spendRecoveryCode is right once, however many try at the same time.
func spendRecoveryCode(t db.Scope, p db.Person, code string) (bool, error) {
	n, err := db.Exec(t, `UPDATE public.recovery_codes SET used_at = $3 WHERE user_id = $1 AND code_hash = $2 AND used_at IS NULL`, p.ID, sessions.HashToken(code), t.Now())
	if err != nil || n != 1 {
		return false, err
	}
	if err := db.AuditSelf(t, p, db.Client{}, "user.recovery_code_used", nil); err != nil {
		return false, err
	}
	return true, notice(t, p, NoticeCodeUsed)
}

// afterRemoval takes the recovery codes away with the last factor.
func afterRemoval(t db.Scope, p db.Person) error {
	if err := recountFactors(t, p.ID); err != nil {
		return err
	}
	_, err := db.Exec(t, `DELETE FROM public.recovery_codes r WHERE r.user_id = $1
		AND EXISTS (SELECT FROM public.users u WHERE u.id = $1 AND NOT u.second_factor)`, p.ID)
	return err
}

package db

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/lib/pq"
)

// The answers of the database to who is not signed in any more, or not as before.
const (
	stateOver    = "SS001"
	stateChanged = "SS002"
)

var (
	errOver    = &Error{Kind: Ended, Message: "You are not signed in any more, so nothing was saved."}
	errChanged = &Error{Kind: Conflict, Message: "What you may do here was changed while this was on its way, so nothing was saved. Please look at the page again."}
)

// guard asks once more, in the trip that commits what a request writes, whether
// that what let the request in still holds: a form that waited for a row, or a
// file that took long to arrive, is not written after the session, the masquerade
// or the token has ended.
//
// The lock on the session's row puts the two in order. All that ends a session
// changes that row, and of the rows that others wait for last, so that nobody
// waits for what the other has: see endSessions.
type guard struct {
	by   *Principal
	held bool // asked before, and locked until the commit
}

// newGuard returns nil for what nobody's session lets in: visitors and jobs.
func newGuard(p *Principal) *guard {
	if p == nil || p.released || p.SessionHash == nil && p.TokenID == uuid.Nil {
		return nil
	}
	return &guard{by: p}
}

// statement fails when nothing holds any more.
func (g *guard) statement(now time.Time, ending bool) string {
	at := pq.QuoteLiteral(now.UTC().Format(time.RFC3339Nano))
	if g.by.TokenID != uuid.Nil {
		return fmt.Sprintf("SELECT public.hold_token('%s', %s)", g.by.TokenID, at)
	}
	return fmt.Sprintf(`SELECT public.hold_session('\x%s', %d, %s, %t)`, hex.EncodeToString(g.by.SessionHash), g.by.Generation, at, ending)
}

// HoldNow asks before the commit, for who is about to end sessions: the own one
// may be among them.
func HoldNow(t Scope) error {
	if t.core().guard == nil || t.core().guard.held {
		return nil
	}
	_, err := t.core().sql.ExecContext(t.core().ctx, t.core().guard.statement(t.core().db.now(), true))
	t.core().guard.held = err == nil
	return err
}

// NoteOwn keeps a request that ended or changed its own session going: what it
// writes in further scopes is its own doing.
func NoteOwn(t Scope, hash []byte) {
	if t.core().guard != nil && bytes.Equal(hash, t.core().guard.by.SessionHash) {
		t.core().guard.by.released = true
	}
}

// Commit ends the scope with all that was written, if who wrote it still may.
func Commit(t Scope) error {
	if t.core().guard != nil && !t.core().guard.held {
		ask := t.core().guard.statement(t.core().db.now(), false)
		err := t.core().conn.Raw(func(c any) error {
			c.(*conn).before = ask
			return nil
		})
		if err != nil {
			return err // the caller's close rolls back
		}
	}
	return errors.Join(t.core().sql.Commit(), t.core().conn.Close())
}

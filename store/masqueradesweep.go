package store

import (
	"context"
	"time"

	"github.com/google/uuid"
)

const timedOut = "timed out"

// SweepMasquerades writes down the ends that no request has come across: an
// operator who closes the browser never asks again. Nothing waits for it, since
// each request reads for itself whether it may go on.
func (db *DB) SweepMasquerades(ctx context.Context) error {
	bounds, err := db.MasqueradeBounds(ctx)
	if err != nil {
		return err
	}
	return db.InPublic(ctx, func(q *PublicTx) error {
		if err := q.endOverdue(bounds, `m.id > $5`, uuid.Nil); err != nil {
			return err
		}
		var open []Masquerade
		if err := q.list(&open, `SELECT `+masqueradeColumns+` FROM public.masquerades m WHERE m.ended_at IS NULL AND m.started_at IS NOT NULL`); err != nil {
			return err
		}
		for _, m := range open { // a handful: none is older than an hour
			why, err := q.masqueradeFault(m.ID, m)
			if err == nil && why != "" {
				err = q.endMasquerade(m.ID, why)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// endOverdue ends those that ran out, alone or with the session in which they began,
// at the moment when they did; which is an SQL condition of this package over $5.
func (t *tx) endOverdue(bounds MasqueradeBounds, which string, arg any) error {
	var ended []Masquerade
	err := t.list(&ended, `
		UPDATE public.masquerades m SET ended_at = o.at, end_reason = $4
		FROM (SELECT m.id, LEAST(m.started_at + $2 * interval '1 minute',
				COALESCE(s.last_seen_at, m.started_at) + LEAST(s.idle_minutes, CAST($3 AS integer)) * interval '1 minute',
				begun.expires_at, begun.last_seen_at + begun.idle_minutes * interval '1 minute') AS at
			FROM public.masquerades m LEFT JOIN public.sessions s ON s.masquerade_id = m.id LEFT JOIN public.sessions begun ON begun.id_hash = m.session_hash
			WHERE m.ended_at IS NULL AND m.started_at IS NOT NULL AND `+which+`) o
		WHERE m.id = o.id AND m.ended_at IS NULL AND o.at <= $1 RETURNING `+masqueradeColumns,
		t.now, int(bounds.Max/time.Minute), int(bounds.Idle/time.Minute), timedOut, arg)
	if err != nil {
		return err
	}
	return t.recordEnds(ended, false)
}

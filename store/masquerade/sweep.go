package masquerade

import (
	"context"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/internal/db"
	"github.com/smoothschedule/smoothschedule/store/sessions"
)

// SweepMasquerades writes down the ends that no request has come across: an
// operator who closes the browser never asks again. Nothing waits for it, since
// each request reads for itself whether it may go on.
func SweepMasquerades(ctx context.Context, d *db.DB) error {
	bounds, err := sessions.MasqueradeBounds(ctx, d)
	if err != nil {
		return err
	}
	return d.InPublic(ctx, func(q *db.PublicTx) error {
		if err := sessions.EndOverdue(q, bounds, `m.id > $5`, uuid.Nil); err != nil {
			return err
		}
		var open []db.Masquerade
		if err := db.List(q, &open, `SELECT `+db.MasqueradeColumns+` FROM public.masquerades m WHERE m.ended_at IS NULL AND m.started_at IS NOT NULL`); err != nil {
			return err
		}
		for _, m := range open { // a handful: none is older than an hour
			why, err := sessions.MasqueradeFault(q, m.ID, m)
			if err == nil && why != "" {
				err = sessions.EndMasquerade(q, m.ID, why)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}

package notices

import (
	"strings"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/catalog"
	"github.com/smoothschedule/smoothschedule/store/internal/db"
)

// answerHeldMail sends one after all, or leaves it unsent for good.
func answerHeldMail(q *db.TenantTx, id uuid.UUID, send bool) error {
	state, action := "dropped", "notice.dropped"
	if send {
		state, action = "sent", "notice.sent"
	}
	var rows []struct {
		Kind string `db:"kind"`
		Args string `db:"args"`
	}
	err := db.List(q, &rows, `UPDATE public.held_mails SET state = $3, changed_at = $4 WHERE id = $1 AND business_id = $2 AND state = 'held' RETURNING kind, args`,
		id, q.Tenant.ID, state, q.Now())
	if err != nil {
		return err
	}
	if len(rows) == 0 {
		return db.NoSuch("notice")
	}
	if err := catalog.Record(q, action, "notice", id, "Mail: "+strings.ReplaceAll(strings.TrimPrefix(rows[0].Kind, "mail_"), "_", " "), nil); err != nil || !send {
		return err
	}
	return db.Enqueue(q, db.HeldJob{BusinessID: q.Tenant.ID, Of: rows[0].Kind, Text: rows[0].Args}, nil)
}

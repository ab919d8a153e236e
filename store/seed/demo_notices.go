package seed

import (
	"context"
	"database/sql"
	"time"
)

// noticesBack is how far back the demo's list of mails goes.
const noticesBack = 4 * 24 * time.Hour

// writeNotices lists what customers were told of late. Nothing is left to be
// sent, so that the demo mails nobody.
func (w *world) writeNotices(ctx context.Context, tx *sql.Tx) error {
	rows := newTable("notices", "id", "business_id", "appointment_id", "customer_id", "kind", "to_name", "to_email", "state", "starts_at", "due_at", "created_at", "changed_at", "error")
	for _, b := range w.businesses {
		failed := false
		for _, a := range b.appointments {
			c := b.customers[a.customer]
			if c.email == "" || a.start.Before(w.now.Add(-noticesBack)) || a.created.After(w.now) {
				continue
			}
			tell := func(kind, state, problem string, at time.Time) {
				rows.add(w.newID(at), b.id, a.id, c.id, kind, c.name, c.email, state, a.start, at, a.created, at, problem)
			}
			kind := "confirmed"
			switch {
			case a.status == "pending":
				kind = "requested"
			case a.status == "cancelled":
				tell("cancelled", "sent", "", a.updated)
			case a.start.Add(-24*time.Hour).Before(w.now) && a.created.Before(a.start.Add(-24*time.Hour)):
				if !failed {
					failed = true
					tell("reminder", "failed", "550 5.1.1 The mailbox is unknown", a.start.Add(-24*time.Hour))
					break
				}
				tell("reminder", "sent", "", a.start.Add(-24*time.Hour))
			}
			if a.created.After(w.now.Add(-noticesBack)) {
				tell(kind, "sent", "", a.created)
			}
		}
	}
	return copyAll(ctx, tx, rows)
}

package seed

import (
	"context"
	"database/sql"
	"time"
)

// writeNotifications tells the demo's staff what happened of late: the youngest
// businesses signed up, and the provisioning that failed once is read.
func (w *world) writeNotifications(ctx context.Context, tx *sql.Tx) error {
	rows := newTable("notifications", "id", "user_id", "kind", "title", "detail", "href", "created_at", "read_at")
	tell := func(who, kind, title, detail, href string, at time.Time, read any) {
		rows.add(w.newID(at), w.staff[who].id, kind, title, detail, href, at, read)
	}
	for _, b := range w.businesses {
		if w.now.Sub(b.created) > 30*24*time.Hour {
			continue
		}
		var read any
		if w.now.Sub(b.created) > 5*24*time.Hour {
			read = b.created.Add(3 * time.Hour)
		}
		for _, who := range []string{"superuser", "manager", "sales"} {
			tell(who, "sign_up", "Signed up: "+b.name, b.subdomain, "/businesses/"+b.id.String(), b.created, read)
		}
	}
	failed := w.now.Add(-9 * 24 * time.Hour)
	for _, who := range []string{"superuser", "manager"} {
		tell(who, "provisioning", "No room could be made for new businesses", "Sign-ups may fail until this is repaired; the program's log says why.",
			"/businesses", failed, failed.Add(20*time.Minute))
	}
	return copyAll(ctx, tx, rows)
}

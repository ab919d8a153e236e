package store

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/riverqueue/river"
)

// changed is a row as it is restored: in the new schema, at its address, proven
// domains to be proven again, and without staff that this platform does not have.
func (im *importer) changed(schema, table, line string) (string, error) {
	if schema != "public" {
		return line, nil
	}
	var row map[string]any
	decoder := json.NewDecoder(strings.NewReader(line))
	decoder.UseNumber()
	if err := decoder.Decode(&row); err != nil {
		return "", broken("The file is damaged: a row of %s can't be read.", table)
	}
	if table != "businesses" && row["business_id"] != im.m.BusinessID.String() {
		return "", broken("The file holds a row of another business.")
	}
	switch table {
	case "businesses":
		if row["id"] != im.m.BusinessID.String() {
			return "", broken("The file holds another business than it says.")
		}
		row["schema_name"], row["subdomain"], row["primary_domain"], row["deleting_since"] = im.schema, im.m.Subdomain, "", nil
	case "domains":
		name, _ := row["name"].(string)
		var there bool
		if err := im.t.get(&there, `SELECT EXISTS (SELECT FROM public.domains WHERE name = $1 AND business_id IS NOT NULL)`, name); err != nil {
			return "", err
		}
		if row["kind"] == "subdomain" || there {
			return "", nil
		}
		if _, err := im.t.exec(`DELETE FROM public.domains WHERE name = $1`, name); err != nil {
			return "", err
		}
		row["verified_at"] = nil
	case "notices":
		im.notice(row)
	case "masquerades":
		if id, _ := row["actor_id"].(string); !im.staff[id] {
			return "", nil // the audit log tells of those who are not of this platform
		}
		im.visit(row)
	case "tickets":
		if id, _ := row["assignee_id"].(string); !im.staff[id] {
			row["assignee_id"] = nil
		}
		var taken bool
		if err := im.t.get(&taken, `SELECT EXISTS (SELECT FROM public.tickets WHERE number = CAST($1 AS bigint))`, fmt.Sprint(row["number"])); err != nil {
			return "", err
		}
		if taken {
			var next int64
			if err := im.t.get(&next, `SELECT nextval(pg_get_serial_sequence('public.tickets', 'number'))`); err != nil {
				return "", err
			}
			row["number"] = next
		}
	default:
		return line, nil
	}
	text, err := json.Marshal(row)
	return string(text), err
}

// What is said of mails that were on their way when their business was exported.
const (
	noticeLeft = "The business was exported while this was being sent. It may have arrived."
	noticeLate = "This was due before the business was restored, and was not sent."
)

// notice keeps what was told; mails still to come stay so, see resume. One that
// is overdue may have left where the file comes from: people decide.
func (im *importer) notice(row map[string]any) {
	due, _ := row["due_at"].(string)
	at, err := time.Parse(time.RFC3339, due)
	switch {
	case row["state"] == "sending":
		row["state"], row["error"] = "failed", noticeLeft
	case row["state"] == "queued" && (err != nil || !at.After(im.t.now)):
		row["state"], row["error"] = "failed", noticeLate
	}
}

// visit keeps who of the platform was there, why and by whose consent, without
// anything that could open it again.
func (im *importer) visit(row map[string]any) {
	row["session_hash"], row["code_hash"], row["code_expires_at"], row["back"] = "", nil, nil, ""
	if row["ended_at"] == nil {
		row["ended_at"], row["end_reason"] = im.m.ExportedAt, "the business was exported"
	}
}

// resume makes the jobs anew of what waits for its time: mails still to come, and
// requests that expire.
func (im *importer) resume() error {
	var waiting []struct {
		ID uuid.UUID `db:"id"`
		At time.Time `db:"at"`
	}
	q := &TenantTx{tx: *im.t, Tenant: Tenant{ID: im.m.BusinessID}}
	if err := q.list(&waiting, `SELECT id, due_at AS at FROM public.notices WHERE business_id = $1 AND state = 'queued'`, im.m.BusinessID); err != nil {
		return err
	}
	jobs := make([]river.InsertManyParams, 0, len(waiting))
	for _, w := range waiting {
		jobs = append(jobs, q.noticeJob(w.ID, w.At))
	}
	waiting = nil
	if err := q.list(&waiting, `SELECT id, approve_by AS at FROM `+im.schema+`.appointments WHERE status = 'pending' AND approve_by IS NOT NULL`); err != nil {
		return err
	}
	for _, w := range waiting {
		jobs = append(jobs, river.InsertManyParams{Args: ExpireArgs{AppointmentID: w.ID, BusinessID: im.m.BusinessID}, InsertOpts: &river.InsertOpts{ScheduledAt: w.At}})
	}
	return q.enqueueAll(jobs)
}

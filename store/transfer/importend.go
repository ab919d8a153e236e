package transfer

import (
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/lib/pq"
	"github.com/riverqueue/river"

	"github.com/smoothschedule/smoothschedule/store/console"
	"github.com/smoothschedule/smoothschedule/store/identity"
	"github.com/smoothschedule/smoothschedule/store/internal/db"
	"github.com/smoothschedule/smoothschedule/store/notices"
	"github.com/smoothschedule/smoothschedule/store/people"
	"github.com/smoothschedule/smoothschedule/store/schema"
)

// finish joins the schema and makes the figures true: what the business pays from
// now on is what it paid when it was exported.
func (im *importer) finish() error {
	t := im.t
	if im.m.MRRCents < 0 || im.m.MRRCents > maxCents {
		return broken("The file is damaged: manifest.json can't be read.")
	}
	joined, err := db.Exec(t, `UPDATE public.tenant_schemas SET business_id = $2, state = 'ready', error = '' WHERE schema_name = $1 AND state = 'restoring' AND version = $3`,
		im.schema, im.m.BusinessID, schema.LatestTenantVersion())
	if err != nil {
		return err
	}
	if joined != 1 {
		return &db.Error{Kind: db.Conflict, Field: "file", Message: "The program was renewed while the file was read. Restore it again."}
	}
	if _, err := db.Exec(t, `UPDATE public.domains SET business_id = $1, formerly_of = NULL WHERE business_id IS NULL AND formerly_of = $1`, im.m.BusinessID); err != nil {
		return err
	}
	if err := identity.RecountPeople(t, im.m.BusinessID); err != nil {
		return err
	}
	if err := people.NoteRestoredOwners(t, im.m.BusinessID); err != nil {
		return err
	}
	now := struct {
		MRR   int  `db:"mrr"`
		Known bool `db:"known"`
	}{}
	err = db.Get(t, &now, `SELECT COALESCE(sum(mrr_after_cents - mrr_before_cents), 0) AS mrr, COALESCE((
			SELECT (c.plan, c.status) = (b.plan, b.status) FROM public.plan_changes c JOIN public.businesses b ON b.id = c.business_id
			WHERE c.business_id = $1 AND c.undone_at IS NULL ORDER BY c.at DESC, c.id DESC LIMIT 1), false) AS known
		FROM public.plan_changes WHERE business_id = $1 AND undone_at IS NULL`, im.m.BusinessID)
	if err != nil {
		return err
	}
	q := db.AsPublic(t)
	b, err := console.ReadBusiness(q, im.m.BusinessID)
	if err != nil {
		return err
	}
	if now.MRR != im.m.MRRCents || !now.Known {
		err = console.StepMRR(q, b, now.MRR, im.m.MRRCents)
	} else {
		_, err = db.Exec(t, `UPDATE public.business_totals SET mrr_cents = $2 WHERE business_id = $1`, b.ID, now.MRR)
	}
	if err == nil {
		err = console.MarkDays(t, b.ID)
	}
	if err != nil {
		return err
	}
	if err := im.resume(); err != nil {
		return err
	}
	return console.AuditBusiness(q, b, "business.imported", map[string]any{"exported_at": im.m.ExportedAt.UTC().Format("2006-01-02T15:04:05Z"), "subdomain": im.m.Subdomain})
}

// resume makes the jobs anew of what waits for its time: mails still to come, and
// requests that expire.
func (im *importer) resume() error {
	var waiting []struct {
		ID uuid.UUID `db:"id"`
		At time.Time `db:"at"`
	}
	q := db.AsTenant(im.t, db.Tenant{ID: im.m.BusinessID})
	if err := db.List(q, &waiting, `SELECT id, due_at AS at FROM public.notices WHERE business_id = $1 AND state = 'queued'`, im.m.BusinessID); err != nil {
		return err
	}
	jobs := make([]river.InsertManyParams, 0, len(waiting))
	for _, w := range waiting {
		jobs = append(jobs, notices.NoticeJob(q, w.ID, w.At))
	}
	waiting = nil
	if err := db.List(q, &waiting, `SELECT id, approve_by AS at FROM `+im.schema+`.appointments WHERE status = 'pending' AND approve_by IS NOT NULL`); err != nil {
		return err
	}
	for _, w := range waiting {
		jobs = append(jobs, river.InsertManyParams{Args: notices.ExpireArgs{AppointmentID: w.ID, BusinessID: im.m.BusinessID}, InsertOpts: &river.InsertOpts{ScheduledAt: w.At}})
	}
	return notices.EnqueueAll(q, jobs)
}

// checkWritten asks the database itself, before the commit, whose rows this
// transaction has written: in every shared table that names a business they are of
// this one, and none of them makes somebody of the platform.
func (im *importer) checkWritten() error {
	var tables []string
	err := db.List(im.t, &tables, `
		SELECT c.relname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
		WHERE a.attname = 'business_id' AND NOT a.attisdropped AND c.relnamespace = CAST('public' AS regnamespace) AND c.relkind = 'r' ORDER BY c.relname`)
	if err != nil {
		return err
	}
	const written = `t.xmin = CAST(pg_current_xact_id() AS xid)`
	asked := []string{`SELECT 'businesses' AS name FROM public.businesses t WHERE ` + written + ` AND t.id <> $1`,
		`SELECT 'users' FROM public.users t WHERE ` + written + ` AND t.role NOT IN ('TENANT_OWNER', 'TENANT_MANAGER', 'TENANT_STAFF', 'CUSTOMER')`}
	for _, table := range tables {
		asked = append(asked, fmt.Sprintf(`SELECT %s FROM public.%s t WHERE %s AND t.business_id IS DISTINCT FROM $1`, pq.QuoteLiteral(table), pq.QuoteIdentifier(table), written))
	}
	var foreign []string
	if err := db.List(im.t, &foreign, `SELECT DISTINCT name FROM (`+strings.Join(asked, " UNION ALL ")+`) AS found`, im.m.BusinessID); err != nil {
		return err
	}
	if len(foreign) > 0 {
		return broken("The file would write rows of others (%s). Nothing was restored.", strings.Join(foreign, ", "))
	}
	return nil
}

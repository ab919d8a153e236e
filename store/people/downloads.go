package people

import (
	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/internal/db"
	"github.com/smoothschedule/smoothschedule/store/internal/text"
	"github.com/smoothschedule/smoothschedule/store/sessions"
)

// Download is a file with rows of people that leaves the platform.
type Download struct {
	Noun     string // of the audit log: "user", "business"
	File     string // "users.csv"
	Filter   string // which rows, without the words of a search
	Rows     int
	Reason   string
	Business uuid.NullUUID // whose rows they are, if one's alone
	// Personal says that it holds what is known of people: it needs a reason and a
	// fresh proof of who asks, and is told.
	Personal bool
	Whole    bool // everything of a business
}

// RecordDownloadOf writes down what is about to be sent, in the transaction that
// reads its first rows. Of people's data it asks first why and who it is, and
// tells the owners of the business, or where the rows are of many the superusers.
func RecordDownloadOf(q *db.PublicTx, d Download) error {
	action := d.Noun + ".list_exported"
	if d.Whole {
		action = d.Noun + ".exported"
	}
	if d.Personal {
		if !text.SaysWhy(d.Reason, sessions.MinReason) {
			return db.InvalidField("export_reason", "Say in at least 10 characters, letters among them, what you need it for.")
		}
		if err := sessions.SteppedUp(q); err != nil {
			return err
		}
	}
	e := db.Event{Action: action, Business: d.Business, ObjectType: "file", ObjectID: d.File, ObjectName: d.File, Details: map[string]any{}}
	for name, value := range map[string]string{"filter": d.Filter, "reason": d.Reason} {
		if value != "" {
			e.Details[name] = value
		}
	}
	if !d.Whole {
		e.Details["rows"] = d.Rows
	}
	if err := db.Audit(q, e); err != nil || !d.Personal || db.Who(q) == nil {
		return err
	}
	if !d.Business.Valid {
		return NotifyStaffIn(q, Notice{Kind: NoticeConsent, Title: db.Who(q).Actor.Name + " downloaded " + d.File, Detail: d.Reason, Href: "/audit?person=" + db.Who(q).Actor.ID.String()}, access.Superuser)
	}
	var owners []uuid.UUID
	if err := db.List(q, &owners, `SELECT id FROM public.users WHERE business_id = $1 AND role = 'TENANT_OWNER' AND is_active ORDER BY id`, d.Business.UUID); err != nil || len(owners) == 0 {
		return err
	}
	return db.Enqueue(q, DownloadNoticeArgs{BusinessID: d.Business.UUID, To: owners, Actor: db.Who(q).Actor.Name, Email: db.Who(q).Actor.Email, Whole: d.Whole, File: d.File, Reason: d.Reason}, nil)
}

// RecordDownload writes down a list that the business's own people take out.
func RecordDownload(q *db.TenantTx, d Download) error {
	return db.Audit(q, db.Event{Action: d.Noun + ".list_exported", Business: sessions.TenantID(&q.Tenant), ObjectType: "file", ObjectID: d.File, ObjectName: d.File,
		Details: map[string]any{"rows": d.Rows, "filter": d.Filter}})
}

// RecordExport writes down that an owner takes everything out, and tells all
// owners. Nobody does that as somebody else.
func RecordExport(q *db.TenantTx, tenant db.Tenant) error {
	switch {
	case db.Who(q) == nil || db.Who(q).Masquerade != nil || db.Who(q).Actor.Role != access.TenantOwner || db.Who(q).Actor.BusinessID.UUID != tenant.ID:
		return errOwnersOnly
	case q.Now().Sub(db.Who(q).AuthenticatedAt) > db.StepUpFor:
		return db.InvalidField("password", "Enter your password to confirm that it is you.")
	}
	file := tenant.Subdomain + ".zip"
	if err := db.Audit(q, db.Event{Action: "business.exported", Business: sessions.TenantID(&q.Tenant), ObjectType: "file", ObjectID: file, ObjectName: file}); err != nil {
		return err
	}
	var owners []uuid.UUID
	if err := db.List(q, &owners, `SELECT id FROM public.users WHERE business_id = $1 AND role = 'TENANT_OWNER' AND is_active ORDER BY id`, tenant.ID); err != nil {
		return err
	}
	return db.Enqueue(q, DownloadNoticeArgs{BusinessID: tenant.ID, To: owners, Actor: db.Who(q).Actor.Name, Email: db.Who(q).Actor.Email, Whole: true, Own: true, File: file}, nil)
}

// DownloadNoticeArgs tells the owners of a business that staff, or one of them,
// took data of it.
type DownloadNoticeArgs struct {
	BusinessID uuid.UUID   `json:"business_id"`
	To         []uuid.UUID `json:"to"` // who were owners at the time
	Actor      string      `json:"actor"`
	Email      string      `json:"email"`
	Whole      bool        `json:"whole"`
	File       string      `json:"file"`
	Reason     string      `json:"reason"`
	Own        bool        `json:"own,omitempty"` // by an owner, not by staff
}

// Kind names the job.
func (DownloadNoticeArgs) Kind() string { return "mail_download_notice" }

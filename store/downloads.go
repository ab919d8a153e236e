package store

import (
	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/access"
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

// RecordDownload writes down what is about to be sent, in the transaction that
// reads its first rows. Of people's data it asks first why and who it is, and
// tells the owners of the business, or where the rows are of many the superusers.
func (q *PublicTx) RecordDownload(d Download) error {
	action := d.Noun + ".list_exported"
	if d.Whole {
		action = d.Noun + ".exported"
	}
	if d.Personal {
		if !SaysWhy(d.Reason, MinReason) {
			return invalid("export_reason", "Say in at least 10 characters, letters among them, what you need it for.")
		}
		if err := q.steppedUp(); err != nil {
			return err
		}
	}
	e := Event{Action: action, Business: d.Business, ObjectType: "file", ObjectID: d.File, ObjectName: d.File, Details: map[string]any{}}
	for name, value := range map[string]string{"filter": d.Filter, "reason": d.Reason} {
		if value != "" {
			e.Details[name] = value
		}
	}
	if !d.Whole {
		e.Details["rows"] = d.Rows
	}
	if err := q.audit(e); err != nil || !d.Personal || q.who == nil {
		return err
	}
	if !d.Business.Valid {
		return q.notifyStaff(Notice{Kind: NoticeConsent, Title: q.who.Actor.Name + " downloaded " + d.File, Detail: d.Reason, Href: "/audit?person=" + q.who.Actor.ID.String()}, access.Superuser)
	}
	var owners []uuid.UUID
	if err := q.list(&owners, `SELECT id FROM public.users WHERE business_id = $1 AND role = 'TENANT_OWNER' AND is_active ORDER BY id`, d.Business.UUID); err != nil || len(owners) == 0 {
		return err
	}
	return q.enqueue(DownloadNoticeArgs{BusinessID: d.Business.UUID, To: owners, Actor: q.who.Actor.Name, Email: q.who.Actor.Email, Whole: d.Whole, File: d.File, Reason: d.Reason}, nil)
}

// RecordDownload writes down a list that the business's own people take out.
func (q *TenantTx) RecordDownload(d Download) error {
	return q.audit(Event{Action: d.Noun + ".list_exported", Business: tenantID(&q.Tenant), ObjectType: "file", ObjectID: d.File, ObjectName: d.File,
		Details: map[string]any{"rows": d.Rows, "filter": d.Filter}})
}

// recordExport writes down that an owner takes everything out, and tells all
// owners. Nobody does that as somebody else.
func (q *TenantTx) recordExport(tenant Tenant) error {
	switch {
	case q.who == nil || q.who.Masquerade != nil || q.who.Actor.Role != access.TenantOwner || q.who.Actor.BusinessID.UUID != tenant.ID:
		return errOwnersOnly
	case q.now.Sub(q.who.AuthenticatedAt) > StepUpFor:
		return invalid("password", "Enter your password to confirm that it is you.")
	}
	file := tenant.Subdomain + ".zip"
	if err := q.audit(Event{Action: "business.exported", Business: tenantID(&q.Tenant), ObjectType: "file", ObjectID: file, ObjectName: file}); err != nil {
		return err
	}
	var owners []uuid.UUID
	if err := q.list(&owners, `SELECT id FROM public.users WHERE business_id = $1 AND role = 'TENANT_OWNER' AND is_active ORDER BY id`, tenant.ID); err != nil {
		return err
	}
	return q.enqueue(DownloadNoticeArgs{BusinessID: tenant.ID, To: owners, Actor: q.who.Actor.Name, Email: q.who.Actor.Email, Whole: true, Own: true, File: file}, nil)
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

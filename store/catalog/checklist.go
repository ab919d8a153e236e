package catalog

import (
	"context"

	"github.com/smoothschedule/smoothschedule/store/internal/db"
)

// Checklist says how far a new business has come. It is computed from what is
// there, so nothing has to be ticked off.
type Checklist struct {
	Dismissed bool `db:"dismissed"`
	Profile   bool `db:"profile"` // looked after once
	Hours     bool `db:"hours"`
	Services  bool `db:"services"` // one that somebody can do
	Undone    bool `db:"undone"`   // there are some, and nobody can do any
	People    bool `db:"people"`   // somebody or something that services take
	Shared    bool `db:"shared"`   // somebody booked by the link
}

// Done says whether there is nothing left to do.
func (c Checklist) Done() bool { return c.Profile && c.Hours && c.Services && c.People && c.Shared }

// ReadChecklist reads how far the business has come.
func ReadChecklist(q *db.TenantTx) (Checklist, error) {
	var c Checklist
	err := db.Get(q, &c, `SELECT checklist_dismissed_at IS NOT NULL AS dismissed FROM public.businesses WHERE id = $1`, q.Tenant.ID)
	if err != nil || c.Dismissed {
		return c, err
	}
	err = db.Get(q, &c.Profile, `SELECT EXISTS (SELECT FROM public.audit_log WHERE business_id = $1 AND action IN ('business.profile_changed', 'business.branding_changed'))`, q.Tenant.ID)
	if err != nil {
		return c, err
	}
	err = db.Get(q, &c, `SELECT EXISTS (SELECT FROM hours) AS hours, EXISTS (SELECT FROM services s WHERE s.is_active AND `+doable+`) AS services,
		EXISTS (SELECT FROM services WHERE is_active) AND NOT EXISTS (SELECT FROM services s WHERE s.is_active AND `+doable+`) AS undone,
		EXISTS (SELECT FROM resources WHERE is_active) AS people, EXISTS (SELECT FROM appointments WHERE source <> 'staff') AS shared`)
	return c, err
}

// DismissChecklist puts the checklist away for good.
func DismissChecklist(ctx context.Context, d *db.DB, tenant db.Tenant) error {
	return d.InTenant(ctx, tenant, func(q *db.TenantTx) error {
		n, err := db.Exec(q, `UPDATE public.businesses SET checklist_dismissed_at = $2 WHERE id = $1 AND checklist_dismissed_at IS NULL`, q.Tenant.ID, q.Now())
		if err != nil || n == 0 {
			return err
		}
		return Record(q, "business.checklist_dismissed", "business", q.Tenant.ID, q.Tenant.Name, nil)
	})
}

package booking

import (
	"context"
	"time"

	"github.com/smoothschedule/smoothschedule/store/catalog"
	"github.com/smoothschedule/smoothschedule/store/identity"
	"github.com/smoothschedule/smoothschedule/store/internal/db"
	"github.com/smoothschedule/smoothschedule/store/notices"
	"github.com/smoothschedule/smoothschedule/store/sessions"
)

// The longest texts of a profile.
const (
	MaxAbout   = 1000
	MaxAddress = 300
)

// ChangeProfile changes what a business says about itself, or moves it to another
// time zone. Appointments keep their moments; rules like opening hours mean the
// new zone's clock.
func ChangeProfile(ctx context.Context, d *db.DB, tenant db.Tenant, p notices.Profile) error {
	err := d.InTenant(ctx, tenant, func(q *db.TenantTx) error {
		var before notices.Profile
		err := db.Get(q, &before, `SELECT `+notices.ProfileColumns+` FROM public.businesses WHERE id = $1 FOR UPDATE`, tenant.ID)
		if err != nil || before == p {
			return err
		}
		if err := db.Unchanged(q, before); err != nil {
			return err
		}
		if err := sessions.KeepAddress(q, before.Email, p.Email); err != nil {
			return err
		}
		_, err = db.Exec(q, `UPDATE public.businesses SET name = $2, time_zone = $3, about = $4, address = $5, phone = $6, contact_email = $7, updated_at = $8 WHERE id = $1`,
			tenant.ID, p.Name, p.TimeZone, p.About, p.Address, p.Phone, p.Email, q.Now())
		if err != nil {
			return err
		}
		if p.TimeZone != before.TimeZone { // quiet hours are on its clock
			q.Tenant.TimeZone = p.TimeZone
			policies, err := catalog.ReadPolicies(q)
			if err != nil {
				return err
			}
			if err := notices.ReplanReminders(q, policies, notices.Replan{}); err != nil {
				return err
			}
		}
		if err := identity.RecountPeople(q, tenant.ID); err != nil { // the name is in its line's search text
			return err
		}
		return catalog.Record(q, "business.profile_changed", "business", tenant.ID, before.Name, map[string]any{"before": before, "after": p})
	})
	db.Tenants(d).Forget()
	return err
}

// Coming are the appointments ahead: how many, and when the next one begins.
func Coming(q *db.TenantTx) (count int, next *time.Time, err error) {
	var row struct {
		Count int        `db:"count"`
		Next  *time.Time `db:"next"`
	}
	err = db.Get(q, &row, `SELECT count(*) AS count, min(starts_at) AS next FROM appointments WHERE starts_at > $1 AND status IN ('pending', 'confirmed')`, q.Now())
	return row.Count, row.Next, err
}

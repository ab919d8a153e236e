package store

import (
	"context"
	"time"
)

// Profile is what a business says about itself.
type Profile struct {
	Name     string `db:"name" json:"name"`
	TimeZone string `db:"time_zone" json:"time_zone"`
	// The rest is on the public page; empty: left out.
	About   string `db:"about" json:"about"`
	Address string `db:"address" json:"address"`
	Phone   string `db:"phone" json:"phone"`
	Email   string `db:"contact_email" json:"contact_email"`
}

// The longest texts of a profile.
const (
	MaxAbout   = 1000
	MaxAddress = 300
)

const profileColumns = `name, time_zone, about, address, phone, contact_email`

// Profile returns the business's.
func (q *TenantTx) Profile() (Profile, error) {
	var p Profile
	err := q.get(&p, `SELECT `+profileColumns+` FROM public.businesses WHERE id = $1`, q.Tenant.ID)
	return p, err
}

// ChangeProfile changes what a business says about itself, or moves it to another
// time zone. Appointments keep their moments; rules like opening hours mean the
// new zone's clock.
func (db *DB) ChangeProfile(ctx context.Context, tenant Tenant, p Profile) error {
	err := db.InTenant(ctx, tenant, func(q *TenantTx) error {
		var before Profile
		err := q.get(&before, `SELECT `+profileColumns+` FROM public.businesses WHERE id = $1 FOR UPDATE`, tenant.ID)
		if err != nil || before == p {
			return err
		}
		if err := q.unchanged(before); err != nil {
			return err
		}
		if err := q.keepAddress(before.Email, p.Email); err != nil {
			return err
		}
		_, err = q.exec(`UPDATE public.businesses SET name = $2, time_zone = $3, about = $4, address = $5, phone = $6, contact_email = $7, updated_at = $8 WHERE id = $1`,
			tenant.ID, p.Name, p.TimeZone, p.About, p.Address, p.Phone, p.Email, q.now)
		if err != nil {
			return err
		}
		if p.TimeZone != before.TimeZone { // quiet hours are on its clock
			q.Tenant.TimeZone = p.TimeZone
			policies, err := q.Policies()
			if err != nil {
				return err
			}
			if err := q.replanReminders(policies, replan{}); err != nil {
				return err
			}
		}
		if err := q.recountPeople(tenant.ID); err != nil { // the name is in its line's search text
			return err
		}
		return q.record("business.profile_changed", "business", tenant.ID, before.Name, map[string]any{"before": before, "after": p})
	})
	db.tenants.forget()
	return err
}

// Coming are the appointments ahead: how many, and when the next one begins.
func (q *TenantTx) Coming() (count int, next *time.Time, err error) {
	var row struct {
		Count int        `db:"count"`
		Next  *time.Time `db:"next"`
	}
	err = q.get(&row, `SELECT count(*) AS count, min(starts_at) AS next FROM appointments WHERE starts_at > $1 AND status IN ('pending', 'confirmed')`, q.now)
	return row.Count, row.Next, err
}

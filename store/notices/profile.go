package notices

import (
	"github.com/smoothschedule/smoothschedule/store/internal/db"
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

// ProfileColumns are what a Profile is read from, of businesses.
const ProfileColumns = `name, time_zone, about, address, phone, contact_email`

// ReadProfile returns the business's.
func ReadProfile(q *db.TenantTx) (Profile, error) {
	var p Profile
	err := db.Get(q, &p, `SELECT `+ProfileColumns+` FROM public.businesses WHERE id = $1`, q.Tenant.ID)
	return p, err
}

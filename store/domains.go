package store

import (
	"time"

	"github.com/google/uuid"
)

// Domain is a name under which a business is reached.
type Domain struct {
	Name       string     `db:"name"`
	Kind       string     `db:"kind"`
	VerifiedAt *time.Time `db:"verified_at"`
}

// DomainsOf lists the names of a business, its present subdomain first.
func (q *PublicTx) DomainsOf(business uuid.UUID) ([]Domain, error) {
	var domains []Domain
	err := q.list(&domains, `SELECT name, kind, verified_at FROM public.domains WHERE business_id = $1
		ORDER BY array_position(ARRAY['subdomain', 'custom', 'former'], kind), name`, business)
	return domains, err
}

package console

import (
	"context"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/identity"
	"github.com/smoothschedule/smoothschedule/store/internal/db"
	"github.com/smoothschedule/smoothschedule/store/sessions"
	"github.com/smoothschedule/smoothschedule/store/settings"
)

// DomainRecord is the name, below a domain, of the TXT record that proves it, and
// domainProof what its text begins with.
const (
	DomainRecord = "_smoothschedule."
	domainProof  = "smoothschedule-verification="
	MaxDomains   = 10
	// formerFor is how long a name once used by a business stays reserved.
	formerFor = 365 * 24 * time.Hour
)

// Domain is a name under which a business is reached.
type Domain struct {
	Name          string     `db:"name"`
	Kind          string     `db:"kind"` // subdomain, custom or former
	VerifiedAt    *time.Time `db:"verified_at"`
	Token         string     `db:"token"`
	CheckedAt     *time.Time `db:"checked_at"`
	CheckResult   string     `db:"check_result"`
	ReservedUntil *time.Time `db:"reserved_until"`
}

// Proof is the text of the TXT record.
func (d Domain) Proof() string { return domainProof + d.Token }

const domainColumns = `name, kind, verified_at, token, checked_at, check_result, reserved_until`

// DomainsOf lists the names of a business, its present subdomain first.
func DomainsOf(q *db.PublicTx, business uuid.UUID) ([]Domain, error) {
	var domains []Domain
	err := db.List(q, &domains, `SELECT `+domainColumns+` FROM public.domains WHERE business_id = $1
		ORDER BY array_position(ARRAY['subdomain', 'custom', 'former'], kind), name`, business)
	return domains, err
}

// AddDomain notes a domain of a business's own; it serves once it is proven.
func AddDomain(ctx context.Context, d *db.DB, business uuid.UUID, name string) error {
	return changing(ctx, d, func(q *db.PublicTx) error {
		b, domains, err := lockedDomains(q, business)
		if err != nil {
			return err
		}
		own := 0
		for _, d := range domains {
			if d.Kind == "custom" {
				own++
			}
		}
		if own >= MaxDomains {
			return db.InvalidField("domain", "A business has at most 10 domains of its own; remove one first.")
		}
		added, err := db.Exec(q, `INSERT INTO public.domains (name, business_id, kind, token, created_at) VALUES ($1, $2, 'custom', $3, $4)
			ON CONFLICT (name) DO NOTHING`, name, business, sessions.NewToken(), q.Now())
		if err != nil {
			return err
		}
		if added == 0 {
			return &db.Error{Kind: db.Conflict, Field: "domain", Message: "This domain belongs to a business already."}
		}
		return domainChanged(q, b, "domain.added", name)
	})
}

// DomainChecked keeps what a look into the DNS brought: proven is a text that was
// found, problem why none was.
func DomainChecked(ctx context.Context, d *db.DB, business uuid.UUID, name string, found []string, problem string) (proven bool, err error) {
	err = changing(ctx, d, func(q *db.PublicTx) error {
		b, domains, err := lockedDomains(q, business)
		if err != nil {
			return err
		}
		d, err := customDomain(domains, name)
		if err != nil {
			return err
		}
		for _, text := range found {
			proven = proven || strings.TrimSpace(text) == d.Proof()
		}
		if proven {
			problem = ""
		}
		_, err = db.Exec(q, `UPDATE public.domains SET checked_at = $2, check_result = $3,
			verified_at = CASE WHEN $4 THEN COALESCE(verified_at, $2) ELSE verified_at END WHERE name = $1`, name, q.Now(), problem, proven)
		if err != nil || !proven || d.VerifiedAt != nil {
			return err
		}
		return domainChanged(q, b, "domain.verified", name)
	})
	return proven, err
}

// MakePrimary makes a proven domain the address that customers are shown; the
// empty name returns to the subdomain.
func MakePrimary(ctx context.Context, d *db.DB, business uuid.UUID, name string) error {
	return changing(ctx, d, func(q *db.PublicTx) error {
		b, domains, err := lockedDomains(q, business)
		if err != nil {
			return err
		}
		if name != "" {
			d, err := customDomain(domains, name)
			if err != nil {
				return err
			}
			if d.VerifiedAt == nil {
				return &db.Error{Kind: db.Conflict, Message: "Check the domain first; it is not proven yet."}
			}
		}
		if _, err := db.Exec(q, `UPDATE public.businesses SET primary_domain = $2, updated_at = $3 WHERE id = $1`, business, name, q.Now()); err != nil {
			return err
		}
		return domainChanged(q, b, "domain.made_primary", name)
	})
}

// RemoveDomain takes a domain of a business's own away.
func RemoveDomain(ctx context.Context, d *db.DB, business uuid.UUID, name string) error {
	return changing(ctx, d, func(q *db.PublicTx) error {
		b, domains, err := lockedDomains(q, business)
		if err != nil {
			return err
		}
		if _, err := customDomain(domains, name); err != nil {
			return err
		}
		if _, err := db.Exec(q, `DELETE FROM public.domains WHERE name = $1 AND business_id = $2 AND kind = 'custom'`, name, business); err != nil {
			return err
		}
		if _, err := db.Exec(q, `UPDATE public.businesses SET primary_domain = '' WHERE id = $1 AND primary_domain = $2`, business, name); err != nil {
			return err
		}
		return domainChanged(q, b, "domain.removed", name)
	})
}

// CustomDomain returns a domain of a business's own.
func CustomDomain(q *db.PublicTx, business uuid.UUID, name string) (Domain, error) {
	domains, err := DomainsOf(q, business)
	if err != nil {
		return Domain{}, err
	}
	return customDomain(domains, name)
}

func customDomain(domains []Domain, name string) (Domain, error) {
	for _, d := range domains {
		if d.Name == name && d.Kind == "custom" {
			return d, nil
		}
	}
	return Domain{}, db.NoSuch("domain")
}

// lockedDomains reads a business and its names under a lock.
func lockedDomains(q *db.PublicTx, business uuid.UUID) (Business, []Domain, error) {
	if _, err := db.Exec(q, `SELECT FROM public.businesses WHERE id = $1 FOR UPDATE`, business); err != nil {
		return Business{}, nil, err
	}
	b, err := ReadBusiness(q, business)
	if err != nil {
		return b, nil, err
	}
	domains, err := DomainsOf(q, business)
	return b, domains, err
}

// domainChanged keeps the search true and the change on record.
func domainChanged(q *db.PublicTx, b Business, action, name string) error {
	if err := identity.RecountPeople(q, b.ID); err != nil {
		return err
	}
	return db.Audit(q, db.Event{Action: action, Business: uuid.NullUUID{UUID: b.ID, Valid: true}, ObjectType: "domain", ObjectID: name, ObjectName: name})
}

// RenameSubdomain gives a business another address; the old one redirects for a
// year and is nobody else's for as long.
func RenameSubdomain(ctx context.Context, d *db.DB, business uuid.UUID, name string) error {
	if err := settings.CheckSubdomain(name); err != nil {
		return err
	}
	return changing(ctx, d, func(q *db.PublicTx) error {
		b, _, err := lockedDomains(q, business)
		switch {
		case err != nil:
			return err
		case b.DeletingSince != nil:
			return &db.Error{Kind: db.Conflict, Message: "This business is being deleted."}
		case b.Subdomain == name:
			return db.InvalidField("subdomain", "This is its address already.")
		}
		if err := db.Unchanged(q, db.Subdomain(b.Subdomain)); err != nil {
			return err
		}
		if err := settings.CheckAllowedSubdomain(q, name); err != nil {
			return err
		}
		if _, err := db.Exec(q, `UPDATE public.domains SET kind = 'former', reserved_until = $2 WHERE name = $1`, b.Subdomain, q.Now().Add(formerFor)); err != nil {
			return err
		}
		// Its own former name may come back.
		taken, err := db.Exec(q, `
			INSERT INTO public.domains (name, business_id, kind, verified_at, created_at) VALUES ($1, $2, 'subdomain', $3, $3)
			ON CONFLICT (name) DO UPDATE SET kind = 'subdomain', reserved_until = NULL
				WHERE domains.business_id = EXCLUDED.business_id AND domains.kind = 'former'`, name, business, q.Now())
		if err != nil {
			return err
		}
		if taken == 0 {
			return &db.Error{Kind: db.Conflict, Field: "subdomain", Message: "This subdomain is taken."}
		}
		if _, err := db.Exec(q, `UPDATE public.businesses SET subdomain = $2, updated_at = $3 WHERE id = $1`, business, name, q.Now()); err != nil {
			return err
		}
		if err := sessions.EndMasquerades(q, "the business's address changed", `business_id = $3`, business); err != nil {
			return err
		}
		if err := identity.RecountPeople(q, business); err != nil {
			return err
		}
		return AuditBusiness(q, b, "business.renamed", map[string]any{"before": b.Subdomain, "after": name})
	})
}

package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"

	"github.com/google/uuid"
)

// ChangeAccent sets the colour of a business, "#rrggbb".
func (db *DB) ChangeAccent(ctx context.Context, tenant Tenant, color string) error {
	err := db.InTenant(ctx, tenant, func(q *TenantTx) error {
		var before string
		err := q.get(&before, `SELECT accent_color FROM public.businesses WHERE id = $1 FOR UPDATE`, tenant.ID)
		if err != nil || before == color {
			return err
		}
		if err := q.unchanged(AccentColor(before)); err != nil {
			return err
		}
		if _, err := q.exec(`UPDATE public.businesses SET accent_color = $2, updated_at = $3 WHERE id = $1`, tenant.ID, color, q.now); err != nil {
			return err
		}
		return q.record("business.colour_changed", "business", tenant.ID, tenant.Name, map[string]any{"before": before, "after": color})
	})
	db.tenants.forget()
	return err
}

// ChangeLogo keeps a picture made by NewLogo; nil takes the present one away.
func (db *DB) ChangeLogo(ctx context.Context, tenant Tenant, picture []byte) error {
	err := db.InTenant(ctx, tenant, func(q *TenantTx) error {
		var before LogoHash
		if err := q.get(&before, `SELECT COALESCE(logo_hash, '') FROM public.businesses WHERE id = $1 FOR NO KEY UPDATE`, tenant.ID); err != nil {
			return err
		}
		if err := q.unchanged(before); err != nil {
			return err
		}
		if picture == nil {
			if _, err := q.exec(`DELETE FROM public.business_logos WHERE business_id = $1`, tenant.ID); err != nil {
				return err
			}
			if _, err := q.exec(`UPDATE public.businesses SET logo_hash = NULL, updated_at = $2 WHERE id = $1`, tenant.ID, q.now); err != nil {
				return err
			}
			return q.record("business.logo_removed", "business", tenant.ID, tenant.Name, nil)
		}
		sum := sha256.Sum256(picture)
		hash := hex.EncodeToString(sum[:16])
		_, err := q.exec(`
			INSERT INTO public.business_logos (business_id, hash, data, updated_at) VALUES ($1, $2, $3, $4)
			ON CONFLICT (business_id) DO UPDATE SET hash = EXCLUDED.hash, data = EXCLUDED.data, updated_at = EXCLUDED.updated_at`, tenant.ID, hash, picture, q.now)
		if err != nil {
			return err
		}
		if _, err := q.exec(`UPDATE public.businesses SET logo_hash = $2, updated_at = $3 WHERE id = $1`, tenant.ID, hash, q.now); err != nil {
			return err
		}
		return q.record("business.logo_changed", "business", tenant.ID, tenant.Name, map[string]any{"bytes": len(picture)})
	})
	db.tenants.forget()
	return err
}

// Logo returns the picture with a hash.
func (q *TenantTx) Logo(hash string) ([]byte, error) {
	var picture []byte
	err := q.get(&picture, `SELECT data FROM public.business_logos WHERE business_id = $1 AND hash = $2`, q.Tenant.ID, hash)
	return picture, err
}

// Logo returns a business's picture with a hash.
func (q *PublicTx) Logo(business uuid.UUID, hash string) ([]byte, error) {
	var picture []byte
	err := q.get(&picture, `SELECT data FROM public.business_logos WHERE business_id = $1 AND hash = $2`, business, hash)
	return picture, err
}

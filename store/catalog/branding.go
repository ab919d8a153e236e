package catalog

import (
	"context"
	"crypto/sha256"
	"encoding/hex"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/internal/db"
)

// ChangeAccent sets the colour of a business, "#rrggbb".
func ChangeAccent(ctx context.Context, d *db.DB, tenant db.Tenant, color string) error {
	err := d.InTenant(ctx, tenant, func(q *db.TenantTx) error {
		var before string
		err := db.Get(q, &before, `SELECT accent_color FROM public.businesses WHERE id = $1 FOR UPDATE`, tenant.ID)
		if err != nil || before == color {
			return err
		}
		if err := db.Unchanged(q, db.AccentColor(before)); err != nil {
			return err
		}
		if _, err := db.Exec(q, `UPDATE public.businesses SET accent_color = $2, updated_at = $3 WHERE id = $1`, tenant.ID, color, q.Now()); err != nil {
			return err
		}
		return Record(q, "business.colour_changed", "business", tenant.ID, tenant.Name, map[string]any{"before": before, "after": color})
	})
	db.Tenants(d).Forget()
	return err
}

// ChangeLogo keeps a picture made by NewLogo; nil takes the present one away.
func ChangeLogo(ctx context.Context, d *db.DB, tenant db.Tenant, picture []byte) error {
	err := d.InTenant(ctx, tenant, func(q *db.TenantTx) error {
		var before db.LogoHash
		if err := db.Get(q, &before, `SELECT COALESCE(logo_hash, '') FROM public.businesses WHERE id = $1 FOR NO KEY UPDATE`, tenant.ID); err != nil {
			return err
		}
		if err := db.Unchanged(q, before); err != nil {
			return err
		}
		if picture == nil {
			if _, err := db.Exec(q, `DELETE FROM public.business_logos WHERE business_id = $1`, tenant.ID); err != nil {
				return err
			}
			if _, err := db.Exec(q, `UPDATE public.businesses SET logo_hash = NULL, updated_at = $2 WHERE id = $1`, tenant.ID, q.Now()); err != nil {
				return err
			}
			return Record(q, "business.logo_removed", "business", tenant.ID, tenant.Name, nil)
		}
		sum := sha256.Sum256(picture)
		hash := hex.EncodeToString(sum[:16])
		_, err := db.Exec(q, `
			INSERT INTO public.business_logos (business_id, hash, data, updated_at) VALUES ($1, $2, $3, $4)
			ON CONFLICT (business_id) DO UPDATE SET hash = EXCLUDED.hash, data = EXCLUDED.data, updated_at = EXCLUDED.updated_at`, tenant.ID, hash, picture, q.Now())
		if err != nil {
			return err
		}
		if _, err := db.Exec(q, `UPDATE public.businesses SET logo_hash = $2, updated_at = $3 WHERE id = $1`, tenant.ID, hash, q.Now()); err != nil {
			return err
		}
		return Record(q, "business.logo_changed", "business", tenant.ID, tenant.Name, map[string]any{"bytes": len(picture)})
	})
	db.Tenants(d).Forget()
	return err
}

// OwnLogo returns the picture with a hash.
func OwnLogo(q *db.TenantTx, hash string) ([]byte, error) {
	var picture []byte
	err := db.Get(q, &picture, `SELECT data FROM public.business_logos WHERE business_id = $1 AND hash = $2`, q.Tenant.ID, hash)
	return picture, err
}

// LogoOf returns a business's picture with a hash.
func LogoOf(q *db.PublicTx, business uuid.UUID, hash string) ([]byte, error) {
	var picture []byte
	err := db.Get(q, &picture, `SELECT data FROM public.business_logos WHERE business_id = $1 AND hash = $2`, business, hash)
	return picture, err
}

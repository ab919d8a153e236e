package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"image"
	_ "image/gif" // formats that a logo may come in
	_ "image/jpeg"
	"image/png"

	"golang.org/x/image/draw"
	_ "golang.org/x/image/webp" // teaches image.Decode the format

	"github.com/google/uuid"
)

// The bounds of a logo: of what is uploaded, and of what is kept.
const (
	MaxLogo      = 512 << 10 // bytes
	maxLogoSide  = 4096      // pixels of an upload
	keptLogoSide = 512
	minLogoSide  = 16
)

// NewLogo decodes a picture and draws it anew, small enough, as PNG: what is kept
// is nothing that somebody else wrote.
func NewLogo(data []byte) ([]byte, error) {
	if len(data) > MaxLogo {
		return nil, invalid("logo", "The file may have at most 512 KB.")
	}
	// Before the pixels are unpacked: a small file can claim a huge picture.
	head, _, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return nil, invalid("logo", "Choose a picture: PNG, JPEG, GIF or WebP.")
	}
	if head.Width > maxLogoSide || head.Height > maxLogoSide || head.Width < minLogoSide || head.Height < minLogoSide {
		return nil, invalid("logo", "The picture must be between 16 and 4,096 pixels wide and high.")
	}
	picture, _, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, invalid("logo", "This picture is broken. Save it again and try once more.")
	}
	for side := keptLogoSide; ; side /= 2 {
		var out bytes.Buffer
		if err := png.Encode(&out, shrink(picture, side)); err != nil {
			return nil, err
		}
		if out.Len() <= MaxLogo {
			return out.Bytes(), nil
		}
	}
}

// shrink fits a picture into a square, keeping its proportions.
func shrink(picture image.Image, side int) image.Image {
	size := picture.Bounds().Size()
	if longest := max(size.X, size.Y); longest > side {
		size.X, size.Y = max(1, size.X*side/longest), max(1, size.Y*side/longest)
	}
	small := image.NewNRGBA(image.Rectangle{Max: size})
	draw.CatmullRom.Scale(small, small.Bounds(), picture, picture.Bounds(), draw.Src, nil)
	return small
}

// ChangeAccent sets the colour of a business, "#rrggbb".
func (db *DB) ChangeAccent(ctx context.Context, tenant Tenant, color string) error {
	err := db.InTenant(ctx, tenant, func(q *TenantTx) error {
		var before string
		err := q.get(&before, `SELECT accent_color FROM public.businesses WHERE id = $1 FOR UPDATE`, tenant.ID)
		if err != nil || before == color {
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

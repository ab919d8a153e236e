package identity

import (
	"context"
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/internal/db"
)

// StaffToken is an API token of somebody of the platform, without itself.
type StaffToken struct {
	ID         uuid.UUID   `db:"id"`
	Name       string      `db:"name"`
	OwnerID    uuid.UUID   `db:"owner_id"`
	OwnerName  string      `db:"owner_name"`
	OwnerRole  access.Role `db:"owner_role"`
	CreatedAt  time.Time   `db:"created_at"`
	ExpiresAt  time.Time   `db:"expires_at"`
	LastUsedAt *time.Time  `db:"last_used_at"`
}

// StaffTokens lists the tokens of all staff that hold, newest first.
func StaffTokens(q *db.PublicTx) ([]StaffToken, error) {
	var tokens []StaffToken
	err := db.List(q, &tokens, `
		SELECT a.id, a.name, u.id AS owner_id, u.name AS owner_name, u.role AS owner_role, a.created_at, a.expires_at, a.last_used_at
		FROM public.api_tokens a JOIN public.users u ON u.id = a.user_id
		WHERE u.business_id IS NULL AND u.is_active AND a.revoked_at IS NULL AND a.expires_at > $1
		ORDER BY a.created_at DESC, a.id LIMIT 500`, q.Now())
	return tokens, err
}

// RevokeStaffToken ends somebody's token at once.
func RevokeStaffToken(ctx context.Context, d *db.DB, id uuid.UUID) error {
	return d.InPublic(ctx, func(q *db.PublicTx) error {
		var token StaffToken
		err := db.Get(q, &token, `
			UPDATE public.api_tokens a SET revoked_at = $2 FROM public.users u
			WHERE a.id = $1 AND a.revoked_at IS NULL AND u.id = a.user_id AND u.business_id IS NULL
			RETURNING a.id, a.name, u.id AS owner_id, u.name AS owner_name, u.role AS owner_role, a.created_at, a.expires_at, a.last_used_at`, id, q.Now())
		if err != nil {
			return err
		}
		return db.Audit(q, db.Event{Action: "api_token.revoked", ObjectType: "api_token", ObjectID: id.String(), ObjectName: token.Name,
			Details: map[string]any{"owner": token.OwnerName}})
	})
}

package sessions

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/internal/db"
	"github.com/smoothschedule/smoothschedule/store/settings"
)

// MustSetUp says whether a role needs a second factor that somebody lacks.
func MustSetUp(t db.Scope, role access.Role, has bool) (bool, error) {
	if has {
		return false, nil
	}
	s, err := settings.Read(t)
	return s.RequiresFactor(role), db.Wrap(err)
}

// Account is what checking a password needs to know.
type Account struct {
	db.Person
	Hash        string `db:"password_hash"`
	Factor      bool   `db:"second_factor"`
	KnownDevice bool   `db:"known_device"`
}

// AccountColumns reads an Account; its FROM and WHERE follow.
const AccountColumns = `SELECT u.id, u.business_id, u.email, u.name, u.role, u.is_active, u.last_login_at, u.created_at, u.second_factor,
	COALESCE(c.password_hash, '') AS password_hash,
	EXISTS (SELECT FROM public.known_devices d WHERE d.user_id = u.id AND d.device_hash = $1 AND d.last_used_at > $2) AS known_device
	FROM public.users u LEFT JOIN public.credentials c ON c.user_id = u.id `

// IsText says whether the database can hold s at all.
func IsText(s string) bool { return utf8.ValidString(s) && !strings.ContainsRune(s, 0) }

// DeviceLife is how long a browser stays known after its last login.
const DeviceLife = 180 * 24 * time.Hour

// TenantID is the id of a business, or none for the platform.
func TenantID(tenant *db.Tenant) uuid.NullUUID {
	if tenant == nil {
		return uuid.NullUUID{}
	}
	return uuid.NullUUID{UUID: tenant.ID, Valid: true}
}

// NewToken returns 160 random bits in URL-safe text.
func NewToken() string {
	var b [20]byte
	_, _ = rand.Read(b[:]) // never fails, by its documentation
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// HashToken is what the database keeps of a token: random ones need no salt.
func HashToken(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}

// Person returns one person: any on the platform, in a tenant scope its own.
func Person(t db.Scope, id uuid.UUID) (db.Person, error) {
	var p db.Person
	err := db.Get(t, &p, `SELECT `+db.PersonColumns+` FROM public.users WHERE id = $1`, id)
	return p, err
}

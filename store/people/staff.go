package people

import (
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/internal/db"
	"github.com/smoothschedule/smoothschedule/store/internal/text"
)

// StaffMember is somebody of the platform as the list of staff shows one.
type StaffMember struct {
	db.Person
	LoginState
}

// LoginState is how somebody can come in.
type LoginState struct {
	InvitedAt    *time.Time `db:"invited_at"` // of an invitation that is still open
	SecondFactor bool       `db:"second_factor"`
}

// StaffMembers lists the platform's people, those who may most first.
func StaffMembers(q *db.PublicTx) ([]StaffMember, error) {
	var staff []StaffMember
	err := db.List(q, &staff, `
		SELECT `+db.PersonColumns+`, invited_at, second_factor FROM public.users WHERE business_id IS NULL
		ORDER BY is_active DESC, array_position(ARRAY['SUPERUSER', 'PLATFORM_MANAGER', 'PLATFORM_SUPPORT', 'PLATFORM_SALES'], role), name`+text.ByName+`, id
		LIMIT 500`)
	return staff, err
}

// LoginStateOf tells how somebody can come in.
func LoginStateOf(q *db.PublicTx, person uuid.UUID) (LoginState, error) {
	var s LoginState
	err := db.Get(q, &s, `SELECT invited_at, second_factor FROM public.users WHERE id = $1`, person)
	return s, err
}

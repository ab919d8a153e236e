package db

import (
	"context"
	"time"

	"github.com/google/uuid"
)

type formKey struct{}

// AsForm returns a context for something new that a form makes. The form brought
// an id along, and what it makes gets that id: pressed twice, or sent again because
// the answer never came, it makes one thing.
func AsForm(ctx context.Context, id uuid.UUID) context.Context {
	return context.WithValue(ctx, formKey{}, id)
}

// FormID is the id of the row that a form makes in a table, and whether it made it
// already. Two of the same form at one moment both hear no: the INSERT says ON
// CONFLICT (id) DO NOTHING, so the second waits for the first and then adds nothing.
func FormID(t Scope, table string) (id uuid.UUID, made bool, err error) {
	id, ok := t.core().ctx.Value(formKey{}).(uuid.UUID)
	if !ok || id == uuid.Nil {
		return NewID(), false, nil
	}
	err = Get(t, &made, `SELECT EXISTS (SELECT FROM `+table+` WHERE id = $1)`, id)
	return id, made, err
}

// MadeBy is the row that the same form made at the same moment: the second press
// may be refused for what the first one took, and not know by whom.
func MadeBy(ctx context.Context, db *DB, table string) (id uuid.UUID, made bool) {
	err := db.InPublic(ctx, func(q *PublicTx) (err error) {
		id, made, err = FormID(q, table)
		return err
	})
	return id, made && err == nil
}

type unchangedKey struct{}

// IfUnchanged returns a context for a change that is made from a form. A function
// that replaces a row shows it to check, once it is locked and before it changes
// it: so that nobody's older form undoes what it never saw. An error of check ends
// the change. Changes without such a context ask nobody.
func IfUnchanged(ctx context.Context, check func(stored any) error) context.Context {
	return context.WithValue(ctx, unchangedKey{}, check)
}

// Unchanged shows what is stored, and locked, to whoever brought a form.
func Unchanged(t Scope, stored any) error {
	if check, ok := t.core().ctx.Value(unchangedKey{}).(func(any) error); ok {
		return check(stored)
	}
	return nil
}

// What the forms of a single value change, as IfUnchanged's check sees it.
type (
	// PersonName is somebody's name.
	PersonName string
	// PasskeyName is what somebody calls a passkey.
	PasskeyName string
	// AccentColor is a business's colour.
	AccentColor string
	// LogoHash names a business's logo, "" without one.
	LogoHash string
	// PlanCode is the plan of a business.
	PlanCode string
	// StandingConsent is what the owners of a business say to changes by support.
	StandingConsent string
	// TrialEnd is when a trial ends.
	TrialEnd time.Time
	// Subdomain is the address of a business.
	Subdomain string
)

// LockBusiness makes those wait for each other who change what a business has one
// of. Who only points at it doesn't wait.
func LockBusiness(q *TenantTx) error {
	_, err := Exec(q, `SELECT FROM public.businesses WHERE id = $1 FOR NO KEY UPDATE`, q.Tenant.ID)
	return err
}

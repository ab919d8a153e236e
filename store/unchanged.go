package store

import (
	"context"
	"time"
)

type unchangedKey struct{}

// IfUnchanged returns a context for a change that is made from a form. A function
// that replaces a row shows it to check, once it is locked and before it changes
// it: so that nobody's older form undoes what it never saw. An error of check ends
// the change. Changes without such a context ask nobody.
func IfUnchanged(ctx context.Context, check func(stored any) error) context.Context {
	return context.WithValue(ctx, unchangedKey{}, check)
}

// unchanged shows what is stored, and locked, to whoever brought a form.
func (t *tx) unchanged(stored any) error {
	if check, ok := t.ctx.Value(unchangedKey{}).(func(any) error); ok {
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

// lockBusiness makes those wait for each other who change what a business has one
// of. Who only points at it doesn't wait.
func (q *TenantTx) lockBusiness() error {
	_, err := q.exec(`SELECT FROM public.businesses WHERE id = $1 FOR NO KEY UPDATE`, q.Tenant.ID)
	return err
}

package store

import (
	"context"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/internal/db"
	"github.com/smoothschedule/smoothschedule/store/internal/text"
)

// What the forms of a single value change, as IfUnchanged's check sees it.
type (
	// PersonName is somebody's name.
	PersonName = db.PersonName
	// PasskeyName is what somebody calls a passkey.
	PasskeyName = db.PasskeyName
	// AccentColor is a business's colour.
	AccentColor = db.AccentColor
	// LogoHash names a business's logo, "" without one.
	LogoHash = db.LogoHash
	// PlanCode is the plan of a business.
	PlanCode = db.PlanCode
	// StandingConsent is what the owners of a business say to changes by support.
	StandingConsent = db.StandingConsent
	// TrialEnd is when a trial ends.
	TrialEnd = db.TrialEnd
	// Subdomain is the address of a business.
	Subdomain = db.Subdomain
)

// IfUnchanged returns a context for a change that is made from a form. A function
// that replaces a row shows it to check, once it is locked and before it changes it.
// An error of check ends the change. Changes without such a context ask nobody.
func IfUnchanged(ctx context.Context, check func(stored any) error) context.Context {
	return db.IfUnchanged(ctx, check)
}

// CanonicalEmail is an address as it is stored and compared.
func CanonicalEmail(email string) string { return text.CanonicalEmail(email) }

// Mailbox is the part of an address that a mail server sees as one box.
func Mailbox(email string) string { return text.Mailbox(email) }

// CheckDomainName returns a domain in the form that is stored, or what is wrong.
func CheckDomainName(name string) (string, error) { return db.CheckDomainName(name) }

// IsPhone says whether a text reads like a telephone number.
func IsPhone(s string) bool { return text.IsPhone(s) }

// IsUnseen says whether a letter shows nothing.
func IsUnseen(r rune) bool { return text.IsUnseen(r) }

// Unseen says whether a text that is not empty shows nothing.
func Unseen(s string) bool { return text.Unseen(s) }

// VisibleLen is how many letters of a text can be seen.
func VisibleLen(s string) int { return text.VisibleLen(s) }

// SaysWhy says whether a text is at least so long, and in text.
func SaysWhy(s string, least int) bool { return text.SaysWhy(s, least) }

// AsForm returns a context for something new that a form makes. The form brought an
// id along, and what it makes gets that id: pressed twice, or sent again because the
// answer never came, it makes one thing.
func AsForm(ctx context.Context, id uuid.UUID) context.Context { return db.AsForm(ctx, id) }

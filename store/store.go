// Package store is the face of the only place with SQL. It has two doors: InPublic,
// for the platform and for jobs, and InTenant, for one business. What is written and
// read lies in the rooms below, as functions that take the scope: one that is for a
// business does not take the platform's scope, and the other way round. Row-level
// security guards the shared tables. One scope is one transaction.
package store

import (
	"context"
	"time"

	"github.com/smoothschedule/smoothschedule/store/availability"
	"github.com/smoothschedule/smoothschedule/store/internal/db"
	"github.com/smoothschedule/smoothschedule/store/internal/paging"
	"github.com/smoothschedule/smoothschedule/store/internal/text"
)

// The database and its scopes.
type (
	// Config says how to reach the database.
	Config = db.Config
	// DB is the database with its three logins.
	DB = db.DB
	// PublicTx is an open scope that sees the rows of the whole platform.
	PublicTx = db.PublicTx
	// TenantTx is an open scope inside one business.
	TenantTx = db.TenantTx
	// Tenant is a business as its own site needs it, and the key to its schema.
	Tenant = db.Tenant
)

// Open prepares the pools; it connects to nothing yet.
func Open(cfg Config) (*DB, error) { return db.Open(cfg) }

// WithHandover prepares a request's context to pass the session check's scope on to
// the first scope that the handler opens. finish ends it when none did. It is for
// requests that only read.
func WithHandover(ctx context.Context) (_ context.Context, finish func()) {
	return db.WithHandover(ctx)
}

// Who a request comes from.
type (
	// Person is somebody with a login. Platform staff have no business.
	Person = db.Person
	// Principal is who a request comes from: Actor is really there, Subject is whose
	// pages are shown.
	Principal = db.Principal
	// Masquerade is a platform person seeing a business as one of its people.
	Masquerade = db.Masquerade
	// LiveMasquerade is a masquerade that somebody of the platform is in.
	LiveMasquerade = db.LiveMasquerade
	// Client is where a request comes from.
	Client = db.Client
	// AuditEntry is a line of the audit log.
	AuditEntry = db.AuditEntry
)

// StepUpFor is how long an entered password lets one start masquerades.
const StepUpFor = db.StepUpFor

// WithPrincipal makes p the author of what the scopes of ctx record.
func WithPrincipal(ctx context.Context, p *Principal) context.Context {
	return db.WithPrincipal(ctx, p)
}

// Pages of lists, days and free times.
type (
	// Page says which page of a list is asked for.
	Page = paging.Page
	// PageInfo says where a page of a list stands.
	PageInfo = paging.PageInfo
	// Date is a day of the calendar, in no zone.
	Date = availability.Date
	// Slot is a time that is free, and with whom.
	Slot = availability.Slot
)

// PageSize is how many rows a page of a list has unless it says so.
const PageSize = paging.PageSize

// DateOf is the day of an instant on the clocks of its location.
func DateOf(t time.Time) Date { return availability.DateOf(t) }

// ParseStart reads the start of an appointment: an instant, or local time on the
// clocks of a zone. message says to users what is wrong.
func ParseStart(start string, zone *time.Location) (at time.Time, message string) {
	return text.ParseStart(start, zone)
}

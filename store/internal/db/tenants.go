package db

import (
	"context"
	"strconv"
	"sync"
	"time"

	"github.com/google/uuid"
	"golang.org/x/sync/singleflight"
)

// Tenant is a business as its own site needs it, and the key to its schema. Only
// the store makes one that InTenant accepts.
type Tenant struct {
	ID           uuid.UUID  `db:"id"`
	Name         string     `db:"name"`
	Subdomain    string     `db:"subdomain"`
	Plan         string     `db:"plan"`
	Status       string     `db:"status"`
	StatusReason string     `db:"status_reason"`
	TimeZone     string     `db:"time_zone"`
	AccentColor  string     `db:"accent_color"`
	TrialEndsAt  *time.Time `db:"trial_ends_at"`
	// SupportConsent is read where a masquerade starts, and empty elsewhere.
	SupportConsent string `db:"support_consent"`
	LogoHash       string `db:"logo_hash"` // empty: none

	// MovedTo is the present subdomain when the one asked for is a former one.
	MovedTo string `db:"-"`
	// CustomDomain is the name of the business's own by which it was reached.
	CustomDomain string `db:"-"`
	// PrimaryDomain is the name of its own that customers are shown, or "".
	PrimaryDomain string `db:"primary_domain"`

	schema   string
	viewOnly bool
}

// SchemaOf is where the tables of a business lie.
func SchemaOf(t *Tenant) string { return t.schema }

// SetSchema makes t the key to the tables of a business.
func SetSchema(t *Tenant, schema string) { t.schema = schema }

// IsViewOnly says whether t leads to the login that only reads.
func IsViewOnly(t *Tenant) bool { return t.viewOnly }

// SetViewOnly decides it.
func SetViewOnly(t *Tenant, only bool) { t.viewOnly = only }

// Location is the business's time zone.
func (t Tenant) Location() *time.Location {
	loc, err := time.LoadLocation(t.TimeZone)
	if err != nil {
		return time.UTC
	}
	return loc
}

// TenantBySubdomain finds the business behind a subdomain, its present one or a
// former one. What it says of status may be two seconds old when another process
// changed it; the check of a session reads it afresh.
func (db *DB) TenantBySubdomain(ctx context.Context, subdomain string) (Tenant, error) {
	t, ok, age := db.tenants.get(subdomain, db.now())
	if ok && t.ID == uuid.Nil {
		return t, NoSuch("business")
	}
	if ok {
		return t, nil
	}
	// In a rush one looks for all, whether or not that one stays. What somebody
	// began to look up before a change is not for who comes after it.
	found, err, _ := db.tenants.flights.Do(subdomain+" "+strconv.Itoa(age), func() (any, error) {
		return db.lookUpTenant(context.WithoutCancel(ctx), subdomain, age)
	})
	t, _ = found.(Tenant)
	return t, err
}

func (db *DB) lookUpTenant(ctx context.Context, subdomain string, age int) (Tenant, error) {
	// The host decides the business, so it is looked up before there is one.
	opened, err := db.begin(ctx, db.web, Rows{Platform: true})
	if err != nil {
		return Tenant{}, Wrap(err)
	}
	defer Close(opened)
	var row struct {
		Tenant
		Kind   string `db:"kind"`
		Schema string `db:"schema_name"`
	}
	err = Get(opened, &row, `
		SELECT b.id, b.name, b.subdomain, b.plan, b.status, b.status_reason, b.time_zone, b.accent_color,
			b.trial_ends_at, COALESCE(b.logo_hash, '') AS logo_hash, b.primary_domain, d.kind, b.schema_name
		FROM public.domains d JOIN public.businesses b ON b.id = d.business_id
		WHERE d.name = $1 AND (d.kind = 'subdomain' OR d.kind = 'former' AND COALESCE(d.reserved_until > $2, true) OR d.kind = 'custom' AND d.verified_at IS NOT NULL)`,
		subdomain, opened.now)
	if err = Wrap(err); KindOf(err) == NotFound {
		db.tenants.put(subdomain, Tenant{}, db.now(), age)
		return Tenant{}, err
	}
	if err != nil {
		return Tenant{}, err
	}
	t := row.Tenant
	t.schema = row.Schema
	switch row.Kind {
	case "former":
		t.MovedTo = t.Subdomain
	case "custom":
		t.CustomDomain = subdomain
	}
	db.tenants.put(subdomain, t, db.now(), age)
	return t, Wrap(Commit(opened))
}

// TenantByDomain finds the business behind a proven domain of its own. Labels of
// the platform have no dot, so the two kinds of name can't be mixed up.
func (db *DB) TenantByDomain(ctx context.Context, host string) (Tenant, error) {
	name, err := CheckDomainName(host)
	if err != nil || name != host {
		return Tenant{}, NoSuch("business")
	}
	return db.TenantBySubdomain(ctx, name)
}

// TenantByID finds a business for a job; what it says is fresh.
func (db *DB) TenantByID(ctx context.Context, id uuid.UUID) (Tenant, error) {
	var row struct {
		Tenant
		Schema string `db:"schema_name"`
	}
	err := db.InPublic(ctx, func(q *PublicTx) error {
		return Get(q, &row, `
			SELECT id, name, subdomain, plan, status, status_reason, time_zone, accent_color, trial_ends_at, primary_domain, schema_name
			FROM public.businesses WHERE id = $1`, id)
	})
	row.schema = row.Schema
	return row.Tenant, err
}

// TenantCache remembers which business a subdomain belongs to.
type TenantCache struct {
	mu      sync.Mutex
	byName  map[string]tenantEntry
	age     int // grows with each change
	flights singleflight.Group
}

type tenantEntry struct {
	tenant Tenant
	until  time.Time
}

const (
	tenantFor  = 2 * time.Second
	maxTenants = 4096
)

func newTenantCache() *TenantCache { return &TenantCache{byName: make(map[string]tenantEntry)} }

func (c *TenantCache) get(name string, now time.Time) (t Tenant, ok bool, age int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	entry, ok := c.byName[name]
	return entry.tenant, ok && now.Before(entry.until), c.age
}

func (c *TenantCache) put(name string, t Tenant, now time.Time, age int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if age != c.age { // it changed meanwhile
		return
	}
	if len(c.byName) >= maxTenants {
		clear(c.byName)
	}
	c.byName[name] = tenantEntry{t, now.Add(tenantFor)}
}

// Forget makes this process see a change at once.
func (c *TenantCache) Forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.age++
	clear(c.byName)
}

package calendar

import (
	"crypto/sha256"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/catalog"
	"github.com/smoothschedule/smoothschedule/store/identity"
	"github.com/smoothschedule/smoothschedule/store/internal/db"
)

// A feed has what began up to a month ago and what is booked for the next year.
const (
	feedBack  = 31 * 24 * time.Hour
	feedAhead = 366 * 24 * time.Hour
	maxFeed   = 5000 // 2 MB, a fifth of that as it travels
)

// TeamFeed is an address of a resource's appointments, without its secret.
type TeamFeed struct {
	UserID    uuid.NullUUID `db:"user_id"` // who made it
	UserName  string        `db:"user_name"`
	CreatedAt time.Time     `db:"created_at"`
}

// Feeds lists the addresses of a resource's feed, each of another person.
func Feeds(q *db.TenantTx, resource uuid.UUID) ([]TeamFeed, error) {
	var feeds []TeamFeed
	err := db.List(q, &feeds, `SELECT f.user_id, COALESCE(u.name, '') AS user_name, f.created_at
		FROM public.calendar_feeds f LEFT JOIN public.users u ON u.id = f.user_id WHERE f.business_id = $1 AND f.resource_id = $2
		ORDER BY f.created_at, f.user_id LIMIT 100`, q.Tenant.ID, resource)
	return feeds, err
}

// NewFeed gives the principal an address of a resource's feed, which nobody sees
// again; the one that the same person had leads nowhere. It ends with whatever
// lets that person in: see bearers.
func NewFeed(q *db.TenantTx, resource uuid.UUID) (uuid.UUID, error) {
	if db.Who(q) == nil {
		return uuid.Nil, &db.Error{Kind: db.Forbidden, Message: "A feed is made by the person whose it is."}
	}
	r, err := catalog.LockResource(q, resource)
	if err != nil {
		return uuid.Nil, err
	}
	if err := identity.EndFeedsOf(q, db.Who(q).Subject.ID, resource); err != nil {
		return uuid.Nil, err
	}
	secret := uuid.New()
	_, err = db.Exec(q, `INSERT INTO public.calendar_feeds (secret_hash, business_id, resource_id, user_id, created_at) VALUES ($1, $2, $3, $4, $5)`,
		hashFeed(secret), q.Tenant.ID, resource, db.Who(q).Subject.ID, q.Now())
	if err != nil {
		return uuid.Nil, err
	}
	return secret, catalog.Record(q, "resource.feed_made", "resource", resource, r.Name, nil)
}

func hashFeed(secret uuid.UUID) []byte {
	hash := sha256.Sum256(secret[:])
	return hash[:]
}

// RevokeFeed takes the principal's address back, or with all everybody's.
func RevokeFeed(q *db.TenantTx, resource uuid.UUID, all bool) error {
	r, err := catalog.LockResource(q, resource)
	if err != nil {
		return err
	}
	_, err = db.Exec(q, `DELETE FROM public.calendar_feeds WHERE business_id = $1 AND resource_id = $2 AND ($3 OR user_id = $4)`,
		q.Tenant.ID, resource, all, db.ActorID(db.Who(q)))
	if err != nil {
		return err
	}
	return catalog.Record(q, "resource.feed_revoked", "resource", resource, r.Name, nil)
}

// Feed is what a resource's calendar has, in the order of time.
type Feed struct {
	Name    string // of the resource
	Booked  []Booking
	Blocked []Blocker
}

// ReadFeed returns a resource's calendar, for who has the address. Of more than fits
// what comes next stays: the oldest of the past goes first, and then what is
// farthest ahead. Whose the address is is asked each time, so that no way of
// leaving is forgotten.
func ReadFeed(q *db.TenantTx, h Handle) (f Feed, err error) {
	var maker struct {
		ID     uuid.NullUUID `db:"id"`
		Role   access.Role   `db:"role"`
		Active bool          `db:"is_active"`
	}
	err = db.Get(q, &maker, `SELECT u.id, COALESCE(u.role, '') AS role, COALESCE(u.is_active, true) AS is_active
		FROM public.calendar_feeds f LEFT JOIN public.users u ON u.id = f.user_id
		WHERE f.secret_hash = $1 AND f.business_id = $2 AND f.resource_id = $3`, hashFeed(h.Secret), q.Tenant.ID, h.ID)
	if err != nil {
		return f, err
	}
	r, err := catalog.ReadResource(q, h.ID)
	if err != nil {
		return f, err
	}
	if !maker.Active || maker.Role == access.Customer || maker.Role == access.TenantStaff && r.UserID != maker.ID {
		return f, db.NoSuch("feed")
	}
	f.Name = r.Name
	const of = ` WHERE a.status <> 'cancelled' AND EXISTS (SELECT FROM appointment_resources x WHERE x.appointment_id = a.id AND x.resource_id = $1) AND a.starts_at `
	err = db.List(q, &f.Booked, BookingSelect+of+`> $2 AND a.starts_at < $3 ORDER BY a.starts_at, a.id LIMIT $4`, h.ID, q.Now().Add(-longest), q.Now().Add(feedAhead), maxFeed)
	if err != nil {
		return f, err
	}
	if room := maxFeed - len(f.Booked); room > 0 {
		var past []Booking
		err = db.List(q, &past, BookingSelect+of+`> $2 AND a.starts_at <= $3 ORDER BY a.starts_at DESC, a.id DESC LIMIT $4`, h.ID, q.Now().Add(-feedBack), q.Now().Add(-longest), room)
		if err != nil {
			return f, err
		}
		slices.Reverse(past)
		f.Booked = append(past, f.Booked...)
	}
	err = db.List(q, &f.Blocked, `SELECT id, resource_id, starts_at, ends_at, reason, expires_at FROM blockers
		WHERE (resource_id = $1 OR resource_id IS NULL) AND expires_at IS NULL AND ends_at > $2 AND starts_at < $3 ORDER BY ends_at < $4, starts_at, id LIMIT $5`,
		h.ID, q.Now().Add(-feedBack), q.Now().Add(feedAhead), q.Now(), maxFeed)
	return f, err
}

package store

import (
	"crypto/subtle"
	"slices"
	"time"

	"github.com/google/uuid"
)

// A feed has what began up to a month ago and what is booked for the next year.
const (
	feedBack  = 31 * 24 * time.Hour
	feedAhead = 366 * 24 * time.Hour
	maxFeed   = 5000 // 2 MB, a fifth of that as it travels
)

// FeedSecret is the secret of a resource's feed; the zero one when there is none.
func (q *TenantTx) FeedSecret(resource uuid.UUID) (uuid.UUID, error) {
	var secret uuid.NullUUID
	err := q.get(&secret, `SELECT feed_secret FROM resources WHERE id = $1`, resource)
	return secret.UUID, err
}

// NewFeed gives a resource's feed a new address; the one before leads nowhere.
func (q *TenantTx) NewFeed(resource uuid.UUID) error {
	return q.setFeed(resource, "resource.feed_made", uuid.NullUUID{UUID: uuid.New(), Valid: true})
}

// RevokeFeed takes the address back.
func (q *TenantTx) RevokeFeed(resource uuid.UUID) error {
	return q.setFeed(resource, "resource.feed_revoked", uuid.NullUUID{})
}

func (q *TenantTx) setFeed(resource uuid.UUID, action string, secret uuid.NullUUID) error {
	r, err := q.lockResource(resource)
	if err != nil {
		return err
	}
	if _, err := q.exec(`UPDATE resources SET feed_secret = $2 WHERE id = $1`, resource, secret); err != nil {
		return err
	}
	return q.record(action, "resource", resource, r.Name, nil)
}

// Feed is what a resource's calendar has, in the order of time.
type Feed struct {
	Name    string // of the resource
	Booked  []Booking
	Blocked []Blocker
}

// Feed returns a resource's calendar, for who has the address. Of more than fits
// what comes next stays: the oldest of the past goes first, and then what is
// farthest ahead.
func (q *TenantTx) Feed(h Handle) (f Feed, err error) {
	secret, err := q.FeedSecret(h.ID)
	if err != nil {
		return f, err
	}
	if secret == uuid.Nil || subtle.ConstantTimeCompare(secret[:], h.Secret[:]) != 1 {
		return f, notFound("feed")
	}
	r, err := q.Resource(h.ID)
	if err != nil {
		return f, err
	}
	f.Name = r.Name
	const of = ` WHERE a.status <> 'cancelled' AND EXISTS (SELECT FROM appointment_resources x WHERE x.appointment_id = a.id AND x.resource_id = $1) AND a.starts_at `
	err = q.list(&f.Booked, bookingSelect+of+`> $2 AND a.starts_at < $3 ORDER BY a.starts_at, a.id LIMIT $4`, h.ID, q.now.Add(-longest), q.now.Add(feedAhead), maxFeed)
	if err != nil {
		return f, err
	}
	if room := maxFeed - len(f.Booked); room > 0 {
		var past []Booking
		err = q.list(&past, bookingSelect+of+`> $2 AND a.starts_at <= $3 ORDER BY a.starts_at DESC, a.id DESC LIMIT $4`, h.ID, q.now.Add(-feedBack), q.now.Add(-longest), room)
		if err != nil {
			return f, err
		}
		slices.Reverse(past)
		f.Booked = append(past, f.Booked...)
	}
	err = q.list(&f.Blocked, `SELECT id, resource_id, starts_at, ends_at, reason, expires_at FROM blockers
		WHERE (resource_id = $1 OR resource_id IS NULL) AND expires_at IS NULL AND ends_at > $2 AND starts_at < $3 ORDER BY ends_at < $4, starts_at, id LIMIT $5`,
		h.ID, q.now.Add(-feedBack), q.now.Add(feedAhead), q.now, maxFeed)
	return f, err
}

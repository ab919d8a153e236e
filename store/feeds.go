package store

import (
	"crypto/subtle"
	"time"

	"github.com/google/uuid"
)

// A feed has what began up to a month ago and what is booked for the next year.
const (
	feedBack  = 31 * 24 * time.Hour
	feedAhead = 366 * 24 * time.Hour
	maxFeed   = 2000
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

// Feed returns a resource's name and its appointments, for who has the address.
func (q *TenantTx) Feed(h Handle) (name string, list []Booking, err error) {
	secret, err := q.FeedSecret(h.ID)
	if err != nil {
		return "", nil, err
	}
	if secret == uuid.Nil || subtle.ConstantTimeCompare(secret[:], h.Secret[:]) != 1 {
		return "", nil, notFound("feed")
	}
	r, err := q.Resource(h.ID)
	if err != nil {
		return "", nil, err
	}
	err = q.list(&list, bookingSelect+`
		WHERE a.starts_at > $2 AND a.starts_at < $3 AND a.status <> 'cancelled'
			AND EXISTS (SELECT FROM appointment_resources x WHERE x.appointment_id = a.id AND x.resource_id = $1)
		ORDER BY a.starts_at, a.id LIMIT $4`, h.ID, q.now.Add(-feedBack), q.now.Add(feedAhead), maxFeed)
	return r.Name, list, err
}

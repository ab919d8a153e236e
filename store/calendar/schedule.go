package calendar

import (
	"fmt"
	"hash/fnv"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/availability"
	"github.com/smoothschedule/smoothschedule/store/catalog"
	"github.com/smoothschedule/smoothschedule/store/internal/db"
)

// BookedIn lists the first of what Booked counts for a resource.
func BookedIn(q *db.TenantTx, o catalog.Override, limit int) ([]Scheduled, error) {
	zone := q.Tenant.Location()
	var rows []Scheduled
	err := db.List(q, &rows, scheduledColumns+`
		WHERE a.id IN (SELECT x.appointment_id FROM appointment_resources x WHERE x.holds AND x.during && tstzrange($1, $2) AND x.resource_id = $3)
		ORDER BY a.starts_at, a.id LIMIT $4`, o.First.At(0, zone), (o.Last+1).At(0, zone), o.Resource, limit)
	return rows, err
}

// Interval is a stretch of time, its end excluded.
type Interval = availability.Interval

// Scheduled is an appointment as the schedule draws it.
type Scheduled struct {
	ID         uuid.UUID  `db:"id"`
	CustomerID uuid.UUID  `db:"customer_id"`
	ServiceID  uuid.UUID  `db:"service_id"`
	StartsAt   time.Time  `db:"starts_at"`
	EndsAt     time.Time  `db:"ends_at"`
	Status     string     `db:"status"`
	PriceCents int        `db:"price_cents"`
	PartySize  int        `db:"party_size"`
	Source     string     `db:"source"`
	Note       string     `db:"note"`
	StaffNote  string     `db:"staff_note"`
	CreatedAt  time.Time  `db:"created_at"`
	UpdatedAt  time.Time  `db:"updated_at"`
	ApproveBy  *time.Time `db:"approve_by"`
	Customer   string     `db:"customer"`
	Email      string     `db:"email"`
	Phone      string     `db:"phone"`
	Service    string     `db:"service"`
	Takes      string     `db:"takes"`  // ids, separated by commas
	Before     int        `db:"before"` // minutes of buffer
	After      int        `db:"after"`
}

const scheduledColumns = `
	SELECT a.id, a.customer_id, a.service_id, a.starts_at, a.ends_at, a.status, a.price_cents, a.party_size, a.source, a.note, a.staff_note,
		a.created_at, a.updated_at, a.approve_by, COALESCE(a.guest_name, c.name) AS customer, COALESCE(c.email, '') AS email, COALESCE(a.guest_phone, c.phone, '') AS phone, s.name AS service,
		s.buffer_before_minutes AS before, s.buffer_after_minutes AS after,
		COALESCE((SELECT string_agg(CAST(r.id AS text), ',' ORDER BY r.kind DESC, r.position, r.id)
			FROM appointment_resources x JOIN resources r ON r.id = x.resource_id WHERE x.appointment_id = a.id), '') AS takes
	FROM appointments a JOIN customers c ON c.id = a.customer_id JOIN services s ON s.id = a.service_id`

// Resources are the ids of what the appointment takes.
func (s Scheduled) Resources() []uuid.UUID {
	var ids []uuid.UUID
	for text := range strings.SplitSeq(s.Takes, ",") {
		if id, err := uuid.Parse(text); err == nil {
			ids = append(ids, id)
		}
	}
	return ids
}

// Holds says whether the appointment keeps its time from others.
func (s Scheduled) Holds() bool { return s.Status == "pending" || s.Status == "confirmed" }

// Blocker is a stretch of time that can't be booked: a break of a resource, or
// of the whole business.
type Blocker struct {
	ID        uuid.UUID     `db:"id"`
	Resource  uuid.NullUUID `db:"resource_id"`
	StartsAt  time.Time     `db:"starts_at"`
	EndsAt    time.Time     `db:"ends_at"`
	Reason    string        `db:"reason"`
	ExpiresAt *time.Time    `db:"expires_at"` // of a time that a visitor holds
}

// Schedule is a stretch of a business's time: who is there, when each is open,
// and what is booked.
type Schedule struct {
	Resources []catalog.Resource // those that are active, and those that have something booked
	Open      [][]Interval       // of each resource
	Booked    []Scheduled
	Blockers  []Blocker
}

// longest is more than any appointment lasts; one that began earlier is over.
const longest = 26 * time.Hour

// ReadSchedule reads the days in [from, to).
func ReadSchedule(q *db.TenantTx, from, to time.Time) (s Schedule, err error) {
	all, err := catalog.AllResources(q)
	if err != nil {
		return s, err
	}
	return ScheduleOf(q, all, from, to)
}

// ScheduleOf is Schedule for who has read the resources.
func ScheduleOf(q *db.TenantTx, all []catalog.Resource, from, to time.Time) (s Schedule, err error) {
	err = db.List(q, &s.Booked, scheduledColumns+` WHERE a.starts_at > $1 AND a.starts_at < $3 AND a.ends_at > $2 ORDER BY a.starts_at, a.id LIMIT 5000`,
		from.Add(-longest), from, to)
	if err != nil {
		return s, err
	}
	err = db.List(q, &s.Blockers, `SELECT id, resource_id, starts_at, ends_at, reason, expires_at FROM blockers
		WHERE starts_at < $2 AND ends_at > $1 AND (expires_at IS NULL OR expires_at > $3) ORDER BY starts_at, id LIMIT 500`, from, to, q.Now())
	if err != nil {
		return s, err
	}
	for _, r := range all {
		if r.IsActive || s.uses(r.ID) {
			s.Resources = append(s.Resources, r)
		}
	}
	s.Open, err = openTimes(q, s.Resources, from, to, false)
	return s, err
}

func (s Schedule) uses(resource uuid.UUID) bool {
	for _, a := range s.Booked {
		if strings.Contains(a.Takes, resource.String()) {
			return true
		}
	}
	return false
}

// Takes says whether something takes a resource within a stretch: an appointment
// with its buffers, or a blocker.
func (s Schedule) Takes(resource uuid.UUID, within Interval) bool {
	for _, a := range s.Booked {
		from, to := a.StartsAt.Add(-time.Duration(a.Before)*time.Minute), a.EndsAt.Add(time.Duration(a.After)*time.Minute)
		if a.Holds() && from.Before(within.End) && to.After(within.Start) && strings.Contains(a.Takes, resource.String()) {
			return true
		}
	}
	for _, b := range s.Blockers {
		if b.StartsAt.Before(within.End) && b.EndsAt.After(within.Start) && (!b.Resource.Valid || b.Resource.UUID == resource) {
			return true
		}
	}
	return false
}

// openTimes lists when each of some resources is open, without what is blocked when
// the caller counts what can be booked.
func openTimes(q *db.TenantTx, resources []catalog.Resource, from, to time.Time, unblocked bool) ([][]Interval, error) {
	query := availability.Query{From: from, To: to, Business: availability.Calendar{Zone: q.Tenant.Location()}}
	places := make(map[uuid.UUID]int, len(resources))
	for i, r := range resources {
		member := availability.Resource{ID: r.ID}
		if r.TimeZone != "" {
			member.Zone, _ = time.LoadLocation(r.TimeZone) // an unknown one means the business's
		}
		query.Resources, places[r.ID] = append(query.Resources, member), i
	}
	err := addRules(q, &query, places)
	if err == nil && unblocked {
		err = addBlocked(q, &query, places)
	}
	return availability.Untaken(query, Interval{Start: from, End: to}), err
}

// addBlocked fills in what is blocked for one or for all; visitors' holds block nothing.
func addBlocked(q *db.TenantTx, query *availability.Query, places map[uuid.UUID]int) error {
	var rows []struct {
		ResourceID uuid.NullUUID `db:"resource_id"`
		From       time.Time     `db:"starts_at"`
		To         time.Time     `db:"ends_at"`
	}
	err := db.List(q, &rows, `SELECT resource_id, starts_at, ends_at FROM blockers WHERE expires_at IS NULL AND starts_at < $2 AND ends_at > $1`, query.From, query.To)
	for _, row := range rows {
		blocked := Interval{Start: row.From, End: row.To}
		if !row.ResourceID.Valid {
			query.Blocked = append(query.Blocked, blocked)
		} else if place, ok := places[row.ResourceID.UUID]; ok {
			query.Resources[place].Busy = append(query.Resources[place].Busy, blocked)
		}
	}
	return err
}

// Requests lists the pending appointments ahead that wait for the business's
// word, the next ones first, of one resource or of all.
func Requests(q *db.TenantTx, resource uuid.NullUUID, limit int) ([]Scheduled, error) {
	var rows []Scheduled
	// Nobody asks for a time beyond the horizon; without that bound, one who has
	// no request would pay for all that is booked ahead.
	err := db.List(q, &rows, scheduledColumns+`
		WHERE a.status = 'pending' AND a.starts_at > $1 AND (a.approve_by IS NULL OR a.approve_by > $1)
			AND a.starts_at < $1 + make_interval(days => 1 + GREATEST(COALESCE((SELECT horizon_days FROM policies), $2),
				COALESCE((SELECT max(horizon_days) FROM services), 0)))
			AND (CAST($3 AS uuid) IS NULL OR EXISTS (SELECT FROM appointment_resources x WHERE x.appointment_id = a.id AND x.resource_id = $3))
		ORDER BY a.starts_at, a.id LIMIT $4`, q.Now(), catalog.DefaultPolicies.HorizonDays, resource, limit)
	return rows, err
}

// ResourceOf is the calendar of somebody of the team; none without one.
func ResourceOf(q *db.TenantTx, user uuid.UUID) (uuid.NullUUID, error) {
	var ids []uuid.UUID
	err := db.List(q, &ids, `SELECT id FROM resources WHERE user_id = $1 ORDER BY position, id LIMIT 1`, user)
	if err != nil || len(ids) == 0 {
		return uuid.NullUUID{}, err
	}
	return uuid.NullUUID{UUID: ids[0], Valid: true}, nil
}

// Version tells one state of a blocker from another, for a change that is made
// from a page.
func (b Blocker) Version() string {
	h := fnv.New64a()
	_, _ = fmt.Fprint(h, b.Resource, b.StartsAt.UnixMicro(), b.EndsAt.UnixMicro(), b.Reason)
	return strconv.FormatUint(h.Sum64(), 36)
}

// Details are what the audit log says of blocked time.
func (b Blocker) Details() map[string]any {
	d := map[string]any{"start": b.StartsAt.UTC().Format(time.RFC3339), "end": b.EndsAt.UTC().Format(time.RFC3339), "reason": b.Reason}
	if b.Resource.Valid {
		d["resource"] = b.Resource.UUID.String()
	}
	return d
}

package calendar

import (
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/availability"
	"github.com/smoothschedule/smoothschedule/store/catalog"
	"github.com/smoothschedule/smoothschedule/store/internal/db"
	"github.com/smoothschedule/smoothschedule/store/internal/text"
)

// Wish is what somebody wants to book.
type Wish struct {
	Service  uuid.UUID
	From, To time.Time     // starts lie in [From, To)
	Resource uuid.NullUUID // somebody or something in particular
	Party    int           // people; 0 is one
	Hold     uuid.UUID     // secret of the visitor's own hold, which is not in the way

	Moving  uuid.UUID   // the appointment that moves is not in its own way …
	Prefers []uuid.UUID // … and keeps what it has where it can
	Keeps   bool        // the team: also what is disabled since, and the time that it has
	Minutes int         // another length than the service's
}

// FreeSlots lists the starts in [from, to) at which customers can book a
// service. One that they don't see is not found.
func FreeSlots(q *db.TenantTx, service uuid.UUID, from, to time.Time) ([]availability.Slot, error) {
	s, err := catalog.ReadService(q, service)
	if err != nil {
		return nil, err
	}
	policies, err := catalog.ReadPolicies(q)
	if err != nil {
		return nil, err
	}
	return FreeSlotsOf(q, s, policies, Wish{From: from, To: to})
}

// FreeSlotsOf is FreeSlots with more wishes, for a service that the caller has
// read. While the business takes no bookings nothing is free.
func FreeSlotsOf(q *db.TenantTx, s catalog.Service, p catalog.Policies, w Wish) ([]availability.Slot, error) {
	if s.Status() != "shown" {
		return nil, db.NoSuch("service")
	}
	if !p.BookingOpen || w.Party > s.MaxParty {
		return nil, nil
	}
	w.Service = s.ID
	return readSlots(q, s, p, w)
}

func readSlots(q *db.TenantTx, s catalog.Service, p catalog.Policies, w Wish) ([]availability.Slot, error) {
	query, err := AvailabilityQuery(q, s, p, w)
	if err != nil {
		return nil, err
	}
	if !query.Only(w.Resource) {
		return nil, db.NoSuch("resource")
	}
	return availability.Slots(query.Query), nil
}

// Question is an availability.Query and where in it each resource stands.
type Question struct {
	availability.Query
	places map[uuid.UUID]int
}

// Only leaves a wanted resource alone in its set; false when the service never
// takes it.
func (x *Question) Only(resource uuid.NullUUID) bool {
	if !resource.Valid {
		return true
	}
	place, ok := x.places[resource.UUID]
	if ok {
		x.Service, ok = x.Service.With(place)
	}
	return ok
}

// does says whether a resource is among those that can be taken.
func (x *Question) does(resource uuid.UUID) bool {
	place, ok := x.places[resource]
	return ok && slices.ContainsFunc(x.Service.Sets, func(set []int) bool { return slices.Contains(set, place) })
}

// around is how far beyond the starts asked for days with other hours matter:
// the longest appointment with its buffers, and any two zones' distance.
const around = 3 * 24 * time.Hour

// AvailabilityQuery reads all that decides when a service can begin.
func AvailabilityQuery(q *db.TenantTx, s catalog.Service, p catalog.Policies, w Wish) (Question, error) {
	minutes := func(n int) time.Duration { return time.Duration(n) * time.Minute }
	if w.Minutes == 0 {
		w.Minutes = s.DurationMinutes
	}
	x := Question{Query: availability.Query{Now: q.Now(), From: w.From, To: w.To, Business: availability.Calendar{Zone: q.Tenant.Location()},
		Service: availability.Service{Duration: minutes(w.Minutes), Before: minutes(s.BufferBeforeMinutes), After: minutes(s.BufferAfterMinutes)},
		Policy: availability.Policy{Notice: minutes(text.Or(s.NoticeMinutes, p.NoticeMinutes)),
			HorizonDays: p.Horizon(s), StepMinutes: text.Or(s.StepMinutes, p.StepMinutes)}}}
	err := addResources(q, &x, s, w)
	if err != nil {
		return x, err
	}
	if err := addRules(q, &x.Query, x.places); err != nil {
		return x, err
	}
	return x, addBusy(q, &x.Query, x.places, w)
}

// addResources fills in the active members of a service's sets in which a party
// fits, and what an appointment keeps.
func addResources(q *db.TenantTx, x *Question, s catalog.Service, w Wish) error {
	var rows []struct {
		ID       uuid.UUID `db:"id"`
		TimeZone string    `db:"time_zone"`
	}
	var kept []uuid.UUID
	if w.Keeps {
		kept = w.Prefers
	}
	err := db.List(q, &rows, `
		SELECT r.id, COALESCE(r.time_zone, '') AS time_zone FROM resources r
		WHERE r.id = ANY(CAST($3 AS uuid[]))
			OR r.is_active AND COALESCE(r.capacity >= $2, true) AND EXISTS (SELECT FROM service_resources x WHERE x.service_id = $1 AND x.resource_id = r.id)
		ORDER BY r.position, r.id`, s.ID, w.Party, Texts(kept))
	x.places = make(map[uuid.UUID]int, len(rows))
	for i, row := range rows {
		r := availability.Resource{ID: row.ID}
		if row.TimeZone != "" {
			// A name that the zone database no longer knows means the business's.
			r.Zone, _ = time.LoadLocation(row.TimeZone)
		}
		x.Resources, x.places[row.ID] = append(x.Resources, r), i
	}
	for _, set := range s.Sets {
		var active []int
		for _, id := range set {
			if i, ok := x.places[id]; ok {
				active = append(active, i)
			}
		}
		x.Service.Sets = append(x.Service.Sets, active)
	}
	x.keep(s, kept)
	return err
}

// keep gives what an appointment takes, and its service does not know any more, a
// place in the first set of which it takes nothing.
func (x *Question) keep(s catalog.Service, kept []uuid.UUID) {
	filled := make([]bool, len(s.Sets))
	var strange []int
	for _, id := range kept {
		n := slices.IndexFunc(s.Sets, func(set []uuid.UUID) bool { return slices.Contains(set, id) })
		if place, ok := x.places[id]; n >= 0 {
			filled[n] = true
		} else if ok {
			strange = append(strange, place)
		}
	}
	for _, place := range strange {
		if n := slices.Index(filled, false); n >= 0 {
			filled[n] = true
			x.Service.Sets[n] = append(x.Service.Sets[n], place)
		}
	}
}

// addRules fills in weekly hours and overrides.
func addRules(q *db.TenantTx, query *availability.Query, places map[uuid.UUID]int) error {
	ids := keys(places)
	var hours []catalog.HoursRow
	err := db.List(q, &hours, `SELECT `+catalog.HoursColumns+` FROM hours WHERE resource_id IS NULL OR resource_id = ANY(CAST($1 AS uuid[]))`, ids)
	if err != nil {
		return err
	}
	for _, h := range hours {
		week := &query.Business.Week
		if h.ResourceID.Valid {
			r := &query.Resources[places[h.ResourceID.UUID]]
			if r.Week == nil {
				r.Week = new(catalog.Week)
			}
			week = r.Week
		}
		week[h.Weekday] = append(week[h.Weekday], catalog.Hours{From: h.From, To: h.To})
	}
	var rows []catalog.OverrideRow
	err = db.List(q, &rows, `SELECT `+catalog.OverrideColumns+` FROM overrides
		WHERE (resource_id IS NULL OR resource_id = ANY(CAST($1 AS uuid[]))) AND overrides.day <= $3 AND overrides.last_day >= $2`,
		ids, query.From.Add(-around).UTC().Format(time.DateOnly), query.To.Add(around).UTC().Format(time.DateOnly))
	overrides, err := catalog.OverridesOf(rows, err)
	for _, o := range overrides {
		rule := availability.Override{First: o.First, Last: o.Last}
		if o.Open != nil {
			rule.Open = []catalog.Hours{*o.Open}
		}
		list := &query.Business.Overrides
		if o.Resource.Valid {
			list = &query.Resources[places[o.Resource.UUID]].Overrides
		}
		*list = append(*list, rule)
	}
	return err
}

// addBusy fills in what takes the resources already, and from it their load: how
// much is booked around the starts asked for. A request that nobody answered in
// time and a hold that ran out take nothing.
func addBusy(q *db.TenantTx, query *availability.Query, places map[uuid.UUID]int, w Wish) error {
	var rows []struct {
		ResourceID uuid.NullUUID `db:"resource_id"`
		From       time.Time     `db:"starts_at"`
		To         time.Time     `db:"ends_at"`
		Booked     bool          `db:"booked"`
		Own        bool          `db:"own"` // of the appointment that moves
	}
	own := ""
	if w.Hold != uuid.Nil {
		// Only named where it matters: eyes that only look can't read secrets.
		own = ` AND hold_secret IS DISTINCT FROM CAST('` + w.Hold.String() + `' AS uuid)`
	}
	err := db.List(q, &rows, `
		SELECT x.resource_id, lower(x.during) AS starts_at, upper(x.during) AS ends_at, true AS booked, x.appointment_id = $5 AS own FROM appointment_resources x
		WHERE x.holds AND x.resource_id = ANY(CAST($1 AS uuid[])) AND x.during && tstzrange($2, $3)
			AND NOT EXISTS (SELECT FROM appointments a WHERE a.id = x.appointment_id AND a.status = 'pending' AND a.approve_by <= $4)
		UNION ALL
		SELECT resource_id, starts_at, ends_at, false, false FROM blockers
		WHERE (resource_id IS NULL OR resource_id = ANY(CAST($1 AS uuid[]))) AND starts_at < $3 AND ends_at > $2
			AND COALESCE(expires_at > $4, true)`+own,
		keys(places), query.From.Add(-query.Service.Before), query.To.Add(query.Service.Duration+query.Service.After), q.Now(), w.Moving)
	for _, row := range rows {
		taken := availability.Interval{Start: row.From, End: row.To}
		if !row.ResourceID.Valid {
			query.Blocked = append(query.Blocked, taken)
			continue
		}
		r := &query.Resources[places[row.ResourceID.UUID]]
		switch {
		case row.Own && w.Keeps:
			r.Keeps = append(r.Keeps, taken)
		case !row.Own:
			r.Busy = append(r.Busy, taken)
			if row.Booked {
				r.Load++
			}
		}
	}
	for _, id := range w.Prefers {
		if i, ok := places[id]; ok {
			query.Resources[i].Load = -1 // before all others
		}
	}
	return err
}

func keys(places map[uuid.UUID]int) []string {
	ids := make([]string, 0, len(places))
	for id := range places {
		ids = append(ids, id.String())
	}
	return ids
}

// PartyLimit is how many people one appointment of a service can bring: the
// service's own limit, or less where no room holds that many. 0: nobody can do it.
func PartyLimit(q *db.TenantTx, s catalog.Service) (int, error) {
	var rows []struct {
		ID       uuid.UUID `db:"id"`
		Capacity int       `db:"capacity"`
	}
	most := max(1, s.MaxParty)
	err := db.List(q, &rows, `SELECT id, COALESCE(capacity, $2) AS capacity FROM resources WHERE is_active AND id = ANY(CAST($1 AS uuid[]))`, Texts(s.Members()), most)
	if len(s.Sets) == 0 {
		return 0, err
	}
	for _, set := range s.Sets {
		holds := 0
		for _, r := range rows {
			if slices.Contains(set, r.ID) {
				holds = max(holds, r.Capacity)
			}
		}
		most = min(most, holds)
	}
	return most, err
}

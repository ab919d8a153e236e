package store

import (
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/availability"
)

// Slot is a moment at which a service can begin, and whom it would take.
type Slot = availability.Slot

// Wish is what somebody wants to book.
type Wish struct {
	Service  uuid.UUID
	From, To time.Time     // starts lie in [From, To)
	Resource uuid.NullUUID // somebody or something in particular
	Party    int           // people; 0 is one
	Hold     uuid.UUID     // secret of the visitor's own hold, which is not in the way

	moving  uuid.UUID   // the appointment that moves is not in its own way …
	prefers []uuid.UUID // … and keeps what it has where it can
	keeps   bool        // the team: also what is disabled since, and the time that it has
	minutes int         // another length than the service's
}

// FreeSlots lists the starts in [from, to) at which customers can book a
// service. One that they don't see is not found.
func (q *TenantTx) FreeSlots(service uuid.UUID, from, to time.Time) ([]Slot, error) {
	s, err := q.Service(service)
	if err != nil {
		return nil, err
	}
	policies, err := q.Policies()
	if err != nil {
		return nil, err
	}
	return q.FreeSlotsOf(s, policies, Wish{From: from, To: to})
}

// FreeSlotsOf is FreeSlots with more wishes, for a service that the caller has
// read. While the business takes no bookings nothing is free.
func (q *TenantTx) FreeSlotsOf(s Service, p Policies, w Wish) ([]Slot, error) {
	if s.Status() != "shown" {
		return nil, notFound("service")
	}
	if !p.BookingOpen || w.Party > s.MaxParty {
		return nil, nil
	}
	w.Service = s.ID
	return q.slots(s, p, w)
}

func (q *TenantTx) slots(s Service, p Policies, w Wish) ([]Slot, error) {
	query, err := q.availabilityQuery(s, p, w)
	if err != nil {
		return nil, err
	}
	if !query.only(w.Resource) {
		return nil, notFound("resource")
	}
	return availability.Slots(query.Query), nil
}

// question is an availability.Query and where in it each resource stands.
type question struct {
	availability.Query
	places map[uuid.UUID]int
}

// only leaves a wanted resource alone in its set; false when the service never
// takes it.
func (x *question) only(resource uuid.NullUUID) bool {
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
func (x *question) does(resource uuid.UUID) bool {
	place, ok := x.places[resource]
	return ok && slices.ContainsFunc(x.Service.Sets, func(set []int) bool { return slices.Contains(set, place) })
}

// around is how far beyond the starts asked for days with other hours matter:
// the longest appointment with its buffers, and any two zones' distance.
const around = 3 * 24 * time.Hour

// availabilityQuery reads all that decides when a service can begin.
func (q *TenantTx) availabilityQuery(s Service, p Policies, w Wish) (question, error) {
	minutes := func(n int) time.Duration { return time.Duration(n) * time.Minute }
	if w.minutes == 0 {
		w.minutes = s.DurationMinutes
	}
	x := question{Query: availability.Query{Now: q.now, From: w.From, To: w.To, Business: availability.Calendar{Zone: q.Tenant.Location()},
		Service: availability.Service{Duration: minutes(w.minutes), Before: minutes(s.BufferBeforeMinutes), After: minutes(s.BufferAfterMinutes)},
		Policy: availability.Policy{Notice: minutes(or(s.NoticeMinutes, p.NoticeMinutes)),
			HorizonDays: p.Horizon(s), StepMinutes: or(s.StepMinutes, p.StepMinutes)}}}
	err := q.addResources(&x, s, w)
	if err != nil {
		return x, err
	}
	if err := q.addRules(&x.Query, x.places); err != nil {
		return x, err
	}
	return x, q.addBusy(&x.Query, x.places, w)
}

// Horizon is how many days ahead customers can book a service.
func (p Policies) Horizon(s Service) int { return or(s.HorizonDays, p.HorizonDays) }

func or(own *int, otherwise int) int {
	if own != nil {
		return *own
	}
	return otherwise
}

// addResources fills in the active members of a service's sets in which a party
// fits, and what an appointment keeps.
func (q *TenantTx) addResources(x *question, s Service, w Wish) error {
	var rows []struct {
		ID       uuid.UUID `db:"id"`
		TimeZone string    `db:"time_zone"`
	}
	var kept []uuid.UUID
	if w.keeps {
		kept = w.prefers
	}
	err := q.list(&rows, `
		SELECT r.id, COALESCE(r.time_zone, '') AS time_zone FROM resources r
		WHERE r.id = ANY(CAST($3 AS uuid[]))
			OR r.is_active AND COALESCE(r.capacity >= $2, true) AND EXISTS (SELECT FROM service_resources x WHERE x.service_id = $1 AND x.resource_id = r.id)
		ORDER BY r.position, r.id`, s.ID, w.Party, texts(kept))
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
func (x *question) keep(s Service, kept []uuid.UUID) {
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
func (q *TenantTx) addRules(query *availability.Query, places map[uuid.UUID]int) error {
	ids := keys(places)
	var hours []hoursRow
	err := q.list(&hours, `SELECT `+hoursColumns+` FROM hours WHERE resource_id IS NULL OR resource_id = ANY(CAST($1 AS uuid[]))`, ids)
	if err != nil {
		return err
	}
	for _, h := range hours {
		week := &query.Business.Week
		if h.ResourceID.Valid {
			r := &query.Resources[places[h.ResourceID.UUID]]
			if r.Week == nil {
				r.Week = new(Week)
			}
			week = r.Week
		}
		week[h.Weekday] = append(week[h.Weekday], Hours{From: h.From, To: h.To})
	}
	var rows []overrideRow
	err = q.list(&rows, `SELECT `+overrideColumns+` FROM overrides
		WHERE (resource_id IS NULL OR resource_id = ANY(CAST($1 AS uuid[]))) AND overrides.day <= $3 AND overrides.last_day >= $2`,
		ids, query.From.Add(-around).UTC().Format(time.DateOnly), query.To.Add(around).UTC().Format(time.DateOnly))
	overrides, err := overridesOf(rows, err)
	for _, o := range overrides {
		rule := availability.Override{First: o.First, Last: o.Last}
		if o.Open != nil {
			rule.Open = []Hours{*o.Open}
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
func (q *TenantTx) addBusy(query *availability.Query, places map[uuid.UUID]int, w Wish) error {
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
	err := q.list(&rows, `
		SELECT x.resource_id, lower(x.during) AS starts_at, upper(x.during) AS ends_at, true AS booked, x.appointment_id = $5 AS own FROM appointment_resources x
		WHERE x.holds AND x.resource_id = ANY(CAST($1 AS uuid[])) AND x.during && tstzrange($2, $3)
			AND NOT EXISTS (SELECT FROM appointments a WHERE a.id = x.appointment_id AND a.status = 'pending' AND a.approve_by <= $4)
		UNION ALL
		SELECT resource_id, starts_at, ends_at, false, false FROM blockers
		WHERE (resource_id IS NULL OR resource_id = ANY(CAST($1 AS uuid[]))) AND starts_at < $3 AND ends_at > $2
			AND COALESCE(expires_at > $4, true)`+own,
		keys(places), query.From.Add(-query.Service.Before), query.To.Add(query.Service.Duration+query.Service.After), q.now, w.moving)
	for _, row := range rows {
		taken := availability.Interval{Start: row.From, End: row.To}
		if !row.ResourceID.Valid {
			query.Blocked = append(query.Blocked, taken)
			continue
		}
		r := &query.Resources[places[row.ResourceID.UUID]]
		switch {
		case row.Own && w.keeps:
			r.Keeps = append(r.Keeps, taken)
		case !row.Own:
			r.Busy = append(r.Busy, taken)
			if row.Booked {
				r.Load++
			}
		}
	}
	for _, id := range w.prefers {
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
func (q *TenantTx) PartyLimit(s Service) (int, error) {
	var rows []struct {
		ID       uuid.UUID `db:"id"`
		Capacity int       `db:"capacity"`
	}
	most := max(1, s.MaxParty)
	err := q.list(&rows, `SELECT id, COALESCE(capacity, $2) AS capacity FROM resources WHERE is_active AND id = ANY(CAST($1 AS uuid[]))`, texts(s.members()), most)
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

// undoable is why a service has nobody for one of its sets.
func (q *TenantTx) undoable(s Service) error {
	most, err := q.PartyLimit(s)
	switch {
	case err != nil:
		return err
	case most > 0:
		return invalid("party_size", "This is for at most "+people(most)+".")
	}
	refusal := refused(availability.Closed, nil)
	refusal.Message = "Nobody does this at the moment."
	return refusal
}

package store

import (
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/availability"
)

// Slot is a moment at which a service can begin, and whom it would take.
type Slot = availability.Slot

// FreeSlots lists the starts in [from, to) at which customers can book a
// service. One that they don't see is not found.
func (q *TenantTx) FreeSlots(service uuid.UUID, from, to time.Time) ([]Slot, error) {
	s, err := q.Service(service)
	if err != nil {
		return nil, err
	}
	if s.Status() != "shown" {
		return nil, notFound("service")
	}
	query, err := q.availabilityQuery(s, from, to)
	if err != nil {
		return nil, err
	}
	return availability.Slots(query), nil
}

// around is how far beyond the starts asked for days with other hours matter:
// the longest appointment with its buffers, and any two zones' distance.
const around = 3 * 24 * time.Hour

// availabilityQuery reads all that decides when a service can begin.
func (q *TenantTx) availabilityQuery(s Service, from, to time.Time) (availability.Query, error) {
	minutes := func(n int) time.Duration { return time.Duration(n) * time.Minute }
	query := availability.Query{Now: q.now, From: from, To: to, Business: availability.Calendar{Zone: q.Tenant.Location()},
		Service: availability.Service{Duration: minutes(s.DurationMinutes), Before: minutes(s.BufferBeforeMinutes), After: minutes(s.BufferAfterMinutes)}}
	policies, err := q.Policies()
	if err != nil {
		return query, err
	}
	query.Policy = availability.Policy{Notice: minutes(or(s.NoticeMinutes, policies.NoticeMinutes)),
		HorizonDays: or(s.HorizonDays, policies.HorizonDays), StepMinutes: or(s.StepMinutes, policies.StepMinutes)}
	places, err := q.addResources(&query, s)
	if err != nil {
		return query, err
	}
	if err := q.addRules(&query, places); err != nil {
		return query, err
	}
	return query, q.addBusy(&query, places)
}

func or(own *int, otherwise int) int {
	if own != nil {
		return *own
	}
	return otherwise
}

// addResources fills in the active members of a service's sets.
func (q *TenantTx) addResources(query *availability.Query, s Service) (map[uuid.UUID]int, error) {
	var rows []struct {
		ID       uuid.UUID `db:"id"`
		TimeZone string    `db:"time_zone"`
	}
	err := q.list(&rows, `
		SELECT r.id, COALESCE(r.time_zone, '') AS time_zone FROM resources r
		WHERE r.is_active AND EXISTS (SELECT FROM service_resources x WHERE x.service_id = $1 AND x.resource_id = r.id) ORDER BY r.position, r.id`, s.ID)
	places := make(map[uuid.UUID]int, len(rows))
	for i, row := range rows {
		r := availability.Resource{ID: row.ID}
		if row.TimeZone != "" {
			// A name that the zone database no longer knows means the business's.
			r.Zone, _ = time.LoadLocation(row.TimeZone)
		}
		query.Resources, places[row.ID] = append(query.Resources, r), i
	}
	for _, set := range s.Sets {
		var active []int
		for _, id := range set {
			if i, ok := places[id]; ok {
				active = append(active, i)
			}
		}
		query.Service.Sets = append(query.Service.Sets, active)
	}
	return places, err
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
// much is booked around the starts asked for.
func (q *TenantTx) addBusy(query *availability.Query, places map[uuid.UUID]int) error {
	var rows []struct {
		ResourceID uuid.NullUUID `db:"resource_id"`
		From       time.Time     `db:"starts_at"`
		To         time.Time     `db:"ends_at"`
		Booked     bool          `db:"booked"`
	}
	err := q.list(&rows, `
		SELECT resource_id, lower(during) AS starts_at, upper(during) AS ends_at, true AS booked FROM appointment_resources
		WHERE holds AND resource_id = ANY(CAST($1 AS uuid[])) AND during && tstzrange($2, $3)
		UNION ALL
		SELECT resource_id, starts_at, ends_at, false FROM blockers
		WHERE (resource_id IS NULL OR resource_id = ANY(CAST($1 AS uuid[]))) AND starts_at < $3 AND ends_at > $2`,
		keys(places), query.From.Add(-query.Service.Before), query.To.Add(query.Service.Duration+query.Service.After))
	for _, row := range rows {
		taken := availability.Interval{Start: row.From, End: row.To}
		if !row.ResourceID.Valid {
			query.Blocked = append(query.Blocked, taken)
			continue
		}
		r := &query.Resources[places[row.ResourceID.UUID]]
		r.Busy = append(r.Busy, taken)
		if row.Booked {
			r.Load++
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

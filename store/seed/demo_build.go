package seed

import (
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/access"
)

// world is the demo in memory.
type world struct {
	source
	now        time.Time
	prices     map[string]int
	staff      map[string]person // of the platform, by the name before the @
	businesses []*business
}

func (w *world) build() error {
	for i, line := range demoBusinesses {
		b, err := w.business(newSource(1, uint64(i)), line)
		if err != nil {
			return fmt.Errorf("%s: %w", line.subdomain, err)
		}
		w.businesses = append(w.businesses, b)
	}
	return nil
}

// staffNames are the platform's own people.
var staffNames = []struct {
	local, name string
	role        access.Role
}{
	{"superuser", "Robin Castellan", access.Superuser},
	{"manager", "Miriam Okafor", access.PlatformManager},
	{"support", "Jonas Lindqvist", access.PlatformSupport},
	{"sales", "Yuki Tanaka", access.PlatformSales},
}

func (w *world) platformStaff() []person {
	var list []person
	joined := w.now.AddDate(0, 0, -430)
	for _, s := range staffNames {
		list = append(list, person{id: w.newID(joined), email: s.local + "@smoothschedule.test", name: s.name, role: s.role, created: joined,
			lastLogin: w.within(w.now.Add(-50*time.Minute), w.now)}) // after all that they answered
	}
	return list
}

func (w *world) business(s source, line demoBusiness) (*business, error) {
	loc, err := zone(line.zone)
	if err != nil {
		return nil, err
	}
	t := trades[line.trade]
	b := &business{name: line.name, subdomain: line.subdomain, zone: loc, accent: line.accent, week: t.week}
	b.tell(s, line.story, w.now, w.prices, line.reason)
	b.id = s.newID(b.created)
	b.hire(s, line.people, w.now)
	b.record(s, w.actor)
	b.furnish(s, t, len(line.people))

	k := &booker{business: b, source: s, now: w.now}
	today := 0.0
	if line.subdomain == "acme-auto" {
		today = 1
		k.enrich()
	}
	past, ahead := int(w.now.Sub(b.created).Hours()/24)-1, 42
	past = min(past, 130)
	if today > 0 {
		past = 200
	}
	end := b.ended()
	if !end.IsZero() {
		ahead = -int(w.now.Sub(end).Hours() / 24)
		past = min(past, 130-ahead) // months before it ended
	}
	for day := -past; day <= ahead; day++ {
		density := line.busy
		k.short = 0
		switch {
		case day == 0 && today > 0:
			density, k.short = today, 60 // something begins at every hour
		case day > 14:
			density /= float64(day) / 8 // the far future is booked less
		}
		b.appointments = append(b.appointments, k.fillDay(day, density)...)
	}
	names := newNamer(s, line.tongue)
	k.settle(names, 7)
	if today > 0 {
		k.addLogin("customer@acme-auto.test", "Jordan Meyer")
		b.remark(w.now)
	}
	b.email = "hello@" + b.subdomain + ".test"
	if owner := &b.people[0]; owner.lastLogin.Before(w.wroteLast(b.subdomain)) {
		owner.lastLogin = w.wroteLast(b.subdomain)
	}
	b.events = append(b.events, logins(s, b.people)...)
	b.count(w.now)
	b.totals.rolledUp = time.Time{}
	return b, nil
}

// enrich makes the calendar of acme-auto the one that shows everything: shifts,
// a part of the services each, a closed day and time off.
func (k *booker) enrich() {
	early, late := each("smtwtfs", span{6 * hour, 14 * hour}), each("smtwtfs", span{14 * hour, 22 * hour})
	middle := each("smtwtf-", span{9 * hour, 12 * hour}, span{13 * hour, 18 * hour})
	// Three mechanics, two bays, one rig.
	staff := 0
	kept := k.resources[:0]
	for _, r := range k.resources {
		if r.kind == "STAFF" {
			if staff == 3 {
				continue
			}
			r.week = []*week{&early, &late, &middle}[staff]
			staff++
		}
		kept = append(kept, r)
	}
	k.resources = kept
	k.resources[2].services = []int{0, 1, 2, 3, 4, 6}
	k.closed = []time.Time{k.local(24)}
	off := k.local(9)
	k.absences = []absence{{2, off, off.AddDate(0, 0, 2), "Holiday"}}
	k.blockers = []blocker{
		{5, at(k.local(4), 12*hour), at(k.local(4), 15*hour), "Calibration by the maker"},
	}
	for i, about := range []string{"New oil and filter; we look at all fluids and lights.", "", "Pads, discs and hoses, with a written report."} {
		k.services[i].about = about
	}
	k.services = append(k.services, service{id: k.newID(k.created), name: "Fleet contract visit", minutes: 120, price: 30000, hidden: true})
}

// addLogin links a customer who comes often to a login.
func (k *booker) addLogin(email, name string) {
	c := &k.customers[0]
	p := person{id: k.newID(c.created), email: email, name: name, role: access.Customer, created: c.created, lastLogin: k.now.Add(-26 * time.Hour)}
	k.people = append(k.people, p)
	c.user, c.name, c.email = uuid.NullUUID{UUID: p.id, Valid: true}, name, email
	// Two past and two coming visits at least.
	given := 0
	for i := range k.appointments {
		a := &k.appointments[i]
		if a.created.Before(c.created) {
			continue
		}
		if a.holds() && a.start.After(k.now) && given < 2 || i%150 == 0 {
			if a.start.After(k.now) {
				given++
			}
			a.customer = 0
		}
	}
}

// actor says who of the platform stands behind an action.
func (w *world) actor(action string) (person, bool) {
	switch action {
	case "business.created":
		return w.staff["sales"], true
	case "business.plan_changed", "business.suspended", "business.archived":
		return w.staff["manager"], true
	}
	return person{}, false
}

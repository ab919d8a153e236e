package seed

import (
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/access"
)

// hire gives a business its people: the owner, then (from three on) a manager, then staff.
func (b *business) hire(s source, names []string, now time.Time) {
	staff := 0
	for i, name := range names {
		p := person{name: name, role: access.TenantStaff, created: b.created}
		switch {
		case i == 0:
			p.role, p.email = access.TenantOwner, "owner@"
		case i == 1 && len(names) > 2:
			p.role, p.email = access.TenantManager, "manager@"
		default:
			staff++
			p.email = "staff@"
			if staff > 1 {
				p.email = fmt.Sprintf("staff%d@", staff)
			}
		}
		if i > 0 {
			p.created = s.within(b.created, b.created.Add(now.Sub(b.created)/3))
		}
		p.email += b.subdomain + ".test"
		p.id = s.newID(p.created)
		if s.IntN(6) > 0 || i == 0 {
			p.lastLogin = s.within(p.created, lastDay(b, now))
		}
		b.people = append(b.people, p)
	}
}

func lastDay(b *business, now time.Time) time.Time {
	if end := b.ended(); !end.IsZero() {
		return end
	}
	return now
}

// furnish sets up services and resources of a trade for a number of people.
func (b *business) furnish(s source, t trade, people int) {
	b.services = append([]service(nil), t.services...)
	for i := range b.services {
		b.services[i].id = s.newID(b.created)
	}
	// The owner works along where the team is small.
	var workers []person
	for _, p := range b.people {
		if isTenant(p.role) {
			workers = append(workers, p)
		}
	}
	workers = workers[:min(len(workers), people)]
	if len(workers) > 3 {
		workers = workers[1:]
	}
	for _, p := range workers {
		b.resources = append(b.resources, resource{id: s.newID(b.created), kind: "STAFF", name: p.name, user: uuid.NullUUID{UUID: p.id, Valid: true}})
	}
	room := 100
	if b.plan == free {
		room = 3 // as many as the plan holds
	}
	for _, name := range t.rooms {
		b.resources = append(b.resources, resource{id: s.newID(b.created), kind: "ROOM", name: name})
	}
	for _, name := range t.equipment {
		b.resources = append(b.resources, resource{id: s.newID(b.created), kind: "EQUIPMENT", name: name})
	}
	b.resources = b.resources[:min(len(b.resources), room)]
	b.dropImpossible()
}

// dropImpossible leaves out services that want a kind of resource there isn't.
func (b *business) dropImpossible() {
	kinds := make(map[string]bool)
	for _, r := range b.resources {
		kinds[r.kind] = true
	}
	kept := b.services[:0]
	for _, s := range b.services {
		if s.needs == "" || kinds[s.needs] {
			kept = append(kept, s)
		}
	}
	b.services = kept
}

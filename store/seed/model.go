package seed

import (
	"encoding/json"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/access"
)

// business is one tenant with everything that is written for it.
type business struct {
	id                      uuid.UUID
	name, subdomain, schema string
	plan, status, reason    string
	zone                    *time.Location
	accent                  string
	trialEnds               time.Time // zero: none
	created                 time.Time
	people                  []person
	steps                   []step
	events                  []event
	totals                  totals

	about, address, phone, email string // of the public page

	week         week
	services     []service
	resources    []resource
	closed       []time.Time // local days without opening
	absences     []absence
	blockers     []blocker
	customers    []customer
	appointments []appointment
}

// firstDay is the oldest day that was counted.
func (b *business) firstDay() time.Time {
	if len(b.totals.daily) == 0 {
		return b.created
	}
	day, _ := time.Parse(time.DateOnly, b.totals.daily[0].day)
	return day
}

// owner is the first of its people.
func (b *business) owner() person { return b.people[0] }

// mrr is what it pays now.
func (b *business) mrr() int { return b.steps[len(b.steps)-1].mrr }

func (b *business) statusBefore() any {
	if b.status == "suspended" {
		return b.steps[len(b.steps)-2].status
	}
	return nil
}

func (b *business) updated() time.Time { return b.steps[len(b.steps)-1].at }

func (b *business) searchText() string {
	o := b.owner()
	return strings.ToLower(b.name + " " + b.subdomain + " " + o.name + " " + o.email)
}

// peopleCount leaves out customers with a login.
func (b *business) peopleCount() int {
	n := 0
	for _, p := range b.people {
		if p.role != access.Customer {
			n++
		}
	}
	return n
}

type person struct {
	id          uuid.UUID
	email, name string
	role        access.Role
	disabled    bool
	lastLogin   time.Time // zero: never
	created     time.Time
}

// step is a line of plan_changes.
type step struct {
	id           uuid.UUID
	at           time.Time
	plan, status string
	before, mrr  int
	actor        uuid.NullUUID // who made it, as the audit log says
}

// event is a line of the audit log.
type event struct {
	id         uuid.UUID
	at         time.Time
	actor      uuid.NullUUID
	actorName  string
	action     string
	objectType string
	objectID   string
	objectName string
	details    map[string]any
}

func (e event) json() (string, error) {
	if len(e.details) == 0 {
		return "{}", nil
	}
	text, err := json.Marshal(e.details)
	return string(text), err
}

type service struct {
	id            uuid.UUID
	name, about   string
	minutes       int
	price         int
	before, after int
	hidden        bool
	needs         string // also takes a resource of this kind: ROOM, EQUIPMENT or ""
}

type resource struct {
	id       uuid.UUID
	kind     string
	name     string
	user     uuid.NullUUID
	week     *week // nil: the business's own
	services []int // which it does; nil: all that want its kind
}

func (r resource) does(i int, s service) bool {
	if r.services != nil {
		for _, own := range r.services {
			if own == i {
				return true
			}
		}
		return false
	}
	return r.kind == "STAFF" || r.kind == s.needs
}

// absence is time off, whole days.
type absence struct {
	resource    int // of business.resources
	first, last time.Time
	reason      string
}

type blocker struct {
	resource   int // of business.resources
	start, end time.Time
	reason     string
}

type customer struct {
	id                 uuid.UUID
	user               uuid.NullUUID
	name, email, phone string
	created            time.Time
	blocked            time.Time // zero: may book online
	tags               []string
	note               string // of the owner
}

type appointment struct {
	id               uuid.UUID
	customer         int
	service          int
	resources        []int
	status           string
	start, end       time.Time
	created, updated time.Time
}

func (a appointment) holds() bool { return a.status == "pending" || a.status == "confirmed" }

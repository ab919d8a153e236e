package e2e

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/cookiejar"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"
	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/booking"
	"github.com/smoothschedule/smoothschedule/store/calendar"
	"github.com/smoothschedule/smoothschedule/store/catalog"
	"github.com/smoothschedule/smoothschedule/store/console"
	"github.com/smoothschedule/smoothschedule/store/identity"
	"github.com/smoothschedule/smoothschedule/store/people"
	"github.com/smoothschedule/smoothschedule/store/schema"
	"github.com/smoothschedule/smoothschedule/store/storetest"
)

// storm is a business whose calendars many people change at once while
// connections break, the program is killed and PostgreSQL crashes.
type storm struct {
	t       *testing.T
	d       database
	p       *program // another one after a kill, at the same address
	url     func(host, path string) string
	schema  string
	host    string
	day     time.Time
	lanes   []lane
	seed    uint64
	began   time.Time
	over    atomic.Bool
	visitor atomic.Int64
	owner   http.CookieJar // of the owner's session, which all share

	mu      sync.Mutex
	history []porcupine.Operation
	plain   []calendar.Handle // acknowledged bookings in whose way nobody was
}

// contested is how many calendars many people change; one more has room for all.
const contested = 3

// lane is one resource's calendar with all appointments that somebody tried.
type lane struct {
	service uuid.UUID
	mu      sync.Mutex
	forms   []calendar.Handle
	booked  []int // those of them that may be there
}

var theStorm struct {
	once sync.Once
	*storm
}

// stormy runs the storm once, for the tests that look at what it left.
func stormy(t *testing.T) *storm {
	t.Helper()
	theStorm.once.Do(func() {
		s := newStorm(t)
		s.rage()
		theStorm.storm = s
	})
	if theStorm.storm == nil {
		t.Fatal("the storm did not end; see the test that began it")
	}
	return theStorm.storm
}

func newStorm(t *testing.T) *storm {
	t.Helper()
	throwaway(t)
	// No cleanup of the test that comes first may take the database away.
	cfg := storetest.Config(lasting{t})
	s := &storm{t: t, d: open(lasting{t}, cfg), host: "storm", lanes: make([]lane, 4), seed: rand.Uint64(),
		day: time.Now().UTC().AddDate(0, 0, 7).Truncate(24 * time.Hour)}
	s.furnish(cfg)
	// The tests' PostgreSQL answers before it has written; this one must not.
	var name string
	if err := s.d.admin.QueryRow(`SELECT current_database()`).Scan(&name); err != nil {
		t.Fatal(err)
	}
	s.d.exec(t, `ALTER DATABASE `+name+` SET synchronous_commit = on`)
	s.d.exec(t, `CHECKPOINT`) // what a crash must read again
	dir := newDataDir(t)
	s.p = start(t, "dev", dir, s.env()...)
	s.url = s.p.url
	return s
}

func (s *storm) env() []string { return append(urls(s.d.cfg), "TRUSTED_PROXIES=127.0.0.1/32") }

// lasting is a test whose cleanups wait for the end of all.
type lasting struct{ *testing.T }

func (l lasting) Cleanup(f func()) { atEnd(f) }

// furnish opens the business: a resource and a service of an hour for each lane.
func (s *storm) furnish(cfg store.Config) {
	s.t.Helper()
	ctx := context.Background()
	db, err := store.Open(cfg)
	if err != nil {
		s.t.Fatal(err)
	}
	defer db.Close()
	_, err = console.CreateBusiness(ctx, db, console.NewBusiness{Name: "Storm", Subdomain: s.host, Plan: "enterprise", TimeZone: "UTC", OwnerName: "O", OwnerEmail: "first@storm.test"})
	if err != nil {
		s.t.Fatal(err)
	}
	tenant, err := db.TenantBySubdomain(ctx, s.host)
	if err != nil {
		s.t.Fatal(err)
	}
	owner := identity.NewPerson{Email: "owner@storm.test", Name: "Owner", Role: access.TenantOwner, Password: demoPassword, Business: uuid.NullUUID{UUID: tenant.ID, Valid: true}}
	err = errors.Join(db.InPublic(ctx, func(q *store.PublicTx) error {
		_, err := people.CreatePerson(q, owner)
		return err
	}), db.InTenant(ctx, tenant, func(q *store.TenantTx) error {
		var week catalog.Week
		for i := range week {
			week[i] = []catalog.Hours{{From: 9 * 60, To: (9 + slotsOfDay) * 60}}
		}
		if err := catalog.SetWeek(q, uuid.NullUUID{}, week); err != nil {
			return err
		}
		for i := range s.lanes {
			r, err := catalog.CreateResource(q, catalog.Resource{Name: fmt.Sprint("Lane ", i), Kind: "ROOM", IsActive: true}, nil)
			if err != nil {
				return err
			}
			s.lanes[i].service, err = catalog.CreateService(q, catalog.Service{Name: fmt.Sprint("Service ", i), DurationMinutes: 60, IsActive: true, Sets: [][]uuid.UUID{{r}}})
			if err != nil {
				return err
			}
		}
		return booking.SavePolicies(q, catalog.Policies{HorizonDays: 60, StepMinutes: 60, ApprovalHours: 100, NeedsApproval: true, BookingOpen: true, ReminderHours: "24"})
	}))
	if err != nil {
		s.t.Fatal(err)
	}
	if err := s.d.admin.QueryRow(`SELECT schema_name FROM public.businesses WHERE id = $1`, tenant.ID).Scan(&s.schema); err != nil {
		s.t.Fatal(err)
	}
}

// rage lets people act while things break, and then looks at what is there.
func (s *storm) rage() {
	s.began = time.Now()
	s.owner, _ = cookiejar.New(nil)
	if status, _, err := s.send(s.visit(0), http.MethodPost, "/login", "email", "owner@storm.test", "password", demoPassword); status != http.StatusSeeOther {
		s.t.Fatalf("log in: %d %v", status, err)
	}
	var people sync.WaitGroup
	for i := range 6 {
		c := s.visit(i)
		people.Go(func() {
			for !s.over.Load() {
				s.act(c)
			}
		})
	}
	people.Go(func() { s.pour(s.visit(6)) })
	for _, disaster := range []func(){s.cut, s.crashDatabase, s.cut, s.killProgram} {
		s.wait(50 + rand.IntN(50)) //nolint:gosec // dice
		disaster()
	}
	s.wait(50)
	s.waitForEach(10)
	s.over.Store(true)
	people.Wait()
	if status := s.p.interrupt(s.t); status != 0 {
		s.t.Errorf("the program ends with %d:\n%s", status, s.p.stderr.String())
	}
	s.p.checkRaces(s.t)
	s.d.settle(s.t)
	for i := range s.lanes[:contested] {
		now := s.now()
		s.note(i, deed{kind: "all", lane: i}, outcome{status: http.StatusOK, seen: string(s.stored(i))}, now, s.now())
	}
}

// wait lets so many things happen.
func (s *storm) wait(more int) {
	noted := func() int {
		s.mu.Lock()
		defer s.mu.Unlock()
		return len(s.history)
	}
	until := noted() + more
	eventually(s.t, "people to get on", func() bool { return noted() >= until })
}

// waitForEach lets people go on until each kind of change was made so often: how
// many find a free hour in time is luck.
func (s *storm) waitForEach(often int) {
	eventually(s.t, "every kind of change", func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		made := map[string]int{}
		for _, op := range s.history {
			if op.Output.(outcome).status == http.StatusSeeOther {
				made[op.Input.(deed).kind]++
			}
		}
		return min(made["book"], made["move"], made["cancel"], made["confirm"]) >= often
	})
}

// cut breaks the program's connections.
func (s *storm) cut() {
	s.insist(`SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND usename = '` + schema.WebLogin + `'`)
}

// killProgram is a power cut for the program alone: PostgreSQL finishes what it
// was told.
func (s *storm) killProgram() {
	s.p.kill()
	s.p.checkRaces(s.t)
	s.p = launch(s.t, "dev", s.p.dir, s.p.port, s.env()...)
	s.p.waitReady(s.t)
}

// crashDatabase kills a process of PostgreSQL, which then throws away all that is
// in its memory and recovers from what it wrote.
func (s *storm) crashDatabase() {
	pid := s.insist(`SELECT pid FROM pg_stat_activity WHERE backend_type = 'checkpointer'`)
	_ = syscall.Kill(pid, syscall.SIGKILL)
}

// insist asks until there is an answer.
func (s *storm) insist(query string) (n int) {
	eventually(s.t, "an answer of PostgreSQL", func() bool { return s.d.admin.QueryRow(query).Scan(&n) == nil })
	return n
}

// stored is a lane as the database has it.
func (s *storm) stored(lane int) (c cal) {
	for id, form := range s.lanes[lane].forms {
		var at time.Time
		var status string
		err := s.d.admin.QueryRow(`SELECT starts_at, status FROM `+s.schema+`.appointments WHERE id = $1`, form.ID).Scan(&at, &status)
		if err == nil {
			c = c.with(id, at.UTC().Hour()-9, map[string]byte{"pending": pending, "confirmed": confirmed, "cancelled": cancelled}[status])
		}
	}
	return c
}

func (s *storm) now() int64 { return int64(time.Since(s.began)) }

func (s *storm) note(client int, d deed, o outcome, from, to int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if o.status == 0 {
		to = unanswered
	}
	s.history = append(s.history, porcupine.Operation{ClientId: client, Input: d, Output: o, Call: from, Return: to})
}

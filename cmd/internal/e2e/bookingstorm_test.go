package e2e

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"
	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store"
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
	plain   []store.Handle // acknowledged bookings in whose way nobody was
}

// contested is how many calendars many people change; one more has room for all.
const contested = 3

// lane is one resource's calendar with all appointments that somebody tried.
type lane struct {
	service uuid.UUID
	mu      sync.Mutex
	forms   []store.Handle
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
	_, err = db.CreateBusiness(ctx, store.NewBusiness{Name: "Storm", Subdomain: s.host, Plan: "enterprise", TimeZone: "UTC", OwnerName: "O", OwnerEmail: "first@storm.test"})
	if err != nil {
		s.t.Fatal(err)
	}
	tenant, err := db.TenantBySubdomain(ctx, s.host)
	if err != nil {
		s.t.Fatal(err)
	}
	owner := store.NewPerson{Email: "owner@storm.test", Name: "Owner", Role: store.TenantOwner, Password: demoPassword, Business: uuid.NullUUID{UUID: tenant.ID, Valid: true}}
	err = errors.Join(db.InPublic(ctx, func(q *store.PublicTx) error {
		_, err := q.CreatePerson(owner)
		return err
	}), db.InTenant(ctx, tenant, func(q *store.TenantTx) error {
		var week store.Week
		for i := range week {
			week[i] = []store.Hours{{From: 9 * 60, To: (9 + slotsOfDay) * 60}}
		}
		if err := q.SetWeek(uuid.NullUUID{}, week); err != nil {
			return err
		}
		for i := range s.lanes {
			r, err := q.CreateResource(store.Resource{Name: fmt.Sprint("Lane ", i), Kind: "ROOM", IsActive: true}, nil)
			if err != nil {
				return err
			}
			s.lanes[i].service, err = q.CreateService(store.Service{Name: fmt.Sprint("Service ", i), DurationMinutes: 60, IsActive: true, Sets: [][]uuid.UUID{{r}}})
			if err != nil {
				return err
			}
		}
		return q.SavePolicies(store.Policies{HorizonDays: 60, StepMinutes: 60, ApprovalHours: 100, NeedsApproval: true, BookingOpen: true, ReminderHours: "24"})
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

// cut breaks the program's connections.
func (s *storm) cut() {
	s.insist(`SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND usename = '` + store.WebLogin + `'`)
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
func (s *storm) stored(lane int) (c calendar) {
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

// actor is somebody with a browser; the owner's password opens what only the
// business may do.
type actor struct {
	number int
	dice   *rand.Rand
	http   *http.Client
}

func (s *storm) visit(number int) *actor {
	address := "127.0.0.1:" + s.p.port
	transport := &http.Transport{DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, address)
	}}
	s.t.Cleanup(transport.CloseIdleConnections)
	a := &actor{number, rand.New(rand.NewPCG(s.seed, uint64(number))), &http.Client{Jar: s.owner, Transport: transport, Timeout: time.Minute, //nolint:gosec // dice
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
	return a
}

// send is each time from another address, so that no throttle counts.
func (s *storm) send(a *actor, method, path string, pairs ...string) (int, string, error) {
	form := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	var body io.Reader
	if method == http.MethodPost {
		body = strings.NewReader(form.Encode())
	}
	req, err := http.NewRequest(method, s.url(s.host, path), body)
	if err != nil {
		return 0, "", err
	}
	n := s.visitor.Add(1)
	req.Header.Set("X-Forwarded-For", fmt.Sprintf("10.%d.%d.%d", n>>16&255, n>>8&255, n&255))
	if method == http.MethodPost {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Origin", "http://"+req.URL.Host)
	}
	resp, err := a.http.Do(req)
	if err != nil {
		return 0, "", err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	return resp.StatusCode, string(text), err
}

// act is one deed of somebody, noted with its answer.
func (s *storm) act(a *actor) {
	d := deed{lane: a.dice.IntN(contested), slot: a.dice.IntN(slotsOfDay)}
	l := &s.lanes[d.lane]
	d.kind = []string{"book", "book", "book", "move", "move", "cancel", "cancel", "confirm", "free", "look"}[a.dice.IntN(10)]
	l.mu.Lock()
	if d.kind == "book" && a.dice.IntN(5) > 0 || len(l.booked) == 0 {
		d.kind, d.id = "book", len(l.forms)
		l.forms = append(l.forms, store.Handle{ID: uuid.Must(uuid.NewV7()), Secret: uuid.New()})
	} else {
		d.id = l.booked[max(0, len(l.booked)-1-a.dice.IntN(4))]
	}
	form := l.forms[d.id]
	l.mu.Unlock()

	from := s.now()
	o, err := s.ask(a, d, form)
	to := s.now()
	if d.kind == "book" && o.status != http.StatusConflict {
		l.mu.Lock()
		l.booked = append(l.booked, d.id)
		l.mu.Unlock()
	}
	if errors.Is(err, syscall.ECONNREFUSED) {
		s.calm(a)
		return // nobody heard it
	}
	looks := d.kind == "free" || d.kind == "look"
	if err != nil || o.status == http.StatusServiceUnavailable {
		if !looks {
			s.note(a.number, d, outcome{}, from, to)
		}
		s.calm(a)
		return
	}
	if !slices.Contains([]int{http.StatusOK, http.StatusSeeOther, http.StatusConflict, http.StatusNotFound}, o.status) {
		s.t.Errorf("%+v answers %d", d, o.status)
	}
	s.note(a.number, d, o, from, to)
}

// pour books one free time after the other, so that at each moment something was
// acknowledged just now.
func (s *storm) pour(a *actor) {
	for n := 0; !s.over.Load() && n < 50*slotsOfDay; n++ {
		form := store.Handle{ID: uuid.Must(uuid.NewV7()), Secret: uuid.New()}
		begin := s.day.AddDate(0, 0, n/slotsOfDay).Add(time.Duration(9+n%slotsOfDay) * time.Hour)
		status, _, _ := s.send(guest(a), http.MethodPost, "/book", "service_id", s.lanes[contested].service.String(), "start", begin.Format(time.RFC3339),
			"form", store.BookingToken(form.ID, form.Secret), "name", "Visitor", "email", "pour@x.test")
		if status == http.StatusSeeOther {
			s.plain = append(s.plain, form)
		} else {
			s.calm(a)
		}
	}
}

// calm waits until the program answers again.
func (s *storm) calm(a *actor) {
	for began := time.Now(); time.Since(began) < time.Minute && !s.over.Load(); time.Sleep(10 * time.Millisecond) {
		if status, _, _ := s.send(a, http.MethodGet, "/readyz"); status == http.StatusOK {
			return
		}
	}
}

// ask sends a deed the way its page does.
func (s *storm) ask(a *actor, d deed, form store.Handle) (outcome, error) {
	token := store.BookingToken(form.ID, form.Secret)
	service := s.lanes[d.lane].service.String()
	begin := s.day.Add(time.Duration(9+d.slot) * time.Hour).Format(time.RFC3339)
	var o outcome
	var err error
	var body string
	switch d.kind {
	case "book":
		o.status, _, err = s.send(guest(a), http.MethodPost, "/book", "service_id", service, "start", begin, "form", token, "name", "Visitor "+form.ID.String(), "email", fmt.Sprintf("v%d@x.test", a.number))
	case "move":
		o.status, _, err = s.send(guest(a), http.MethodPost, "/b/"+token+"/move", "start", begin)
	case "cancel":
		o.status, _, err = s.send(guest(a), http.MethodPost, "/b/"+token+"/cancel")
	case "confirm":
		o.status, _, err = s.send(a, http.MethodPost, "/appointments/"+form.ID.String()+"/status", "status", "confirmed")
	case "free":
		var slots []struct{ Local string }
		o.status, body, err = s.send(guest(a), http.MethodGet, "/api/availability/?service_id="+service+"&date="+s.day.Format(time.DateOnly))
		if err == nil && o.status == http.StatusOK {
			err = json.Unmarshal([]byte(body), &slots)
		}
		list := make([]string, len(slots))
		for i, slot := range slots {
			list[i] = slot.Local
		}
		o.seen = strings.Join(list, " ")
	case "look":
		o.status, body, err = s.send(guest(a), http.MethodGet, "/b/"+token+"/appointment.ics")
		if o.status == http.StatusOK {
			o.seen = cmp.Or(seenInFile(body), "unreadable: "+body)
		}
	}
	return o, err
}

// guest is the same browser without its cookies.
func guest(a *actor) *actor {
	other := *a
	client := *a.http
	client.Jar = nil
	other.http = &client
	return &other
}

// seenInFile is an appointment's hour and status in its calendar file.
func seenInFile(file string) string {
	var hour, status string
	for line := range strings.SplitSeq(file, "\r\n") {
		if at, ok := strings.CutPrefix(line, "DTSTART:"); ok && len(at) > 11 {
			hour = at[9:11] + ":00"
		}
		if word, ok := strings.CutPrefix(line, "STATUS:"); ok {
			status = word
		}
	}
	if hour == "" || status == "" {
		return ""
	}
	return hour + " " + status
}

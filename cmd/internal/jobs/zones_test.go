package jobs

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode"

	"github.com/google/uuid"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"github.com/smoothschedule/smoothschedule/handlers/handlertest"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/booking"
	"github.com/smoothschedule/smoothschedule/store/calendar"
	"github.com/smoothschedule/smoothschedule/store/catalog"
	"github.com/smoothschedule/smoothschedule/store/notices"
	"github.com/smoothschedule/smoothschedule/store/people"
	"github.com/smoothschedule/smoothschedule/store/schema"
	"github.com/smoothschedule/smoothschedule/views/mail"
)

// TestB3_EveryZone: a business in each zone of the world, on the days of the next
// two changes of its clocks. What its pages offer, what the API lists, what is
// booked by a click, said on the booking's page, mailed, and filed for calendars
// means the same instant. Zones whose clocks show the same around those changes
// are asked once.
func TestB3_EveryZone(t *testing.T) {
	s := handlertest.New(t)
	names := handlertest.Zones(t)
	cases := clockCases(names)
	edges := 0
	for _, c := range cases {
		edges += len(c.edges)
	}
	t.Logf("%d zones, %d kinds of clocks, %d changes", len(names), len(cases), edges)
	if len(names) < 300 || edges < 40 {
		t.Fatal("these are not all zones")
	}
	work := make(chan clockCase)
	var files filed
	var open sync.WaitGroup
	shops := make([]*shop, 3)
	for i := range shops {
		shops[i] = newShop(t, s, fmt.Sprintf("shop%d", i), &files)
		shop := shops[i]
		open.Go(func() {
			for c := range work {
				shop.try(c)
			}
		})
	}
	for _, c := range cases {
		work <- c
	}
	close(work)
	open.Wait()
	files.check(t)
	for _, shop := range shops {
		shop.checkFeed()
	}
}

// clockCase is a kind of clock, by the name of one zone that has it.
type clockCase struct {
	zone  *time.Location
	edges []time.Time // the next changes, two at most
}

// clockCases sorts the zones by what their clocks show around the next changes.
func clockCases(names []string) []clockCase {
	var cases []clockCase
	seen := map[string]bool{}
	for _, name := range names {
		zone, err := time.LoadLocation(name)
		if err != nil || strings.HasPrefix(name, "posix") {
			continue
		}
		c := clockCase{zone: zone}
		at := time.Now().AddDate(0, 0, 2)
		_, offset := at.In(zone).Zone()
		kind := fmt.Sprint(offset)
		for range 2 {
			_, edge := at.In(zone).ZoneBounds()
			if edge.IsZero() || edge.Sub(at) > 400*24*time.Hour {
				break
			}
			before, _ := at.In(zone).Zone()
			after, offset := edge.In(zone).Zone()
			kind += fmt.Sprint(" ", before, edge.Unix(), after, offset)
			c.edges, at = append(c.edges, edge), edge.Add(time.Hour)
		}
		if !seen[kind] {
			seen[kind] = true
			cases = append(cases, c)
		}
	}
	return cases
}

// shop is a business that is open day and night and moves from zone to zone.
type shop struct {
	t       *testing.T
	s       *handlertest.Server
	tenant  store.Tenant
	guest   *handlertest.Client
	service uuid.UUID
	room    uuid.UUID
	booked  map[string]time.Time // by what the feed calls each
	clear   string               // SQL that frees all its time
	mails   *openMails
	worker  *appointmentWorker
	files   *filed
}

// openMails keeps whole mails.
type openMails struct{ last mail.Message }

func (m *openMails) Send(_ context.Context, _ Envelope, message mail.Message, ready func() error) error {
	m.last = message
	return ready()
}

// step is how far the starts lie apart, in minutes, and how long one takes.
const step = 30

func newShop(t *testing.T, s *handlertest.Server, name string, files *filed) *shop {
	t.Helper()
	h := &shop{t: t, s: s, tenant: s.Business(name), guest: s.At(name), mails: &openMails{}, files: files, booked: map[string]time.Time{}}
	h.worker = &appointmentWorker{mails: mails{s.DB, h.mails, s.App.Sites}}
	err := s.DB.InTenant(t.Context(), h.tenant, func(q *store.TenantTx) error {
		var err error
		if h.room, err = catalog.CreateResource(q, catalog.Resource{Name: "Room", Kind: "ROOM", IsActive: true}, nil); err != nil {
			return err
		}
		var week catalog.Week
		for i := range week {
			week[i] = []catalog.Hours{{From: 0, To: 24 * 60}}
		}
		if err := catalog.SetWeek(q, uuid.NullUUID{}, week); err != nil {
			return err
		}
		if err := booking.SavePolicies(q, catalog.Policies{HorizonDays: 500, StepMinutes: step, ApprovalHours: 1, BookingOpen: true, ReminderHours: "24"}); err != nil {
			return err
		}
		h.service, err = catalog.CreateService(q, catalog.Service{Name: "Night shift", DurationMinutes: step, IsActive: true, Sets: [][]uuid.UUID{{h.room}}})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	var inSchema string
	if err := schema.Direct(s.DB).QueryRow(`SELECT schema_name FROM public.businesses WHERE id = $1`, h.tenant.ID).Scan(&inSchema); err != nil {
		t.Fatal(err)
	}
	h.clear = `UPDATE ` + inSchema + `.appointment_resources SET holds = false WHERE holds; DELETE FROM public.visitor_deeds`
	return h
}

// try moves the business and books on both sides of each change.
func (h *shop) try(c clockCase) {
	if _, err := schema.Direct(h.s.DB).Exec(h.clear); err != nil {
		h.t.Error(err)
		return
	}
	err := booking.ChangeProfile(h.t.Context(), h.s.DB, h.tenant, notices.Profile{Name: "Shop", TimeZone: c.zone.String()})
	if err != nil {
		h.t.Errorf("%s: %v", c.zone, err)
		return
	}
	if len(c.edges) == 0 {
		at := time.Now().AddDate(0, 0, 3).Truncate(step * time.Minute).In(c.zone)
		h.offers(c.zone, at)
		h.book(c.zone, at)
	}
	for _, edge := range c.edges {
		h.offers(c.zone, edge)
		_, was := edge.Add(-time.Second).In(c.zone).Zone()
		_, is := edge.In(c.zone).Zone()
		first := edge.Add(-step * time.Minute)
		if was > is { // these clock times come twice, so each is booked twice
			first = edge.Add(-time.Duration(was-is) * time.Second)
		}
		h.book(c.zone, first)
		h.book(c.zone, edge)
	}
}

// startsOn are the instants at which the clocks show a multiple of the step on
// the day of a moment: an hour that is skipped has none, one that comes twice has
// its own each time.
func startsOn(zone *time.Location, at time.Time) []string {
	y, m, d := at.In(zone).Date()
	noon := time.Date(y, m, d, 12, 0, 0, 0, time.UTC)
	var list []string
	for t := noon.Add(-27 * time.Hour); t.Before(noon.Add(27 * time.Hour)); t = t.Add(time.Minute) {
		local := t.In(zone)
		if local.Day() == d && local.Month() == m && local.Minute()%step == 0 {
			list = append(list, local.Format(time.RFC3339)+" "+local.Format("15:04"))
		}
	}
	return list
}

// nameTwins adds what the clocks follow where a list has the same time of day twice.
func nameTwins(zone *time.Location, starts []string) []string {
	times := map[string]int{}
	for _, s := range starts {
		times[s[len(s)-5:]]++
	}
	named := slices.Clone(starts)
	for i, s := range starts {
		if times[s[len(s)-5:]] == 1 {
			continue
		}
		at, err := time.Parse(time.RFC3339, strings.Fields(s)[0])
		if err != nil {
			panic(err)
		}
		named[i] += " " + clockName(at.In(zone))
	}
	return named
}

// clockName is what a zone's clocks follow at a moment.
func clockName(at time.Time) string {
	if name, _ := at.Zone(); strings.ContainsFunc(name, unicode.IsLetter) {
		return name
	}
	return "UTC" + at.Format("-07:00")
}

// offers holds what API and page list for a day against the clocks.
func (h *shop) offers(zone *time.Location, at time.Time) {
	day := at.In(zone).Format(time.DateOnly)
	want := startsOn(zone, at)
	named := nameTwins(zone, want)
	var slots []struct{ Start, Local string }
	r := h.guest.Get("/api/availability/?service_id=" + h.service.String() + "&date=" + day)
	if err := json.Unmarshal(r.Body.Bytes(), &slots); err != nil {
		h.t.Errorf("%s: the API answers %d: %s", zone, r.Code, r.Body)
	}
	var api, page []string
	for _, slot := range slots {
		api = append(api, slot.Start+" "+slot.Local)
	}
	for _, button := range h.guest.Get("/book?service_id=" + h.service.String() + "&date=" + day).Doc().Find("button[name=start]").EachIter() {
		if value := button.AttrOr("value", ""); strings.HasPrefix(value, day) {
			page = append(page, value+" "+strings.TrimSpace(button.Text()))
		}
	}
	for what, got := range map[string][]string{"API": api, "page": page} {
		want := want
		if what == "page" {
			want = named
		}
		if !slices.Equal(got, want) {
			h.t.Errorf("%s on %s: the %s lists %d starts and not %d:\n%s\n%s", zone, day, what, len(got), len(want), strings.Join(got, ", "), strings.Join(want, ", "))
		}
	}
}

// book books what a click on a start sends, and reads it everywhere.
func (h *shop) book(zone *time.Location, at time.Time) {
	local := at.In(zone)
	name := local.Format(time.RFC3339) + " in " + zone.String()
	if local.Minute()%step != 0 { // no whole half hour on these clocks
		return
	}
	r := h.guest.Post("/book", url.Values{"service_id": {h.service.String()}, "start": {local.Format(time.RFC3339)}, "name": {"Ann"}, "email": {fmt.Sprintf("ann%d@x.test", len(h.booked))}})
	token, _, _ := strings.Cut(strings.TrimPrefix(r.Location(), "/book/done/"), "?")
	link, ok := calendar.ParseBookingToken(token)
	if r.Code != http.StatusSeeOther || !ok {
		h.t.Errorf("%s: booking answers %d: %s", name, r.Code, r.Doc().Find("main").Text())
		return
	}
	h.booked[link.ID.String()+"@smoothschedule"] = at
	// What a person reads: the wall clock, the zone and its abbreviation then.
	short, _ := local.Zone()
	until := local.Add(step * time.Minute)
	begins, ends, names := local.Format("15:04"), until.Format("15:04"), " ("+zone.String()+", "+short+")"
	if local.Format("-0700") != until.Format("-0700") { // each end has its own name
		begins, ends, names = begins+" "+clockName(local), ends+" "+clockName(until), " ("+zone.String()+")"
	}
	says := local.Format("Monday, 2 January 2006, ") + begins + "–" + ends
	if until.Day() != local.Day() {
		says = local.Format("Monday, 2 January 2006, ") + begins + " – " + until.Format("Monday, 2 January, ") + ends
	}
	says += names
	shown := h.guest.Get("/b/" + token).Doc().Find("dl.facts time").First()
	if got := strings.Join(strings.Fields(shown.Text()), " "); got != says || shown.AttrOr("datetime", "") != at.UTC().Format(time.RFC3339) {
		h.t.Errorf("%s: the page says %s, %s", name, shown.AttrOr("datetime", ""), got)
	}
	h.files.add(name, at, h.guest.Get("/b/"+token+"/appointment.ics").Body.Bytes())

	m, err := h.mailed(link.ID)
	if err != nil {
		h.t.Errorf("%s: mail: %v", name, err)
		return
	}
	if !strings.Contains(strings.Join(strings.Fields(m.Text), " "), says+": Night shift") || !strings.Contains(m.HTML, says) || len(m.Attachments) != 1 {
		h.t.Errorf("%s: the mail says %s", name, m.Text)
		return
	}
	h.files.add(name+", mailed", at, m.Attachments[0].Data)
}

// mailed works the confirmation's job.
func (h *shop) mailed(appointment uuid.UUID) (mail.Message, error) {
	args := notices.NoticeArgs{BusinessID: h.tenant.ID}
	err := schema.Direct(h.s.DB).QueryRow(`SELECT id FROM public.notices WHERE appointment_id = $1 AND kind = 'confirmed' AND customer_id IS NOT NULL`, appointment).Scan(&args.NoticeID)
	if err != nil {
		return mail.Message{}, err
	}
	h.mails.last = mail.Message{}
	err = h.worker.Work(h.t.Context(), &river.Job[notices.NoticeArgs]{JobRow: &rivertype.JobRow{Attempt: 1, MaxAttempts: 3}, Args: args})
	return h.mails.last, err
}

// checkFeed reads the feed of the room, which has everything that was booked for
// the next year.
func (h *shop) checkFeed() {
	h.t.Helper()
	var secret uuid.UUID
	var everybody []store.Person
	err := h.s.DB.InPublic(h.t.Context(), func(q *store.PublicTx) (err error) {
		everybody, err = people.Of(q, h.tenant.ID)
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	owner := store.WithPrincipal(h.t.Context(), &store.Principal{Actor: everybody[0], Subject: everybody[0]})
	err = h.s.DB.InTenant(owner, h.tenant, func(q *store.TenantTx) (err error) {
		secret, err = calendar.NewFeed(q, h.room)
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	maps.DeleteFunc(h.booked, func(_ string, at time.Time) bool { return time.Until(at) > 365*24*time.Hour })
	feed := h.guest.Get("/calendar/" + calendar.BookingToken(h.room, secret) + ".ics").Body.String()
	found := 0
	for _, e := range readCalendars(h.t, feed)[0].Events {
		at, ok := h.booked[e.UID]
		if ok {
			found++
		}
		if ok && !e.Start.Equal(at) || e.End.Sub(e.Start) != step*time.Minute {
			h.t.Errorf("the feed says %+v, and booked was %s", e, at)
		}
	}
	if found != len(h.booked) || found == 0 {
		h.t.Errorf("the feed has %d of %d appointments", found, len(h.booked))
	}
}

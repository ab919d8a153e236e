package handlers_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"github.com/smoothschedule/smoothschedule/handlers/handlertest"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/schema"
)

// manyLines puts 120 newer lines before the first of each short list: of a ticket
// and of an appointment what they went through, of a business notes and steps of
// its plan.
const manyLines = `
	INSERT INTO audit_log (id, at, business_id, actor_id, actor_name, subject_name, action, object_type, object_id, object_name, details, address)
		SELECT gen_random_uuid(), l.at + n * interval '1 second', l.business_id, l.actor_id, 'Later', 'Later', CASE l.action WHEN 'ticket.opened' THEN 'ticket.answered' ELSE 'appointment.changed' END,
			l.object_type, l.object_id, l.object_name, '{}', '' FROM audit_log l, generate_series(1, 120) n WHERE l.action IN ('ticket.opened', 'appointment.booked');
	INSERT INTO business_notes (id, business_id, author_id, author_name, body, created_at)
		SELECT gen_random_uuid(), business_id, author_id, author_name, 'Later note', created_at + n * interval '1 second' FROM business_notes, generate_series(1, 120) n;
	UPDATE plan_changes SET mrr_after_cents = 12345678;
	INSERT INTO plan_changes (id, business_id, at, plan, status, mrr_before_cents, mrr_after_cents)
		SELECT gen_random_uuid(), business_id, at + n * interval '1 second', plan, status, 0, 0 FROM plan_changes, generate_series(1, 120) n`

// manyRows does the same to a ticket's messages, to the appointments of the one
// customer, whose login is the customer's, and to an owner's logins: the first of
// each is told by its price or its address.
const manyRows = `
	INSERT INTO ticket_messages (id, ticket_id, business_id, author_id, author_name, body, created_at)
		SELECT gen_random_uuid(), ticket_id, business_id, author_id, author_name, 'Later message', created_at + n * interval '1 second' FROM ticket_messages, generate_series(1, 510) n;
	UPDATE SCHEMA.customers SET user_id = (SELECT id FROM public.users WHERE email = 'customer@example.test');
	INSERT INTO SCHEMA.appointments (id, customer_id, service_id, status, starts_at, ends_at, price_cents, created_at, updated_at)
		SELECT gen_random_uuid(), customer_id, service_id, CASE WHEN n > 0 THEN 'completed' ELSE 'confirmed' END, now() - n * interval '1 day' - interval '1 minute', now() - n * interval '1 day',
			CASE n WHEN 121 THEN 77700 WHEN -121 THEN 88800 ELSE 100 END, now(), now() FROM SCHEMA.appointments, generate_series(-121, 121) n WHERE n <> 0;
	INSERT INTO sessions (id_hash, business_id, user_id, created_at, authenticated_at, last_seen_at, idle_minutes, expires_at, address)
		SELECT sha256(CAST(gen_random_uuid() AS text)::bytea), business_id, id, now(), now(), now() - n * interval '1 second', 60, now() + interval '1 hour', CASE n WHEN 121 THEN '192.0.2.77' ELSE '' END
		FROM users, generate_series(1, 121) n WHERE id = 'OWNER';
	INSERT INTO audit_log (id, at, business_id, actor_id, actor_name, subject_name, action, object_type, object_id, object_name, details, address)
		SELECT gen_random_uuid(), now() - n * interval '1 second', business_id, id, name, name, 'session.started', 'user', CAST(id AS text), name, '{}', CASE n WHEN 121 THEN '192.0.2.78' ELSE '' END
		FROM users, generate_series(1, 121) n WHERE id = 'OWNER'`

// TestS3_ShortListsLeadOn: what stands first in a list beside other things can be
// reached however much came later, and a page behind its end says so.
func TestS3_ShortListsLeadOn(t *testing.T) {
	s := handlertest.New(t)
	s.Staff(access.PlatformManager)
	tenant := s.Business("acme")
	service, ann := bookable(t, s, tenant)
	manager, owner := s.Platform().As(access.PlatformManager), s.At("acme").As(access.TenantOwner)
	booked := owner.Post("/appointments", url.Values{"service_id": {service.String()}, "resource_id": {ann.String()}, "customer_name": {"Carla"}, "customer_email": {"carla@example.test"},
		"start": {time.Now().AddDate(0, 0, 9).Format("2006-01-02") + "T10:00"}})
	opened := owner.Post("/support", url.Values{"subject": {"A question"}, "body": {"How?"}, "priority": {"low"}})
	page := "/businesses/" + tenant.ID.String()
	noted := manager.Post(page+"/notes", url.Values{"note": {"The first note"}})
	for what, r := range map[string]handlertest.Response{"booked": booked, "opened": opened, "noted": noted} {
		if r.Code != http.StatusSeeOther {
			t.Fatalf("%s: %d", what, r.Code)
		}
	}
	var appointment, ticket string
	if err := schema.Direct(s.DB).QueryRow(`SELECT (SELECT object_id FROM audit_log WHERE action = 'appointment.booked'), (SELECT number::text FROM tickets)`).Scan(&appointment, &ticket); err != nil {
		t.Fatal(err)
	}
	var inSchema, customer string
	err := schema.Direct(s.DB).QueryRow(`SELECT schema_name FROM businesses WHERE id = $1`, tenant.ID).Scan(&inSchema)
	if err == nil {
		err = schema.Direct(s.DB).QueryRow(`SELECT id FROM ` + inSchema + `.customers`).Scan(&customer)
	}
	if err != nil {
		t.Fatal(err)
	}
	portal := s.At("acme").As(access.Customer)
	boss := ownerOf(t, s, tenant)
	for _, lines := range []string{manyLines, strings.NewReplacer("SCHEMA", inSchema, "OWNER", boss).Replace(manyRows)} {
		if _, err := schema.Direct(s.DB).Exec(lines); err != nil {
			t.Fatal(err)
		}
	}
	for _, list := range []struct {
		name, path, of, first string
		client                *handlertest.Client
		lines                 string
		total                 int
	}{
		{"history", "/support/" + ticket, "History", "opened the ticket", manager, "#ticket-history li", 121},
		{"history", "/appointments/" + appointment, "History", "Booked", owner, `section[aria-labelledby="history-head"] ol.timeline li`, 121},
		{"notes", page, "Notes", "The first note", manager, `section[aria-labelledby="notes-head"] ul.grid > li`, 121},
		{"steps", page, "History of the plan", "123,456", manager, `table:has(caption:contains("History of the plan")) tbody tr`, 121},
		{"messages", "/support/" + ticket, "Conversation", "How?", manager, "#conversation .talk-item", 511},
		{"messages", "/support/" + ticket, "Conversation", "How?", owner, "#conversation .talk-item", 511},
		{"past", "/customers/" + customer, "Past and cancelled appointments", "777", owner, `section[aria-labelledby="past-head"] tbody tr`, 121},
		{"ahead", "/customers/" + customer, "Coming appointments", "888", owner, `section[aria-labelledby="coming-head"] tbody tr`, 122},
		{"past", "/portal", "Past appointments", "777", portal, `section[aria-labelledby="past-head"] li`, 121},
		{"ahead", "/portal", "Coming appointments", "888", portal, `section[aria-labelledby="upcoming-head"] li`, 122},
		{"sessions", "/users/" + boss, "Sessions", "192.0.2.77", manager, `section[aria-labelledby="sessions-head"] tbody tr`, 122},
		{"sign-ins", "/users/" + boss, "Sign-in history", "192.0.2.78", manager, `section[aria-labelledby="sign-ins-head"] li`, 122},
	} {
		seen, first, pages := 0, 0, 0
		everyPage(t, list.client, list.path, `nav[aria-label="`+list.of+`"] a[rel="next"]`, func(doc *goquery.Document) {
			pages++
			doc.Find(list.lines).Each(func(_ int, line *goquery.Selection) {
				seen++
				if strings.Contains(line.Text(), list.first) {
					first++
				}
			})
		})
		if seen != list.total || first != 1 || pages < 2 {
			t.Errorf("%s of %s: %d lines on %d pages, the first one %d times", list.name, list.path, seen, pages, first)
		}
		past := list.client.Get(list.path + "?" + list.name + "=99")
		if back := past.Doc().Find(`nav[aria-label="`+list.of+`"] a`).AttrOr("href", ""); past.Code != http.StatusOK || !strings.HasPrefix(back, list.path) || strings.Contains(back, list.name+"=") ||
			!strings.Contains(past.Doc().Find("main").Text(), "ends before this page") {
			t.Errorf("%s of %s behind its end: %d, back to %q", list.name, list.path, past.Code, back)
		}
	}
}

// TestS3_VisitsDoNotBuryActivity: on a business's and a person's page all that was
// viewed in a visit is one line, which leads to the visit; the log names each page.
func TestS3_VisitsDoNotBuryActivity(t *testing.T) {
	s := handlertest.New(t)
	s.Staff(access.PlatformManager)
	tenant := s.Business("acme")
	manager, site := writing(t, s, tenant)
	business := "/businesses/" + tenant.ID.String()
	if r := manager.Post(business+"/plan", url.Values{"plan": {"enterprise"}}); r.Code != http.StatusSeeOther {
		t.Fatalf("plan: %d", r.Code)
	}
	for range 25 {
		site.Get("/services")
	}
	var visit, pages string
	if err := schema.Direct(s.DB).QueryRow(`SELECT m.id, (SELECT count(*) FROM audit_log l WHERE l.masquerade_id = m.id AND l.action = 'masquerade.page_viewed') FROM masquerades m`).Scan(&visit, &pages); err != nil {
		t.Fatal(err)
	}
	person := "/users/" + ownerOf(t, s, tenant)
	for path, section := range map[string]string{business: "activity-head", person: "trail-head"} {
		list := manager.Get(path).Doc().Find(`section[aria-labelledby="` + section + `"]`)
		if link := list.Find(`a[href="/masquerades/` + visit + `"]`); link.Length() != 1 || !strings.HasPrefix(link.Text(), pages+" ") {
			t.Errorf("%s: %d lines lead to the visit, %q for %s views", path, link.Length(), link.Text(), pages)
		}
		if strings.Contains(list.Text(), "/services") {
			t.Errorf("%s has a line for each view", path)
		}
		if path == business && !strings.Contains(list.Text(), "to Enterprise") {
			t.Errorf("the change of plan is buried: %s", list.Text())
		}
		if list.Find(`a[href^="/audit?"]`).Length() != 1 {
			t.Errorf("%s has no way to all of it", path)
		}
	}
	if text := manager.Get("/audit?kind=masquerade&views=each").Doc().Find("#audit").Text(); !strings.Contains(text, "viewed: Services") {
		t.Errorf("the log doesn't name the page: %.400s", text)
	}
	for _, list := range []string{"pages", "changes"} {
		for client, path := range map[*handlertest.Client]string{manager: "/masquerades/", s.At("acme").As(access.TenantOwner): "/support-access/"} {
			r := client.Get(path + visit + "?" + list + "=99")
			if r.Code != http.StatusOK || !strings.Contains(r.Doc().Find(`section[aria-labelledby="visit-`+list+`"]`).Text(), "ends before this page") {
				t.Errorf("%s of %s behind the end: %d", list, path, r.Code)
			}
		}
	}
}

// TestRefusingSaysSo: who refuses a request is told just that, and not that
// something ended.
func TestRefusingSaysSo(t *testing.T) {
	s := handlertest.New(t)
	s.Staff(access.PlatformManager)
	s.Staff(access.Superuser)
	tenant := s.Business("acme")
	manager, root := s.Platform().As(access.PlatformManager), s.Platform().As(access.Superuser)
	for _, c := range []struct {
		client *handlertest.Client
		want   string
	}{{root, "refused"}, {manager, "taken back"}} {
		asked := manager.Post("/masquerade", url.Values{"user_id": {ownerOf(t, s, tenant)}, "reason": {"ticket 12: repair the hours"}, "mode": {"write"}})
		r := c.client.Post(asked.Location()+"/end", url.Values{})
		if r.Code != http.StatusSeeOther {
			t.Fatalf("%s: %d", asked.Location(), r.Code)
		}
		if text := c.client.Get(r.Location()).Doc().Find(".toast").Text(); !strings.Contains(text, c.want) || strings.Contains(text, "masquerade is ended") {
			t.Errorf("told: %q", text)
		}
	}
}

// TestDayListHasPages: a day with more than a page holds is shown in pages, of which
// each appointment is on one, and counted as a whole on each of them.
func TestDayListHasPages(t *testing.T) {
	t.Parallel()
	s := handlertest.New(t)
	tenant := s.Business("acme")
	service, ann := bookable(t, s, tenant)
	owner := s.At("acme").As(access.TenantOwner)
	if r := owner.Post("/appointments", url.Values{"service_id": {service.String()}, "resource_id": {ann.String()}, "customer_name": {"Carla"}, "start": {time.Now().AddDate(0, 0, 9).Format("2006-01-02") + "T10:00"}}); r.Code != http.StatusSeeOther {
		t.Fatalf("booked: %d", r.Code)
	}
	var inSchema string
	if err := schema.Direct(s.DB).QueryRow(`SELECT schema_name FROM businesses WHERE id = $1`, tenant.ID).Scan(&inSchema); err != nil {
		t.Fatal(err)
	}
	const day, many = "2031-05-05", 450
	if _, err := schema.Direct(s.DB).Exec(`INSERT INTO `+inSchema+`.appointments (id, customer_id, service_id, status, starts_at, ends_at, price_cents, created_at, updated_at)
		SELECT gen_random_uuid(), customer_id, service_id, 'confirmed', CAST($1 AS timestamptz) + n * interval '1 minute', CAST($1 AS timestamptz) + (n + 5) * interval '1 minute', 100, now(), now()
		FROM `+inSchema+`.appointments, generate_series(1, $2) n`, day+"T12:00:00Z", many); err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	path := "/appointments?date=" + day
	for pages := 0; path != ""; pages++ {
		if pages > 5 {
			t.Fatal("the pages never end")
		}
		doc := owner.Get(path).Doc()
		rows := doc.Find("table.cards tbody tr a.main-link")
		if rows.Length() == 0 || rows.Length() > 200 || !strings.Contains(doc.Find("dl.pager").Text(), "450") {
			t.Errorf("%s shows %d rows under %q", path, rows.Length(), doc.Find("dl.pager").Text())
		}
		rows.Each(func(_ int, a *goquery.Selection) { seen[strings.Split(a.AttrOr("href", ""), "?")[0]] = true })
		path = doc.Find(`nav[aria-label="Pages"] a#day-right`).AttrOr("href", "")
	}
	if len(seen) != many {
		t.Errorf("%d appointments are on the pages", len(seen))
	}
	if last := owner.Get("/appointments?date=" + day + "&page=99").Doc().Find("table.cards tbody tr").Length(); last != many%200 {
		t.Errorf("behind the last page are %d rows", last)
	}
	if n := owner.Get("/appointments?date=" + day + "&status=completed").Doc().Find(`nav[aria-label="Pages"]`).Length(); n != 0 {
		t.Error("a list of one page has pages")
	}
}

package handlers_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/jmoiron/sqlx"

	"github.com/smoothschedule/smoothschedule/handlers/handlertest"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/console"
	"github.com/smoothschedule/smoothschedule/store/schema"
)

// aroundNow are appointments of one customer in each state, from 70 days ago to 12
// days ahead, one that runs, late fees, and what is blocked tomorrow and the day
// after. A visitor's hold blocks nothing.
const aroundNow = `
	INSERT INTO SCHEMA.customers (id, name, created_at) VALUES (gen_random_uuid(), 'Mia', now());
	INSERT INTO SCHEMA.appointments (id, customer_id, service_id, status, starts_at, ends_at, price_cents, created_at, updated_at, late_fee_cents)
		SELECT gen_random_uuid(), c.id, 'SERVICE', CASE WHEN n = 0 THEN 'confirmed' WHEN n < 0 THEN (ARRAY['completed', 'no_show', 'cancelled', 'confirmed', 'completed'])[1 - n % 5]
			ELSE (ARRAY['pending', 'cancelled', 'confirmed'])[1 + n % 3] END,
			now() + n * interval '23 hours' - interval '10 minutes', now() + n * interval '23 hours' + interval '50 minutes', 1000 + (n + 80) * 37, now(), now(),
			CASE WHEN n % 7 = 0 THEN 1500 + n END
		FROM SCHEMA.customers c, generate_series(-73, 12) n;
	INSERT INTO SCHEMA.blockers (id, resource_id, starts_at, ends_at, expires_at) VALUES
		(gen_random_uuid(), 'ANN', 'DAY1 10:00', 'DAY1 12:00', NULL), (gen_random_uuid(), 'ANN', 'DAY1 11:00', 'DAY1 13:00', NULL), (gen_random_uuid(), NULL, 'DAY2 16:00', 'DAY2 20:00', NULL),
		(gen_random_uuid(), 'ANN', 'DAY2 09:00', 'DAY2 12:00', now() + interval '10 minutes')`

// TestB21_FiguresOfABusiness counts what a business's pages say from its rows, one by
// one: the same figure is the same everywhere, and a list has as many rows as the
// figure above it says.
func TestB21_FiguresOfABusiness(t *testing.T) {
	t.Parallel()
	s := handlertest.New(t)
	tenant := s.Business("acme")
	service, ann := bookable(t, s, tenant)
	owner, loc, now := s.At("acme").As(access.TenantOwner), tenant.Location(), time.Now()
	today := store.DateOf(now.In(loc))
	at := func(day store.Date, clock string) string {
		zone := day.At(12*60, loc).Format("-07:00")
		return day.String() + " " + clock + zone
	}
	var inSchema string
	if err := schema.Direct(s.DB).QueryRow(`SELECT schema_name FROM businesses WHERE id = $1`, tenant.ID).Scan(&inSchema); err != nil {
		t.Fatal(err)
	}
	fill := strings.NewReplacer("SCHEMA", inSchema, "SERVICE", service.String(), "ANN", ann.String()).Replace(aroundNow)
	for i, day := range []string{"DAY1", "DAY2"} {
		for _, clock := range []string{"09:00", "10:00", "11:00", "12:00", "13:00", "16:00", "20:00"} {
			fill = strings.ReplaceAll(fill, day+" "+clock, at(today+1+store.Date(i), clock))
		}
	}
	if _, err := schema.Direct(s.DB).Exec(fill); err != nil {
		t.Fatal(err)
	}
	if r := owner.Post("/appointments", url.Values{"service_id": {service.String()}, "resource_id": {ann.String()}, "customer_name": {"Carla"}, "start": {(today + 3).String() + "T10:00"}}); r.Code != http.StatusSeeOther {
		t.Fatalf("booked: %d", r.Code)
	}

	// By hand: revenue are completed ones, a rate is of those that were expected.
	var rows []struct {
		Customer     string
		Starts, Ends time.Time
		Status       string
		Price, Fee   int64
	}
	if err := sqlx.NewDb(schema.Direct(s.DB), "postgres").Select(&rows, `SELECT c.name AS customer, starts_at AS starts, ends_at AS ends, status, price_cents AS price, COALESCE(late_fee_cents, 0) AS fee
		FROM `+inSchema+`.appointments JOIN `+inSchema+`.customers c ON c.id = customer_id`); err != nil {
		t.Fatal(err)
	}
	type span struct {
		revenue, fees             int64
		held, missed, kept, tasks int
	}
	count := func(from, to store.Date, of string) (x span) {
		for _, r := range rows {
			day := store.DateOf(r.Starts.In(loc))
			if day < from || day >= to || of != "" && r.Customer != of {
				continue
			}
			x.fees += r.Fee
			switch r.Status {
			case "completed":
				x.held++
				x.revenue += r.Price
			case "no_show":
				x.missed++
			}
			if r.Status != "cancelled" {
				x.kept++
			}
			if r.Ends.After(now) && (r.Status == "pending" || r.Status == "confirmed") {
				x.tasks++
			}
		}
		return x
	}
	money := func(cents int64) string {
		return strings.TrimSuffix(fmt.Sprintf("$%d.%02d", cents/100, cents%100), ".00")
	}
	rate := func(x span) float64 { return 100 * float64(x.missed) / float64(x.held+x.missed) }
	month, before, ever := count(today-29, today+1, ""), count(today-59, today-29, ""), count(0, 1<<30, "Mia")
	if month.revenue == 0 || month.fees == 0 || rate(month) == rate(before) {
		t.Fatalf("the rows prove nothing: %+v, %+v", month, before)
	}
	home := owner.Get("/").Doc()
	tile := func(doc *goquery.Document, label string) *goquery.Selection {
		return doc.Find("dl.tiles > div").FilterFunction(func(_ int, d *goquery.Selection) bool {
			return strings.HasPrefix(strings.TrimSpace(d.Find("dt").Text()), label)
		})
	}
	want := func(what, got, want string) {
		t.Helper()
		if !strings.Contains(strings.ReplaceAll(got, ",", ""), want) {
			t.Errorf("%s: %q, want %s", what, strings.Join(strings.Fields(got), " "), want)
		}
	}
	want("today", tile(home, "Appointments today").Find(".tile-value").Text(), fmt.Sprint(count(today, today+1, "").kept))
	want("next days", tile(home, "Next 6 days").Find(".tile-value").Text(), fmt.Sprint(count(today+1, today+7, "").kept))
	want("revenue", tile(home, "Revenue").Find(".tile-value").Text(), money(month.revenue))
	want("late fees", tile(home, "Revenue").Text(), money(month.fees)+" in late fees")
	want("no-shows", tile(home, "No-shows").Find(".tile-value").Text(), fmt.Sprintf("%.1f%%", rate(month)))
	want("their change", tile(home, "No-shows").Find(".delta").Text(), fmt.Sprintf("%+.1f points", rate(month)-rate(before)))
	if n := home.Find("dl.tiles > div > dd > .tile-foot:last-child").Length(); n != 6 {
		t.Errorf("%d of 6 tiles say what they count", n)
	}
	// Open are 8 hours on each of 7 days: Ann's without 3 hours of her own (10:00 to
	// 13:00, blocked twice over) and the hour of the business, Ben's without that hour.
	for name, open := range map[string]string{"Ann": "1 h52 h2%", "Ben": "0 min55 h0%"} {
		row := home.Find(`section[aria-labelledby="uses-head"] tbody tr`).FilterFunction(func(_ int, r *goquery.Selection) bool { return r.Find("th").Text() == name })
		want("booked of "+name, row.Find("td").Text(), open)
	}

	// What is booked on a day that closes afterwards is in neither: not in what is open, not in what is booked.
	if r := owner.Post("/resources/"+ann.String()+"/time-off", url.Values{"from": {(today + 3).String()}}); r.Code != http.StatusSeeOther {
		t.Fatalf("a day off: %d", r.Code)
	}
	off := owner.Get("/").Doc().Find(`section[aria-labelledby="uses-head"] tbody tr`).FilterFunction(func(_ int, r *goquery.Selection) bool { return r.Find("th").Text() == "Ann" })
	want("booked of Ann without her day off", off.Find("td").Text(), "0 min44 h0%")

	// The platform's roll-up, the customer's page and the list agree.
	if err := console.RollUp(t.Context(), s.DB, true); err != nil {
		t.Fatal(err)
	}
	var rolled int64
	if err := schema.Direct(s.DB).QueryRow(`SELECT sum(revenue_cents) FROM business_daily WHERE business_id = $1 AND day > CAST($2 AS date) - 30 AND day <= CAST($2 AS date)`, tenant.ID, today.String()).Scan(&rolled); err != nil {
		t.Fatal(err)
	}
	if rolled != month.revenue {
		t.Errorf("the platform's roll-up has %d, the rows %d", rolled, month.revenue)
	}
	list := owner.Get("/customers?q=Mia").Doc().Find("#customers tbody tr, tbody tr").First()
	want("visits in the list", list.Find(`td[data-label="Visits"]`).Text(), fmt.Sprint(ever.held))
	want("spent in the list", list.Find(`td[data-label="Spent"]`).Text(), money(ever.revenue))
	href, _ := list.Find("a.main-link").Attr("href")
	page := owner.Get(href).Doc()
	want("visits", tile(page, "Visits").Find(".tile-value").Text(), fmt.Sprint(ever.held))
	want("spent", tile(page, "Spent").Find(".tile-value").Text(), money(ever.revenue))
	want("fees of the customer", tile(page, "Spent").Text(), money(ever.fees)+" in late fees")
	want("ahead", tile(page, "Next visit").Text(), fmt.Sprintf("%d appointments ahead", ever.tasks))
	if n := page.Find(`section[aria-labelledby="coming-head"] tbody tr`).Length(); n != ever.tasks {
		t.Errorf("%d appointments are ahead, and the list has %d", ever.tasks, n)
	}
	day := owner.Get("/appointments?date=" + store.DateOf(now.Add(-10*time.Minute).In(loc)).String()).Doc()
	terms := map[string]string{}
	day.Find("dl.pager > div").Each(func(_ int, d *goquery.Selection) { terms[d.Find("dt").Text()] = d.Find("dd").Text() })
	if n := day.Find("table.cards tbody tr").Length(); n == 0 || terms["Appointments listed"] != fmt.Sprint(n) {
		t.Errorf("%d rows under %v", n, terms)
	}
}

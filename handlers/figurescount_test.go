package handlers_test

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/handlers/handlertest"
)

// byPeriod holds a figure by the number of its days.
type byPeriod map[int]int

// counted are the platform's figures, counted from rows.
type counted struct {
	mrr, active, paying         int
	signUps, booked, paid, lost byPeriod
	cancelled                   byPeriod
	months                      [12]int // MRR at their ends, oldest first
}

func (f *figures) decode(r handlertest.Response, out any) {
	f.t.Helper()
	if err := json.Unmarshal(r.Body.Bytes(), out); err != nil {
		f.t.Fatalf("%d: %v in %.200s", r.Code, err, r.Body)
	}
}

func (f *figures) schemas() map[uuid.UUID]string {
	var rows []struct {
		ID     uuid.UUID `db:"id"`
		Schema string    `db:"schema_name"`
	}
	if err := f.sql().Select(&rows, `SELECT id, schema_name FROM businesses`); err != nil {
		f.t.Fatal(err)
	}
	out := map[uuid.UUID]string{}
	for _, r := range rows {
		out[r.ID] = r.Schema
	}
	return out
}

// count reads all rows and counts them one by one.
func (f *figures) count() counted {
	f.t.Helper()
	c := counted{signUps: byPeriod{}, booked: byPeriod{}, paid: byPeriod{}, lost: byPeriod{}, cancelled: byPeriod{}}
	now := time.Now().UTC()
	midnight := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, time.UTC)
	begins := func(days int) time.Time { return midnight.AddDate(0, 0, 1-days) }
	var steps []struct {
		Business uuid.UUID `db:"business_id"`
		At       time.Time `db:"at"`
		After    int       `db:"mrr_after_cents"`
	}
	var businesses []struct {
		ID      uuid.UUID `db:"id"`
		Zone    string    `db:"time_zone"`
		Status  string    `db:"status"`
		Created time.Time `db:"created_at"`
	}
	for query, into := range map[string]any{
		`SELECT business_id, at, mrr_after_cents FROM plan_changes WHERE undone_at IS NULL ORDER BY at, id`: &steps,
		`SELECT id, time_zone, status, created_at FROM businesses`:                                          &businesses,
	} {
		if err := f.sql().Select(into, query); err != nil {
			f.t.Fatal(err)
		}
	}
	pays := func(before time.Time) map[uuid.UUID]int {
		at := map[uuid.UUID]int{}
		for _, s := range steps {
			if s.At.Before(before) {
				at[s.Business] = s.After
			}
		}
		return at
	}
	total := func(of map[uuid.UUID]int) (sum int) {
		for _, cents := range of {
			sum += cents
		}
		return sum
	}
	today := pays(midnight.AddDate(0, 0, 1))
	c.mrr = total(today)
	for i := range c.months {
		c.months[i] = total(pays(time.Date(now.Year(), now.Month()+time.Month(i)-10, 1, 0, 0, 0, 0, time.UTC)))
	}
	for _, cents := range today {
		if cents > 0 {
			c.paying++
		}
	}
	for _, days := range []int{30, 90, 365} {
		for id, cents := range pays(begins(days)) {
			if cents > 0 {
				c.paid[days]++
				if today[id] == 0 {
					c.lost[days]++
				}
			}
		}
		for d := days; d > 0; d-- {
			after := pays(begins(d - 1))
			for id, cents := range pays(begins(d)) {
				if cents > 0 && after[id] == 0 {
					c.cancelled[days]++
				}
			}
		}
	}
	schemas := f.schemas()
	for _, b := range businesses {
		if b.Status == "active" {
			c.active++
		}
		zone, err := time.LoadLocation(b.Zone)
		if err != nil {
			f.t.Fatal(err)
		}
		var starts []time.Time
		if err := f.sql().Select(&starts, fmt.Sprintf(`SELECT starts_at FROM %s.appointments WHERE status <> 'cancelled' AND starts_at <= now()`, schemas[b.ID])); err != nil {
			f.t.Fatal(err)
		}
		for _, days := range []int{30, 90, 365} {
			first, last := begins(days).Format(time.DateOnly), midnight.Format(time.DateOnly)
			for _, start := range starts {
				if day := start.In(zone).Format(time.DateOnly); day >= first && day <= last {
					c.booked[days]++
				}
			}
			if !b.Created.Before(begins(days)) {
				c.signUps[days]++
			}
		}
	}
	return c
}

// check compares what the three places show with the count.
func (f *figures) check(when string) counted {
	f.t.Helper()
	c := f.count()
	want := func(what string, got, want any) {
		f.t.Helper()
		if fmt.Sprint(got) != fmt.Sprint(want) {
			f.t.Errorf("%s, %s: %v, want %v", when, what, got, want)
		}
	}
	churn := func(days int) float64 { return 100 * float64(c.lost[days]) / math.Max(1, float64(c.paid[days])) }
	for days, code := range map[int]string{30: "30d", 90: "90d", 365: "12m"} {
		doc := f.boss.Get("/dashboard?period=" + code).Doc()
		tiles := doc.Find("dl.tiles > div")
		value := func(i int) string { return strings.ReplaceAll(tiles.Eq(i).Find(".tile-value").Text(), ",", "") }
		leads := func(i int) string { return tiles.Eq(i).Find("a").AttrOr("href", "") }
		want(code+" MRR", value(0), "$"+strconv.Itoa(c.mrr/100))
		want(code+" rows of MRR", f.rows(leads(0)), c.paying)
		want(code+" active", value(1), c.active)
		want(code+" rows of active", f.rows(leads(1)), c.active)
		want(code+" sign-ups", value(2), c.signUps[days])
		want(code+" rows of sign-ups", f.rows(leads(2)), c.signUps[days])
		want(code+" churn", value(3), fmt.Sprintf("%.1f%%", churn(days)))
		if !strings.Contains(tiles.Eq(3).Text(), fmt.Sprintf("%d of %d", c.lost[days], c.paid[days])) {
			f.t.Errorf("%s, %s: %q, want %d of %d", when, code, tiles.Eq(3).Text(), c.lost[days], c.paid[days])
		}
		want(code+" appointments", value(4), c.booked[days])
		want(code+" sign-ups in the chart", bars(doc, "#new-chart-title"), c.signUps[days])
		want(code+" cancellations in the chart", bars(doc, "#gone-chart-title"), c.cancelled[days])
		want(code+" explained", tiles.Find("dd > .tile-foot:last-child").Length(), 6)
		busiest := 0
		doc.Find("#busiest-head").Closest("section").Find("li").Each(func(_ int, li *goquery.Selection) {
			n, _ := strconv.Atoi(strings.ReplaceAll(strings.TrimSpace(li.Find("span").Last().Text()), ",", ""))
			busiest += n
		})
		if c.booked[days] > 0 && (busiest == 0 || busiest > c.booked[days]) {
			f.t.Errorf("%s, %s: the busiest have %d of %d", when, code, busiest, c.booked[days])
		}
	}
	var got struct {
		MRR     int     `json:"mrr_cents"`
		Active  int     `json:"active_businesses"`
		New     int     `json:"new_businesses_30d"`
		Booked  int     `json:"appointments_30d"`
		Churn   float64 `json:"churn_percent"`
		History []struct {
			MRR int `json:"mrr_cents"`
		} `json:"mrr_history"`
	}
	f.decode(f.token().Get("/api/platform/businesses/metrics/"), &got)
	want("metrics", []any{got.MRR, got.Active, got.New, got.Booked, fmt.Sprintf("%.2f", got.Churn)},
		[]any{c.mrr, c.active, c.signUps[30], c.booked[30], fmt.Sprintf("%.2f", churn(30))})
	for i, m := range got.History {
		want(fmt.Sprintf("MRR %d months ago", 11-i), m.MRR, c.months[i])
	}
	want("appointments of the file", f.sum("appointments_30d"), c.booked[30])
	want("MRR of the file", f.sum("mrr"), float64(c.mrr)/100)
	return c
}

// bars adds up the table of a chart.
func bars(doc *goquery.Document, title string) (sum int) {
	doc.Find(title).Closest("figure").Find("tbody tr").Each(func(_ int, tr *goquery.Selection) {
		n, _ := strconv.Atoi(strings.ReplaceAll(strings.TrimSpace(tr.Find("td").Last().Text()), ",", ""))
		sum += n
	})
	return sum
}

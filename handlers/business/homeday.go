package business

import (
	"fmt"
	"net/http"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/calendar"
	"github.com/smoothschedule/smoothschedule/store/catalog"
	"github.com/smoothschedule/smoothschedule/store/masquerade"
	"github.com/smoothschedule/smoothschedule/store/notices"
	"github.com/smoothschedule/smoothschedule/views/business"
	"github.com/smoothschedule/smoothschedule/views/ui"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

// maxToday are the rows of the dashboard; the list has the others.
const maxToday = 12

// dashboard is what the team's start page is made of.
type dashboard struct {
	mine    changer
	rows    []calendar.Scheduled
	asked   []calendar.Scheduled
	all     []catalog.Resource
	uses    []calendar.Use
	tallies map[string]calendar.Tally
	done    catalog.Checklist
	support []masquerade.SupportVisit
	held    int // mails that wait for an answer
}

// today is the business's day for those who run it, and the own day for staff.
func (h *Handlers) today(c echo.Context) error {
	tenant := web.Tenant(c)
	loc, now := tenant.Location(), time.Now()
	date := store.DateOf(now.In(loc))
	day := date.Day(loc)
	var d dashboard
	err := h.DB.InTenant(c.Request().Context(), *tenant, func(q *store.TenantTx) (err error) {
		if d.mine, err = readViewer(c, q); err != nil {
			return err
		}
		if d.all, err = catalog.AllResources(q); err != nil {
			return err
		}
		if d.rows, err = calendar.DayList(q, calendar.DayFilter{From: day.Start, To: day.End, Resource: d.mine.only()}); err != nil {
			return err
		}
		if d.asked, err = calendar.Requests(q, d.mine.only(), maxRequests); err != nil {
			return err
		}
		if d.uses, err = calendar.Uses(q, d.all, day.Start, (date+7).At(0, loc)); err != nil {
			return err
		}
		if d.tallies, err = calendar.Tallies(q, date-60, date+7); err != nil {
			return err
		}
		if web.Principal(c).Can(access.SupportAccessView) {
			if d.support, err = masquerade.SupportNow(q); err != nil {
				return err
			}
		}
		if web.Principal(c).Can(access.HeldMailsView) && !masquerading(c) {
			if d.held, err = notices.HeldCount(q); err != nil {
				return err
			}
		}
		d.done, err = catalog.ReadChecklist(q)
		return err
	})
	if err != nil {
		return err
	}
	who := d.mine
	if web.Principal(c).ViewOnly() {
		who.none = true
	}
	names := namesOf(d.all)
	p := business.DashboardProps{Date: date.String(), DateText: date.Format("Monday, 2 January 2006"), Zone: zoneName(now, loc),
		AsOf: web.Clock(now, loc), Mine: !d.mine.all, HasCalendar: d.mine.own.Valid, CanSubscribe: d.mine.own.Valid && web.Principal(c).Can(access.OwnCalendar), Checklist: h.checklist(c, d.done), Held: d.held}
	for _, v := range d.support {
		p.Support = append(p.Support, supportVisit(v, now, loc, nil))
	}
	p.Rows = scheduledRows(coming(d.rows, now), names, loc, now, who, urls.Home())
	if len(p.Rows) > maxToday {
		p.Rows = p.Rows[:maxToday]
	}
	p.More = len(d.rows) - len(p.Rows)
	p.Requests = drawing{loc: loc, now: now, who: who, back: urls.Home(), names: names}.requests(d.asked)
	if d.mine.all {
		p.Tiles, p.Week, p.Uses = d.tiles(date), d.week(date), useRows(d.uses)
	} else {
		p.Tiles = d.ownTiles(now, loc)
	}
	return h.Render(c, http.StatusOK, web.View{Title: "Today", Body: business.Dashboard(p)})
}

// readViewer is readChanger for eyes that may only look: whose day it is.
func readViewer(c echo.Context, q *store.TenantTx) (m changer, err error) {
	who := web.Principal(c)
	m.all = who.Subject.Role != access.TenantStaff
	m.own, err = calendar.ResourceOf(q, who.Subject.ID)
	return m, err
}

func namesOf(all []catalog.Resource) map[uuid.UUID]string {
	names := make(map[uuid.UUID]string, len(all))
	for _, r := range all {
		names[r.ID] = r.Name
	}
	return names
}

// coming leaves out what is over and done.
func coming(rows []calendar.Scheduled, now time.Time) []calendar.Scheduled {
	var left []calendar.Scheduled
	for _, a := range rows {
		if a.Holds() || a.EndsAt.After(now) && a.Status != "cancelled" {
			left = append(left, a)
		}
	}
	return left
}

// sum adds the days from one on, before another.
func (d dashboard) sum(from, to store.Date) (t calendar.Tally) {
	for ; from < to; from++ {
		t.Add(d.tallies[from.String()])
	}
	return t
}

func (d dashboard) tiles(today store.Date) []ui.TileProps {
	now, month, before, ahead := d.tallies[today.String()], d.sum(today-29, today+1), d.sum(today-59, today-29), d.sum(today+1, today+7)
	var open, booked time.Duration
	for _, u := range d.uses {
		open, booked = open+u.Opens, booked+u.Booked
	}
	const against = "vs. the 30 days before"
	tiles := []ui.TileProps{
		{Label: "Appointments today", Value: web.Count(now.Appointments), Hint: fmt.Sprintf("%d completed, %d to confirm", now.Completed, now.Pending),
			Note: "Cancelled ones left out.", Href: urls.Appointments("")},
		{Label: "Next 6 days", Value: web.Count(ahead.Appointments), Note: "Appointments from tomorrow on; cancelled ones left out.", Href: urls.Schedule("", "week", "", "")},
		{Label: "Revenue, 30 days", Value: web.Money(month.RevenueCents), Note: "Prices of completed appointments, today’s included.",
			Delta: web.Grew(float64(month.RevenueCents), float64(before.RevenueCents), against, false)},
		{Label: "No-shows, 30 days", Value: web.Percent(100*month.NoShowRate(), 1), Note: fmt.Sprintf("%d of %s that were completed or missed.", month.NoShows, counted(month.Expected(), "appointment"))},
		{Label: "New customers, 30 days", Value: web.Count(month.NewCustomers), Note: "Added to the list, today included.",
			Delta: web.Grew(float64(month.NewCustomers), float64(before.NewCustomers), against, false), Href: urls.Customers()},
		{Label: "Booked, next 7 days", Value: share(booked, open), Note: "Of the open time without what is blocked, today included."},
	}
	if month.FeesCents > 0 {
		tiles[2].Hint = "and " + web.Money(month.FeesCents) + " in late fees"
	}
	if before.Expected() > 0 {
		tiles[3].Delta = web.Points(100*month.NoShowRate(), 100*before.NoShowRate(), against)
	}
	return tiles
}

func (d dashboard) ownTiles(now time.Time, loc *time.Location) []ui.TileProps {
	own, next := 0, "–"
	for _, a := range d.rows {
		if a.Status == "cancelled" {
			continue
		}
		own++
		if next == "–" && a.StartsAt.After(now) {
			next = web.ClockTime(a.StartsAt, loc)
		}
	}
	tiles := []ui.TileProps{{Label: "Appointments today", Value: web.Count(own), Note: "Cancelled ones left out."}, {Label: "Next one", Value: next}, {Label: "To confirm", Value: business.RequestsText(len(d.asked))}}
	for _, u := range d.uses {
		if d.mine.own.Valid && u.Resource.ID == d.mine.own.UUID {
			tiles = append(tiles, ui.TileProps{Label: "Booked, next 7 days", Value: share(u.Booked, u.Opens), Note: "Of your open time without what is blocked.", Hint: duration(int(u.Booked.Minutes())) + " of " + duration(int(u.Opens.Minutes()))})
		}
	}
	return tiles
}

func (d dashboard) week(today store.Date) ui.ChartProps {
	chart := ui.ChartProps{ID: "week-chart", Title: "Appointments on each of the next 7 days", Bars: true, Counts: true, LabelHead: "Day", ValueHead: "Appointments"}
	for i := range store.Date(7) {
		n := d.tallies[(today + i).String()].Appointments
		chart.Points = append(chart.Points, ui.Point{Label: (today + i).Format("Mon 2 Jan"), Value: float64(n), Text: web.Count(n)})
	}
	return chart
}

func useRows(uses []calendar.Use) []business.UseRow {
	rows := make([]business.UseRow, len(uses))
	for i, u := range uses {
		rows[i] = business.UseRow{Name: u.Resource.Name, Booked: duration(int(u.Booked.Minutes())), Open: duration(int(u.Opens.Minutes())), Share: share(u.Booked, u.Opens)}
		if u.Opens > 0 {
			rows[i].Percent = min(100, int(100*u.Booked/u.Opens))
		}
	}
	return rows
}

func share(part, whole time.Duration) string {
	if whole <= 0 {
		return "–"
	}
	return web.Percent(100*float64(part)/float64(whole), 0)
}

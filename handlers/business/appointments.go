package business

import (
	"net/http"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/availability"
	"github.com/smoothschedule/smoothschedule/store/calendar"
	"github.com/smoothschedule/smoothschedule/store/catalog"
	"github.com/smoothschedule/smoothschedule/views/business"
	"github.com/smoothschedule/smoothschedule/views/ui"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

// dayRows are shown of a day at a time.
const dayRows = 200

func (h *Handlers) appointmentsIndex(c echo.Context) error {
	return h.appointmentsPage(c, business.AppointmentsFile{})
}

// appointmentsPage is a day's list, with what was wrong with the days of a file.
func (h *Handlers) appointmentsPage(c echo.Context, file business.AppointmentsFile) error {
	tenant := web.Tenant(c)
	loc, now := tenant.Location(), time.Now()
	state := readSchedule(c.QueryParam, now, loc)
	if file.Errors != nil && file.Errors["from"] == "" {
		state.date, _ = availability.ParseDate(file.From)
	}
	day := state.date.Day(loc)
	p := business.AppointmentsProps{Zone: zoneName(state.date.At(noon, loc), loc), DateError: state.dateErr, Date: state.date.String(),
		DateText: state.date.Format("Monday, 2 January 2006"), TodayIs: store.DateOf(now.In(loc)).String(),
		Prev: (state.date - 1).String(), Next: (state.date + 1).String()}
	p.IsToday = p.Date == p.TodayIs
	if p.File = file; file.Errors == nil {
		p.File.From, p.File.To = p.Date, p.Date
	}
	if status := c.QueryParam("status"); slices.Contains(calendar.AppointmentStatuses, status) {
		p.Status = status
	}
	var rows []calendar.Scheduled
	var all []catalog.Resource
	var mine changer
	err := h.DB.InTenant(c.Request().Context(), *tenant, func(q *store.TenantTx) (err error) {
		if mine, err = readChanger(c, q); err != nil {
			return err
		}
		if all, err = catalog.AllResources(q); err != nil {
			return err
		}
		rows, err = calendar.DayList(q, calendar.DayFilter{From: day.Start, To: day.End, Status: p.Status, Resource: state.resource})
		return err
	})
	p.Failed, p.CanExport = err != nil, web.Principal(c).Can(access.AppointmentsExport)
	for _, r := range all {
		p.Resources = append(p.Resources, ui.Option{Value: r.ID.String(), Label: r.Name})
	}
	if state.resource.Valid {
		p.Resource = state.resource.UUID.String()
	}
	p.Self = urls.WithQuery(urls.Appointments(p.Date), "status", p.Status, "resource", p.Resource)
	p.Totals, p.CanAdd = dayTotals(rows), mine.any()
	if len(rows) > dayRows {
		total, n := len(rows), min(web.PageOf(c, "page"), (len(rows)+dayRows-1)/dayRows)
		rows = rows[(n-1)*dayRows : min(n*dayRows, total)]
		p.Pages = &ui.ListProps{ListState: ui.ListState{Pager: web.Pager(p.Self, "page", n, dayRows, len(rows), total)}, ID: "day", Path: p.Self, One: "appointment", Many: "appointments"}
	}
	p.Rows = scheduledRows(rows, namesOf(all), loc, now, mine, p.Self)
	page := web.View{Title: "Appointments", Body: business.Appointments(p)}
	if (p.DateError != "" || len(file.Errors) > 0) && err == nil {
		return h.Render(c, http.StatusUnprocessableEntity, page)
	}
	return h.RenderList(c, err, page)
}

// scheduledRows are a day's appointments with what the viewer can make of them.
func scheduledRows(rows []calendar.Scheduled, names map[uuid.UUID]string, loc *time.Location, now time.Time, who changer, back string) []business.Appointment {
	d := drawing{names: names}
	shown := make([]business.Appointment, len(rows))
	for i, a := range rows {
		takes := a.Resources()
		shown[i] = business.Appointment{
			ID: a.ID.String(), Start: web.Clock(a.StartsAt, loc), End: web.Clock(a.EndsAt, loc), Customer: a.Customer, Contact: a.Phone, Service: a.Service,
			Resource: d.others(takes, uuid.Nil), Status: a.Status, Price: web.Price(a.PriceCents), Href: urls.Appointment(a.ID.String(), back),
			Now: a.Status == "confirmed" && !now.Before(a.StartsAt) && now.Before(a.EndsAt),
		}
		if !who.may(takes) {
			continue
		}
		for _, to := range (calendar.Booking{Status: a.Status, StartsAt: a.StartsAt}).NextStatuses(now) {
			// What is rare, or takes something back, stays on the appointment's page.
			if a.Status == "pending" || a.Status == "confirmed" && to != "cancelled" {
				shown[i].Actions = append(shown[i].Actions, statusAction(a.Status, to))
			}
		}
	}
	return shown
}

// appointmentRows lead to the appointments, and from there back to a page.
func appointmentRows(rows []calendar.Appointment, loc *time.Location, now time.Time, back string) []business.Appointment {
	shown := make([]business.Appointment, len(rows))
	for i, a := range rows {
		shown[i] = business.Appointment{
			ID: a.ID.String(), Start: web.Clock(a.StartsAt, loc), End: web.Clock(a.EndsAt, loc), Day: web.Date(a.StartsAt, loc),
			Href:     urls.Appointment(a.ID.String(), back),
			Customer: a.Customer, Service: a.Service, Resource: a.Resources, Status: a.Status, Price: web.Price(a.PriceCents),
			Now: a.Status == "confirmed" && !now.Before(a.StartsAt) && now.Before(a.EndsAt),
		}
	}
	return shown
}

// dayTotals count the rows of a list, by status so that it adds up.
func dayTotals(rows []calendar.Scheduled) business.DayTotals {
	count, cents := map[string]int{}, map[string]int{}
	for _, a := range rows {
		count[a.Status]++
		cents[a.Status] += a.PriceCents
	}
	t := business.DayTotals{Count: web.Count(len(rows))}
	for _, status := range ui.AppointmentStatusOptions() {
		if n := count[status.Value]; n > 0 {
			t.Statuses = append(t.Statuses, ui.Fact{Term: status.Label, Text: web.Count(n)})
		}
	}
	if count["completed"] > 0 {
		t.Revenue = web.Amount(cents["completed"])
	}
	if count["pending"]+count["confirmed"] > 0 {
		t.Booked = web.Amount(cents["pending"] + cents["confirmed"])
	}
	return t
}

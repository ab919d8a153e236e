package business

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/views/business"
)

func (h *Handlers) appointmentsIndex(c echo.Context) error {
	tenant := web.Tenant(c)
	loc := tenant.Location()
	now := time.Now()
	p := business.AppointmentsProps{Zone: zoneName(now, loc)}
	wanted := now.In(loc)
	if date := c.QueryParam("date"); date != "" {
		parsed, err := time.ParseInLocation(time.DateOnly, date, loc)
		if err != nil || parsed.Year() < 1970 || parsed.Year() > 9998 {
			p.DateError = "This is not a date. Here is today instead."
		} else {
			// Noon is on the right day even where midnight does not exist.
			wanted = parsed.Add(12 * time.Hour)
		}
	}
	from, to := day(wanted)
	today, _ := day(now.In(loc))
	p.Date, p.DateText = wanted.Format(time.DateOnly), wanted.Format("Monday, 2 January 2006")
	p.TodayIs, p.IsToday = today.Format(time.DateOnly), wanted.Format(time.DateOnly) == now.In(loc).Format(time.DateOnly)
	p.Prev, p.Next = wanted.AddDate(0, 0, -1).Format(time.DateOnly), wanted.AddDate(0, 0, 1).Format(time.DateOnly)

	var rows []store.Appointment
	err := h.DB.InTenant(c.Request().Context(), *tenant, func(q *store.TenantTx) (err error) {
		rows, err = q.Appointments(from, to)
		return err
	})
	if err != nil {
		return err
	}
	p.Rows, p.Totals = appointmentRows(rows, loc, now), dayTotals(rows)
	status := http.StatusOK
	if p.DateError != "" {
		status = http.StatusUnprocessableEntity
	}
	return h.Render(c, status, web.View{Title: "Appointments", Body: business.Appointments(p)})
}

func appointmentRows(rows []store.Appointment, loc *time.Location, now time.Time) []business.Appointment {
	shown := make([]business.Appointment, len(rows))
	for i, a := range rows {
		shown[i] = business.Appointment{
			ID: a.ID.String(), Start: web.Clock(a.StartsAt, loc), End: web.Clock(a.EndsAt, loc), Day: web.Date(a.StartsAt, loc),
			Customer: a.Customer, Service: a.Service, Resource: a.Resources, Status: a.Status, Price: web.Money(a.PriceCents),
			Now: a.Status == "confirmed" && !now.Before(a.StartsAt) && now.Before(a.EndsAt),
		}
	}
	return shown
}

func dayTotals(rows []store.Appointment) business.DayTotals {
	var count, confirmed, completed, cancelled, revenue int
	for _, a := range rows {
		count++
		switch a.Status {
		case "confirmed":
			confirmed++
			revenue += a.PriceCents
		case "completed":
			completed++
			revenue += a.PriceCents
		case "cancelled":
			cancelled++
		}
	}
	return business.DayTotals{Count: web.Count(count), Confirmed: web.Count(confirmed), Completed: web.Count(completed),
		Cancelled: web.Count(cancelled), Revenue: web.Money(revenue)}
}

package business

import (
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/availability"
	"github.com/smoothschedule/smoothschedule/store/calendar"
	"github.com/smoothschedule/smoothschedule/store/catalog"
	"github.com/smoothschedule/smoothschedule/store/people"
	"github.com/smoothschedule/smoothschedule/views/business"
)

var appointmentsHead = []string{"id", "date", "start", "end", "time_zone", "starts_at", "status", "service", "customer", "email", "phone", "with", "people", "price",
	"source", "note", "team_note", "booked_at", "customer_id"}

// readStretch reads the days of a file: from and to, both included, or the one
// day of the list. errs says of which field what is wrong.
func readStretch(file business.AppointmentsFile, shown scheduleState, loc *time.Location) (days calendar.Interval, errs map[string]string) {
	if file.From == "" && file.To == "" {
		return shown.date.Day(loc), nil
	}
	errs = map[string]string{}
	day := func(field, text string) store.Date {
		date, err := availability.ParseDate(text)
		if err != nil || date < earliestDate || date > latestDate {
			errs[field] = "Give a day like 2026-01-31."
		}
		return date
	}
	first, last := day("from", file.From), day("to", file.To)
	if len(errs) == 0 && last < first {
		errs["to"] = "The last day is before the first."
	}
	return calendar.Interval{Start: first.At(0, loc), End: last.Day(loc).End}, errs
}

// appointmentsCSV is the list of appointments as a file, for one day as it is
// shown or for many.
func (h *Handlers) appointmentsCSV(c echo.Context) error {
	tenant := web.Tenant(c)
	loc := tenant.Location()
	state := readSchedule(c.QueryParam, time.Now(), loc)
	f := calendar.AppointmentFile{DayFilter: calendar.DayFilter{Resource: state.resource}, Size: web.CSVBatch}
	file := business.AppointmentsFile{From: c.QueryParam("from"), To: c.QueryParam("to")}
	days, errs := readStretch(file, state, loc)
	if file.Errors = errs; len(errs) > 0 || state.dateErr != "" && file.From+file.To == "" {
		return h.appointmentsPage(c, file)
	}
	f.From, f.To = days.Start, days.End
	if status := c.QueryParam("status"); slices.Contains(calendar.AppointmentStatuses, status) {
		f.Status = status
	}
	recorded := c.Request().Method == http.MethodHead // which sends nothing
	var d drawing
	return web.CSV(c, tenant.Subdomain+"-appointments.csv", appointmentsHead, func() (lines [][]string, more bool, err error) {
		err = h.DB.InTenant(c.Request().Context(), *tenant, func(q *store.TenantTx) error {
			if d.names == nil {
				all, err := catalog.AllResources(q)
				if err != nil {
					return err
				}
				d.names = namesOf(all)
			}
			rows, total, err := calendar.AppointmentsFrom(q, f)
			if err != nil {
				return err
			}
			for _, a := range rows {
				lines = append(lines, appointmentCells(a, d.others(a.Resources(), uuid.Nil), loc))
				f.AfterStart, f.AfterID = a.StartsAt, a.ID
			}
			if more = len(rows) == f.Size; recorded {
				return nil
			}
			recorded = true
			return people.RecordDownload(q, people.Download{Noun: "appointment", File: "appointments.csv", Rows: total, Filter: web.FilterText(c.QueryParams())})
		})
		return lines, more, err
	})
}

func appointmentCells(a calendar.Scheduled, with string, loc *time.Location) []string {
	start, end := a.StartsAt.In(loc), a.EndsAt.In(loc)
	return []string{a.ID.String(), start.Format(time.DateOnly), start.Format("15:04"), end.Format("15:04"), loc.String(), timeCell(&a.StartsAt), a.Status, a.Service,
		a.Customer, a.Email, a.Phone, with, strconv.Itoa(a.PartySize), centsText(int64(a.PriceCents)), a.Source, a.Note, a.StaffNote, timeCell(&a.CreatedAt), a.CustomerID.String()}
}

package business

import (
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/access"
	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/views/business"
	"github.com/smoothschedule/smoothschedule/views/ui"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

// scheduleState is what the schedule's address says.
type scheduleState struct {
	day      time.Time // noon of the day asked for
	dateErr  string
	week     bool
	resource uuid.NullUUID
	zoom     int
}

// maxRequests are shown beside the schedule.
const maxRequests = 30

func (h *Handlers) schedule(c echo.Context) error {
	p, err := h.scheduleProps(c, c.QueryParam)
	if err != nil {
		return err
	}
	status := http.StatusOK
	if p.DateError != "" {
		status = http.StatusUnprocessableEntity
	}
	return h.Render(c, status, web.View{Title: "Schedule", Body: business.Schedule(p), Fragment: business.ScheduleBoard(p)})
}

// scheduleUpdates answers an open schedule: nothing while it shows what is true.
func (h *Handlers) scheduleUpdates(c echo.Context) error {
	p, err := h.scheduleProps(c, c.QueryParam)
	if err != nil {
		return err
	}
	if c.QueryParam("seen") == p.Version {
		return c.NoContent(http.StatusNoContent)
	}
	return web.Write(c, http.StatusOK, business.ScheduleBoard(p))
}

// readSchedule reads an address; get is where its parameters are.
func readSchedule(get func(string) string, now time.Time, loc *time.Location) scheduleState {
	s := scheduleState{day: now.In(loc), week: get("view") == "week", zoom: 2}
	if date := get("date"); date != "" {
		parsed, err := time.ParseInLocation(time.DateOnly, date, loc)
		if err != nil || parsed.Year() < 1970 || parsed.Year() > 9998 {
			s.dateErr = "This is not a date. Here is today instead."
		} else {
			// Noon is on the right day even where midnight does not exist.
			s.day = parsed.Add(12 * time.Hour)
		}
	}
	if id, err := uuid.Parse(get("resource")); err == nil {
		s.resource = uuid.NullUUID{UUID: id, Valid: true}
	}
	if z, err := strconv.Atoi(get("zoom")); err == nil {
		s.zoom = min(max(z, 1), 3)
	}
	return s
}

// days are the stretch that a state shows, and their number.
func (s scheduleState) days() (from, to time.Time, n int) {
	if !s.week {
		from, to = day(s.day)
		return from, to, 1
	}
	y, m, d := s.day.Date()
	d -= (int(s.day.Weekday()) + 6) % 7
	return time.Date(y, m, d, 0, 0, 0, 0, s.day.Location()), time.Date(y, m, d+7, 0, 0, 0, 0, s.day.Location()), 7
}

func (h *Handlers) scheduleProps(c echo.Context, get func(string) string) (p business.ScheduleProps, err error) {
	tenant := web.Tenant(c)
	loc, now := tenant.Location(), time.Now()
	state := readSchedule(get, now, loc)
	from, to, _ := state.days()
	var s store.Schedule
	var asked []store.Scheduled
	var mine changer
	err = h.DB.InTenant(c.Request().Context(), *tenant, func(q *store.TenantTx) (err error) {
		if mine, err = readChanger(c, q); err != nil {
			return err
		}
		if s, err = q.Schedule(from, to); err != nil {
			return err
		}
		asked, err = q.Requests(mine.only(), maxRequests)
		return err
	})
	if err != nil {
		return p, err
	}
	p = business.ScheduleProps{Zone: zoneName(from.Add(12*time.Hour), loc), DateError: state.dateErr, Zoom: state.zoom, CanAdd: mine.any()}
	for _, r := range s.Resources {
		p.Resources = append(p.Resources, ui.Option{Value: r.ID.String(), Label: r.Name})
		if state.resource.Valid && r.ID == state.resource.UUID {
			p.Resource = r.ID.String()
		}
	}
	nameDays(&p, state, now)
	p.Self = urls.Schedule(p.Date, p.View, p.Resource, get("zoom"))
	d := drawing{s: s, loc: loc, now: now, who: mine, back: p.Self, names: map[uuid.UUID]string{}}
	for _, r := range s.Resources {
		d.names[r.ID] = r.Name
	}
	switch {
	case !state.week:
		p.Board = d.day(from, to, p.Resource)
	case p.Resource != "":
		p.Board = d.week(from, p.Resource)
	default:
		p.WeekDays, p.Week = d.table(from)
	}
	p.Requests = d.requests(asked)
	p.Version = version(p, s, asked)
	return p, nil
}

// nameDays says which days are shown and how to go on from them.
func nameDays(p *business.ScheduleProps, state scheduleState, now time.Time) {
	from, to, n := state.days()
	today := now.In(state.day.Location())
	p.Date, p.TodayIs = state.day.Format(time.DateOnly), today.Format(time.DateOnly)
	p.Prev, p.Next = state.day.AddDate(0, 0, -n).Format(time.DateOnly), state.day.AddDate(0, 0, n).Format(time.DateOnly)
	p.IsToday = !now.Before(from) && now.Before(to)
	if state.week {
		last := to.AddDate(0, 0, -1)
		_, number := from.ISOWeek()
		p.View, p.DateText = "week", fmt.Sprintf("Week %d: %s – %s", number, from.Format("2 January"), last.Format("2 January 2006"))
		return
	}
	p.DateText = state.day.Format("Monday, 2 January 2006")
	_, before := from.Zone()
	_, after := to.Zone()
	if before != after {
		change := to.Add(-time.Nanosecond)
		if start, _ := change.ZoneBounds(); start.After(from) {
			change = start
		}
		way, length := "forward", time.Duration(after-before)*time.Second
		if length < 0 {
			way, length = "back", -length
		}
		p.ClockNote = fmt.Sprintf("The clocks go %s by %s on this day, at %s.", way, web.Span(length), change.Add(-time.Second).Add(time.Second).In(time.FixedZone("", before)).Format("15:04"))
	}
}

// version tells one state of the schedule from another.
func version(p business.ScheduleProps, s store.Schedule, asked []store.Scheduled) string {
	h := fnv.New64a()
	_, _ = fmt.Fprint(h, p.Date, p.View, p.Resource, p.Zoom, p.Board.Now, p.CanAdd, s.Open)
	for _, list := range [][]store.Scheduled{s.Booked, asked} {
		for _, a := range list {
			_, _ = h.Write(a.ID[:])
			_ = binary.Write(h, binary.BigEndian, a.UpdatedAt.UnixMicro())
			_, _ = fmt.Fprint(h, a.Status, a.Customer, a.Service)
		}
	}
	for _, b := range s.Blockers {
		_, _ = fmt.Fprint(h, b.ID, b.StartsAt.Unix(), b.EndsAt.Unix(), b.Resource, b.Reason)
	}
	for _, r := range s.Resources {
		_, _ = fmt.Fprint(h, r.ID, r.Name)
	}
	return strconv.FormatUint(h.Sum64(), 36)
}

// changer is what somebody may change in the schedule: all, or what takes the
// own calendar.
type changer struct {
	all, none bool
	own       uuid.NullUUID
}

func readChanger(c echo.Context, q *store.TenantTx) (m changer, err error) {
	who := web.Principal(c)
	if who.ViewOnly() || !who.Can(access.AppointmentsEdit) {
		return changer{none: true}, nil
	}
	if m.own, err = q.ResourceOf(who.Subject.ID); err != nil {
		return m, err
	}
	m.all = who.Can(access.AppointmentsAll)
	return m, nil
}

// any says whether there is something to change at all.
func (m changer) any() bool { return !m.none && (m.all || m.own.Valid) }

// may says whether an appointment with these resources can be changed.
func (m changer) may(resources []uuid.UUID) bool {
	return m.any() && (m.all || slices.Contains(resources, m.own.UUID))
}

// only is whose requests somebody answers: everybody's, or the own.
func (m changer) only() uuid.NullUUID {
	if m.all || m.none {
		return uuid.NullUUID{}
	}
	return m.own
}

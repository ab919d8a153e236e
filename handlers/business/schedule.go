package business

import (
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"net/http"
	"slices"
	"strconv"
	"strings"
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

// scheduleState is what the schedule's address says.
type scheduleState struct {
	date     store.Date // the day asked for
	dateErr  string
	week     bool
	resource uuid.NullUUID
	group    int // of everybody's lanes, from 0
	zoom     int
}

// maxRequests are read: one more than are shown, to tell that there are others.
const maxRequests = business.MaxRequests + 1

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
	s := scheduleState{date: store.DateOf(now.In(loc)), week: get("view") == "week", zoom: 2}
	if text := get("date"); text != "" {
		date, err := availability.ParseDate(text)
		if err != nil || date < earliestDate || date > latestDate {
			s.dateErr = "This is not a date. Here is today instead."
		} else {
			s.date = date
		}
	}
	if id, err := uuid.Parse(get("resource")); err == nil {
		s.resource = uuid.NullUUID{UUID: id, Valid: true}
	} else if number, ok := strings.CutPrefix(get("resource"), "g"); ok {
		n, _ := strconv.Atoi(number)
		s.group = max(n-1, 0)
	}
	if z, err := strconv.Atoi(get("zoom")); err == nil {
		s.zoom = min(max(z, 1), 3)
	}
	return s
}

// noon is on every day, whatever the clocks do, and after their change.
const noon = 12 * 60

var earliestDate, latestDate = availability.On(1970, time.January, 1), availability.On(9998, time.December, 31)

// days are those that a state shows, and their number.
func (s scheduleState) days() (first store.Date, n int) {
	if !s.week {
		return s.date, 1
	}
	return s.date - store.Date(s.date.Weekday()+6)%7, 7
}

func (h *Handlers) scheduleProps(c echo.Context, get func(string) string) (p business.ScheduleProps, err error) {
	tenant := web.Tenant(c)
	loc, now := tenant.Location(), time.Now()
	state := readSchedule(get, now, loc)
	first, n := state.days()
	from, to := first.At(0, loc), (first+store.Date(n)).At(0, loc)
	var s calendar.Schedule
	var asked []calendar.Scheduled
	var mine changer
	err = h.DB.InTenant(c.Request().Context(), *tenant, func(q *store.TenantTx) (err error) {
		if mine, err = readChanger(c, q); err != nil {
			return err
		}
		if s, err = calendar.ReadSchedule(q, from, to); err != nil {
			return err
		}
		asked, err = calendar.Requests(q, mine.only(), maxRequests)
		return err
	})
	if err != nil {
		return p, err
	}
	p = business.ScheduleProps{Zone: zoneName(first.At(noon, loc), loc), DateError: state.dateErr, Zoom: state.zoom, CanAdd: mine.any()}
	for _, r := range s.Resources {
		p.Resources = append(p.Resources, ui.Option{Value: r.ID.String(), Label: r.Name})
		if state.resource.Valid && r.ID == state.resource.UUID {
			p.Resource = r.ID.String()
		}
	}
	nameDays(&p, state, now, loc)
	shown := groupLanes(&p, state, s.Resources)
	p.Self = urls.Schedule(p.Date, p.View, p.Whose(), get("zoom"))
	d := drawing{s: s, loc: loc, now: now, who: mine, back: p.Self, shown: shown, names: map[uuid.UUID]string{}}
	for _, r := range s.Resources {
		d.names[r.ID] = r.Name
	}
	switch {
	case !state.week:
		p.Board = d.day(first)
	case p.Resource != "":
		p.Board = d.week(first, p.Resource)
	default:
		p.WeekDays, p.Week = d.table(first)
	}
	p.Requests = d.requests(asked)
	p.Version = version(p, s, asked)
	return p, nil
}

// maxLanes are drawn at once: more are read in groups, by a choice of the filter.
const maxLanes = 50

// groupLanes says which resources are shown, by their places, and names the groups
// where there are several.
func groupLanes(p *business.ScheduleProps, state scheduleState, all []catalog.Resource) (shown []int) {
	first, last := 0, len(all)
	if p.Resource == "" && len(all) > maxLanes {
		group := min(state.group, (len(all)-1)/maxLanes)
		for from := 0; from < len(all); from += maxLanes {
			to := min(from+maxLanes, len(all))
			option := ui.Option{Label: fmt.Sprintf("%d–%d: %s – %s", from+1, to, all[from].Name, all[to-1].Name)}
			if from > 0 {
				option.Value = "g" + strconv.Itoa(from/maxLanes+1)
			}
			if from/maxLanes == group {
				p.Group, first, last = option.Value, from, to
			}
			p.Groups = append(p.Groups, option)
		}
		p.Lanes = fmt.Sprintf("%d–%d of %s", first+1, last, web.Count(len(all)))
	}
	for i := first; i < last; i++ {
		if p.Resource == "" || all[i].ID.String() == p.Resource {
			shown = append(shown, i)
		}
	}
	return shown
}

// nameDays says which days are shown and how to go on from them.
func nameDays(p *business.ScheduleProps, state scheduleState, now time.Time, loc *time.Location) {
	first, n := state.days()
	days := store.Date(n)
	today := store.DateOf(now.In(loc))
	p.Date, p.TodayIs = state.date.String(), today.String()
	p.Prev, p.Next = (state.date - days).String(), (state.date + days).String()
	p.IsToday = first <= today && today < first+days
	if state.week {
		_, number := first.At(noon, time.UTC).ISOWeek()
		p.View, p.DateText = "week", fmt.Sprintf("Week %d: %s – %s", number, first.Format("2 January"), (first+6).Format("2 January 2006"))
		return
	}
	p.DateText = state.date.Format("Monday, 2 January 2006")
	change, by, changes := clockChange(state.date, loc)
	if !changes {
		return
	}
	way := "forward"
	if by < 0 {
		way, by = "back", -by
	}
	_, before := change.Add(-time.Second).Zone()
	p.ClockNote = fmt.Sprintf("The clocks go %s by %s on this day, at %s.", way, web.Span(by), change.In(time.FixedZone("", before)).Format("15:04"))
}

// clockChange is when the clocks of a zone jump on a day, and by how much; its very
// first moment counts, where they skip midnight.
func clockChange(date store.Date, loc *time.Location) (at time.Time, by time.Duration, changes bool) {
	day := date.Day(loc)
	_, before := day.Start.Add(-time.Second).Zone()
	_, after := day.End.Add(-time.Second).Zone()
	at, _ = day.End.Add(-time.Second).ZoneBounds()
	return at, time.Duration(after-before) * time.Second, before != after
}

// version tells one state of the schedule from another.
func version(p business.ScheduleProps, s calendar.Schedule, asked []calendar.Scheduled) string {
	h := fnv.New64a()
	_, _ = fmt.Fprint(h, p.Date, p.View, p.Whose(), p.Zoom, p.Board.Now, p.CanAdd, s.Open)
	for _, list := range [][]calendar.Scheduled{s.Booked, asked} {
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
	if m.own, err = calendar.ResourceOf(q, who.Subject.ID); err != nil {
		return m, err
	}
	m.all = who.Can(access.AppointmentsAll)
	return m, nil
}

// any says whether there is something to change at all.
func (m changer) any() bool { return !m.none && (m.all || m.own.Valid) }

// books says whether a service can be booked by who asks.
func (m changer) books(s catalog.Service) bool {
	return s.IsActive && (m.all || takes(s, m.own.UUID))
}

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

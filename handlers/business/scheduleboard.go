package business

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/calendar"
	"github.com/smoothschedule/smoothschedule/store/catalog"
	"github.com/smoothschedule/smoothschedule/views/business"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

// drawing turns what is booked into lanes.
type drawing struct {
	s     calendar.Schedule
	loc   *time.Location
	now   time.Time
	who   changer
	back  string
	shown []int // places of the resources that are drawn
	names map[uuid.UUID]string
}

// step is the height of a row.
const step = 5 * time.Minute

// scale maps the time of a lane to rows.
type scale struct {
	from, to time.Time // of the lane
	row0     time.Time
	first    int // minutes on the clock at row 0
	wall     bool
}

// rowAt counts steps from row 0: of elapsed time, so that a day of 23 or 25
// hours has as many; or of the clock, so that the days of a week line up.
func (s scale) rowAt(t time.Time) float64 {
	if t.Before(s.from) {
		t = s.from
	}
	if t.After(s.to) {
		t = s.to
	}
	if !s.wall {
		return float64(t.Sub(s.row0)) / float64(step)
	}
	minutes := 24 * 60
	if t.Before(s.to) {
		minutes = clockOf(t)
	}
	return float64(minutes-s.first) / step.Minutes()
}

// begins says whether what starts at t can be moved here: on a scale of the
// clock, what began the day before can't.
func (s scale) begins(t time.Time) bool { return !s.wall || !t.Before(s.from) }

func clockOf(t time.Time) int { return t.Hour()*60 + t.Minute() }

func (s scale) span(from, to time.Time) business.Span {
	first := int(s.rowAt(from.In(s.from.Location())))
	last := s.rowAt(to.In(s.from.Location()))
	rows := int(last) - first
	if float64(int(last)) < last {
		rows++
	}
	return business.Span{Row: first, Rows: max(rows, 1)}
}

// day is a lane for each resource that is shown.
func (d drawing) day(date store.Date) business.Board {
	first, last := d.window(date, d.shown)
	_, _, changes := clockChange(date, d.loc)
	s := scale{from: first, to: last, row0: first}
	b := business.Board{Rows: int(last.Sub(first) / step), Now: -1, TimeZone: d.loc.String(), FirstClock: clockOf(first)}
	for t := first; t.Before(last); {
		b.Hours = append(b.Hours, business.Hour{Row: int(s.rowAt(t)), Text: clockText(t, changes)})
		t = nextHour(t)
	}
	if !d.now.Before(first) && d.now.Before(last) {
		b.Now = int(s.rowAt(d.now))
	}
	for _, i := range d.shown {
		r := d.s.Resources[i]
		lane := business.Lane{ID: r.ID.String(), Title: r.Name, Kind: r.Kind, Resource: r.ID.String(), Date: date.String(),
			Start: first.Format(time.RFC3339), Href: urls.Schedule(date.String(), "week", r.ID.String(), ""), Sub: d.hoursText(d.s.Open[i])}
		d.fill(&lane, s, i, "")
		b.Lanes = append(b.Lanes, lane)
	}
	return b
}

// week is a lane for each day of a resource.
func (d drawing) week(monday store.Date, only string) business.Board {
	i := slices.IndexFunc(d.s.Resources, func(r catalog.Resource) bool { return r.ID.String() == only })
	days := d.wallScales(monday)
	first, last := 24*60, 0
	for n := range days {
		if start, end := d.window(monday+store.Date(n), []int{i}); end.After(start) {
			first = min(first, clockOf(start))
			if end.Before(days[n].to) {
				last = max(last, clockOf(end))
			} else {
				last = 24 * 60
			}
		}
	}
	b := business.Board{Rows: (last - first) / int(step.Minutes()), Now: -1, ByDay: true, FirstClock: first, TimeZone: d.loc.String()}
	for m := first; m < last; m += 60 {
		b.Hours = append(b.Hours, business.Hour{Row: (m - first) / 5, Text: catalog.ClockText(m)})
	}
	if m := clockOf(d.now.In(d.loc)); m >= first && m < last {
		b.Now = (m - first) / 5
	}
	today := d.now.In(d.loc).Format(time.DateOnly)
	for n, s := range days {
		s.first = first
		date := (monday + store.Date(n)).String()
		open := clip(d.s.Open[i], s.from, s.to)
		lane := business.Lane{ID: date, Title: (monday + store.Date(n)).Format("Mon 2 Jan"), Resource: only, Date: date, Today: date == today,
			Href: urls.Schedule(date, "", "", ""), Sub: d.hoursText(open)}
		d.fill(&lane, s, i, strconv.Itoa(n))
		b.Lanes = append(b.Lanes, lane)
	}
	return b
}

// wallScales are the seven days of a week, each on the clock.
func (d drawing) wallScales(monday store.Date) []scale {
	scales := make([]scale, 7)
	for n := range scales {
		day := (monday + store.Date(n)).Day(d.loc)
		scales[n] = scale{from: day.Start, to: day.End, wall: true}
	}
	return scales
}

// table is everybody's week: a row for each resource, a cell for each day.
func (d drawing) table(monday store.Date) (days []business.WeekDay, rows []business.WeekRow) {
	scales := d.wallScales(monday)
	for date := monday; date < monday+7; date++ {
		days = append(days, business.WeekDay{Date: date.String(), Text: date.Format("Mon 2 Jan"), Today: date == store.DateOf(d.now.In(d.loc))})
	}
	for _, i := range d.shown {
		r := d.s.Resources[i]
		row := business.WeekRow{ID: r.ID.String(), Title: r.Name, Kind: r.Kind, CanAdd: d.mayAdd(i)}
		for n, s := range scales {
			items := d.items(s, i, strconv.Itoa(n))
			row.Days = append(row.Days, business.WeekCell{Date: days[n].Date, Closed: len(clip(d.s.Open[i], s.from, s.to)) == 0, Items: items})
		}
		rows = append(rows, row)
	}
	return days, rows
}

// fill draws a lane: when it is closed, and what lies in it.
func (d drawing) fill(lane *business.Lane, s scale, resource int, suffix string) {
	at := s.from
	for _, open := range append(clip(d.s.Open[resource], s.from, s.to), calendar.Interval{Start: s.to, End: s.to}) {
		if open.Start.After(at) {
			lane.Closed = append(lane.Closed, s.span(at, open.Start))
		}
		at = open.End
	}
	if s.wall { // the scale may begin after midnight and end before it
		lane.Closed = slices.DeleteFunc(lane.Closed, func(c business.Span) bool { return c.Row+c.Rows <= 0 })
		for i := range lane.Closed {
			if c := &lane.Closed[i]; c.Row < 0 {
				c.Row, c.Rows = 0, c.Rows+c.Row
			}
		}
		if skipped := (clockOf(s.from) - s.first) / int(step.Minutes()); clockOf(s.from) > 0 && skipped > 0 { // the day has no midnight
			lane.Closed = append(lane.Closed, business.Span{Rows: skipped})
		}
	}
	lane.Items, lane.Buffers = d.items(s, resource, suffix), d.buffers(s, resource)
	lane.CanAdd = d.mayAdd(resource)
	spread(lane.Items)
}

// mayAdd says whether a click on a resource's free time begins an appointment:
// staff book into their own calendar alone.
func (d drawing) mayAdd(resource int) bool {
	return d.who.any() && (d.who.all || d.s.Resources[resource].ID == d.who.own.UUID)
}

// buffers are what lies around a resource's appointments and keeps others out.
func (d drawing) buffers(s scale, resource int) []business.Buffer {
	var list []business.Buffer
	add := func(from, to time.Time, text string) {
		if from.Before(to) && from.Before(s.to) && to.After(s.from) {
			list = append(list, business.Buffer{Span: s.span(from, to), Text: text})
		}
	}
	for _, a := range d.s.Booked {
		if !a.Holds() || !strings.Contains(a.Takes, d.s.Resources[resource].ID.String()) {
			continue
		}
		from, to := a.StartsAt.Add(-time.Duration(a.Before)*time.Minute), a.EndsAt.Add(time.Duration(a.After)*time.Minute)
		add(from, a.StartsAt, "from "+web.ClockTime(from, d.loc))
		add(a.EndsAt, to, "until "+web.ClockTime(to, d.loc))
	}
	return list
}

// keptFree says in words what the buffers of an appointment are.
func keptFree(from, to time.Time, before, after int, loc *time.Location) string {
	var texts []string
	if before > 0 {
		texts = append(texts, "from "+web.ClockTime(from.Add(-time.Duration(before)*time.Minute), loc)+" before it")
	}
	if after > 0 {
		texts = append(texts, "until "+web.ClockTime(to.Add(time.Duration(after)*time.Minute), loc)+" after it")
	}
	return strings.Join(texts, ", ")
}

// items are the appointments and blockers of a resource within a scale.
func (d drawing) items(s scale, resource int, suffix string) []business.Item {
	id := d.s.Resources[resource].ID
	var items []business.Item
	for _, a := range d.s.Booked {
		if a.Status == "cancelled" || !a.StartsAt.Before(s.to) || !a.EndsAt.After(s.from) || !strings.Contains(a.Takes, id.String()) {
			continue
		}
		takes := a.Resources()
		kept := ""
		if a.Holds() {
			kept = keptFree(a.StartsAt, a.EndsAt, a.Before, a.After, d.loc)
		}
		items = append(items, business.Item{Kept: kept, Span: s.span(a.StartsAt, a.EndsAt), ID: a.ID.String(), Key: key("a", a.ID, id, suffix),
			Start: web.Clock(a.StartsAt, d.loc), End: web.Clock(a.EndsAt, d.loc), Clock: a.StartsAt.In(d.loc).Format("15:04"), Customer: a.Customer, Service: a.Service, Status: a.Status,
			With: d.others(takes, id), Note: a.Note, Minutes: int(a.EndsAt.Sub(a.StartsAt).Minutes()), Version: stamp(a.UpdatedAt),
			CanMove: a.Holds() && d.who.may(takes) && s.begins(a.StartsAt), Late: a.Status == "confirmed" && a.EndsAt.Before(d.now), Href: urls.Appointment(a.ID.String(), d.back)})
	}
	for _, b := range d.s.Blockers {
		if !b.StartsAt.Before(s.to) || !b.EndsAt.After(s.from) || b.Resource.Valid && b.Resource.UUID != id {
			continue
		}
		item := business.Item{Span: s.span(b.StartsAt, b.EndsAt), ID: b.ID.String(), Key: key("b", b.ID, id, suffix), Blocker: true,
			Start: web.Clock(b.StartsAt, d.loc), End: web.Clock(b.EndsAt, d.loc), Clock: b.StartsAt.In(d.loc).Format("15:04"), Note: b.Reason, Minutes: int(b.EndsAt.Sub(b.StartsAt).Minutes()),
			Href: urls.Blocker(b.ID.String(), d.back), CanMove: d.who.mayBlock(b.Resource) && s.begins(b.StartsAt)}
		if b.ExpiresAt != nil {
			item.Note, item.CanMove, item.Href = "Held for a visitor", false, ""
		}
		items = append(items, item)
	}
	slices.SortStableFunc(items, func(a, b business.Item) int { return cmp.Or(cmp.Compare(a.Row, b.Row), cmp.Compare(b.Rows, a.Rows)) })
	return items
}

// key is an element's id; the same appointment stands in each lane that it takes.
func key(kind string, id, lane uuid.UUID, suffix string) string {
	return kind + id.String() + "-" + lane.String()[24:] + suffix
}

// stamp is an appointment's version, as forms carry it.
func stamp(t time.Time) string { return strconv.FormatInt(t.UnixMicro(), 10) }

// others names what else an appointment takes.
func (d drawing) others(takes []uuid.UUID, but uuid.UUID) string {
	var names []string
	for _, id := range takes {
		if id != but {
			names = append(names, d.names[id])
		}
	}
	return strings.Join(names, ", ")
}

// spread puts items that overlap side by side.
func spread(items []business.Item) {
	for i := 0; i < len(items); {
		var ends []int // by column
		until, first := 0, i
		for ; i < len(items) && (i == first || items[i].Row < until); i++ {
			col := slices.IndexFunc(ends, func(end int) bool { return end <= items[i].Row })
			if col < 0 {
				ends, col = append(ends, 0), len(ends)
			}
			ends[col] = items[i].Row + items[i].Rows
			items[i].Col, until = col, max(until, ends[col])
		}
		for j := first; j < i; j++ {
			items[j].Cols = len(ends)
		}
	}
}

// window is what of a day is drawn: open hours and what is booked, with an hour
// around, in whole hours.
func (d drawing) window(date store.Date, lanes []int) (first, last time.Time) {
	from, to := date.At(0, d.loc), (date+1).At(0, d.loc)
	first, last = to, from
	add := func(start, end time.Time) {
		if end.After(from) && start.Before(to) {
			first, last = earlier(first, start), later(last, end)
		}
	}
	for _, i := range lanes {
		for _, open := range d.s.Open[i] {
			add(open.Start, open.End)
		}
		for _, a := range d.s.Booked {
			if a.Status != "cancelled" && strings.Contains(a.Takes, d.s.Resources[i].ID.String()) {
				add(a.StartsAt, a.EndsAt)
			}
		}
	}
	if !last.After(first) { // nothing at all
		return date.At(8*60, d.loc), date.At(18*60, d.loc)
	}
	first, last = first.In(d.loc).Add(-time.Hour), last.In(d.loc).Add(2*time.Hour-time.Second)
	first = later(from, first.Add(-time.Duration(first.Minute())*time.Minute-time.Duration(first.Second())*time.Second))
	last = last.Add(-time.Duration(last.Minute())*time.Minute - time.Duration(last.Second())*time.Second)
	return first.In(d.loc), earlier(to, last).In(d.loc)
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// nextHour is the next moment at which the clock shows a full hour.
func nextHour(t time.Time) time.Time {
	return t.Add(time.Duration(60-t.Minute()) * time.Minute)
}

// clockText is a label of the scale; on days when the clocks change it names the
// zone, since an hour may come twice.
func clockText(t time.Time, changes bool) string {
	if !changes {
		return t.Format("15:04")
	}
	return t.Format("15:04 MST")
}

func clip(spans []calendar.Interval, from, to time.Time) []calendar.Interval {
	var clipped []calendar.Interval
	for _, s := range spans {
		s.Start, s.End = later(s.Start, from), earlier(s.End, to)
		if s.Start.Before(s.End) {
			clipped = append(clipped, s)
		}
	}
	return clipped
}

func (d drawing) hoursText(open []calendar.Interval) string {
	if len(open) == 0 {
		return "Closed"
	}
	texts := make([]string, len(open))
	for i, s := range open {
		texts[i] = web.ClockTime(s.Start, d.loc) + "–" + web.ClockTime(s.End, d.loc)
	}
	return strings.Join(texts, ", ")
}

// requests are the pending appointments beside the schedule.
func (d drawing) requests(list []calendar.Scheduled) []business.Request {
	rows := make([]business.Request, len(list))
	for i, a := range list {
		takes := a.Resources()
		rows[i] = business.Request{ID: a.ID.String(), Day: web.Day(a.StartsAt, d.loc), Start: web.Clock(a.StartsAt, d.loc), Customer: a.Customer, Service: a.Service,
			With: d.others(takes, uuid.Nil), CanChange: d.who.may(takes), Href: urls.Appointment(a.ID.String(), d.back),
			Minutes: int(a.EndsAt.Sub(a.StartsAt).Minutes()), Version: stamp(a.UpdatedAt), Clock: a.StartsAt.In(d.loc).Format("15:04")}
		if a.ApproveBy != nil {
			rows[i].Until = web.Instant(*a.ApproveBy, d.loc)
		}
	}
	return rows
}

// mayBlock says whether a blocker can be changed: those of the whole business
// only by who may change everything.
func (m changer) mayBlock(resource uuid.NullUUID) bool {
	return m.any() && (m.all || resource.Valid && resource.UUID == m.own.UUID)
}

package business

import (
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
	"github.com/smoothschedule/smoothschedule/store/booking"
	"github.com/smoothschedule/smoothschedule/store/calendar"
	"github.com/smoothschedule/smoothschedule/store/catalog"
	"github.com/smoothschedule/smoothschedule/store/notices"
	"github.com/smoothschedule/smoothschedule/views/business"
	"github.com/smoothschedule/smoothschedule/views/ui"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

func (h *Handlers) appointmentShow(c echo.Context) error {
	id, err := pathID(c, "id")
	if err != nil {
		return err
	}
	return h.appointmentPage(c, http.StatusOK, id, appointmentTry{})
}

// appointmentTry is a change that was not taken: what was typed, and why not.
type appointmentTry struct {
	move    *business.MoveForm
	notes   *[4]string // staff note, price, name and phone of who comes
	errs    map[string]string
	refusal business.Refusal
}

// appointmentPage shows one appointment, as a page or in front of the schedule.
func (h *Handlers) appointmentPage(c echo.Context, status int, id uuid.UUID, try appointmentTry) error {
	tenant := web.Tenant(c)
	loc, now := tenant.Location(), time.Now()
	var b calendar.Booking
	var s catalog.Service
	var all []catalog.Resource
	var log []store.AuditEntry
	page, older := web.PageOf(c, "history"), false
	var mine changer
	var mails []notices.AppointmentNotice
	err := h.DB.InTenant(c.Request().Context(), *tenant, func(q *store.TenantTx) (err error) {
		if b, err = calendar.ReadBooking(q, id); err != nil {
			return err
		}
		if mine, err = readChanger(c, q); err != nil {
			return err
		}
		if s, err = catalog.ReadService(q, b.ServiceID); err != nil {
			return err
		}
		if all, err = catalog.AllResources(q); err != nil {
			return err
		}
		if log, older, err = booking.HistoryOf(q, b, page); err != nil {
			return err
		}
		mails, err = notices.Of(q, id)
		return err
	})
	if err != nil {
		return err
	}
	p := business.AppointmentProps{ID: id.String(), Customer: b.Customer, Service: b.Service, Status: b.Status,
		Day: web.Day(b.StartsAt, loc), Start: web.Clock(b.StartsAt, loc), End: web.Clock(b.EndsAt, loc), Zone: zoneName(b.StartsAt, loc),
		Duration: duration(int(b.EndsAt.Sub(b.StartsAt).Minutes())), Version: stamp(b.UpdatedAt), Errors: try.errs, Refusal: try.refusal,
		CanChange: mine.may(resourcesOf(b)), Back: backTo(c), Peek: isPeek(c), StaffNote: b.StaffNote, Price: priceText(b.PriceCents), Name: b.Customer, Phone: b.Phone}
	p.CanMove = p.CanChange && b.Holds()
	p.Facts = appointmentFacts(b, loc, now)
	if kept := keptFree(b.StartsAt, b.EndsAt, s.BufferBeforeMinutes, s.BufferAfterMinutes, loc); kept != "" && b.Holds() {
		p.Facts = append(p.Facts, ui.Fact{Term: "Kept free", Text: kept})
	}
	for _, r := range b.Resources {
		href := urls.Schedule(b.StartsAt.In(loc).Format(time.DateOnly), "", r.ID.String(), "")
		p.Takes = append(p.Takes, ui.Link{Label: r.Name, Href: href})
	}
	if mayManage(c, access.ServicesManage) {
		p.ServiceHref = urls.Service(b.ServiceID.String())
	}
	for _, to := range b.NextStatuses(now) {
		p.Actions = append(p.Actions, statusAction(b.Status, to))
	}
	p.Move = business.MoveForm{Date: b.StartsAt.In(loc).Format(time.DateOnly), Time: b.StartsAt.In(loc).Format("15:04"), Offset: offsetOf(b.StartsAt.In(loc)),
		Minutes: strconv.Itoa(int(b.EndsAt.Sub(b.StartsAt).Minutes())), Resources: membersOf(b, s, all, mine)}
	if len(b.Resources) > 0 {
		p.Move.Resource = b.Resources[0].ID.String()
	}
	if try.move != nil {
		try.move.Resources = p.Move.Resources
		p.Move = *try.move
	}
	p.Seen = web.Seen(noteAnswers(booking.AppointmentNotes{StaffNote: b.StaffNote, PriceCents: b.PriceCents, Name: &b.Customer, Phone: &b.Phone}))
	p.Move.Twins = twinChoice(p.Move.Date, p.Move.Time, p.Move.Offset, loc)
	p.Move.Twins.ID = "f-move-offset"
	if try.notes != nil {
		p.Seen = web.SeenAgain(c, urls.Appointment(p.ID, p.Back))
		p.StaffNote, p.Price, p.Name, p.Phone = try.notes[0], try.notes[1], try.notes[2], try.notes[3]
	}
	p.Older = web.Older(urls.Appointment(p.ID, p.Back), "history", "History", page, len(log), older)
	p.History, p.Mails = history(log, loc), noticeRows(mails, loc, mayManage(c, access.MailsSend))
	return h.Render(c, status, web.View{Title: b.Customer, Body: business.AppointmentPage(p), Fragment: business.AppointmentPeek(p)})
}

func resourcesOf(b calendar.Booking) []uuid.UUID {
	ids := make([]uuid.UUID, len(b.Resources))
	for i, r := range b.Resources {
		ids[i] = r.ID
	}
	return ids
}

// membersOf are what a service can take, as choices, and what the appointment
// takes already; staff don't give their appointments to others.
func membersOf(b calendar.Booking, s catalog.Service, all []catalog.Resource, mine changer) []ui.Option {
	var options []ui.Option
	for _, r := range all {
		own := mine.all || r.Kind != "STAFF" || r.ID == mine.own.UUID
		has := slices.Contains(resourcesOf(b), r.ID)
		switch {
		case r.IsActive && own && takes(s, r.ID):
			options = append(options, ui.Option{Value: r.ID.String(), Label: r.Name})
		case has && r.IsActive:
			options = append(options, ui.Option{Value: r.ID.String(), Label: r.Name + " (as it is)"})
		case has:
			options = append(options, ui.Option{Value: r.ID.String(), Label: r.Name + " (disabled)"})
		}
	}
	return options
}

func takes(s catalog.Service, resource uuid.UUID) bool {
	for _, set := range s.Sets {
		for _, id := range set {
			if id == resource {
				return true
			}
		}
	}
	return false
}

func appointmentFacts(b calendar.Booking, loc *time.Location, now time.Time) []ui.Fact {
	term, name := "Customer", b.Customer
	if b.Under != "" {
		term, name = "Booked under", b.Under
	}
	facts := []ui.Fact{{Term: term, Content: business.CustomerLink(b.CustomerID.String(), name)}}
	if b.Email != "" {
		facts = append(facts, ui.Fact{Term: "E-mail", Content: ui.Email(b.Email)})
	}
	if b.Phone != "" {
		facts = append(facts, ui.Fact{Term: "Phone", Content: ui.Phone(b.Phone)})
	}
	if b.Party > 1 {
		facts = append(facts, ui.Fact{Term: "People", Text: strconv.Itoa(b.Party)})
	}
	if b.Note != "" {
		facts = append(facts, ui.Fact{Term: "Customer's note", Content: ui.Name(b.Note)})
	}
	if b.StaffNote != "" {
		facts = append(facts, ui.Fact{Term: "Team's note", Content: ui.Name(b.StaffNote)})
	}
	facts = append(facts, ui.Fact{Term: "Price", Text: web.Price(b.PriceCents)})
	if b.LateFeeCents != nil && *b.LateFeeCents > 0 {
		facts = append(facts, ui.Fact{Term: "Late fee", Text: web.Amount(*b.LateFeeCents)})
	}
	source := map[string]string{calendar.ByTeam: "by the team", calendar.ByGuest: "on the booking page", calendar.ByPortal: "by the customer, logged in"}[b.Source]
	facts = append(facts, ui.Fact{Term: "Booked", Text: web.Instant(b.CreatedAt, loc).Text + ", " + source})
	if b.ApproveBy != nil && b.ApproveBy.After(now) {
		facts = append(facts, ui.Fact{Term: "Held until", Content: ui.TimeText(web.Instant(*b.ApproveBy, loc))})
	}
	return facts
}

// statusAction is how a change of state is offered.
func statusAction(from, to string) business.StatusAction {
	a := business.StatusAction{Status: to}
	switch to {
	case "confirmed":
		a.Label, a.Icon, a.Primary = "Confirm", "check", true
		if from != "pending" {
			a.Label, a.Primary = "Back to confirmed", false
		}
	case "completed":
		a.Label, a.Icon, a.Primary = "Complete", "check-circle", from == "confirmed"
	case "no_show":
		a.Label, a.Icon = "No-show", "ban"
	case "cancelled":
		a.Label, a.Icon = "Cancel appointment", "x"
		if from == "pending" {
			a.Label = "Decline"
		}
	}
	return a
}

var historyWords = map[string]string{
	"appointment.booked": "Booked", "appointment.moved": "Moved", "appointment.confirmed": "Confirmed", "appointment.completed": "Completed",
	"appointment.cancelled": "Cancelled", "appointment.declined": "Declined", "appointment.no_show": "Marked as a no-show",
	"appointment.expired": "Request ran out", "appointment.reopened": "Made a request again", "appointment.changed": "Note or price changed",
}

func history(log []store.AuditEntry, loc *time.Location) []business.HistoryLine {
	lines := make([]business.HistoryLine, len(log))
	for i, e := range log {
		what := historyWords[e.Action]
		if what == "" {
			what = web.ActionText(e.Action)
		}
		if _, start := e.Change("start"); e.Action == "appointment.booked" && start != "" && start < e.At.UTC().Format(time.RFC3339) {
			what = "Written down afterwards"
		}
		lines[i] = business.HistoryLine{At: web.Instant(e.At, loc), Who: e.SubjectName, What: what + movedText(e, loc)}
		if e.ActorName != e.SubjectName {
			lines[i].Who = e.ActorName + " as " + e.SubjectName
		}
	}
	return lines
}

// movedText says where from and where to an appointment was moved.
func movedText(e store.AuditEntry, loc *time.Location) string {
	before, after := e.Change("start")
	from, err1 := time.Parse(time.RFC3339, before)
	to, err2 := time.Parse(time.RFC3339, after)
	if e.Action != "appointment.moved" {
		return ""
	}
	var texts []string
	if err1 == nil && err2 == nil {
		texts = append(texts, "from "+web.DayTime(from, loc)+" to "+web.DayTime(to, loc))
	}
	if before, after = e.Change("with"); after != "" && before != after {
		texts = append(texts, "from "+before+" to "+after)
	}
	if len(texts) == 0 {
		return ""
	}
	return " " + strings.Join(texts, ", ")
}

// backTo is the page that a change came from.
func backTo(c echo.Context) string {
	back := c.FormValue("back")
	if back == "" {
		return ""
	}
	return web.LocalPath(back, "")
}

// isPeek says whether htmx wants to show something in front of the schedule.
func isPeek(c echo.Context) bool {
	return web.IsPartial(c) && strings.HasSuffix(c.Request().Header.Get("HX-Target"), "#peek")
}

// onSchedule says whether a change was made on an open schedule.
func onSchedule(c echo.Context) bool {
	return web.IsPartial(c) && (isPeek(c) || strings.HasSuffix(c.Request().Header.Get("HX-Target"), "#schedule"))
}

// changed answers after a change: the schedule that it was made on, or the page
// that it came from, with a message that can take it back.
func (h *Handlers) changed(c echo.Context, toast ui.Toast, otherwise string) error {
	back := backTo(c)
	if onSchedule(c) && strings.HasPrefix(back, urls.SchedulePath()) {
		p, err := h.scheduleProps(c, queryOf(back))
		if err != nil {
			return err
		}
		if toast.Undo != nil {
			toast.Undo.Target = "#schedule"
		}
		return web.Write(c, http.StatusOK, business.ScheduleChanged(p, toast))
	}
	h.FlashToast(c, toast)
	if back == "" {
		back = otherwise
	}
	return web.Redirect(c, back)
}

package business

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/availability"
	"github.com/smoothschedule/smoothschedule/store/booking"
	"github.com/smoothschedule/smoothschedule/store/calendar"
	"github.com/smoothschedule/smoothschedule/store/catalog"
	"github.com/smoothschedule/smoothschedule/views/business"
	"github.com/smoothschedule/smoothschedule/views/ui"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

// queryOf reads the parameters of a local address.
func queryOf(path string) func(string) string {
	u, err := url.Parse(path)
	if err != nil {
		return func(string) string { return "" }
	}
	return u.Query().Get
}

// seenAt is the version of a row that a form was made from.
func seenAt(c echo.Context) time.Time {
	micros, err := strconv.ParseInt(c.FormValue("version"), 10, 64)
	if err != nil {
		return time.Time{}
	}
	return time.UnixMicro(micros)
}

// before reads an appointment as it is before a change, and who may change it.
func (h *Handlers) before(c echo.Context, id uuid.UUID) (b calendar.Booking, mine changer, err error) {
	err = h.DB.InTenant(c.Request().Context(), *web.Tenant(c), func(q *store.TenantTx) (err error) {
		if b, err = calendar.ReadBooking(q, id); err != nil {
			return err
		}
		mine, err = readChanger(c, q)
		return err
	})
	return b, mine, err
}

var statusDone = map[string]string{"pending": "waits for an answer again", "confirmed": "is confirmed", "completed": "is completed", "no_show": "is marked as a no-show", "cancelled": "is cancelled"}

func (h *Handlers) appointmentStatus(c echo.Context) error {
	id, err := pathID(c, "id")
	if err != nil {
		return err
	}
	to := c.FormValue("status")
	if statusDone[to] == "" {
		return echo.NewHTTPError(http.StatusUnprocessableEntity, "Choose what becomes of the appointment.")
	}
	was, _, err := h.before(c, id)
	if err != nil {
		return err
	}
	answer := text(c, "answer")
	if errs := (map[string]string{}); to == "cancelled" {
		if web.CheckText(errs, "answer", answer, 0, 200, ""); len(errs) > 0 {
			return h.appointmentInvalid(c, id, appointmentTry{errs: errs})
		}
	}
	b, err := booking.SetStatus(c.Request().Context(), h.DB, *web.Tenant(c), calendar.Handle{ID: id, SeenAt: seenAt(c), Answer: answer}, to)
	if err != nil {
		return h.refused(c, id, err, appointmentTry{})
	}
	toast := ui.Toast{Tone: ui.Success, About: id.String(), Text: b.Customer + "’s appointment " + statusDone[b.Status] + "."}
	if was.Status == "pending" && b.Status == "cancelled" {
		toast.Text = b.Customer + "’s request is declined."
	}
	if was.Status != b.Status && canGoBack(was, b) {
		toast.Undo = &ui.Undo{Action: urls.AppointmentStatus(id.String()), Fields: [][2]string{{"status", was.Status}, {"version", stamp(b.UpdatedAt)}, {"back", backTo(c)}}}
	}
	return h.changed(c, toast, urls.Appointment(id.String(), ""))
}

// canGoBack says whether a change of state can be taken back now.
func canGoBack(was, b calendar.Booking) bool {
	now := time.Now()
	if was.Status == "pending" {
		return b.StartsAt.After(now)
	}
	return slices.Contains(b.NextStatuses(now), was.Status)
}

func (h *Handlers) appointmentMove(c echo.Context) error {
	id, err := pathID(c, "id")
	if err != nil {
		return err
	}
	tenant := web.Tenant(c)
	loc := tenant.Location()
	was, mine, err := h.before(c, id)
	if err != nil {
		return err
	}
	typed := business.MoveForm{Date: text(c, "date"), Time: typedClock(c, "time"), Minutes: text(c, "minutes"), Resource: c.FormValue("resource_id"), Offset: c.FormValue("offset")}
	errs := map[string]string{}
	m := booking.Movement{Handle: calendar.Handle{ID: id, SeenAt: seenAt(c)}, Force: true, Ask: c.FormValue("anyway") == "", Status: c.FormValue("status")}
	m.Start = sameWall(c.FormValue("start"), startField(c, errs, loc), was.StartsAt, loc)
	if typed.Date == "" && !m.Start.IsZero() {
		typed.Date, typed.Time, typed.Offset = m.Start.In(loc).Format(time.DateOnly), m.Start.In(loc).Format("15:04"), offsetOf(m.Start.In(loc))
	}
	if minutes := optionalNumber(errs, "minutes", typed.Minutes, 5, 24*60); minutes != nil {
		m.Minutes = *minutes
	}
	// What comes back to the lane that it left keeps all that it takes.
	if typed.Resource != c.FormValue("from_resource") && typed.Resource != "" {
		m.Resource = resourceField(errs, "resource_id", typed.Resource)
	}
	if m.Resource.Valid && !mine.all && m.Resource.UUID != mine.own.UUID && !slices.Contains(resourcesOf(was), m.Resource.UUID) {
		if err := h.notAColleagues(c, m.Resource.UUID); err != nil {
			return h.refused(c, id, err, appointmentTry{move: &typed})
		}
	}
	m.Undo = c.FormValue("undo") != "" && !m.SeenAt.IsZero()
	for _, value := range c.Request().PostForm["exactly"] {
		taken := resourceField(errs, "resource_id", value)
		if !mine.all && taken.UUID != mine.own.UUID && !slices.Contains(resourcesOf(was), taken.UUID) {
			if err := h.notAColleagues(c, taken.UUID); err != nil {
				return h.refused(c, id, err, appointmentTry{move: &typed})
			}
		}
		m.Exactly = append(m.Exactly, taken.UUID)
	}
	if len(errs) > 0 {
		return h.appointmentInvalid(c, id, appointmentTry{move: &typed, errs: errs})
	}
	b, err := booking.Move(c.Request().Context(), h.DB, *tenant, m)
	if err != nil {
		return h.refused(c, id, err, appointmentTry{move: &typed})
	}
	return h.changed(c, movedToast(c, was, b), urls.Appointment(id.String(), ""))
}

// movedToast says where something is now, with the way back to exactly what it
// was, as long as nobody changes it again.
func movedToast(c echo.Context, was, b calendar.Booking) ui.Toast {
	loc := web.Tenant(c).Location()
	toast := ui.Toast{Tone: ui.Success, About: b.ID.String()}
	if was.UpdatedAt.Equal(b.UpdatedAt) {
		toast.About, toast.Text = "", "Nothing was moved."
		return toast
	}
	toast.Undo = &ui.Undo{Action: urls.AppointmentMove(b.ID.String()), Fields: [][2]string{
		{"start", was.StartsAt.UTC().Format(time.RFC3339)}, {"minutes", strconv.Itoa(int(was.EndsAt.Sub(was.StartsAt).Minutes()))},
		{"version", stamp(b.UpdatedAt)}, {"undo", "1"}, {"back", backTo(c)}}}
	for _, id := range resourcesOf(was) {
		toast.Undo.Fields = append(toast.Undo.Fields, [2]string{"exactly", id.String()})
	}
	done := " is moved to "
	if was.Status == "pending" && b.Status == "confirmed" {
		done = " is confirmed for "
		toast.Undo.Fields = append(toast.Undo.Fields, [2]string{"status", "pending"})
		if !b.StartsAt.After(time.Now()) {
			toast.Undo = nil
		}
	}
	toast.Text = b.Customer + done + web.DayTimes(b.StartsAt, b.EndsAt, loc) + " with " + b.With() + "."
	return toast
}

// notAColleagues refuses to put an own appointment into somebody else's calendar.
func (h *Handlers) notAColleagues(c echo.Context, resource uuid.UUID) error {
	return h.DB.InTenant(c.Request().Context(), *web.Tenant(c), func(q *store.TenantTx) error {
		r, err := catalog.ReadResource(q, resource)
		if err == nil && r.Kind == "STAFF" {
			err = &store.Error{Kind: store.Forbidden, Message: "You can't put this into a colleague's calendar. Ask a manager."}
		}
		return err
	})
}

func (h *Handlers) appointmentNotes(c echo.Context) error {
	id, err := pathID(c, "id")
	if err != nil {
		return err
	}
	typed, errs := [4]string{text(c, "staff_note"), text(c, "price"), text(c, "guest_name"), text(c, "guest_phone")}, map[string]string{}
	web.CheckText(errs, "staff_note", typed[0], 0, 200, "")
	in := booking.AppointmentNotes{StaffNote: typed[0], PriceCents: price(errs, "price", typed[1])}
	if c.Request().Form.Has("guest_name") { // a program may send the notes alone
		web.CheckText(errs, "guest_name", typed[2], 1, 120, "Give the name of who comes.")
		web.CheckText(errs, "guest_phone", typed[3], 0, 40, "")
		in.Name, in.Phone = &typed[2], &typed[3]
	}
	if len(errs) > 0 {
		return h.appointmentInvalid(c, id, appointmentTry{notes: &typed, errs: errs})
	}
	err = h.DB.InTenant(web.IfSeen(c, noteAnswers, in), *web.Tenant(c), func(q *store.TenantTx) error { return booking.SetAppointmentNotes(q, id, in) })
	if web.IsStale(err) {
		return h.appointmentPage(c, http.StatusConflict, id, appointmentTry{notes: &typed})
	}
	if err != nil {
		return err
	}
	h.Flash(c, ui.Success, "Saved.")
	return web.Redirect(c, urls.Appointment(id.String(), backTo(c)))
}

// appointmentInvalid shows a form again; one that was sent by a drag has no
// fields on the page, so that its messages stand above the lanes.
func (h *Handlers) appointmentInvalid(c echo.Context, id uuid.UUID, try appointmentTry) error {
	if onSchedule(c) && !isPeek(c) {
		for _, message := range try.errs {
			return web.Write(c, http.StatusUnprocessableEntity, business.ScheduleNote(business.Refusal{Message: message}))
		}
	}
	return h.appointmentPage(c, http.StatusUnprocessableEntity, id, try)
}

// refused answers what the store said no to: with the reason and the nearest
// free starts, above the lanes or on the appointment's page.
func (h *Handlers) refused(c echo.Context, id uuid.UUID, err error, try appointmentTry) error {
	status, r := h.refusal(c, err)
	if status == 0 {
		return err
	}
	if known := store.Refusal(err); known != nil && known.Reason == availability.Changed {
		if now, _, err := h.before(c, id); err == nil {
			r.Message += " " + asItIs(now, web.Tenant(c).Location())
		}
	}
	r.Action = urls.AppointmentMove(id.String())
	r.Fields = [][2]string{{"minutes", c.FormValue("minutes")}, {"resource_id", c.FormValue("resource_id")}, {"from_resource", c.FormValue("from_resource")}, {"back", backTo(c)}, {"status", c.FormValue("status")}}
	if onSchedule(c) && !isPeek(c) {
		r.Target, r.Typed = "#schedule", c.FormValue("start")
		return web.Write(c, status, business.ScheduleNote(r))
	}
	if isPeek(c) {
		r.Target = "#peek"
	}
	try.refusal = r
	return h.appointmentPage(c, status, id, try)
}

// asItIs says in a sentence what an appointment is.
func asItIs(b calendar.Booking, loc *time.Location) string {
	return web.DayTimes(b.StartsAt, b.EndsAt, loc) + " with " + b.With() + "; the appointment " + statusDone[b.Status] + "."
}

// refusal is what users are told; 0 when that is nothing but the usual.
func (h *Handlers) refusal(c echo.Context, err error) (status int, r business.Refusal) {
	if known := store.Refusal(err); known != nil {
		r.Anyway = known.Anyway
		loc := web.Tenant(c).Location()
		for _, slot := range known.Nearest {
			r.Nearest = append(r.Nearest, business.Nearest{Start: slot.Start.UTC().Format(time.RFC3339), Text: web.DayTime(slot.Start, loc)})
		}
	}
	switch r.Message = message(err); store.KindOf(err) {
	case store.Conflict:
		return http.StatusConflict, r
	case store.Invalid:
		return http.StatusUnprocessableEntity, r
	case store.Forbidden:
		return http.StatusForbidden, r
	}
	return 0, r
}

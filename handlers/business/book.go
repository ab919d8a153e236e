package business

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/booking"
	"github.com/smoothschedule/smoothschedule/store/calendar"
	"github.com/smoothschedule/smoothschedule/store/catalog"
	"github.com/smoothschedule/smoothschedule/views/business"
	"github.com/smoothschedule/smoothschedule/views/ui"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

// book walks a visitor through what, when and who; each step is an address.
func (h *Handlers) book(c echo.Context) error {
	if c.QueryParam("service_id") == "" {
		return h.bookServices(c)
	}
	if c.QueryParam("start") == "" {
		return h.bookTimes(c, http.StatusOK, "")
	}
	return h.bookDetails(c)
}

func (h *Handlers) bookServices(c echo.Context) error {
	tenant := web.Tenant(c)
	var services []catalog.Service
	var policies catalog.Policies
	err := h.DB.InTenant(c.Request().Context(), *tenant, func(q *store.TenantTx) (err error) {
		if policies, err = catalog.ReadPolicies(q); err == nil {
			services, err = catalog.PublicServices(q)
		}
		return err
	})
	if err != nil {
		return err
	}
	allowFrames(c, policies)
	p := business.BookServicesProps{Business: tenant.Name, Message: policies.BookMessage, Closed: !policies.BookingOpen}
	for _, s := range services {
		p.Services = append(p.Services, business.BookService{Name: s.Name, Description: s.Description, Duration: duration(s.DurationMinutes),
			Price: web.Price(s.PriceCents), Href: urls.BookStep("service_id", s.ID.String())})
	}
	return h.Render(c, http.StatusOK, web.View{Title: "Book an appointment", Body: business.BookServices(p), Description: "Book an appointment at " + tenant.Name + "."})
}

// wish is what a visitor has chosen so far.
type wish struct {
	service  uuid.UUID
	resource uuid.NullUUID
	party    int
	hold     uuid.UUID
	form     calendar.Handle // id and link of the appointment to be
}

func (h *Handlers) readWish(c echo.Context) (wish, error) {
	var w wish
	var err error
	if w.service, err = uuid.Parse(c.FormValue("service_id")); err != nil {
		return w, echo.ErrNotFound
	}
	if id, err := uuid.Parse(c.FormValue("resource_id")); err == nil {
		w.resource = uuid.NullUUID{UUID: id, Valid: true}
	}
	w.party = 1
	if n, err := strconv.Atoi(c.FormValue("party_size")); err == nil && n > 0 && n < 10_000 {
		w.party = n
	}
	// The browser has one hold, the newest; a form may be older.
	w.hold, _ = uuid.Parse(c.FormValue("hold"))
	if own, err := uuid.Parse(h.Hold(c)); err == nil {
		w.hold = own
	}
	if web.Principal(c).ViewOnly() { // eyes that only look hold nothing
		w.hold = uuid.Nil
	}
	w.form, _ = calendar.ParseBookingToken(c.FormValue("form"))
	return w, nil
}

// query are the wish's parts for an address or a form.
func (w wish) query(z clocks, zoneGiven bool) []string {
	pairs := []string{"service_id", w.service.String()}
	if w.resource.Valid {
		pairs = append(pairs, "resource_id", w.resource.UUID.String())
	}
	if w.party > 1 {
		pairs = append(pairs, "party_size", strconv.Itoa(w.party))
	}
	if zoneGiven {
		pairs = append(pairs, "zone", z.visitor.String())
	}
	return pairs
}

func hiddenFields(pairs ...string) []business.Hidden {
	var fields []business.Hidden
	for i := 0; i+1 < len(pairs); i += 2 {
		fields = append(fields, business.Hidden{Name: pairs[i], Value: pairs[i+1]})
	}
	return fields
}

func (h *Handlers) bookTimes(c echo.Context, status int, problem string) error {
	tenant := web.Tenant(c)
	w, err := h.readWish(c)
	if err != nil {
		return err
	}
	z, given := readClocks(c)
	d := readDays(c, z)
	var s catalog.Service
	var policies catalog.Policies
	var people []calendar.Booked
	var slots []store.Slot
	var next *time.Time
	most := 0
	err = h.DB.InTenant(c.Request().Context(), *tenant, func(q *store.TenantTx) (err error) {
		if s, err = catalog.ReadService(q, w.service); err != nil {
			return err
		}
		if policies, err = catalog.ReadPolicies(q); err != nil {
			return err
		}
		if people, err = calendar.PeopleFor(q, s); err != nil {
			return err
		}
		if most, err = calendar.PartyLimit(q, s); err != nil {
			return err
		}
		ask := calendar.Wish{From: d.from, To: d.to, Resource: w.resource, Party: w.party, Hold: w.hold}
		if slots, err = calendar.FreeSlotsOf(q, s, policies, ask); err != nil || len(slots) > 0 {
			return err
		}
		ask.From, ask.To = d.to, d.horizon()
		later, err := calendar.FreeSlotsOf(q, s, policies, ask)
		if len(later) > 0 {
			next = &later[0].Start
		}
		return err
	})
	if err != nil {
		return err
	}
	allowFrames(c, policies)
	pairs := w.query(z, given)
	p := business.BookTimesProps{ZoneNote: z.note, Service: s.Name, Description: s.Description, Duration: duration(s.DurationMinutes), Price: web.Price(s.PriceCents), Message: policies.BookMessage,
		ServiceID: s.ID.String(), Date: c.FormValue("date"), Zones: web.TimeZones(), ZoneGiven: given, Party: strconv.Itoa(w.party), Error: problem}
	if len(people) > 0 {
		p.People = []ui.Option{{Value: "", Label: "Anybody"}}
		for _, r := range people {
			p.People = append(p.People, ui.Option{Value: r.ID.String(), Label: r.Name})
		}
		if w.resource.Valid {
			p.Person = w.resource.UUID.String()
		}
	}
	for n := 1; most > 1 && n <= min(most, 50); n++ {
		p.Parties = append(p.Parties, ui.Option{Value: strconv.Itoa(n), Label: strconv.Itoa(n)})
	}
	p.Picker = z.picker(d, slots, next, func(date string) string { return urls.BookStep(append(pairs, "date", date)...) })
	p.Picker.Action, p.Picker.Hidden = urls.BookHold(), hiddenFields(append(pairs, "date", d.first.String(), "hold", w.holdText())...)
	p.Picker.Closed, p.Hold = web.Principal(c).ViewOnly(), w.holdText()
	z.limit(&p.Picker, d, policies.Horizon(s))
	switch {
	case problem != "" || policies.BookingOpen && most >= w.party:
	case policies.BookingOpen && most == 0:
		p.Error = "Nobody does this at the moment."
	case policies.BookingOpen:
		p.Error = "This is for at most " + heads(most) + "."
	}
	if !policies.BookingOpen {
		p.Error = "This business takes no bookings online at the moment."
	}
	return h.Render(c, status, web.View{Title: "Book " + s.Name, Body: business.BookTimes(p)})
}

// bookHold keeps the chosen time while the visitor types. What is gone meanwhile
// leads back to the times, with the reason.
func (h *Handlers) bookHold(c echo.Context) error {
	w, err := h.readWish(c)
	if err != nil {
		return err
	}
	z, given := readClocks(c)
	start, wrong := store.ParseStart(c.FormValue("start"), z.business)
	if wrong != "" {
		return h.bookTimes(c, http.StatusUnprocessableEntity, wrong)
	}
	held, err := booking.TakeHold(c.Request().Context(), h.DB, *web.Tenant(c), booking.NewHold{Service: w.service, Start: start, Resource: w.resource, Party: w.party,
		Replaces: w.hold, From: web.Client(c)})
	if refusal := store.Refusal(err); refusal != nil {
		return h.bookTimes(c, statusOf(refusal), refusal.Message)
	}
	switch {
	case store.FieldErrors(err) != nil:
		return h.bookTimes(c, http.StatusUnprocessableEntity, message(err))
	case store.MonthFull(err):
		return h.bookTimes(c, http.StatusConflict, message(err))
	case err != nil:
		return err
	}
	pairs := append(w.query(z, given), "start", start.In(z.business).Format(time.RFC3339))
	w.hold = held.Secret
	h.SetHold(c, w.holdText())
	return web.Redirect(c, urls.BookStep(append(pairs, "hold", w.holdText())...))
}

// holdText is the secret of the hold as forms and addresses carry it.
func (w wish) holdText() string {
	if w.hold == uuid.Nil {
		return ""
	}
	return w.hold.String()
}

// bookRelease gives a held time back: who looks for another one keeps nobody from
// it.
func (h *Handlers) bookRelease(c echo.Context) error {
	w, err := h.readWish(c)
	if err != nil {
		return err
	}
	if err := booking.Release(c.Request().Context(), h.DB, *web.Tenant(c), w.hold); err != nil {
		return err
	}
	h.SetHold(c, "")
	z, given := readClocks(c)
	return web.Redirect(c, urls.BookStep(append(w.query(z, given), "date", c.FormValue("date"))...))
}

func statusOf(e *store.Error) int {
	if e.Kind == store.Conflict {
		return http.StatusConflict
	}
	return http.StatusUnprocessableEntity
}

// frames lets the sites that may show the booking page show what went wrong in it.
func (h *Handlers) frames(c echo.Context) error {
	policies, err := h.policies(c)
	if err == nil {
		allowFrames(c, policies)
	}
	return err
}

// allowFrames lets the sites that the business named show the booking page
// inside theirs. What is no plain origin is left out.
func allowFrames(c echo.Context, p catalog.Policies) {
	var origins []string
	for _, text := range strings.FieldsFunc(p.FrameOrigins, func(r rune) bool { return r == ' ' || r == ',' || r == '\n' }) {
		u, err := url.Parse(text)
		if err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Scheme+"://"+u.Host == text && !strings.ContainsAny(u.Host, "*;'\"") && u.Hostname() != "" {
			origins = append(origins, text)
		}
	}
	web.AllowFrames(c, origins)
}

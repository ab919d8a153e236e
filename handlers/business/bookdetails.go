package business

import (
	"net/http"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/booking"
	"github.com/smoothschedule/smoothschedule/store/calendar"
	"github.com/smoothschedule/smoothschedule/store/catalog"
	"github.com/smoothschedule/smoothschedule/views/business"
	"github.com/smoothschedule/smoothschedule/views/ui"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

// bookDetails asks who comes, for a start that was chosen.
func (h *Handlers) bookDetails(c echo.Context) error {
	w, err := h.readWish(c)
	if err != nil {
		return err
	}
	start, wrong := store.ParseStart(c.QueryParam("start"), web.Tenant(c).Location())
	if wrong != "" {
		return h.bookTimes(c, http.StatusUnprocessableEntity, wrong)
	}
	return h.detailsPage(c, http.StatusOK, w, start, business.BookDetailsProps{})
}

// detailsPage shows the last step: p has what was typed and what is wrong.
func (h *Handlers) detailsPage(c echo.Context, status int, w wish, start time.Time, p business.BookDetailsProps) error {
	var d details
	err := h.DB.InTenant(c.Request().Context(), *web.Tenant(c), func(q *store.TenantTx) (err error) {
		if d.Service, err = catalog.ReadService(q, w.service); err != nil {
			return err
		}
		if d.Policies, err = catalog.ReadPolicies(q); err != nil {
			return err
		}
		if w.resource.Valid {
			r, err := catalog.ReadResource(q, w.resource.UUID)
			if err != nil {
				return err
			}
			d.with = r.Name
		}
		if w.hold != uuid.Nil && !web.Principal(c).ViewOnly() {
			d.until, err = booking.HoldUntil(q, w.hold, start)
		}
		return err
	})
	if err != nil {
		return err
	}
	return h.showDetails(c, status, w, start, p, d)
}

// refusedPage is detailsPage for who came too late. In a rush there are many, so
// it asks for nothing that the refusal does not bring.
func (h *Handlers) refusedPage(c echo.Context, refusal *store.Error, w wish, start time.Time, p business.BookDetailsProps) error {
	z, _ := readClocks(c)
	p.Refused, p.NothingElse = refusal.Message, len(refusal.Nearest) == 0
	for _, s := range refusal.Nearest {
		p.Nearest = append(p.Nearest, z.start(s.Start, "Monday, 2 January 2006, "))
	}
	asked, ok := booking.AskedFor(refusal)
	if !ok {
		return h.detailsPage(c, statusOf(refusal), w, start, p)
	}
	return h.showDetails(c, statusOf(refusal), w, start, p, details{Asked: asked})
}

// details are what the last step shows of the choice.
type details struct {
	catalog.Asked
	with  string
	until time.Time // of the hold
}

func (h *Handlers) showDetails(c echo.Context, status int, w wish, start time.Time, p business.BookDetailsProps, d details) error {
	s, policies := d.Service, d.Policies
	z, given := readClocks(c)
	if s.Status() != "shown" {
		return echo.ErrNotFound
	}
	allowFrames(c, policies)
	pairs := w.query(z, given)
	p.Chosen = z.chosen(s.Name, d.with, start, start.Add(time.Duration(s.DurationMinutes)*time.Minute), s.PriceCents, w.party)
	p.Back = urls.BookStep(append(pairs, "date", start.In(z.visitor).Format(time.DateOnly))...)
	if w.form.ID == uuid.Nil {
		w.form = calendar.Handle{ID: uuid.Must(uuid.NewV7()), Secret: uuid.New()}
	}
	p.Hidden = hiddenFields(append(pairs, "form", calendar.BookingToken(w.form.ID, w.form.Secret), "shown", strconv.FormatInt(time.Now().UnixMilli(), 10))...)
	if p.Refused == "" || len(p.Nearest) == 0 {
		p.Hidden = append(p.Hidden, hiddenFields("start", start.In(z.business).Format(time.RFC3339))...)
	}
	if p.Refused == "" && !d.until.IsZero() {
		p.Hidden = append(p.Hidden, hiddenFields("hold", w.hold.String())...)
		p.HeldUntil = web.Clock(d.until, z.visitor)
		p.Release = hiddenFields(append(pairs, "date", start.In(z.visitor).Format(time.DateOnly), "hold", w.hold.String())...)
	}
	if who := web.Principal(c); who.Can(access.PortalView) && who != nil {
		p.As = who.Subject.Name
	}
	if policies.NeedsApproval {
		p.Approval = "The business confirms each booking. Your time is kept until it answers, for " + strconv.Itoa(policies.ApprovalHours) + " h at most."
	}
	p.Policy, p.ZoneNote = termsAhead(policies, start, z), z.note
	return h.Render(c, status, web.View{Title: "Your details", Body: business.BookDetails(p)})
}

// termsAhead says what a change will cost of what is booked now.
func termsAhead(p catalog.Policies, start time.Time, z clocks) string {
	now := time.Now()
	b := calendar.Booking{Status: "confirmed", StartsAt: start, CreatedAt: now}
	if p.NeedsApproval {
		b.Status = "pending"
	}
	return web.ChangeTerms(b.ChangeTerms(p, now), z.visitor)
}

// quickest is how fast a person can be with a form; programs are faster.
const quickest = 700 * time.Millisecond

// bookCreate books. Service, start, name and e-mail suffice; the rest is comfort.
func (h *Handlers) bookCreate(c echo.Context) error {
	tenant := web.Tenant(c)
	w, err := h.readWish(c)
	if err != nil {
		return err
	}
	p := business.BookDetailsProps{Name: text(c, "name"), Email: web.Email(c, "email"), Phone: text(c, "phone"), Note: text(c, "note"), Errors: map[string]string{}}
	start, wrong := store.ParseStart(c.FormValue("start"), tenant.Location())
	if wrong != "" {
		return h.bookTimes(c, http.StatusUnprocessableEntity, wrong)
	}
	z, given := readClocks(c)
	in := calendar.NewBooking{Zone: z.given(given), ID: w.form.ID, Secret: w.form.Secret, Service: w.service, Start: start, Resource: w.resource, Party: w.party, Name: p.Name, Email: p.Email,
		Phone: p.Phone, Note: p.Note, Source: calendar.ByGuest, Hold: w.hold, From: web.Client(c)}
	if in.Secret == uuid.Nil {
		in.ID, in.Secret = uuid.Must(uuid.NewV7()), uuid.New()
	}
	if who := web.Principal(c); who != nil && who.Can(access.PortalView) {
		in.Source = calendar.ByPortal
	} else {
		web.CheckName(p.Errors, "name", p.Name, 1, 120, "Give your name.")
		web.CheckEmail(p.Errors, "email", p.Email)
		web.CheckText(p.Errors, "phone", p.Phone, 0, 40, "")
	}
	web.CheckText(p.Errors, "note", p.Note, 0, 200, "")
	checkHuman(c, p.Errors)
	if len(p.Errors) > 0 {
		return h.detailsPage(c, http.StatusUnprocessableEntity, w, start, p)
	}
	b, err := booking.Book(c.Request().Context(), h.DB, *tenant, in)
	if refusal := store.Refusal(err); refusal != nil {
		return h.refusedPage(c, refusal, w, start, p)
	}
	if p.Errors = store.FieldErrors(err); p.Errors != nil {
		return h.detailsPage(c, http.StatusUnprocessableEntity, w, start, p)
	}
	switch store.KindOf(err) {
	case store.Conflict:
		p.Refused = message(err)
		return h.detailsPage(c, http.StatusConflict, w, start, p)
	case store.Throttled:
		web.SetRetryAfter(c, err)
		p.Errors = map[string]string{"": message(err)}
		return h.detailsPage(c, http.StatusTooManyRequests, w, start, p)
	}
	if err != nil {
		return err
	}
	h.SetHold(c, "")
	if b.Again {
		return h.bookedAlready(c, b, in)
	}
	token := calendar.BookingToken(b.ID, in.Secret)
	h.SetBooked(c, token)
	return web.Redirect(c, urls.WithQuery(urls.BookDone(token), "zone", in.Zone))
}

// bookedAlready leads who books once more to the appointment that is there. Its
// link is for the browser that booked it and for a login: a name and an address
// prove nothing.
func (h *Handlers) bookedAlready(c echo.Context, b calendar.Booking, in calendar.NewBooking) error {
	const text = "You had booked this already. It is booked once."
	if in.Source == calendar.ByPortal {
		h.Flash(c, ui.Info, text)
		return web.Redirect(c, urls.Portal())
	}
	token := h.Booked(c)
	if link, ok := calendar.ParseBookingToken(token); ok && link.ID == b.ID {
		err := h.DB.InTenant(c.Request().Context(), *web.Tenant(c), func(q *store.TenantTx) error {
			_, err := calendar.BookingByLink(q, link)
			return err
		})
		if err == nil {
			h.Flash(c, ui.Info, text)
			return web.Redirect(c, urls.WithQuery(urls.BookDone(token), "zone", in.Zone))
		}
	}
	z, given := readClocks(c)
	p := business.BookedAlreadyProps{Chosen: z.chosen(b.Service, "", b.StartsAt, b.EndsAt, 0, 1), Email: in.Email,
		Back: urls.BookStep("service_id", b.ServiceID.String(), "zone", z.given(given))}
	return h.Render(c, http.StatusConflict, web.View{Title: "You have booked this already", Body: business.BookedAlready(p)})
}

// checkHuman refuses what fills in fields that nobody sees, or answers a form
// faster than anybody reads it.
func checkHuman(c echo.Context, errs map[string]string) {
	if c.FormValue("website") != "" {
		errs["website"] = "Leave the field for robots empty, please."
	}
	if shown, err := strconv.ParseInt(c.FormValue("shown"), 10, 64); err == nil && time.Since(time.UnixMilli(shown)) < quickest {
		errs[""] = "That was very quick. Please look at your details and send them again."
	}
}

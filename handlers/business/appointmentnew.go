package business

import (
	"net/http"
	"slices"
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

// maxFound are shown of the customers that match.
const maxFound = 6

func (h *Handlers) appointmentNew(c echo.Context) error {
	return h.appointmentForm(c, http.StatusOK, business.AppointmentFormProps{In: readAppointment(c)})
}

func readAppointment(c echo.Context) business.AppointmentInput {
	in := business.AppointmentInput{Q: text(c, "q"), CustomerID: c.FormValue("customer_id"), SamePhone: c.FormValue(booking.SamePhoneField) != "", Name: text(c, "customer_name"), Email: web.Email(c, "customer_email"),
		Phone: text(c, "customer_phone"), Guest: text(c, "guest_name"), Service: c.FormValue("service_id"), Resource: c.FormValue("resource_id"), Date: text(c, "date"), Time: typedClock(c, "time"), Offset: c.FormValue("offset"),
		Minutes: text(c, "minutes"), Price: text(c, "price"), Party: text(c, "party_size"), Note: text(c, "note"), StaffNote: text(c, "staff_note")}
	if in.CustomerID == newCustomer && in.Name+in.Email+in.Phone == "" {
		in.Name, in.Email, in.Phone = asTyped(in.Q)
	}
	return in
}

// newCustomer is chosen among who was found for who was searched and is new.
const newCustomer = "new"

// asTyped takes what was searched for as the name of somebody new, or as the
// address or number that it is.
func asTyped(q string) (name, email, phone string) {
	switch {
	case strings.Contains(q, "@"):
		return "", store.CanonicalEmail(q), ""
	case store.IsPhone(q):
		return "", "", q
	}
	return q, "", ""
}

func foundCustomer(r booking.CustomerRow) business.FoundCustomer {
	return business.FoundCustomer{ID: r.ID.String(), Name: r.Name, Phone: r.Phone, Email: r.Email}
}

func (h *Handlers) appointmentForm(c echo.Context, status int, p business.AppointmentFormProps) error {
	tenant := web.Tenant(c)
	var services []catalog.Service
	var all []catalog.Resource
	var mine changer
	err := h.DB.InTenant(c.Request().Context(), *tenant, func(q *store.TenantTx) (err error) {
		if mine, err = readChanger(c, q); err != nil {
			return err
		}
		if services, _, err = catalog.Services(q, catalog.ServiceFilter{Page: store.Page{Number: 1, Size: 200}}); err != nil {
			return err
		}
		if all, err = catalog.AllResources(q); err != nil {
			return err
		}
		if p.In.Date == "" && status == http.StatusOK {
			var shown catalog.Service
			with := c.QueryParam("resource_id")
			if with == "" && !mine.all {
				with = mine.own.UUID.String()
			}
			for _, s := range services {
				if id := s.ID.String(); mine.books(s) && (id == p.In.Service || p.In.Service == "" && shown.DurationMinutes == 0) {
					shown = s
				}
			}
			at, err := proposedStart(c, q, all, shown, with)
			if err != nil {
				return err
			}
			p.In.Date, p.In.Time, p.In.Offset = at.Format(time.DateOnly), at.Format("15:04"), offsetOf(at)
		}
		if p.Found, err = findCustomers(q, p.In); err != nil || p.Errors[booking.SamePhoneField] == "" {
			return err
		}
		known, err := booking.CustomersWithPhone(q, p.In.Phone)
		for _, k := range known {
			if f := foundCustomer(k); !slices.Contains(p.Found, f) {
				p.Found = append(p.Found, f)
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	p.Twins = twinChoice(p.In.Date, p.In.Time, p.In.Offset, tenant.Location())
	p.Zone, p.Back, p.Peek, p.CanAdd = zoneName(time.Now(), tenant.Location()), backTo(c), isPeek(c), mine.any()
	for _, s := range services {
		if mine.books(s) {
			p.Services = append(p.Services, ui.Option{Value: s.ID.String(), Label: s.Name + " (" + duration(s.DurationMinutes) + ")"})
		}
	}
	if mine.all {
		p.Resources = append(p.Resources, ui.Option{Label: "Anybody who is free"})
	}
	for _, r := range all {
		if r.IsActive && (mine.all || r.ID == mine.own.UUID) {
			p.Resources = append(p.Resources, ui.Option{Value: r.ID.String(), Label: r.Name})
		}
	}
	p.New.Name, p.New.Email, p.New.Phone = asTyped(p.In.Q)
	p.ID, p.Secret = c.FormValue("id"), c.FormValue("secret")
	if _, err := uuid.Parse(p.ID); err != nil || p.Refusal.Message != "" {
		p.ID, p.Secret = uuid.Must(uuid.NewV7()).String(), uuid.NewString()
	}
	if strings.HasSuffix(c.Request().Header.Get("HX-Target"), "#customer-pick") {
		return web.Write(c, status, business.CustomerPick(p))
	}
	return h.Render(c, status, web.View{Title: "New appointment", Body: business.AppointmentNew(p), Fragment: business.AppointmentNewPeek(p)})
}

// findCustomers lists who matches the search, and who is chosen already.
func findCustomers(q *store.TenantTx, in business.AppointmentInput) ([]business.FoundCustomer, error) {
	var found []business.FoundCustomer
	add := func(rows []booking.CustomerRow) {
		for _, r := range rows {
			found = append(found, foundCustomer(r))
		}
	}
	if id, err := uuid.Parse(in.CustomerID); err == nil {
		chosen, err := booking.CustomersByID(q, id)
		if err != nil {
			return nil, err
		}
		add(chosen)
	}
	if in.Q == "" {
		return found, nil
	}
	rows, _, err := booking.Customers(q, booking.CustomerFilter{Q: in.Q, Page: store.Page{Number: 1, Size: maxFound}})
	for _, r := range rows {
		if r.ID.String() != in.CustomerID {
			add([]booking.CustomerRow{r})
		}
	}
	return found, err
}

func (h *Handlers) appointmentCreate(c echo.Context) error {
	tenant := web.Tenant(c)
	loc := tenant.Location()
	in, errs := readAppointment(c), map[string]string{}
	if c.FormValue("find") != "" { // without scripts; what is typed must not stand in an address
		return h.appointmentForm(c, http.StatusOK, business.AppointmentFormProps{In: in})
	}
	b := bindBooking(c, in, errs, loc)
	if !b.Start.IsZero() {
		in.Date, in.Time, in.Offset = b.Start.In(loc).Format(time.DateOnly), b.Start.In(loc).Format("15:04"), offsetOf(b.Start.In(loc))
	}
	var mine changer
	err := h.DB.InTenant(c.Request().Context(), *tenant, func(q *store.TenantTx) (err error) {
		mine, err = readChanger(c, q)
		return err
	})
	if err != nil {
		return err
	}
	if !mine.any() {
		return &store.Error{Kind: store.Forbidden, Message: "There is no calendar of your own to book into. Ask a manager to link one to your login."}
	}
	if !mine.all {
		// Staff book into their own calendar, whatever else it takes.
		if b.Resource.Valid && b.Resource.UUID != mine.own.UUID {
			return &store.Error{Kind: store.Forbidden, Message: "You can book into your own calendar. Ask a manager for others."}
		}
		b.Resource = mine.own
	}
	if len(errs) > 0 {
		return h.appointmentForm(c, http.StatusUnprocessableEntity, business.AppointmentFormProps{In: in, Errors: errs})
	}
	made, err := booking.Book(c.Request().Context(), h.DB, *tenant, b)
	if err != nil {
		return h.notBooked(c, in, err)
	}
	toast := ui.Toast{Tone: ui.Success, Text: made.Customer + " is booked for " + web.DayTime(made.StartsAt, loc) + " with " + made.With() + underWhom(made) + "."}
	toast.Undo = &ui.Undo{Action: urls.AppointmentStatus(made.ID.String()), Fields: [][2]string{{"status", "cancelled"}, {"version", stamp(made.UpdatedAt)}, {"back", backTo(c)}}}
	toast.About = made.ID.String()
	return h.changed(c, toast, urls.Appointment(made.ID.String(), ""))
}

// underWhom tells that who comes is booked under somebody else's address.
func underWhom(b calendar.Booking) string {
	if b.Under == "" {
		return ""
	}
	return ", under " + b.Under + "’s address: mails about it go there"
}

// notBooked shows the form again with the reason and the nearest free starts.
func (h *Handlers) notBooked(c echo.Context, in business.AppointmentInput, err error) error {
	p := business.AppointmentFormProps{In: in}
	status, r := h.refusal(c, err)
	if status == 0 || status == http.StatusForbidden {
		return err
	}
	if store.Refusal(err) == nil {
		if p.Errors = store.FieldErrors(err); p.Errors == nil && store.MonthFull(err) {
			p.Refusal.Message = r.Message
		} else if p.Errors == nil {
			return err
		}
		if p.Errors[booking.SamePhoneField] != "" {
			status = http.StatusConflict
		}
		for _, field := range []string{"name", "email", "phone"} { // the engine's words for them
			if m, ok := p.Errors[field]; ok {
				p.Errors["customer_"+field] = m
			}
		}
		return h.appointmentForm(c, status, p)
	}
	r.Action = urls.AppointmentsPath()
	for _, f := range [][2]string{{"customer_id", in.CustomerID}, {"customer_name", in.Name}, {"customer_email", in.Email}, {"customer_phone", in.Phone}, {"guest_name", in.Guest},
		{"service_id", in.Service}, {"resource_id", in.Resource}, {"minutes", in.Minutes}, {"price", in.Price}, {"party_size", in.Party},
		{"note", in.Note}, {"staff_note", in.StaffNote}, {"back", backTo(c)}} {
		if f[1] != "" {
			r.Fields = append(r.Fields, f)
		}
	}
	if in.SamePhone {
		r.Fields = append(r.Fields, [2]string{booking.SamePhoneField, "1"})
	}
	if isPeek(c) {
		r.Target = "#peek"
	}
	p.Refusal = r
	return h.appointmentForm(c, status, p)
}

func bindBooking(c echo.Context, in business.AppointmentInput, errs map[string]string, loc *time.Location) calendar.NewBooking {
	b := calendar.NewBooking{Source: calendar.ByTeam, Force: true, Ask: c.FormValue("anyway") == "", Name: in.Name, Email: in.Email, Phone: in.Phone, Guest: in.Guest, Note: in.Note, StaffNote: in.StaffNote}
	b.Start = startField(c, errs, loc)
	var err error
	if b.Service, err = uuid.Parse(in.Service); err != nil {
		errs["service_id"] = "Choose a service."
	}
	b.Resource = resourceField(errs, "resource_id", in.Resource)
	if in.CustomerID != newCustomer {
		b.Customer = resourceField(errs, "customer_id", in.CustomerID)
	}
	b.SamePhone = in.SamePhone
	if !b.Customer.Valid {
		web.CheckName(errs, "customer_name", in.Name, 1, 120, "Choose a customer, or give the name of somebody new.")
		if in.Email != "" {
			web.CheckEmail(errs, "customer_email", in.Email)
		}
		web.CheckText(errs, "customer_phone", in.Phone, 0, 40, "")
	}
	web.CheckText(errs, "guest_name", in.Guest, 0, 120, "")
	if n := optionalNumber(errs, "minutes", in.Minutes, 5, 24*60); n != nil {
		b.Minutes = *n
	}
	if n := optionalNumber(errs, "party_size", in.Party, 1, 1000); n != nil {
		b.Party = *n
	}
	if in.Price != "" {
		cents := price(errs, "price", in.Price)
		b.PriceCents = &cents
	}
	web.CheckText(errs, "note", in.Note, 0, 200, "")
	web.CheckText(errs, "staff_note", in.StaffNote, 0, 200, "")
	// The same form sent twice books once.
	id, err1 := uuid.Parse(c.FormValue("id"))
	secret, err2 := uuid.Parse(c.FormValue("secret"))
	if err1 == nil && err2 == nil {
		b.ID, b.Secret = id, secret
	}
	return b
}

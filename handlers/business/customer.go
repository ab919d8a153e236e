package business

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/booking"
	"github.com/smoothschedule/smoothschedule/store/calendar"
	"github.com/smoothschedule/smoothschedule/views/business"
	"github.com/smoothschedule/smoothschedule/views/ui"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

// customerPage is what the page is made of beside what is stored: the one form
// that was wrong, as typed.
type customerPage struct {
	in           *business.CustomerInput
	errs         map[string]string
	note         string
	noteError    string
	confirm      string
	confirmError string
}

func (h *Handlers) customerShow(c echo.Context) error {
	return h.customerPage(c, http.StatusOK, customerPage{})
}

func (h *Handlers) customerPage(c echo.Context, status int, f customerPage) error {
	id, err := pathID(c, "id")
	if err != nil {
		return err
	}
	var customer booking.CustomerFile
	var notes []booking.CustomerNote
	var coming, past []calendar.Appointment
	var moreAhead, morePast bool
	aheadPage, pastPage := web.PageOf(c, "ahead"), web.PageOf(c, "past")
	tenant := web.Tenant(c)
	err = h.DB.InTenant(c.Request().Context(), *tenant, func(q *store.TenantTx) (err error) {
		if customer, err = booking.Customer(q, id); err != nil {
			return err
		}
		if notes, err = booking.CustomerNotes(q, id); err != nil {
			return err
		}
		if coming, moreAhead, err = calendar.AppointmentsOf(q, id, true, aheadPage); err != nil {
			return err
		}
		past, morePast, err = calendar.AppointmentsOf(q, id, false, pastPage)
		return err
	})
	if err != nil {
		return h.merged(c, id, err)
	}
	loc, now := tenant.Location(), time.Now()
	p := customerProps(c, customer)
	p.Zone, p.Upcoming, p.Past = zoneName(now, loc), appointmentRows(coming, loc, now, urls.Customer(p.ID)), appointmentRows(past, loc, now, urls.Customer(p.ID))
	p.CanBook = mayManage(c, access.AppointmentsEdit)
	p.Later = web.Later(urls.Customer(p.ID), "ahead", "Coming appointments", aheadPage, len(coming), moreAhead)
	p.Earlier = web.Older(urls.Customer(p.ID), "past", "Past and cancelled appointments", pastPage, len(past), morePast)
	p.Note, p.NoteError, p.Confirm, p.ConfirmError = f.note, f.noteError, f.confirm, f.confirmError
	if f.in != nil {
		p.Form.In, p.Form.Errors, p.Form.Seen = *f.in, f.errs, web.SeenAgain(c, urls.Customer(p.ID))
		if p.Form.SamePhone, err = h.samePhone(c, f.in.Phone, id, f.errs); err != nil {
			return err
		}
	}
	who := web.Principal(c)
	for _, n := range notes {
		p.Notes = append(p.Notes, business.CustomerNote{ID: n.ID.String(), Author: n.AuthorName, Body: n.Body, At: web.Instant(n.CreatedAt, loc),
			CanDelete: p.CanManage && !masquerading(c) && (p.CanErase || n.AuthorID.UUID == who.Actor.ID)})
	}
	return h.Render(c, status, web.View{Title: customer.Name, Body: business.Customer(p)})
}

func customerProps(c echo.Context, customer booking.CustomerFile) business.CustomerProps {
	loc := web.Tenant(c).Location()
	p := business.CustomerProps{ID: customer.ID.String(), Name: customer.Name, Email: customer.Email, Phone: customer.Phone, Tags: customer.Tags, Blocked: customer.BlockedAt != nil, Erased: customer.ErasedAt != nil,
		CanManage: mayManage(c, access.CustomersManage), CanExport: web.Principal(c).Can(access.CustomersExport), CanErase: mayManage(c, access.CustomersErase), SeesMails: web.Principal(c).Can(access.MailsView)}
	p.Sub = "Customer since " + web.Date(customer.CreatedAt, loc).Text
	p.Visits = ui.TileProps{Label: "Visits", Value: web.Count(customer.Completed), Hint: counted(customer.Cancelled, "cancellation")}
	p.Spent = ui.TileProps{Label: "Spent", Value: web.Money(customer.SpentCents), Note: "For completed visits."}
	if customer.FeesCents > 0 {
		p.Spent.Hint = "and " + web.Money(customer.FeesCents) + " in late fees"
	}
	p.NoShows = ui.TileProps{Label: "No-shows", Value: web.Count(customer.NoShows)}
	if kept := customer.Completed + customer.NoShows; kept > 0 && customer.NoShows > 0 {
		p.NoShows.Hint = web.Percent(100*float64(customer.NoShows)/float64(kept), 0) + " of " + web.Count(kept)
	}
	p.Next = ui.TileProps{Label: "Next visit", Value: "–", Hint: counted(customer.Coming, "appointment") + " ahead"}
	if customer.NextVisit != nil {
		p.Next.Value = customer.NextVisit.In(loc).Format("2 Jan, ") + web.ClockTime(*customer.NextVisit, loc)
	}
	p.Form = business.CustomerFormProps{ID: p.ID, CanManage: p.CanManage, HasLogin: customer.UserID.Valid, ByStaff: masquerading(c),
		In: business.CustomerInput{Name: customer.Name, Email: customer.Email, Phone: customer.Phone, Tags: strings.Join(customer.Tags, ", ")}}
	p.Form.Seen = web.Seen(customerAnswers(booking.CustomerInput{Name: customer.Name, Email: customer.Email, Phone: customer.Phone, Tags: customer.Tags}))
	switch customer.Login {
	case "active":
		p.Login = "Has a login, and sees and changes own bookings there."
	case "invited":
		p.Login = "Was invited to make a login, and hasn't yet."
		p.CanInvite = "Send the invitation again"
	case "disabled":
		p.Login = "The login is disabled."
	default:
		p.Login = "Has no login. With one, customers see, move and cancel their bookings by themselves."
		p.CanInvite = "Invite to make a login"
		if customer.Email == "" {
			p.Login, p.CanInvite = "Has no login. An invitation needs an e-mail address.", ""
		}
	}
	if !p.CanManage || p.Erased {
		p.CanInvite = ""
	}
	return p
}

func (h *Handlers) customerUpdate(c echo.Context) error {
	in, customer, errs := bindCustomer(c)
	if len(errs) == 0 {
		err := h.changeCustomerIn(web.IfSeen(c, customerAnswers, customer), c, "Saved.", func(q *store.TenantTx, id uuid.UUID) error { return booking.UpdateCustomer(q, id, customer) })
		if errs = store.FieldErrors(err); errs == nil {
			return err
		}
	}
	status := web.FormStatus(errs)
	if errs[booking.SamePhoneField] != "" {
		status = http.StatusConflict
	}
	return h.customerPage(c, status, customerPage{in: &in, errs: errs})
}

// changeCustomer does something to the customer of the path and leads back to
// the page.
func (h *Handlers) changeCustomer(c echo.Context, done string, change func(*store.TenantTx, uuid.UUID) error) error {
	return h.changeCustomerIn(c.Request().Context(), c, done, change)
}

func (h *Handlers) changeCustomerIn(ctx context.Context, c echo.Context, done string, change func(*store.TenantTx, uuid.UUID) error) error {
	id, err := pathID(c, "id")
	if err != nil {
		return err
	}
	err = h.DB.InTenant(ctx, *web.Tenant(c), func(q *store.TenantTx) error { return change(q, id) })
	if err != nil {
		return err
	}
	h.Flash(c, "success", done)
	return web.Redirect(c, urls.Customer(id.String()))
}

func (h *Handlers) customerBlock(c echo.Context) error {
	block := c.FormValue("block") != ""
	done := "The customer may book online again."
	if block {
		done = "The customer can't book online any more."
	}
	return h.changeCustomer(c, done, func(q *store.TenantTx, id uuid.UUID) error {
		_, err := booking.BlockCustomer(q, id, block)
		return err
	})
}

func (h *Handlers) customerInvite(c echo.Context) error {
	said := "The invitation is on its way."
	if masquerading(c) {
		said = "The invitation is written. It leaves when somebody of the business sends it from the held mails."
	}
	return h.changeCustomer(c, said, func(q *store.TenantTx, id uuid.UUID) error {
		_, err := booking.InviteCustomer(q, id)
		return err
	})
}

func (h *Handlers) customerNoteCreate(c echo.Context) error {
	body, errs := strings.TrimSpace(c.FormValue("body")), map[string]string{}
	web.CheckProse(errs, "body", body)
	if n := len([]rune(body)); body == "" {
		errs["body"] = "Write something first."
	} else if n > booking.MaxNote {
		errs["body"] = fmt.Sprintf("Use at most %d characters; these are %s.", booking.MaxNote, web.Count(n))
	}
	if len(errs) == 0 {
		err := h.changeCustomerIn(web.FormOnce(c), c, "The note is added.", func(q *store.TenantTx, id uuid.UUID) error { return booking.AddCustomerNote(q, id, body) })
		if errs = store.FieldErrors(err); errs == nil {
			return err
		}
	}
	return h.customerPage(c, http.StatusUnprocessableEntity, customerPage{note: body, noteError: errs["body"]})
}

func (h *Handlers) customerNoteDelete(c echo.Context) error {
	note, err := pathID(c, "note")
	if err != nil {
		return err
	}
	return h.changeCustomer(c, "The note is deleted.", func(q *store.TenantTx, id uuid.UUID) error {
		return booking.DeleteCustomerNote(q, id, note, web.Principal(c).Can(access.CustomersErase))
	})
}

// customerExport answers with all that is kept, as a file.
func (h *Handlers) customerExport(c echo.Context) error {
	id, err := pathID(c, "id")
	if err != nil {
		return err
	}
	var export booking.CustomerExport
	err = h.DB.InTenant(c.Request().Context(), *web.Tenant(c), func(q *store.TenantTx) (err error) {
		export, err = booking.ExportCustomer(q, id)
		return err
	})
	if err != nil {
		return err
	}
	body, err := json.MarshalIndent(export, "", "  ")
	if err != nil {
		return err
	}
	c.Response().Header().Set(echo.HeaderContentDisposition, `attachment; filename="`+web.Tenant(c).Subdomain+`-customer-`+id.String()+`.json"`)
	return c.Blob(http.StatusOK, echo.MIMEApplicationJSON, body)
}

func (h *Handlers) customerErase(c echo.Context) error {
	id, err := pathID(c, "id")
	if err != nil {
		return err
	}
	typed, matches := text(c, "confirm"), false
	err = h.DB.InTenant(c.Request().Context(), *web.Tenant(c), func(q *store.TenantTx) error {
		customer, err := booking.Customer(q, id)
		if matches = typed == strings.Join(strings.Fields(customer.Name), " "); err != nil || !matches {
			return err
		}
		return booking.EraseCustomer(q, id)
	})
	again := customerPage{confirm: typed, confirmError: "Type the name as it stands above."}
	switch {
	case store.KindOf(err) == store.Conflict:
		again.confirmError = message(err)
		return h.customerPage(c, http.StatusConflict, again)
	case err != nil:
		return err
	case !matches:
		return h.customerPage(c, http.StatusUnprocessableEntity, again)
	}
	h.Flash(c, "success", "The customer is erased.")
	return web.Redirect(c, urls.Customer(id.String()))
}

package business

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/booking"
	"github.com/smoothschedule/smoothschedule/store/sessions"
	"github.com/smoothschedule/smoothschedule/views/business"
	"github.com/smoothschedule/smoothschedule/views/ui"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

// customerMergeShow looks for the other record of the same person, or shows both
// when it is known which one that is.
func (h *Handlers) customerMergeShow(c echo.Context) error {
	id, err := pathID(c, "id")
	if err != nil {
		return err
	}
	if c.QueryParam("with") != "" {
		return h.customerMergePage(c, http.StatusOK, business.MergeForm{})
	}
	q := web.SearchText(c)
	p := business.MergeFindProps{ID: id.String(), Q: q}
	err = h.DB.InTenant(c.Request().Context(), *web.Tenant(c), func(tx *store.TenantTx) error {
		customer, err := booking.Customer(tx, id)
		if err != nil {
			return err
		}
		p.Name, p.Erased = customer.Name, customer.ErasedAt != nil
		var rows []booking.CustomerRow
		if q == "" {
			rows, err = booking.LookAlikes(tx, customer.CustomerRow)
		} else {
			rows, _, err = booking.Customers(tx, booking.CustomerFilter{Q: q, Page: store.Page{Number: 1, Size: maxFound + 1}})
		}
		for _, r := range rows {
			if r.ID != id && len(p.Found) < maxFound {
				p.Found = append(p.Found, foundCustomer(r))
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	return h.Render(c, http.StatusOK, web.View{Title: "Merge " + p.Name, Body: business.CustomerMergeFind(p)})
}

// customerMergePage shows two records with what each has and what becomes of it.
func (h *Handlers) customerMergePage(c echo.Context, status int, f business.MergeForm) error {
	id, other, err := mergeIDs(c)
	if err != nil {
		return err
	}
	var pair booking.MergePair
	err = h.DB.InTenant(c.Request().Context(), *web.Tenant(c), func(q *store.TenantTx) (err error) {
		pair, err = booking.ReadMergePair(q, id, other)
		return err
	})
	if err != nil {
		return err
	}
	p := business.MergeProps{Kept: mergeSide(c, pair.Kept), Gone: mergeSide(c, pair.Gone), Form: f, Hindrance: pair.Hindrance(),
		CanManage: !web.Principal(c).ViewOnly(), Version: ui.VersionOf(mergeAnswers(pair))}
	if fixed := pair.EmailOf(); fixed != uuid.Nil {
		p.EmailFixed = fixed.String()
	}
	if p.Form.Name == "" {
		p.Form.Name = p.Kept.ID
	}
	if p.Form.Phone == "" {
		p.Form.Phone = p.Kept.ID
		if p.Kept.Phone == "" {
			p.Form.Phone = p.Gone.ID
		}
	}
	if masquerading(c) && pair.Kept.Email+pair.Gone.Email != "" && p.Hindrance == "" {
		p.Hindrance = sessions.AddressesStay
	}
	return h.Render(c, status, web.View{Title: "Merge " + pair.Kept.Name + " and " + pair.Gone.Name, Body: business.CustomerMerge(p)})
}

func mergeIDs(c echo.Context) (id, other uuid.UUID, err error) {
	if id, err = pathID(c, "id"); err != nil {
		return id, other, err
	}
	if other, err = uuid.Parse(c.FormValue("with")); err != nil {
		err = echo.ErrNotFound
	}
	return id, other, err
}

func mergeSide(c echo.Context, s booking.MergeSide) business.MergeSide {
	loc := web.Tenant(c).Location()
	side := business.MergeSide{ID: s.ID.String(), Name: s.Name, Email: s.Email, Phone: s.Phone, Tags: strings.Join(s.Tags, ", "), Blocked: s.BlockedAt != nil,
		HasLogin: s.UserID.Valid, Since: web.Date(s.CreatedAt, loc), Booked: counted(s.Booked, "appointment"), Notes: counted(s.Notes, "note"), Mails: counted(s.Mails, "mail"),
		Spent: web.Money(s.SpentCents)}
	if s.Coming > 0 {
		side.Booked += fmt.Sprintf(" (%d ahead)", s.Coming)
	}
	if s.FeesCents > 0 {
		side.Spent += " and " + web.Money(s.FeesCents) + " in late fees"
	}
	side.Login = map[string]string{"": "none", "active": "yes", "invited": "invited", "disabled": "disabled"}[s.Login]
	return side
}

// mergeAnswers are what a merge is decided by.
func mergeAnswers(p booking.MergePair) []ui.Answer {
	var answers []ui.Answer
	for _, s := range []booking.MergeSide{p.Kept, p.Gone} {
		answers = append(answers, customerAnswers(booking.CustomerInput{Name: s.Name, Email: s.Email, Phone: s.Phone, Tags: s.Tags})...)
		answers = append(answers, ui.Answer{Label: "Login", Text: s.Login}, ui.Answer{Label: "Blocked", Text: web.YesNo(s.BlockedAt != nil)}, ui.Answer{Label: "Record", IDs: []string{s.ID.String()}})
	}
	return answers
}

func (h *Handlers) customerMerge(c echo.Context) error {
	id, other, err := mergeIDs(c)
	if err != nil {
		return err
	}
	form := business.MergeForm{Name: c.FormValue("name"), Email: c.FormValue("email"), Phone: c.FormValue("phone"), Errors: map[string]string{}}
	choice := booking.MergeChoice{}
	for _, f := range []struct {
		text string
		id   *uuid.UUID
	}{{form.Name, &choice.Name}, {form.Email, &choice.Email}, {form.Phone, &choice.Phone}} {
		*f.id, _ = uuid.Parse(f.text) // who is none of the two is refused with the field
	}
	version := c.FormValue(ui.VersionField) // a program that read no page sends none
	ctx := store.IfUnchanged(c.Request().Context(), func(stored any) error {
		if pair, ok := stored.(booking.MergePair); ok && version != "" && version != ui.VersionOf(mergeAnswers(pair)) {
			return &store.Error{Kind: store.Conflict, Field: ui.VersionField, Message: "One of the two was changed meanwhile. This is what is stored now: look at it, and merge again."}
		}
		return nil
	})
	var stays booking.CustomerInput
	err = h.DB.InTenant(ctx, *web.Tenant(c), func(q *store.TenantTx) (err error) {
		stays, err = booking.MergeCustomers(q, id, other, choice)
		return err
	})
	switch errs := store.FieldErrors(err); {
	case err == nil:
		h.Flash(c, "success", "The two are one customer now: "+stays.Name+".")
		return web.Redirect(c, urls.Customer(id.String()))
	case errs != nil:
		form.Errors = errs
		return h.customerMergePage(c, web.FormStatus(errs), form)
	case store.KindOf(err) == store.Conflict:
		return h.customerMergePage(c, http.StatusConflict, form)
	}
	return err
}

// merged leads to the record that somebody belongs to now, if two were merged.
func (h *Handlers) merged(c echo.Context, id uuid.UUID, missing error) error {
	if store.KindOf(missing) != store.NotFound {
		return missing
	}
	var now uuid.UUID
	err := h.DB.InTenant(c.Request().Context(), *web.Tenant(c), func(q *store.TenantTx) (err error) {
		now, err = booking.MergedInto(q, id)
		return err
	})
	if err != nil {
		return missing
	}
	return web.Redirect(c, urls.Customer(now.String()))
}

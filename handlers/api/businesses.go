package api

import (
	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/console"
)

type business struct {
	ID          string  `json:"id"`
	Name        string  `json:"name"`
	Subdomain   string  `json:"subdomain"`
	Domain      string  `json:"domain"`
	Plan        string  `json:"plan"`
	Status      string  `json:"status"`
	TimeZone    string  `json:"time_zone"`
	Owner       *owner  `json:"owner"`
	UserCount   int     `json:"user_count"`
	CreatedAt   string  `json:"created_at"`
	TrialEndsAt *string `json:"trial_ends_at"`
}

type owner struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Email string `json:"email"`
}

func (h *Handlers) business(b console.Business) business {
	out := business{ID: b.ID.String(), Name: b.Name, Subdomain: b.Subdomain, Domain: h.Sites.PublicName(b.Subdomain, b.PrimaryDomain), Plan: b.Plan,
		Status: b.Status, TimeZone: b.TimeZone, UserCount: b.PeopleCount, CreatedAt: instant(b.CreatedAt), TrialEndsAt: optional(b.TrialEndsAt)}
	if b.OwnerID.Valid {
		out.Owner = &owner{b.OwnerID.UUID.String(), b.OwnerName, b.OwnerEmail}
	}
	return out
}

// businessOrders are the list's own names and those of the answer's keys.
var businessOrders = map[string]string{
	"name": "name", "plan": "plan", "status": "status", "owner": "owner", "appointments": "appointments", "mrr": "mrr",
	"activity": "activity", "people": "people", "user_count": "people", "joined": "joined", "created_at": "joined",
}

func (h *Handlers) businessesIndex(c echo.Context) error {
	q := readQuery(c)
	filter := console.BusinessFilter{Q: q.search, Page: q.page, Exact: true,
		Plan: q.choice("plan", console.Plans), Status: q.choice("status", console.Statuses), Sort: q.ordering(businessOrders)}
	if err := q.err(); err != nil {
		return err
	}
	var rows []console.Business
	var info store.PageInfo
	err := h.DB.InPublic(c.Request().Context(), func(q *store.PublicTx) (err error) {
		rows, info, err = console.Businesses(q, filter)
		return err
	})
	if err != nil {
		return err
	}
	out := make([]business, len(rows))
	for i, b := range rows {
		out[i] = h.business(b)
	}
	return respond(c, h.Sites, q, out, info)
}

func (h *Handlers) businessShow(c echo.Context) error {
	id, err := parseID(c.Param("id"))
	if err != nil {
		return err
	}
	var b console.Business
	err = h.DB.InPublic(c.Request().Context(), func(q *store.PublicTx) (err error) {
		b, err = console.ReadBusiness(q, id)
		return err
	})
	if err != nil {
		return err
	}
	return respondTagged(c, h.business(b))
}

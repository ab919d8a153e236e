package api

import (
	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/people"
)

type user struct {
	ID        string        `json:"id"`
	Email     string        `json:"email"`
	Name      string        `json:"name"`
	Role      access.Role   `json:"role"`
	Business  *userBusiness `json:"business"`
	IsActive  bool          `json:"is_active"`
	LastLogin *string       `json:"last_login"`
	CreatedAt string        `json:"created_at"`
}

type userBusiness struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

func newUser(u people.User) user {
	out := user{ID: u.ID.String(), Email: u.Email, Name: u.Name, Role: u.Role, IsActive: u.IsActive,
		LastLogin: optional(u.LastLogin), CreatedAt: instant(u.CreatedAt)}
	if u.BusinessID.Valid {
		out.Business = &userBusiness{u.BusinessID.UUID.String(), u.BusinessName}
	}
	return out
}

// userOrders are the list's own names and those of the answer's keys.
var userOrders = map[string]string{"name": "name", "email": "email", "joined": "joined", "created_at": "joined", "last_login": "last_login"}

func roleCodes() []string {
	var codes []string
	for _, role := range access.Roles() {
		codes = append(codes, string(role))
	}
	return codes
}

func (h *Handlers) usersIndex(c echo.Context) error {
	q := readQuery(c)
	filter := people.UserFilter{Q: q.search, Page: q.page, Exact: true,
		Role: access.Role(q.choice("role", roleCodes())), Business: q.id("business"), Sort: q.ordering(userOrders)}
	if err := q.err(); err != nil {
		return err
	}
	var rows []people.User
	var info store.PageInfo
	err := h.DB.InPublic(c.Request().Context(), func(q *store.PublicTx) (err error) {
		rows, info, err = people.Users(q, filter)
		return err
	})
	if err != nil {
		return err
	}
	out := make([]user, len(rows))
	for i, u := range rows {
		out[i] = newUser(u)
	}
	return respond(c, h.Sites, q, out, info)
}

func (h *Handlers) userShow(c echo.Context) error {
	id, err := parseID(c.Param("id"))
	if err != nil {
		return err
	}
	var u people.User
	err = h.DB.InPublic(c.Request().Context(), func(q *store.PublicTx) (err error) {
		u, err = people.ReadUser(q, id)
		return err
	})
	if err != nil {
		return err
	}
	return respondTagged(c, newUser(u))
}

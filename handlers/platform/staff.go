package platform

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/console"
	"github.com/smoothschedule/smoothschedule/store/identity"
	"github.com/smoothschedule/smoothschedule/store/people"
	"github.com/smoothschedule/smoothschedule/store/settings"
	"github.com/smoothschedule/smoothschedule/views/platform"
	"github.com/smoothschedule/smoothschedule/views/ui"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

func (h *Handlers) staffIndex(c echo.Context) error {
	return h.staffPage(c, http.StatusOK, platform.PersonInput{}, nil)
}

// staffPage lists the platform's people beside the form that invites one.
func (h *Handlers) staffPage(c echo.Context, status int, in platform.PersonInput, errs map[string]string) error {
	var staff []people.StaffMember
	var current settings.Settings
	err := h.DB.InPublic(c.Request().Context(), func(q *store.PublicTx) (err error) {
		if staff, err = people.StaffMembers(q); err != nil {
			return err
		}
		current, err = settings.Read(q)
		return err
	})
	if err != nil {
		return err
	}
	p, now := platform.StaffProps{In: in, Errors: errs, Roles: roleChoices(people.StaffRoles)}, time.Now()
	for _, m := range staff {
		row := platform.StaffRow{ID: m.ID.String(), Name: m.Name, Email: m.Email, Role: access.RoleName(m.Role), Active: m.IsActive,
			Invited: m.IsActive && m.InvitedAt != nil, SecondFactor: m.SecondFactor, FactorMissing: current.RequiresFactor(m.Role) && !m.SecondFactor}
		if m.LastLogin != nil {
			row.LastLogin = web.Ago(*m.LastLogin, now)
		}
		p.Rows = append(p.Rows, row)
	}
	return h.Render(c, status, web.View{Title: "Platform staff", Body: platform.Staff(p)})
}

func (h *Handlers) staffCreate(c echo.Context) error {
	in, errs := bindPerson(c)
	if len(errs) == 0 {
		_, err := console.InvitePerson(web.FormOnce(c), h.DB, identity.NewPerson{Email: in.Email, Name: in.Name, Role: access.Role(in.Role)}, true)
		if err == nil {
			h.Flash(c, ui.Success, in.Name+" gets an invitation by mail.")
			return web.Redirect(c, urls.Staff())
		}
		if errs = formErrors(err); errs == nil {
			return err
		}
	}
	return h.staffPage(c, http.StatusUnprocessableEntity, in, errs)
}

// Package site is the apex host: what SmoothSchedule is, sign-up of a business,
// and finding one's own again. Nobody logs in here.
package site

import (
	"fmt"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/plans"
	"github.com/smoothschedule/smoothschedule/store/settings"
	"github.com/smoothschedule/smoothschedule/views/layout"
	"github.com/smoothschedule/smoothschedule/views/site"
	"github.com/smoothschedule/smoothschedule/views/ui"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

// Handlers answers the apex host.
type Handlers struct{ *web.App }

// Surface describes the apex host.
func (h *Handlers) Surface() *web.Surface { return &web.Surface{Name: "site", Shell: layout.Site} }

// Routes is the apex's table.
func (h *Handlers) Routes() []web.Route {
	return []web.Route{
		{Method: http.MethodGet, Path: "/", Permission: access.Public, Handler: h.home},
		{Method: http.MethodGet, Path: urls.SignUp(), Permission: access.Public, Handler: h.signUpNew},
		{Method: http.MethodPost, Path: urls.SignUp(), Permission: access.Public, Handler: h.signUpCreate},
		{Method: http.MethodGet, Path: urls.SignUpAddress(), Permission: access.Public, Handler: h.signUpAddress},
		{Method: http.MethodGet, Path: urls.SignUpSent(), Permission: access.Public, Handler: h.signUpSent},
		{Method: http.MethodGet, Path: urls.SignUpConfirmPattern, Permission: access.Public, Handler: h.signUpShow},
		{Method: http.MethodPost, Path: urls.SignUpConfirmPattern, Permission: access.Public, Handler: h.signUpConfirm},
		{Method: http.MethodGet, Path: urls.Find(), Permission: access.Public, Handler: h.findNew},
		{Method: http.MethodPost, Path: urls.Find(), Permission: access.Public, Handler: h.findCreate},
		{Method: http.MethodGet, Path: urls.FindSent(), Permission: access.Public, Handler: h.findSent},
		{Method: http.MethodPost, Path: urls.Theme(), Permission: access.Public, Handler: h.SetTheme},
	}
}

func (h *Handlers) home(c echo.Context) error {
	var allPlans []plans.Plan
	var current settings.Settings
	err := h.DB.InPublic(c.Request().Context(), func(q *store.PublicTx) (err error) {
		if current, err = settings.Read(q); err != nil {
			return err
		}
		allPlans, err = plans.PlanList(q)
		return err
	})
	if err != nil {
		return err
	}
	p := site.HomeProps{Name: current.PlatformName, Open: current.SignUpOpen, TrialDays: current.TrialDays,
		Links: []ui.Link{{Label: "Platform console", Href: h.Sites.Platform(urls.Login())}}}
	if h.Dev {
		p.Links = append(p.Links, ui.Link{Label: "Acme Auto, a demo business", Href: h.Sites.Business("acme-auto", "/")})
	}
	for _, plan := range allPlans {
		p.Plans = append(p.Plans, site.Plan{Code: plan.Code, Name: plan.Name, Price: web.Money(plan.PriceCents), Points: points(plan)})
	}
	return h.Render(c, http.StatusOK, web.View{Title: "Appointments without the phone calls", Body: site.Home(p),
		Description: "Scheduling for small businesses, each on its own address: online booking, one calendar for people, rooms and equipment, reminders."})
}

// points are a plan's limits and what else it has.
func points(plan plans.Plan) []string {
	limit := func(n *int, one, many, none string) string {
		switch {
		case n == nil:
			return none
		case *n == 1:
			return "1 " + one
		}
		return fmt.Sprintf("Up to %s %s", web.Count(*n), many)
	}
	return append([]string{
		limit(plan.MaxPeople, "person in the team", "people in the team", "Any number of people"),
		limit(plan.MaxResources, "resource", "people, rooms and machines to book", "Any number of resources"),
		limit(plan.MaxAppointmentsMonthly, "appointment a month", "appointments a month", "Any number of appointments"),
	}, plan.Features...)
}

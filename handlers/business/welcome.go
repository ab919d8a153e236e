package business

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/catalog"
	"github.com/smoothschedule/smoothschedule/store/identity"
	"github.com/smoothschedule/smoothschedule/views/business"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

// welcomeShow is where a sign-up leads: the code opens the new business to its
// owner, once, on this host alone. Opening the page spends nothing.
func (h *Handlers) welcomeShow(c echo.Context) error {
	tenant := web.Tenant(c)
	s, err := identity.SignUpByCode(c.Request().Context(), h.DB, *tenant, c.Param("code"))
	if store.KindOf(err) == store.NotFound {
		return h.Render(c, http.StatusNotFound, web.View{Title: "This link no longer works", Body: business.Welcome(business.WelcomeProps{Business: tenant.Name}), Plain: true})
	}
	if err != nil {
		return err
	}
	// Who comes from the sign-up's own page has pressed its button already. A link in
	// somebody else's mail must not log anybody in.
	p := business.WelcomeProps{AtOnce: strings.TrimSuffix(c.Request().Referer(), "/") == h.Sites.Apex(""), Action: urls.Welcome(c.Param("code")), Business: tenant.Name, Host: h.Sites.BusinessHost(tenant.Subdomain), Owner: s.OwnerName}
	return h.Render(c, http.StatusOK, web.View{Title: "Welcome", Body: business.Welcome(p), Plain: true})
}

func (h *Handlers) welcomeEnter(c echo.Context) error {
	token, err := identity.EnterSignUp(c.Request().Context(), h.DB, *web.Tenant(c), c.Param("code"), web.Client(c))
	if store.KindOf(err) == store.NotFound {
		return h.welcomeShow(c)
	}
	if err != nil {
		return err
	}
	if err := h.SetSession(c, token); err != nil {
		return err
	}
	h.Flash(c, "success", "Your business is open.")
	return web.Redirect(c, urls.Home())
}

// checklist is what is left to do in a new business, for those who may.
func (h *Handlers) checklist(c echo.Context, done catalog.Checklist) *business.ChecklistProps {
	if done.Dismissed || done.Done() || !web.Principal(c).Can(access.HoursManage) {
		return nil
	}
	tenant := web.Tenant(c)
	services := "What can be booked, how long it takes, what it costs."
	if done.Undone {
		services = "Choose who does them: until then nobody can book."
	}
	return &business.ChecklistProps{
		BookURL:    h.Sites.Public(tenant.Subdomain, tenant.PrimaryDomain, urls.Home()),
		CanDismiss: !web.Principal(c).ViewOnly(),
		Steps: []business.ChecklistStep{
			{Title: "Look over your profile", Text: "Time zone, and the address, phone and e-mail that customers see.", Href: urls.BusinessSettings(), Done: done.Profile},
			{Title: "Set your hours", Text: "When customers can come.", Href: urls.OpeningHours(), Done: done.Hours},
			{Title: "Add people and rooms", Text: "Who and what the services take.", Href: urls.Resources(), Done: done.People},
			{Title: "Add your services", Text: services, Href: urls.Services(), Done: done.Services},
			{Title: "Share the link", Text: "Done with the first booking that comes by it.", Done: done.Shared},
		},
	}
}

func (h *Handlers) checklistDismiss(c echo.Context) error {
	if err := catalog.DismissChecklist(c.Request().Context(), h.DB, *web.Tenant(c)); err != nil {
		return err
	}
	h.Flash(c, "", "The checklist is put away.")
	return web.Redirect(c, urls.Home())
}

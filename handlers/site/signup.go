package site

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/console"
	"github.com/smoothschedule/smoothschedule/store/identity"
	"github.com/smoothschedule/smoothschedule/store/settings"
	"github.com/smoothschedule/smoothschedule/views/site"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

// trialPlan is what a trial is of when no other plan was chosen.
const trialPlan = "professional"

func (h *Handlers) signUpNew(c echo.Context) error {
	return h.signUpForm(c, http.StatusOK, site.SignUpInput{Plan: plan(c.QueryParam("plan"))}, nil)
}

func plan(code string) string {
	if slices.Contains(console.Plans, code) {
		return code
	}
	return trialPlan
}

func (h *Handlers) signUpCreate(c echo.Context) error {
	in, errs := bindSignUp(c)
	if c.FormValue("website") != "" { // no person sees that field
		return web.Redirect(c, urls.SignUpSent())
	}
	if len(errs) > 0 {
		return h.signUpForm(c, http.StatusUnprocessableEntity, in, errs)
	}
	err := console.BeginSignUp(c.Request().Context(), h.DB, console.NewSignUp{BusinessName: in.BusinessName, Subdomain: in.Subdomain, TimeZone: in.TimeZone, Plan: in.Plan,
		OwnerName: in.OwnerName, OwnerEmail: in.OwnerEmail, Password: c.FormValue("password")}, web.Client(c))
	if err == nil {
		h.SetMailed(c, in.OwnerEmail)
		return web.Redirect(c, urls.SignUpSent())
	}
	if store.KindOf(err) == store.Throttled {
		web.SetRetryAfter(c, err)
		return h.signUpForm(c, http.StatusTooManyRequests, in, map[string]string{"": err.Error()})
	}
	if errs := store.FieldErrors(err); errs != nil {
		return h.signUpForm(c, http.StatusUnprocessableEntity, in, errs)
	}
	return err
}

// bindSignUp reads the form and says what is wrong with it, by field.
func bindSignUp(c echo.Context) (site.SignUpInput, map[string]string) {
	in := site.SignUpInput{
		BusinessName: strings.TrimSpace(c.FormValue("business_name")),
		Subdomain:    strings.ToLower(strings.TrimSpace(c.FormValue("subdomain"))),
		TimeZone:     strings.TrimSpace(c.FormValue("time_zone")),
		Plan:         plan(c.FormValue("plan")),
		OwnerName:    strings.TrimSpace(c.FormValue("owner_name")),
		OwnerEmail:   web.Email(c, "owner_email"),
	}
	errs := map[string]string{}
	web.CheckName(errs, "business_name", in.BusinessName, 1, 120, "Give your business a name.")
	if err := settings.CheckSubdomain(in.Subdomain); err != nil {
		errs["subdomain"] = store.FieldErrors(err)["subdomain"]
	}
	if _, err := time.LoadLocation(in.TimeZone); err != nil || in.TimeZone == "" || in.TimeZone == "Local" {
		errs["time_zone"] = "Choose a time zone, like Europe/Zurich."
	}
	web.CheckName(errs, "owner_name", in.OwnerName, 1, 120, "Give your name.")
	web.CheckEmail(errs, "owner_email", in.OwnerEmail)
	if err := identity.CheckPassword(c.FormValue("password"), in.OwnerEmail, in.OwnerName, in.BusinessName, in.Subdomain); err != nil {
		errs["password"] = store.FieldErrors(err)["password"]
	}
	return in, errs
}

func (h *Handlers) signUpForm(c echo.Context, status int, in site.SignUpInput, errs map[string]string) error {
	settings, err := settings.Current(c.Request().Context(), h.DB)
	if err != nil {
		return err
	}
	if !settings.SignUpOpen {
		return h.Render(c, http.StatusOK, web.View{Title: "Sign-up is closed", Body: site.SignUpClosed()})
	}
	p := site.SignUpProps{In: in, Errors: errs, HostSuffix: "." + h.Sites.Base(), TimeZones: web.TimeZones(), TrialDays: settings.TrialDays,
		PlanName: strings.ToUpper(in.Plan[:1]) + in.Plan[1:], MinLength: identity.MinPassword}
	return h.Render(c, status, web.View{Title: "Sign up", Body: site.SignUp(p), Fragment: site.SignUpForm(p),
		Description: "Open your business: online booking and one calendar for the team, free to try."})
}

// signUpAddress answers while the name or the address is typed: a free address
// made from the name, or whether the typed one is free.
func (h *Handlers) signUpAddress(c echo.Context) error {
	typed := strings.ToLower(strings.TrimSpace(c.QueryParam("subdomain")))
	p := site.AddressProps{Value: typed, Suggested: c.QueryParam("suggested"), Suffix: "." + h.Sites.Base()}
	if c.QueryParam("note") != "" || typed != "" && typed != p.Suggested {
		return h.addressNote(c, p)
	}
	p.Value, p.Suggested = "", ""
	for _, name := range suggestions(c.QueryParam("business_name")) {
		err := console.SubdomainFree(c.Request().Context(), h.DB, name)
		if err == nil {
			p.Value, p.Suggested, p.Free = name, name, h.Sites.BusinessHost(name)+" is free."
			break
		}
		if store.FieldErrors(err) == nil {
			return err
		}
	}
	return web.Write(c, http.StatusOK, site.Address(p))
}

func (h *Handlers) addressNote(c echo.Context, p site.AddressProps) error {
	if p.Value != "" {
		err := console.SubdomainFree(c.Request().Context(), h.DB, p.Value)
		if errs := store.FieldErrors(err); errs != nil {
			p.Taken = errs["subdomain"]
		} else if err != nil {
			return err
		} else {
			p.Free = h.Sites.BusinessHost(p.Value) + " is free."
		}
	}
	if c.QueryParam("note") != "" {
		return web.Write(c, http.StatusOK, site.AddressNote(p))
	}
	return web.Write(c, http.StatusOK, site.Address(p))
}

func (h *Handlers) signUpSent(c echo.Context) error { return h.sent(c, site.SentProps{}) }

func (h *Handlers) sent(c echo.Context, p site.SentProps) error {
	p.To = h.Mailed(c)
	if h.Dev && web.IsLoopback(c) {
		p.MailHref = urls.DevMail()
	}
	return h.Render(c, http.StatusOK, web.View{Title: "Look into your mail", Body: site.Sent(p)})
}

package platform

import (
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/console"
	"github.com/smoothschedule/smoothschedule/store/settings"
	"github.com/smoothschedule/smoothschedule/views/platform"
)

// bindBusiness reads the form and says what is wrong with it, by field.
func bindBusiness(c echo.Context) (platform.BusinessInput, map[string]string) {
	in := platform.BusinessInput{
		Name:       strings.TrimSpace(c.FormValue("name")),
		Subdomain:  strings.ToLower(strings.TrimSpace(c.FormValue("subdomain"))),
		Plan:       c.FormValue("plan"),
		TimeZone:   strings.TrimSpace(c.FormValue("time_zone")),
		OwnerName:  strings.TrimSpace(c.FormValue("owner_name")),
		OwnerEmail: web.Email(c, "owner_email"),
	}
	errs := map[string]string{}
	web.CheckName(errs, "name", in.Name, 1, 120, "Give the business a name.")
	if err := settings.CheckSubdomain(in.Subdomain); err != nil {
		errs["subdomain"] = store.FieldErrors(err)["subdomain"]
	}
	if !slices.Contains(console.Plans, in.Plan) {
		errs["plan"] = "Choose one of the plans."
	}
	if _, err := time.LoadLocation(in.TimeZone); err != nil || in.TimeZone == "" || in.TimeZone == "Local" {
		errs["time_zone"] = "Choose a time zone, like Europe/Zurich."
	}
	web.CheckName(errs, "owner_name", in.OwnerName, 1, 120, "Give the owner's name.")
	web.CheckEmail(errs, "owner_email", in.OwnerEmail)
	return in, errs
}

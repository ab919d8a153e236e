package business

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/availability"
)

// formValues reads the whole form, for fields that come several times.
func formValues(c echo.Context) (url.Values, error) {
	values, err := c.FormParams()
	if err == nil || errors.As(err, new(*http.MaxBytesError)) {
		return values, err
	}
	return nil, echo.NewHTTPError(http.StatusBadRequest, "The form could not be read.")
}

// pathID reads an id of the path.
func pathID(c echo.Context, name string) (uuid.UUID, error) {
	id, err := uuid.Parse(c.Param(name))
	if err != nil {
		return id, echo.ErrNotFound
	}
	return id, nil
}

// text is a field without the blanks around it, its lines joined.
func text(c echo.Context, name string) string {
	return strings.Join(strings.Fields(strings.TrimSpace(c.FormValue(name))), " ")
}

// prose is a field of several lines without the blanks around it.
func prose(c echo.Context, name string) string {
	return strings.TrimSpace(strings.ReplaceAll(c.FormValue(name), "\r\n", "\n"))
}

// checkProse puts what is wrong with a text of several lines under its field.
func checkProse(errs map[string]string, field, value string, most int) {
	web.CheckProse(errs, field, value)
	if n := utf8.RuneCountInString(value); n > most {
		errs[field] = fmt.Sprintf("Use at most %s characters; these are %s.", web.Count(most), web.Count(n))
	}
}

// number reads a whole number within bounds.
func number(errs map[string]string, field, value string, least, most int) int {
	n, err := strconv.Atoi(value)
	if err != nil || n < least || n > most {
		errs[field] = fmt.Sprintf("Give a whole number from %s to %s.", web.Count(least), web.Count(most))
	}
	return n
}

// optionalNumber is number where nothing may be given.
func optionalNumber(errs map[string]string, field, value string, least, most int) *int {
	if value == "" {
		return nil
	}
	n := number(errs, field, value, least, most)
	return &n
}

// maxPrice is in cents.
const maxPrice = 1_000_000_00

// price reads an amount like 45, 45.5 or 45,50 as cents.
func price(errs map[string]string, field, value string) int {
	value = strings.TrimPrefix(strings.ReplaceAll(value, ",", "."), "$")
	whole, part, _ := strings.Cut(value, ".")
	n, err := strconv.ParseUint(whole, 10, 32)
	cents, err2 := strconv.ParseUint((part + "00")[:2], 10, 32)
	if err != nil || err2 != nil || len(part) > 2 || n > maxPrice/100 || n*100+cents > maxPrice {
		errs[field] = "Give a price like 45 or 45.50, at most 1,000,000."
		return 0
	}
	return int(n*100 + cents)
}

// priceText is a price as the form shows it.
func priceText(cents int) string {
	if cents%100 == 0 {
		return strconv.Itoa(cents / 100)
	}
	return fmt.Sprintf("%d.%02d", cents/100, cents%100)
}

// units of a notice, in minutes.
var units = map[string]int{"minutes": 1, "hours": 60, "days": 24 * 60}

// notice reads a number with its unit as minutes; nil when nothing is given.
func notice(errs map[string]string, value, unit string) *int {
	return span(errs, "notice", value, unit)
}

// span reads a field with its unit as minutes, 90 days at most.
func span(errs map[string]string, field, value, unit string) *int {
	factor, known := units[unit]
	if !known {
		factor = 1
	}
	n := optionalNumber(errs, field, value, 0, 90*24*60/factor)
	if n != nil {
		*n *= factor
	}
	return n
}

// noticeText is minutes in the largest unit that divides them.
func noticeText(minutes int) (value, unit string) {
	switch {
	case minutes > 0 && minutes%units["days"] == 0:
		return strconv.Itoa(minutes / units["days"]), "days"
	case minutes > 0 && minutes%60 == 0:
		return strconv.Itoa(minutes / 60), "hours"
	}
	return strconv.Itoa(minutes), "minutes"
}

// checkZone looks a zone's name up.
func checkZone(errs map[string]string, name string) {
	if _, err := time.LoadLocation(name); err != nil || name == "" || name == "Local" || len(name) > 64 {
		errs["time_zone"] = "Choose a time zone, like Europe/Zurich."
	}
}

// masquerading says whether somebody of the platform looks with another's eyes.
func masquerading(c echo.Context) bool { return web.Principal(c).Masquerade != nil }

// typedClock is a time of day of a form as it is understood.
func typedClock(c echo.Context, name string) string { return availability.ReadClock(text(c, name)) }

// mayDelete leaves out what takes something away for good: that stays with the
// people of the business.
func mayDelete(c echo.Context, p access.Permission) bool { return mayManage(c, p) && !masquerading(c) }

// mayManage leaves the forms out for those who only look.
func mayManage(c echo.Context, p access.Permission) bool {
	who := web.Principal(c)
	return who.Can(p) && !who.ViewOnly()
}

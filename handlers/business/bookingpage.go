package business

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/catalog"
	"github.com/smoothschedule/smoothschedule/views/business"
	"github.com/smoothschedule/smoothschedule/views/ui"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

// The longest texts of the booking page's settings, as the database holds them.
const (
	maxBookMessage  = 250
	maxFrameOrigins = 150
	maxReminders    = 40
)

// embed is what an owner pastes into a site: the page in a frame that grows and
// shrinks with it, and whose next step begins where it can be seen. It finds the
// frame by who speaks and not by its place, and has neither "&" nor "<", because
// editors of web sites wrap and rewrite what is pasted. Where that site forbids
// its script the frame scrolls.
const embed = `<iframe src="{page}" title="Book an appointment" width="100%" height="720" frameborder="0" loading="lazy"></iframe>
<script>
addEventListener("message", function (e) {
  if (e.origin !== "{origin}") return;
  document.querySelectorAll("iframe").forEach(function (f) {
    if (f.contentWindow !== e.source) return;
    f.style.boxSizing = "content-box";
    f.style.height = e.data.bookingHeight + "px";
    f.onload = function () {
      if (document.activeElement !== f) return;
      if (0 > f.getBoundingClientRect().top) f.scrollIntoView();
    };
  });
});
</script>`

func (h *Handlers) bookingPageEdit(c echo.Context) error {
	policies, err := h.policies(c)
	if err != nil {
		return err
	}
	return h.bookingPagePage(c, http.StatusOK, business.BookingPageProps{Open: policies.BookingOpen, Message: policies.BookMessage, Origins: policies.FrameOrigins, Seen: web.Seen(bookingPageAnswers(policies))})
}

func (h *Handlers) bookingPagePage(c echo.Context, status int, p business.BookingPageProps) error {
	tenant := web.Tenant(c)
	p.CanManage, p.OwnPlan, p.Path = mayManage(c, access.HoursManage), seesPlan(c), urls.Book()
	p.Link = h.Sites.Public(tenant.Subdomain, tenant.PrimaryDomain, urls.Book())
	p.Embed = strings.NewReplacer("{page}", p.Link, "{origin}", strings.TrimSuffix(p.Link, p.Path)).Replace(embed)
	return h.Render(c, status, web.View{Title: "Booking page", Body: business.BookingPageSettings(p)})
}

func (h *Handlers) bookingPageUpdate(c echo.Context) error {
	p := business.BookingPageProps{Open: c.FormValue("booking_open") != "", Message: prose(c, "book_message"), Origins: text(c, "frame_origins"), Seen: web.SeenAgain(c, ""), Errors: map[string]string{}}
	checkProse(p.Errors, "book_message", p.Message, maxBookMessage)
	origins := frameOrigins(p.Errors, p.Origins)
	if len(p.Errors) > 0 {
		return h.bookingPagePage(c, http.StatusUnprocessableEntity, p)
	}
	return h.savePolicies(c, "The booking page is saved.", urls.BookingPage(), bookingPageAnswers, func(s *catalog.Policies) {
		s.BookingOpen, s.BookMessage, s.FrameOrigins = p.Open, p.Message, origins
	}, func(seen ui.Seen) error {
		p.Seen = seen
		return h.bookingPagePage(c, http.StatusConflict, p)
	})
}

// frameOrigins reads the sites that may show the booking page: they end up in a
// header, so nothing but plain origins is taken.
func frameOrigins(errs map[string]string, value string) string {
	var origins []string
	for _, part := range strings.FieldsFunc(value, func(r rune) bool { return r == ' ' || r == ',' }) {
		u, err := url.Parse(strings.ToLower(part))
		if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Opaque != "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" ||
			strings.Trim(u.Path, "/") != "" || !isHost(u.Host) {
			errs["frame_origins"] = "Give addresses like https://www.example.com, without a path."
			return ""
		}
		if origin := u.Scheme + "://" + u.Host; !slices.Contains(origins, origin) {
			origins = append(origins, origin)
		}
	}
	joined := strings.Join(origins, " ")
	if len(joined) > maxFrameOrigins {
		errs["frame_origins"] = fmt.Sprintf("Use at most %d characters.", maxFrameOrigins)
	}
	return joined
}

// isHost says whether a host is made of names and a port alone.
func isHost(host string) bool {
	name, port, found := strings.Cut(host, ":")
	if n, err := strconv.Atoi(port); found && (err != nil || n < 1 || n > 65535) {
		return false
	}
	return name != "" && strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789.-") == "" && !strings.Contains(name, "..")
}

// reminderHours reads "24, 2" and writes it the one way it is stored.
func reminderHours(errs map[string]string, value string) string {
	hours, ok := catalog.ParseReminderHours(value)
	if !ok || len(value) > maxReminders {
		errs["reminder_hours"] = "Give up to five numbers of hours, like 24, 2; each at most 672."
		return ""
	}
	texts := make([]string, len(hours))
	for i, n := range hours {
		texts[i] = strconv.Itoa(n)
	}
	return strings.Join(texts, ",")
}

// clock checks a time of day like 22:00, where one is given.
func clock(errs map[string]string, field, value string) {
	if _, err := time.Parse("15:04", value); value != "" && err != nil {
		errs[field] = "Give a time like 22:00."
	}
}

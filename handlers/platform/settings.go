package platform

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/console"
	"github.com/smoothschedule/smoothschedule/store/settings"
	"github.com/smoothschedule/smoothschedule/views/platform"
	"github.com/smoothschedule/smoothschedule/views/ui"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

// settingsForm is one form of the settings: the page on which it stands, its
// fields, and what it changes. read puts what is wrong under the field's name.
type settingsForm struct {
	name, page, done string
	fields           []string
	read             func(c echo.Context, errs map[string]string) func(*settings.Settings)
}

var settingsForms = map[string]settingsForm{
	urls.SettingsNames(): {"names", urls.Settings(), "The names are saved.", []string{"platform_name", "support_email"},
		func(c echo.Context, errs map[string]string) func(*settings.Settings) {
			name, email := line(c, errs, "platform_name"), line(c, errs, "support_email")
			return func(s *settings.Settings) { s.PlatformName, s.SupportEmail = name, email }
		}},
	urls.SettingsTrial(): {"trial", urls.Settings(), "Trial and sign-up are saved.", []string{"trial_days", "signup_open"},
		func(c echo.Context, errs map[string]string) func(*settings.Settings) {
			days, open := whole(c, errs, "trial_days"), c.FormValue("signup_open") != ""
			return func(s *settings.Settings) { s.TrialDays, s.SignUpOpen = days, open }
		}},
	urls.SettingsReserved(): {"reserved", urls.Settings(), "The reserved names are saved.", []string{"reserved_subdomains"},
		func(c echo.Context, errs map[string]string) func(*settings.Settings) {
			web.CheckProse(errs, "reserved_subdomains", c.FormValue("reserved_subdomains"))
			names := strings.FieldsFunc(c.FormValue("reserved_subdomains"), func(r rune) bool { return r == ',' || r == ' ' || r == '\n' || r == '\r' || r == '\t' })
			return func(s *settings.Settings) { s.ReservedSubdomains = names }
		}},
	urls.SettingsMasquerade(): {"masquerade", urls.SettingsSecurity(), "The masquerade policy is saved.", []string{"masquerade_idle", "masquerade_max"},
		func(c echo.Context, errs map[string]string) func(*settings.Settings) {
			policy := settings.MasqueradePolicy{IdleMinutes: whole(c, errs, "masquerade_idle"), MaxMinutes: whole(c, errs, "masquerade_max")}
			return func(s *settings.Settings) { s.Masquerade = policy }
		}},
	urls.SettingsSessions(): {"sessions", urls.SettingsSecurity(), "The session lifetimes are saved.", []string{"platform_idle", "platform_max", "tenant_idle", "tenant_max"},
		func(c echo.Context, errs map[string]string) func(*settings.Settings) {
			staff := settings.SessionPolicy{IdleMinutes: whole(c, errs, "platform_idle"), MaxHours: whole(c, errs, "platform_max")}
			tenants := settings.SessionPolicy{IdleMinutes: whole(c, errs, "tenant_idle"), MaxHours: whole(c, errs, "tenant_max")}
			return func(s *settings.Settings) { s.PlatformSessions, s.TenantSessions = staff, tenants }
		}},
	urls.SettingsFactors(): {"factors", urls.SettingsSecurity(), "The roles with a second factor are saved.", factorFields(),
		func(c echo.Context, _ map[string]string) func(*settings.Settings) {
			var roles []access.Role
			for _, role := range access.Roles() {
				if c.FormValue(factorField(role)) != "" {
					roles = append(roles, role)
				}
			}
			return func(s *settings.Settings) { s.SecondFactorRoles = roles }
		}},
	urls.SettingsMail(): {"mail", urls.SettingsMail(), "The sender is saved.", []string{"mail_from"},
		func(c echo.Context, errs map[string]string) func(*settings.Settings) {
			from := line(c, errs, "mail_from")
			return func(s *settings.Settings) { s.MailFrom = from }
		}},
	urls.SettingsAnnouncement(): {"announcement", urls.SettingsMessages(), "The announcement is saved.", []string{"announcement_text", "announcement_tone", "announcement_until"},
		func(c echo.Context, errs map[string]string) func(*settings.Settings) {
			said := settings.Announcement{Text: line(c, errs, "announcement_text"), Tone: c.FormValue("announcement_tone"), Until: utcTime(c, errs, "announcement_until")}
			return func(s *settings.Settings) { s.Announcement = said }
		}},
	urls.SettingsMaintenance(): {"maintenance", urls.SettingsMessages(), "Maintenance is saved.", []string{"maintenance_on", "maintenance_message"},
		func(c echo.Context, errs map[string]string) func(*settings.Settings) {
			m := settings.Maintenance{On: c.FormValue("maintenance_on") != "", Message: line(c, errs, "maintenance_message")}
			return func(s *settings.Settings) { s.Maintenance = m }
		}},
}

func factorField(role access.Role) string { return "role_" + string(role) }

func factorFields() []string {
	var fields []string
	for _, role := range access.Roles() {
		fields = append(fields, factorField(role))
	}
	return append(fields, "second_factor_roles")
}

// line is a field of one line.
func line(c echo.Context, errs map[string]string, field string) string {
	text := strings.TrimSpace(c.FormValue(field))
	web.CheckText(errs, field, text, 0, 500, "")
	return text
}

func whole(c echo.Context, errs map[string]string, field string) int {
	n, err := strconv.Atoi(strings.TrimSpace(c.FormValue(field)))
	if err != nil {
		errs[field] = "Give a whole number."
	}
	return n
}

// utcForms are how the field for a time is written, as the pages write times, and
// how else it is understood.
var utcForms = []string{"2 Jan 2006, 15:04", "2 Jan 2006 15:04", "2 January 2006 15:04", "2006-01-02T15:04", "2006-01-02 15:04"}

func utcTime(c echo.Context, errs map[string]string, field string) time.Time {
	text := strings.TrimSpace(c.FormValue(field))
	if text == "" {
		return time.Time{}
	}
	for _, form := range utcForms {
		if at, err := time.Parse(form, text); err == nil {
			return at
		}
	}
	errs[field] = "Give a day and a time, like 31 Dec 2026, 18:00."
	return time.Time{}
}

// settingsSave answers one form: on success back to its page, on bad input the
// page again with the form as it was typed.
func (h *Handlers) settingsSave(c echo.Context) error {
	form := settingsForms[c.Path()]
	errs := map[string]string{}
	change := form.read(c, errs)
	if len(errs) == 0 && closesSites(c, form) && !settings.KnownSettings(h.DB).Maintenance.On && c.FormValue(confirmMaintenance) == "" {
		errs[confirmMaintenance] = "Tick this to close them."
	}
	if len(errs) == 0 {
		typed := settings.DefaultSettings()
		change(&typed)
		err := settings.ChangeSettings(web.IfSeen(c, form.answers, typed), h.DB, change)
		if err == nil {
			h.Flash(c, ui.Success, form.done)
			return web.Redirect(c, form.page)
		}
		if errs = store.FieldErrors(err); errs == nil {
			return err
		}
	}
	p, err := h.settingsProps(c)
	if err != nil {
		return err
	}
	p.Errors, p.Failed = errs, form.name
	for _, field := range form.fields {
		p.Values[field] = strings.ToValidUTF8(c.FormValue(field), "")
	}
	if errs[confirmMaintenance] != "" {
		p.OpenSites = h.openSites(c)
	}
	return h.settingsPage(c, web.FormStatus(errs), form.page, p)
}

// confirmMaintenance is ticked by who has read what closing all sites does.
const confirmMaintenance = "confirm_maintenance"

func closesSites(c echo.Context, form settingsForm) bool {
	return form.name == "maintenance" && c.FormValue("maintenance_on") != ""
}

// openSites is how many businesses can be reached, as of the last roll-up.
func (h *Handlers) openSites(c echo.Context) string {
	var t console.PlatformTotals
	err := h.DB.InPublic(c.Request().Context(), func(q *store.PublicTx) (err error) {
		t, _, err = console.PlatformFigures(q)
		return err
	})
	if err != nil {
		return "all"
	}
	return web.Count(t.Trial + t.Active)
}

// maintenanceNotice tells all who work on the console that the sites are closed.
func (h *Handlers) maintenanceNotice(c echo.Context) *ui.AlertProps {
	m := settings.KnownSettings(h.DB).Maintenance
	if !m.On {
		return nil
	}
	p := &ui.AlertProps{Tone: ui.Warning, Title: "Maintenance is on", Text: "The sites of all businesses are closed and say: “" + web.MaintenanceText(m) + "”"}
	if web.Principal(c).Can(access.SettingsManage) {
		p.Link = ui.Link{Label: "Open them again", Href: urls.SettingsMessages()}
	}
	return p
}

func (h *Handlers) settingsShow(c echo.Context) error {
	p, err := h.settingsProps(c)
	if err != nil {
		return err
	}
	return h.settingsPage(c, http.StatusOK, c.Path(), p)
}

func (h *Handlers) settingsPage(c echo.Context, status int, page string, p platform.SettingsProps) error {
	v := web.View{Title: "Settings", Body: platform.SettingsGeneral(p)}
	switch page {
	case urls.SettingsSecurity():
		v.Title, v.Body = "Security settings", platform.SettingsSecurity(p)
	case urls.SettingsMail():
		v.Title, v.Body = "Mail settings", platform.SettingsMail(p)
	case urls.SettingsMessages():
		v.Title, v.Body = "Messages and maintenance", platform.SettingsMessages(p)
	}
	return h.Render(c, status, v)
}

// settingsProps are the settings as the forms show them.
func (h *Handlers) settingsProps(c echo.Context) (platform.SettingsProps, error) {
	var s settings.Settings
	err := h.DB.InPublic(c.Request().Context(), func(q *store.PublicTx) (err error) {
		s, err = settings.Read(q)
		return err
	})
	if err != nil {
		return platform.SettingsProps{}, err
	}
	p := platform.SettingsProps{
		Seen:     map[string]ui.Seen{},
		Currency: settings.Currency, BuiltIn: strings.Join(settings.ReservedSubdomains(), ", "), MailServer: h.mailServer(), MailFrom: h.MailFrom,
		MyEmail: web.Principal(c).Actor.Email, Apex: h.Sites.Apex("/"),
		Values: settingsValues(s),
	}
	p.AnnouncementOver = !s.Announcement.Until.IsZero() && !s.Announcement.Shown(time.Now())
	for _, role := range access.Roles() {
		p.Roles = append(p.Roles, platform.SettingsRole{Field: factorField(role), Label: access.RoleName(role), Staff: role.IsPlatform()})
	}
	for action, form := range settingsForms {
		p.Seen[action] = web.SeenOf(c, action, form.page, form.answers(s))
	}
	return p, nil
}

func checked(on bool) string {
	if on {
		return "1"
	}
	return ""
}

// settingsValues are the settings by the names of their fields.
func settingsValues(s settings.Settings) map[string]string {
	values := map[string]string{
		"platform_name": s.PlatformName, "support_email": s.SupportEmail, "trial_days": strconv.Itoa(s.TrialDays), "signup_open": checked(s.SignUpOpen),
		"reserved_subdomains": strings.Join(s.ReservedSubdomains, "\n"),
		"masquerade_idle":     strconv.Itoa(s.Masquerade.IdleMinutes), "masquerade_max": strconv.Itoa(s.Masquerade.MaxMinutes),
		"platform_idle": strconv.Itoa(s.PlatformSessions.IdleMinutes), "platform_max": strconv.Itoa(s.PlatformSessions.MaxHours),
		"tenant_idle": strconv.Itoa(s.TenantSessions.IdleMinutes), "tenant_max": strconv.Itoa(s.TenantSessions.MaxHours),
		"mail_from": s.MailFrom, "announcement_text": s.Announcement.Text, "announcement_tone": s.Announcement.Tone,
		"maintenance_on": checked(s.Maintenance.On), "maintenance_message": s.Maintenance.Message,
	}
	if until := s.Announcement.Until; !until.IsZero() {
		values["announcement_until"] = until.UTC().Format(utcForms[0])
	}
	for _, role := range access.Roles() {
		values[factorField(role)] = checked(s.RequiresFactor(role))
	}
	return values
}

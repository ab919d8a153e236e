package platform

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store/ops"
	"github.com/smoothschedule/smoothschedule/views/mail"
	"github.com/smoothschedule/smoothschedule/views/ui"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

// mailTestFor bounds the wait for a mail server's answer.
const mailTestFor = 20 * time.Second

// mailServer says how mails leave: what the environment says, and what follows
// from it. The password is not among what handlers know.
func (h *Handlers) mailServer() []ui.Fact {
	by := ui.Fact{Term: "Set by", Text: "SMTP_URL and MAIL_FROM of the program's environment"}
	u, err := url.Parse(h.MailServer)
	if err != nil || h.MailServer == "" {
		return []ui.Fact{{Term: "Server", Text: "None: mails are written to a folder and shown at /dev/mail"}, by}
	}
	port, encryption := "587", "STARTTLS, demanded; the certificate is checked"
	switch {
	case u.Scheme == "smtps":
		port, encryption = "465", "TLS from the first byte; the certificate is checked"
	case u.Query().Get("tls") == "off":
		encryption = "None (tls=off), for a relay on the same machine"
	}
	if u.Port() != "" {
		port = u.Port()
	}
	facts := []ui.Fact{{Term: "Server", Text: u.Hostname()}, {Term: "Port", Text: port}, {Term: "Encryption", Text: encryption}}
	if u.User != nil {
		facts = append(facts, ui.Fact{Term: "User", Text: u.User.Username()}, ui.Fact{Term: "Password", Text: "Never shown"})
	} else {
		facts = append(facts, ui.Fact{Term: "User", Text: "None: mails are handed over without a login"})
	}
	return append(facts, by)
}

// settingsMailTest sends a mail now, outside of the jobs, and shows what the mail
// server answered.
func (h *Handlers) settingsMailTest(c echo.Context) error {
	p, err := h.settingsProps(c)
	if err != nil {
		return err
	}
	to := web.Email(c, "to")
	p.Values["to"], p.Errors, p.Failed = strings.ToValidUTF8(to, ""), map[string]string{}, "test"
	web.CheckEmail(p.Errors, "to", to)
	if len(p.Errors) > 0 {
		return h.settingsPage(c, http.StatusUnprocessableEntity, urls.SettingsMail(), p)
	}
	message, err := mail.Test(mail.TestProps{By: web.Principal(c).Actor.Name, URL: h.Sites.Platform(urls.SettingsMail())})
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(c.Request().Context(), mailTestFor)
	defer cancel()
	started := time.Now()
	failed := h.SendNow(ctx, to, message)
	if err := ops.RecordMailTest(c.Request().Context(), h.DB, to, failed); err != nil {
		return err
	}
	p.Failed = ""
	p.Test = "The mail to " + to + " was handed over in " + web.Millis(time.Since(started)) + "."
	if h.MailServer == "" {
		p.Test = "The mail to " + to + " was written to the folder of this development program; see /dev/mail."
	}
	if failed != nil {
		p.Test, p.TestFailed = failed.Error(), true
	}
	return h.settingsPage(c, http.StatusOK, urls.SettingsMail(), p)
}

package handlers_test

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/smoothschedule/smoothschedule/handlers/handlertest"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/views/mail"
)

// TestSettings saves each form, and each once with something wrong in it.
func TestSettings(t *testing.T) {
	s := handlertest.New(t)
	for _, role := range staffRoles {
		s.Staff(role)
	}
	root := s.Platform().As(access.Superuser)
	for path, c := range map[string]struct {
		page      string
		good, bad url.Values
		field     string
	}{
		"/settings/names":              {"/settings", url.Values{"platform_name": {"Planwell"}, "support_email": {"help@example.test"}}, url.Values{"platform_name": {"Kept"}, "support_email": {"kept"}}, "support_email"},
		"/settings/trial":              {"/settings", url.Values{"trial_days": {"21"}, "signup_open": {"1"}}, url.Values{"trial_days": {"kept"}}, "trial_days"},
		"/settings/reserved":           {"/settings", url.Values{"reserved_subdomains": {"alpha\r\nbeta, gamma"}}, url.Values{"reserved_subdomains": {"kept!"}}, "reserved_subdomains"},
		"/settings/masquerade":         {"/settings/security", url.Values{"masquerade_idle": {"10"}, "masquerade_max": {"30"}}, url.Values{"masquerade_idle": {"10"}, "masquerade_max": {"61"}}, "masquerade_max"},
		"/settings/sessions":           {"/settings/security", url.Values{"platform_idle": {"60"}, "platform_max": {"8"}, "tenant_idle": {"600"}, "tenant_max": {"100"}}, url.Values{"platform_idle": {"60"}, "platform_max": {"8"}, "tenant_idle": {"600"}, "tenant_max": {"1"}}, "tenant_idle"},
		"/settings/second-factor":      {"/settings/security", url.Values{"role_SUPERUSER": {""}}, nil, ""},
		"/settings/mail":               {"/settings/mail", url.Values{"mail_from": {"Planwell <post@example.test>"}}, url.Values{"mail_from": {"kept"}}, "mail_from"},
		"/settings/mail/test":          {"", nil, url.Values{"to": {"kept"}}, "to"},
		"/settings/announcement":       {"/settings/messages", url.Values{"announcement_text": {"Down at noon"}, "announcement_tone": {"warning"}, "announcement_until": {""}}, url.Values{"announcement_text": {"Kept"}, "announcement_until": {"soon"}}, "announcement_until"},
		"/settings/maintenance":        {"/settings/messages", url.Values{"maintenance_message": {"Back at one"}}, url.Values{"maintenance_message": {strings.Repeat("x", 301)}}, "maintenance_message"},
		"/settings/plans/professional": {"/settings/plans", url.Values{"price": {"31.50"}, "position": {"2"}, "max_people": {"6"}, "max_resources": {""}, "max_appointments": {"700"}, "features": {"One\r\n\r\nTwo"}}, url.Values{"price": {"kept"}, "position": {"2"}}, "price"},
	} {
		if c.good != nil {
			if r := root.Post(path, c.good); r.Code != http.StatusSeeOther || r.Location() != c.page {
				t.Errorf("%s: %d to %q", path, r.Code, r.Location())
			}
			page := root.Get(c.page).Doc()
			for field, value := range c.good {
				if strings.Contains(path, "plans") || field == "reserved_subdomains" || value[0] == "1" {
					continue
				}
				if got := page.Find(`[name="`+field+`"]`).AttrOr("value", page.Find(`[name="`+field+`"] option[selected]`).AttrOr("value", "")); got != value[0] && field != "role_SUPERUSER" {
					t.Errorf("%s shows %q for %s, want %q", c.page, got, field, value[0])
				}
			}
		}
		if c.bad != nil {
			r := root.Post(path, c.bad)
			wrong := r.Doc().Find(`[name="` + c.field + `"][aria-invalid="true"]`)
			if r.Code != http.StatusUnprocessableEntity || wrong.Length() != 1 {
				t.Errorf("%s with a bad %s: %d", path, c.field, r.Code)
			}
			if got := wrong.AttrOr("value", wrong.Text()); got != c.bad.Get(c.field) {
				t.Errorf("%s lost what was typed: %q", path, got)
			}
		}
	}
	if got := root.Get("/settings").Doc().Find(`[name="reserved_subdomains"]`).Text(); got != "alpha\nbeta\ngamma" {
		t.Errorf("reserved: %q", got)
	}
	form := url.Values{"name": {"Beta"}, "subdomain": {"beta"}, "plan": {"free"}, "time_zone": {"UTC"}, "owner_name": {"B"}, "owner_email": {"b@beta.test"}}
	if r := root.Post("/businesses", form); r.Code != http.StatusUnprocessableEntity || r.Doc().Find(`#f-subdomain[aria-invalid="true"]`).Length() != 1 {
		t.Errorf("a reserved name: %d", r.Code)
	}
	if r := root.Post("/settings/plans/gold", url.Values{"price": {"1"}, "position": {"1"}}); r.Code != http.StatusNotFound {
		t.Errorf("no such plan: %d", r.Code)
	}
	for _, page := range []string{"/settings/tokens", "/settings/jobs", "/settings/system"} {
		if r := root.Get(page); r.Code != http.StatusOK {
			t.Errorf("%s: %d", page, r.Code)
		}
	}
	for _, role := range staffRoles[1:] {
		c := s.Platform().As(role)
		if c.Get("/settings").Code != http.StatusNotFound || c.Post("/settings/trial", url.Values{"trial_days": {"1"}}).Code != http.StatusNotFound {
			t.Errorf("%s sees the settings", role)
		}
	}
}

// TestAnnouncementAndMaintenance: the banner stands on console and sites, and
// maintenance closes the sites alone.
func TestAnnouncementAndMaintenance(t *testing.T) {
	s := handlertest.New(t)
	s.Staff(access.Superuser)
	s.Staff(access.PlatformSales)
	s.Business("acme")
	root, owner := s.Platform().As(access.Superuser), s.At("acme").As(access.TenantOwner)
	root.Post("/settings/announcement", url.Values{"announcement_text": {"We move <house>"}, "announcement_tone": {"warning"}})
	for name, r := range map[string]handlertest.Response{"console": root.Get("/businesses"), "its login": s.Platform().Get("/login"), "site": owner.Get("/"), "public": s.At("acme").Get("/"), "404": owner.Get("/nothing")} {
		if got := r.Doc().Find("aside.announce").Text(); !strings.Contains(got, "We move <house>") {
			t.Errorf("%s: %q", name, got)
		}
	}
	root.Post("/settings/names", url.Values{"platform_name": {"Planwell"}, "support_email": {"help@example.test"}})
	if title := root.Get("/businesses").Doc().Find("title").Text(); title != "Businesses · Planwell" {
		t.Errorf("title %q", title)
	}
	// It is asked twice, by a page that says what happens and keeps what was typed.
	closing := url.Values{"maintenance_on": {"1"}, "maintenance_message": {"Back at one"}}
	asked := root.Post("/settings/maintenance", closing)
	if doc := asked.Doc(); asked.Code != http.StatusUnprocessableEntity || doc.Find("[name=confirm_maintenance]").Length() != 1 || doc.Find("[name=maintenance_on][checked]").Length() != 1 ||
		doc.Find("[name=maintenance_message]").AttrOr("value", "") != "Back at one" || s.At("acme").Get("/").Code != http.StatusOK {
		t.Errorf("closing all sites is not asked twice: %d", asked.Code)
	}
	closing.Set("confirm_maintenance", "1")
	root.Post("/settings/maintenance", closing)
	sales := s.Platform().As(access.PlatformSales)
	for name, r := range map[string]handlertest.Response{"dashboard": root.Get("/dashboard"), "list": sales.Get("/businesses"), "404": sales.Get("/nothing"), "settings": root.Get("/settings")} {
		if notice := r.Doc().Find("aside[aria-label=Notice]"); !strings.Contains(notice.Text(), "Back at one") || notice.Find("a").Length() != map[bool]int{true: 1}[name != "list" && name != "404"] {
			t.Errorf("%s does not say that maintenance is on: %s", name, notice.Text())
		}
	}
	if r := root.Post("/settings/maintenance", url.Values{"maintenance_on": {"1"}, "maintenance_message": {"Back at one"}}); r.Code != http.StatusSeeOther {
		t.Errorf("another message meanwhile: %d", r.Code)
	}
	for name, r := range map[string]handlertest.Response{"site": owner.Get("/"), "public": s.At("acme").Get("/"), "login": s.At("acme").Get("/login"), "a form": owner.Post("/services", url.Values{})} {
		if r.Code != http.StatusServiceUnavailable || !strings.Contains(r.Body.String(), "Back at one") {
			t.Errorf("%s: %d", name, r.Code)
		}
	}
	if got := owner.Get("/").Doc().Find(`a[href="mailto:help@example.test"]`).Length(); got != 1 {
		t.Error("the support address is not shown")
	}
	if r := s.At("acme").Get("/api/availability/?service_id=" + someID + "&date=2026-11-24"); r.Code != http.StatusServiceUnavailable {
		t.Errorf("API: %d", r.Code)
	}
	if r := root.Get("/businesses"); r.Code != http.StatusOK {
		t.Errorf("console: %d", r.Code)
	}
	if r := owner.Post("/logout", url.Values{}); r.Code != http.StatusSeeOther {
		t.Errorf("logout: %d", r.Code)
	}
	root.Post("/settings/maintenance", url.Values{})
	if root.Get("/dashboard").Doc().Find("aside[aria-label=Notice]").Length() != 0 {
		t.Error("the console says that maintenance is on, and it is off")
	}
	if r := s.At("acme").Get("/"); r.Code != http.StatusOK {
		t.Errorf("open again: %d", r.Code)
	}
}

// TestTestMail shows what the mail server answered.
func TestTestMail(t *testing.T) {
	s := handlertest.New(t)
	s.Staff(access.Superuser)
	root := s.Platform().As(access.Superuser)
	var sent []string
	s.App.SendNow = func(_ context.Context, to string, m mail.Message) error {
		sent = append(sent, to+" "+m.Subject)
		if strings.HasPrefix(to, "bounce") {
			return errors.New("550 no such mailbox")
		}
		return nil
	}
	if r := root.Post("/settings/mail/test", url.Values{"to": {"me@example.test"}}); r.Code != http.StatusOK || r.Doc().Find(".alert.tone-success").Length() != 1 {
		t.Errorf("sent: %d", r.Code)
	}
	if r := root.Post("/settings/mail/test", url.Values{"to": {"bounce@example.test"}}); !strings.Contains(r.Doc().Find(".alert.tone-danger").Text(), "550 no such mailbox") {
		t.Errorf("failed: %d", r.Code)
	}
	if len(sent) != 2 || sent[0] != "me@example.test A test mail" {
		t.Errorf("%q", sent)
	}
	for server, want := range map[string][]string{
		"": {"None: mails are written to a folder"}, "smtp://post@mail.example.test": {"mail.example.test", "587", "STARTTLS", "post", "Never shown"},
		"smtps://mail.example.test:2465": {"2465", "TLS from the first byte", "without a login"}, "smtp://localhost:25?tls=off": {"25", "None (tls=off)"},
	} {
		s.App.MailServer = server
		text := root.Get("/settings/mail").Doc().Find("#server-head").Closest("section").Text()
		for _, part := range want {
			if !strings.Contains(text, part) {
				t.Errorf("%q does not show %q: %s", server, part, text)
			}
		}
	}
}

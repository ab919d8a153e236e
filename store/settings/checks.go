package settings

import (
	"fmt"
	"net/mail"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/internal/db"
	"github.com/smoothschedule/smoothschedule/store/internal/text"
)

// Bounds of what can be set.
const (
	MaxTrialDays    = 365
	minSessionIdle  = 5            // minutes
	maxSessionIdle  = 30 * 24 * 60 // minutes
	maxSessionHours = 90 * 24
	maxAnnouncement = 300 // characters
	maxReserved     = 500 // names
	announceAhead   = 366 * 24 * time.Hour
)

// check returns what is wrong with the settings, under the name of the form's
// field, or nil. It also brings texts into their form.
func (s *Settings) check(now time.Time) error {
	s.PlatformName, s.SupportEmail, s.MailFrom = strings.TrimSpace(s.PlatformName), strings.TrimSpace(s.SupportEmail), strings.TrimSpace(s.MailFrom)
	s.Announcement.Text, s.Maintenance.Message = strings.TrimSpace(s.Announcement.Text), strings.TrimSpace(s.Maintenance.Message)
	for _, rule := range []func(now time.Time) error{s.checkNames, s.checkTrial, s.checkMasquerade, s.checkSessions, s.checkRoles, s.checkAnnouncement, s.checkReserved} {
		if err := rule(now); err != nil {
			return err
		}
	}
	return nil
}

func (s *Settings) checkNames(time.Time) error {
	if utf8.RuneCountInString(s.PlatformName) > 60 || text.VisibleLen(s.PlatformName) == 0 {
		return db.InvalidField("platform_name", "Give the platform a name of at most 60 characters.")
	}
	if s.SupportEmail != "" && !IsAddress(s.SupportEmail, false) {
		return db.InvalidField("support_email", "Give an e-mail address, like help@example.com, or leave it empty.")
	}
	if s.MailFrom != "" && !IsAddress(s.MailFrom, true) {
		return db.InvalidField("mail_from", "Give a sender, like SmoothSchedule <no-reply@example.com>, or leave it empty.")
	}
	return nil
}

// IsAddress says whether text is a mail address, alone or behind a name.
func IsAddress(text string, named bool) bool {
	a, err := mail.ParseAddress(text)
	return err == nil && len(text) <= 254 && (named || a.Address == text) && strings.Contains(a.Address, "@")
}

func (s *Settings) checkTrial(time.Time) error {
	if s.TrialDays < 1 || s.TrialDays > MaxTrialDays {
		return db.InvalidField("trial_days", fmt.Sprintf("Choose 1 to %d days.", MaxTrialDays))
	}
	return nil
}

func (s *Settings) checkMasquerade(time.Time) error {
	most := DefaultSettings().Masquerade
	switch m := s.Masquerade; {
	case m.IdleMinutes < 1 || m.IdleMinutes > most.IdleMinutes:
		return db.InvalidField("masquerade_idle", fmt.Sprintf("Choose 1 to %d minutes: the promise to businesses can only be made stricter.", most.IdleMinutes))
	case m.MaxMinutes < 1 || m.MaxMinutes > most.MaxMinutes:
		return db.InvalidField("masquerade_max", fmt.Sprintf("Choose 1 to %d minutes: the promise to businesses can only be made stricter.", most.MaxMinutes))
	case m.IdleMinutes > m.MaxMinutes:
		return db.InvalidField("masquerade_idle", "This can't be longer than a masquerade lasts in all.")
	}
	return nil
}

func (s *Settings) checkSessions(time.Time) error {
	for _, host := range []struct {
		name string
		is   SessionPolicy
	}{{"platform", s.PlatformSessions}, {"tenant", s.TenantSessions}} {
		switch p := host.is; {
		case p.IdleMinutes < minSessionIdle || p.IdleMinutes > maxSessionIdle:
			return db.InvalidField(host.name+"_idle", fmt.Sprintf("Choose %d minutes to %d days.", minSessionIdle, maxSessionIdle/60/24))
		case p.MaxHours < 1 || p.MaxHours > maxSessionHours:
			return db.InvalidField(host.name+"_max", fmt.Sprintf("Choose 1 hour to %d days.", maxSessionHours/24))
		case p.IdleMinutes > p.MaxHours*60:
			return db.InvalidField(host.name+"_idle", "This can't be longer than a session lasts in all.")
		}
	}
	return nil
}

func (s *Settings) checkRoles(time.Time) error {
	var roles []access.Role
	for _, role := range access.Roles() {
		if slices.Contains(s.SecondFactorRoles, role) {
			roles = append(roles, role)
		}
	}
	if len(roles) != len(s.SecondFactorRoles) {
		return db.InvalidField("second_factor_roles", "Choose among the eight roles.")
	}
	s.SecondFactorRoles = roles
	return nil
}

func (s *Settings) checkAnnouncement(now time.Time) error {
	if utf8.RuneCountInString(s.Announcement.Text) > maxAnnouncement {
		return db.InvalidField("announcement_text", fmt.Sprintf("Use at most %d characters.", maxAnnouncement))
	}
	if utf8.RuneCountInString(s.Maintenance.Message) > maxAnnouncement {
		return db.InvalidField("maintenance_message", fmt.Sprintf("Use at most %d characters.", maxAnnouncement))
	}
	for field, value := range map[string]string{"announcement_text": s.Announcement.Text, "maintenance_message": s.Maintenance.Message} {
		if text.Unseen(value) {
			return db.InvalidField(field, "There is nothing to see in this.")
		}
	}
	if !slices.Contains([]string{"", "success", "warning", "danger"}, s.Announcement.Tone) {
		return db.InvalidField("announcement_tone", "Choose one of the tones.")
	}
	if s.Announcement.Until.After(now.Add(announceAhead)) {
		return db.InvalidField("announcement_until", "Choose a time within a year.")
	}
	return nil
}

// checkReserved takes names as they come: in any case, doubled or built in.
func (s *Settings) checkReserved(time.Time) error {
	var names []string
	for _, name := range s.ReservedSubdomains {
		name = strings.ToLower(strings.TrimSpace(name))
		if name == "" || slices.Contains(reserved, name) {
			continue
		}
		if len(name) > 40 || !db.SubdomainPattern.MatchString(name) {
			return db.InvalidField("reserved_subdomains", "“"+text.Truncate(name, 50)+"” can't be a subdomain: use small letters, digits and hyphens.")
		}
		names = append(names, name)
	}
	slices.Sort(names)
	if s.ReservedSubdomains = slices.Compact(names); len(s.ReservedSubdomains) > maxReserved {
		return db.InvalidField("reserved_subdomains", fmt.Sprintf("At most %d names can be reserved.", maxReserved))
	}
	return nil
}

// ReservedSubdomains are the built-in ones, that nobody needs to add.
func ReservedSubdomains() []string { return slices.Clone(reserved) }

// CheckAllowedSubdomain is the function of the same name, with the names that the
// settings reserve and those that only a superuser gives.
func CheckAllowedSubdomain(t db.Scope, name string) error {
	if err := CheckSubdomain(name); err != nil {
		return err
	}
	s, err := Read(t)
	switch {
	case err != nil:
		return err
	case slices.Contains(s.ReservedSubdomains, name):
		return db.InvalidField("subdomain", "This name is reserved.")
	case deceptive(name) && (db.Who(t) == nil || db.Who(t).Actor.Role != access.Superuser):
		return errDeceptive
	}
	return nil
}

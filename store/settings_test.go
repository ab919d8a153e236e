package store_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/console"
	"github.com/smoothschedule/smoothschedule/store/identity"
	core "github.com/smoothschedule/smoothschedule/store/internal/db"
	"github.com/smoothschedule/smoothschedule/store/schema"
	"github.com/smoothschedule/smoothschedule/store/settings"
	"github.com/smoothschedule/smoothschedule/store/storetest"
)

// set changes the settings and fails on an error.
func set(t testing.TB, db *store.DB, change func(*settings.Settings)) {
	t.Helper()
	if err := settings.ChangeSettings(context.Background(), db, change); err != nil {
		t.Fatal(err)
	}
}

func settingsOf(t testing.TB, db *store.DB) settings.Settings {
	t.Helper()
	s, err := settings.Current(context.Background(), db)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSettings(t *testing.T) {
	cfg := storetest.Config(t)
	db := storetest.Open(t, cfg)
	s := settingsOf(t, db)
	if s.PlatformName != "SmoothSchedule" || s.TrialDays != 14 || !s.SignUpOpen || s.Masquerade.MaxMinutes != 60 || s.TenantSessions.MaxHours != 14*24 {
		t.Errorf("defaults: %+v", s)
	}
	set(t, db, func(s *settings.Settings) {
		s.SupportEmail, s.TrialDays, s.SignUpOpen = " help@example.test ", 30, false
		s.Masquerade = settings.MasqueradePolicy{IdleMinutes: 5, MaxMinutes: 20}
		s.SecondFactorRoles = []access.Role{access.TenantOwner, access.Superuser}
		s.ReservedSubdomains = []string{"WWW", "Acme", "acme", "zeta", ""}
		s.Announcement = settings.Announcement{Text: "Down at noon", Until: time.Now().Add(time.Hour)}
	})
	if s = settingsOf(t, db); s.SupportEmail != "help@example.test" || s.TrialDays != 30 || s.SignUpOpen || !s.RequiresFactor(access.Superuser) || s.RequiresFactor(access.Customer) ||
		strings.Join(s.ReservedSubdomains, " ") != "acme zeta" || !s.Announcement.Shown(time.Now()) || s.Announcement.Shown(time.Now().Add(2*time.Hour)) {
		t.Errorf("changed: %+v", s)
	}
	t.Run("each change is on record with its values", func(t *testing.T) {
		var before, after string
		err := schema.Direct(db).QueryRow(`SELECT details ->> 'before', details ->> 'after' FROM audit_log WHERE action = 'settings.changed' AND object_id = 'trial_days'`).Scan(&before, &after)
		if err != nil || before != "14" || after != "30" {
			t.Errorf("%q to %q, %v", before, after, err)
		}
		var n int
		set(t, db, func(s *settings.Settings) { s.TrialDays = 30 })
		if err := schema.Direct(db).QueryRow(`SELECT count(*) FROM audit_log WHERE action = 'settings.changed'`).Scan(&n); err != nil || n != 7 {
			t.Errorf("%d entries for 7 changed values, %v", n, err)
		}
	})
	t.Run("what is out of bounds is refused at its field", func(t *testing.T) {
		for field, change := range map[string]func(*settings.Settings){
			"platform_name":       func(s *settings.Settings) { s.PlatformName = " " },
			"support_email":       func(s *settings.Settings) { s.SupportEmail = "nobody" },
			"mail_from":           func(s *settings.Settings) { s.MailFrom = "a <b" },
			"trial_days":          func(s *settings.Settings) { s.TrialDays = 0 },
			"masquerade_idle":     func(s *settings.Settings) { s.Masquerade.IdleMinutes = 16 },
			"masquerade_max":      func(s *settings.Settings) { s.Masquerade.MaxMinutes = 61 },
			"platform_idle":       func(s *settings.Settings) { s.PlatformSessions.IdleMinutes = 1 },
			"tenant_max":          func(s *settings.Settings) { s.TenantSessions.MaxHours = 0 },
			"second_factor_roles": func(s *settings.Settings) { s.SecondFactorRoles = []access.Role{"KING"} },
			"announcement_tone":   func(s *settings.Settings) { s.Announcement.Tone = "loud" },
			"announcement_text":   func(s *settings.Settings) { s.Announcement.Text = strings.Repeat("x", 301) },
			"announcement_until":  func(s *settings.Settings) { s.Announcement.Until = time.Now().AddDate(2, 0, 0) },
			"reserved_subdomains": func(s *settings.Settings) { s.ReservedSubdomains = []string{"not a name"} },
		} {
			err := settings.ChangeSettings(context.Background(), db, change)
			if store.FieldErrors(err)[field] == "" {
				t.Errorf("%s: %v", field, err)
			}
		}
	})
	t.Run("bounds of a masquerade hold whatever the table says", func(t *testing.T) {
		if _, err := schema.Direct(db).Exec(`UPDATE settings SET value = '{"idle_minutes": 500, "max_minutes": 5000}' WHERE key = 'masquerade';
			UPDATE settings SET value = '"much"' WHERE key = 'trial_days'`); err != nil {
			t.Fatal(err)
		}
		if s := settingsOf(t, storetest.Open(t, cfg)); s.Masquerade.Idle() != settings.MasqueradeIdle || s.Masquerade.Max() != settings.MasqueradeMax || s.TrialDays != 14 {
			t.Errorf("%+v", s)
		}
	})
	t.Run("a reserved name is taken", func(t *testing.T) {
		_, err := console.CreateBusiness(context.Background(), db, console.NewBusiness{Name: "Zeta", Subdomain: "zeta", Plan: "free", TimeZone: "UTC", OwnerName: "Z", OwnerEmail: "z@zeta.test"})
		if store.FieldErrors(err)["subdomain"] == "" {
			t.Errorf("%v", err)
		}
	})
	t.Run("a business's scope can't change them", func(t *testing.T) {
		_, tenant := newBusiness(t, db, "garage")
		err := db.InTenant(context.Background(), tenant, func(q *store.TenantTx) error {
			res, err := core.SQL(q).Exec(`UPDATE public.settings SET value = '1' WHERE key = 'trial_days'`)
			if n, _ := res.RowsAffected(); n != 0 {
				t.Errorf("%d rows changed", n)
			}
			if err == nil {
				_, err = core.SQL(q).Exec(`INSERT INTO public.settings VALUES ('x', '1')`)
			}
			return err
		})
		if sqlState(err) != "42501" {
			t.Errorf("%v", err)
		}
	})
}

// TestSessionLifetimes: shorter ones hold for who is logged in already.
func TestSessionLifetimes(t *testing.T) {
	db := storetest.DB(t)
	newStaff(t, db, access.Superuser)
	set(t, db, func(s *settings.Settings) { s.PlatformSessions = settings.SessionPolicy{IdleMinutes: 30, MaxHours: 2} })
	if _, _, err := identity.LoginAs(context.Background(), db, nil, "SUPERUSER@smoothschedule.test", store.Client{}); err != nil {
		t.Fatal(err)
	}
	check := func(idle, hours int) {
		t.Helper()
		var gotIdle, gotHours int
		err := schema.Direct(db).QueryRow(`SELECT idle_minutes, CAST(extract(epoch FROM expires_at - created_at) / 3600 AS int) FROM sessions`).Scan(&gotIdle, &gotHours)
		if err != nil || gotIdle != idle || gotHours != hours {
			t.Errorf("%d minutes and %d hours, want %d and %d: %v", gotIdle, gotHours, idle, hours, err)
		}
	}
	check(30, 2)
	set(t, db, func(s *settings.Settings) { s.PlatformSessions = settings.SessionPolicy{IdleMinutes: 10, MaxHours: 1} })
	check(10, 1)
	set(t, db, func(s *settings.Settings) { s.PlatformSessions = settings.SessionPolicy{IdleMinutes: 60, MaxHours: 12} })
	check(10, 1)
}

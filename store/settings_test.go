package store_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/storetest"
)

// set changes the settings and fails on an error.
func set(t testing.TB, db *store.DB, change func(*store.Settings)) {
	t.Helper()
	if err := db.ChangeSettings(context.Background(), change); err != nil {
		t.Fatal(err)
	}
}

func settingsOf(t testing.TB, db *store.DB) store.Settings {
	t.Helper()
	s, err := db.Settings(context.Background())
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
	set(t, db, func(s *store.Settings) {
		s.SupportEmail, s.TrialDays, s.SignUpOpen = " help@example.test ", 30, false
		s.Masquerade = store.MasqueradePolicy{IdleMinutes: 5, MaxMinutes: 20}
		s.SecondFactorRoles = []access.Role{access.TenantOwner, access.Superuser}
		s.ReservedSubdomains = []string{"WWW", "Acme", "acme", "zeta", ""}
		s.Announcement = store.Announcement{Text: "Down at noon", Until: time.Now().Add(time.Hour)}
	})
	if s = settingsOf(t, db); s.SupportEmail != "help@example.test" || s.TrialDays != 30 || s.SignUpOpen || !s.RequiresFactor(access.Superuser) || s.RequiresFactor(access.Customer) ||
		strings.Join(s.ReservedSubdomains, " ") != "acme zeta" || !s.Announcement.Shown(time.Now()) || s.Announcement.Shown(time.Now().Add(2*time.Hour)) {
		t.Errorf("changed: %+v", s)
	}
	t.Run("each change is on record with its values", func(t *testing.T) {
		var before, after string
		err := db.Direct().QueryRow(`SELECT details ->> 'before', details ->> 'after' FROM audit_log WHERE action = 'settings.changed' AND object_id = 'trial_days'`).Scan(&before, &after)
		if err != nil || before != "14" || after != "30" {
			t.Errorf("%q to %q, %v", before, after, err)
		}
		var n int
		set(t, db, func(s *store.Settings) { s.TrialDays = 30 })
		if err := db.Direct().QueryRow(`SELECT count(*) FROM audit_log WHERE action = 'settings.changed'`).Scan(&n); err != nil || n != 7 {
			t.Errorf("%d entries for 7 changed values, %v", n, err)
		}
	})
	t.Run("what is out of bounds is refused at its field", func(t *testing.T) {
		for field, change := range map[string]func(*store.Settings){
			"platform_name":       func(s *store.Settings) { s.PlatformName = " " },
			"support_email":       func(s *store.Settings) { s.SupportEmail = "nobody" },
			"mail_from":           func(s *store.Settings) { s.MailFrom = "a <b" },
			"trial_days":          func(s *store.Settings) { s.TrialDays = 0 },
			"masquerade_idle":     func(s *store.Settings) { s.Masquerade.IdleMinutes = 16 },
			"masquerade_max":      func(s *store.Settings) { s.Masquerade.MaxMinutes = 61 },
			"platform_idle":       func(s *store.Settings) { s.PlatformSessions.IdleMinutes = 1 },
			"tenant_max":          func(s *store.Settings) { s.TenantSessions.MaxHours = 0 },
			"second_factor_roles": func(s *store.Settings) { s.SecondFactorRoles = []access.Role{"KING"} },
			"announcement_tone":   func(s *store.Settings) { s.Announcement.Tone = "loud" },
			"announcement_text":   func(s *store.Settings) { s.Announcement.Text = strings.Repeat("x", 301) },
			"announcement_until":  func(s *store.Settings) { s.Announcement.Until = time.Now().AddDate(2, 0, 0) },
			"reserved_subdomains": func(s *store.Settings) { s.ReservedSubdomains = []string{"not a name"} },
		} {
			err := db.ChangeSettings(context.Background(), change)
			if store.FieldErrors(err)[field] == "" {
				t.Errorf("%s: %v", field, err)
			}
		}
	})
	t.Run("bounds of a masquerade hold whatever the table says", func(t *testing.T) {
		if _, err := db.Direct().Exec(`UPDATE settings SET value = '{"idle_minutes": 500, "max_minutes": 5000}' WHERE key = 'masquerade';
			UPDATE settings SET value = '"much"' WHERE key = 'trial_days'`); err != nil {
			t.Fatal(err)
		}
		if s := settingsOf(t, storetest.Open(t, cfg)); s.Masquerade.Idle() != store.MasqueradeIdle || s.Masquerade.Max() != store.MasqueradeMax || s.TrialDays != 14 {
			t.Errorf("%+v", s)
		}
	})
	t.Run("a reserved name is taken", func(t *testing.T) {
		_, err := db.CreateBusiness(context.Background(), store.NewBusiness{Name: "Zeta", Subdomain: "zeta", Plan: "free", TimeZone: "UTC", OwnerName: "Z", OwnerEmail: "z@zeta.test"})
		if store.FieldErrors(err)["subdomain"] == "" {
			t.Errorf("%v", err)
		}
	})
	t.Run("a business's scope can't change them", func(t *testing.T) {
		_, tenant := newBusiness(t, db, "garage")
		err := db.InTenant(context.Background(), tenant, func(q *store.TenantTx) error {
			res, err := store.RawForTest(q).Exec(`UPDATE public.settings SET value = '1' WHERE key = 'trial_days'`)
			if n, _ := res.RowsAffected(); n != 0 {
				t.Errorf("%d rows changed", n)
			}
			if err == nil {
				_, err = store.RawForTest(q).Exec(`INSERT INTO public.settings VALUES ('x', '1')`)
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
	set(t, db, func(s *store.Settings) { s.PlatformSessions = store.SessionPolicy{IdleMinutes: 30, MaxHours: 2} })
	if _, _, err := db.LoginAs(context.Background(), nil, "SUPERUSER@smoothschedule.test", store.Client{}); err != nil {
		t.Fatal(err)
	}
	check := func(idle, hours int) {
		t.Helper()
		var gotIdle, gotHours int
		err := db.Direct().QueryRow(`SELECT idle_minutes, CAST(extract(epoch FROM expires_at - created_at) / 3600 AS int) FROM sessions`).Scan(&gotIdle, &gotHours)
		if err != nil || gotIdle != idle || gotHours != hours {
			t.Errorf("%d minutes and %d hours, want %d and %d: %v", gotIdle, gotHours, idle, hours, err)
		}
	}
	check(30, 2)
	set(t, db, func(s *store.Settings) { s.PlatformSessions = store.SessionPolicy{IdleMinutes: 10, MaxHours: 1} })
	check(10, 1)
	set(t, db, func(s *store.Settings) { s.PlatformSessions = store.SessionPolicy{IdleMinutes: 60, MaxHours: 12} })
	check(10, 1)
}

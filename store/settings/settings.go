package settings

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"

	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/internal/db"
)

// The longest that a masquerade is idle and lasts (CRITERIA M3).
const (
	MasqueradeIdle = 15 * time.Minute
	MasqueradeMax  = 60 * time.Minute
)

// MasqueradeBounds is how long a masquerade may last.
type MasqueradeBounds struct{ Idle, Max time.Duration }

// MasqueradeBounds is how long a masquerade may be idle and last.
func (s Settings) MasqueradeBounds() MasqueradeBounds {
	return MasqueradeBounds{Idle: min(s.Masquerade.Idle(), MasqueradeIdle), Max: min(s.Masquerade.Max(), MasqueradeMax)}
}

// Settings is what the platform is set to, on the console's settings pages. Each
// field is a row of the table; what has none stands at its default.
type Settings struct {
	PlatformName       string           `json:"platform_name"`
	SupportEmail       string           `json:"support_email"` // shown to businesses; may be empty
	TrialDays          int              `json:"trial_days"`
	SignUpOpen         bool             `json:"signup_open"`
	Masquerade         MasqueradePolicy `json:"masquerade"`
	PlatformSessions   SessionPolicy    `json:"platform_sessions"`
	TenantSessions     SessionPolicy    `json:"tenant_sessions"`
	SecondFactorRoles  []access.Role    `json:"second_factor_roles"` // who must have one
	MailFrom           string           `json:"mail_from"`           // "Name <address>"; empty: as configured
	Announcement       Announcement     `json:"announcement"`
	Maintenance        Maintenance      `json:"maintenance"`
	ReservedSubdomains []string         `json:"reserved_subdomains"` // besides the built-in ones
}

// MasqueradePolicy bounds masquerades; it can only be tighter than MasqueradeIdle
// and MasqueradeMax.
type MasqueradePolicy struct {
	IdleMinutes int `json:"idle_minutes"`
	MaxMinutes  int `json:"max_minutes"`
}

// Idle is how long a masquerade lasts without use.
func (p MasqueradePolicy) Idle() time.Duration { return time.Duration(p.IdleMinutes) * time.Minute }

// Max is how long it lasts in all.
func (p MasqueradePolicy) Max() time.Duration { return time.Duration(p.MaxMinutes) * time.Minute }

// SessionPolicy says how long sessions of one kind of host last.
type SessionPolicy struct {
	IdleMinutes int `json:"idle_minutes"`
	MaxHours    int `json:"max_hours"`
}

// Announcement is a banner on the console and on all businesses' sites.
type Announcement struct {
	Text  string    `json:"text"` // empty: none
	Tone  string    `json:"tone"` // "", "success", "warning", "danger"
	Until time.Time `json:"until,omitzero"`
}

// Shown says whether the banner stands at a moment.
func (a Announcement) Shown(now time.Time) bool {
	return a.Text != "" && (a.Until.IsZero() || now.Before(a.Until))
}

// Maintenance closes the businesses' sites; the console stays open.
type Maintenance struct {
	On      bool   `json:"on"`
	Message string `json:"message"`
}

// RequiresFactor says whether somebody of a role must have a second factor.
func (s Settings) RequiresFactor(role access.Role) bool {
	return slices.Contains(s.SecondFactorRoles, role)
}

// Currency is that of all amounts, the platform's and its businesses' alike; every
// page writes it as "$". It is no setting: there is nothing to change it with.
const Currency = "USD"

// DefaultSettings is the platform before anybody set anything.
func DefaultSettings() Settings {
	return Settings{
		PlatformName: "SmoothSchedule", TrialDays: 14, SignUpOpen: true,
		Masquerade:       MasqueradePolicy{int(MasqueradeIdle.Minutes()), int(MasqueradeMax.Minutes())},
		PlatformSessions: SessionPolicy{IdleMinutes: 2 * 60, MaxHours: 12},
		TenantSessions:   SessionPolicy{IdleMinutes: 24 * 60, MaxHours: 14 * 24},
	}
}

// settingsFor is how old the settings of a process may be that another one changed.
const settingsFor = 3 * time.Second

type settingsCache struct {
	mu    sync.Mutex
	known *Settings
	until time.Time
	// One looks for all, under the name of what was known: who comes after a change
	// does not hear what was looked up before it.
	flights singleflight.Group
}

func (c *settingsCache) get(now time.Time) (s Settings, known, fresh bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.known == nil {
		return DefaultSettings(), false, false
	}
	return *c.known, true, now.Before(c.until)
}

func (c *settingsCache) put(s Settings, now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.known, c.until = &s, now.Add(settingsFor)
}

func (c *settingsCache) mark() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.until.String()
}

func settingsKept(d *db.DB) *settingsCache {
	return db.Keep(d, func() *settingsCache { return &settingsCache{} })
}

// Current returns the settings without a query of its own for each caller. Call
// it before a scope is opened; inside one use the scope's. When the database is
// gone the last ones known stand.
func Current(ctx context.Context, d *db.DB) (Settings, error) {
	s, known, fresh := settingsKept(d).get(d.Now())
	if fresh {
		return s, nil
	}
	found, err, _ := settingsKept(d).flights.Do(settingsKept(d).mark(), func() (any, error) {
		var loaded Settings
		err := db.Run(context.WithoutCancel(ctx), d, db.Web(d), db.Rows{}, func(t db.Scope) (err error) {
			loaded, err = Read(t)
			return err
		})
		return loaded, err
	})
	loaded, _ := found.(Settings)
	if err != nil && known {
		return s, nil
	}
	return loaded, err
}

// KnownSettings are the last ones that this process saw: for pages that must be
// shown without asking the database.
func KnownSettings(d *db.DB) Settings {
	s, _, _ := settingsKept(d).get(d.Now())
	return s
}

// Read returns the settings, in the scope that is open.
func Read(t db.Scope) (Settings, error) {
	if s, _, fresh := settingsKept(db.Of(t)).get(t.Now()); fresh {
		return s, nil
	}
	s, err := readSettings(t)
	if err == nil {
		settingsKept(db.Of(t)).put(s, t.Now())
	}
	return s, err
}

func readSettings(t db.Scope) (Settings, error) {
	var rows string
	if err := db.Get(t, &rows, `SELECT COALESCE(jsonb_object_agg(key, value), '{}') FROM public.settings`); err != nil {
		return Settings{}, err
	}
	s := DefaultSettings()
	// A value of another type, put there by hand, counts as none.
	if err := json.Unmarshal([]byte(rows), &s); err != nil && !errors.As(err, new(*json.UnmarshalTypeError)) {
		return s, err
	}
	s.bound()
	return s, nil
}

// bound holds what was written past the checks within what may ever be.
func (s *Settings) bound() {
	most := DefaultSettings().Masquerade
	s.Masquerade.IdleMinutes = min(max(s.Masquerade.IdleMinutes, 1), most.IdleMinutes)
	s.Masquerade.MaxMinutes = min(max(s.Masquerade.MaxMinutes, 1), most.MaxMinutes)
	s.PlatformSessions.bound(DefaultSettings().PlatformSessions)
	s.TenantSessions.bound(DefaultSettings().TenantSessions)
}

func (p *SessionPolicy) bound(otherwise SessionPolicy) {
	if p.IdleMinutes < minSessionIdle || p.IdleMinutes > maxSessionIdle {
		p.IdleMinutes = otherwise.IdleMinutes
	}
	if p.MaxHours < 1 || p.MaxHours > maxSessionHours {
		p.MaxHours = otherwise.MaxHours
	}
}

// ChangeSettings changes the settings: change gets the present ones. Every value
// that became another is recorded with the one before.
func ChangeSettings(ctx context.Context, d *db.DB, change func(*Settings)) error {
	var after Settings
	err := d.InPublic(ctx, func(q *db.PublicTx) error {
		// Two who change at once wait for each other here.
		if _, err := db.Exec(q, `INSERT INTO public.settings (key, value) VALUES ('platform_name', '"SmoothSchedule"')
			ON CONFLICT (key) DO UPDATE SET value = settings.value`); err != nil {
			return err
		}
		before, err := readSettings(q)
		if err != nil {
			return err
		}
		if err := db.Unchanged(q, before); err != nil {
			return err
		}
		after = before
		change(&after)
		if err := after.check(q.Now()); err != nil {
			return err
		}
		return saveSettings(q, before, after)
	})
	if err == nil {
		settingsKept(d).put(after, d.Now())
	}
	return err
}

func saveSettings(q *db.PublicTx, before, after Settings) error {
	was, is := before.rows(), after.rows()
	for _, key := range settingKeys {
		if string(was[key]) == string(is[key]) {
			continue
		}
		if _, err := db.Exec(q, `INSERT INTO public.settings (key, value) VALUES ($1, CAST($2 AS jsonb))
			ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value`, key, string(is[key])); err != nil {
			return err
		}
		err := db.Audit(q, db.Event{Action: "settings.changed", ObjectType: "settings", ObjectID: key, ObjectName: key,
			Details: map[string]any{"before": was[key], "after": is[key]}})
		if err != nil {
			return err
		}
	}
	return tightenSessions(q, before, after)
}

// tightenSessions makes shorter lifetimes hold for who is logged in already.
func tightenSessions(q *db.PublicTx, before, after Settings) error {
	for _, host := range []struct {
		was, is SessionPolicy
		which   string
	}{
		{before.PlatformSessions, after.PlatformSessions, "business_id IS NULL"},
		{before.TenantSessions, after.TenantSessions, "business_id IS NOT NULL"},
	} {
		if host.is.IdleMinutes >= host.was.IdleMinutes && host.is.MaxHours >= host.was.MaxHours {
			continue
		}
		_, err := db.Exec(q, `UPDATE public.sessions SET idle_minutes = LEAST(idle_minutes, $1),
				expires_at = LEAST(expires_at, created_at + CAST($2 AS int) * interval '1 hour')
			WHERE revoked_at IS NULL AND masquerade_id IS NULL AND expires_at > $3 AND `+host.which, host.is.IdleMinutes, host.is.MaxHours, q.Now())
		if err != nil {
			return err
		}
	}
	return nil
}

// rows are the settings as the table holds them.
func (s Settings) rows() map[string]json.RawMessage {
	text, _ := json.Marshal(s) // plain values always can be
	rows := map[string]json.RawMessage{}
	_ = json.Unmarshal(text, &rows)
	return rows
}

// settingKeys are the keys in a fixed order.
var settingKeys = func() []string {
	rows := DefaultSettings().rows()
	keys := make([]string, 0, len(rows))
	for key := range rows {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}()

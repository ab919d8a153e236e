package web

import (
	"time"

	"github.com/smoothschedule/smoothschedule/store/settings"
	"github.com/smoothschedule/smoothschedule/views/ui"
)

// announcement is what the platform tells everybody on hosts with people. It
// asks no database: the guard of each route keeps the settings fresh.
func (a *App) announcement(r *Request) *ui.AlertProps {
	if r.Surface == nil || !r.Surface.People {
		return nil
	}
	said := settings.KnownSettings(a.DB).Announcement
	if !said.Shown(time.Now()) {
		return nil
	}
	return &ui.AlertProps{Tone: ui.Tone(said.Tone), Text: said.Text}
}

// MaintenanceText is what a closed site says.
func MaintenanceText(m settings.Maintenance) string {
	if m.Message != "" {
		return m.Message
	}
	return "This site is being maintained and will be back soon."
}

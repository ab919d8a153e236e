package business

import "github.com/smoothschedule/smoothschedule/views/urls"

// SettingsTabs are the sections of the settings that not everybody has.
type SettingsTabs struct {
	Plan, Export bool
}

func (t SettingsTabs) shows(href string) bool {
	switch href {
	case urls.Plan():
		return t.Plan
	case urls.SettingsExport():
		return t.Export
	}
	return true
}

package platform

import (
	"github.com/smoothschedule/smoothschedule/views/ui"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

// SettingsProps are the settings' forms: Values by field as they stand or were
// typed, and what was wrong with the form named Failed.
type SettingsProps struct {
	OpenSites      string             // how many maintenance would close, where it is asked
	Seen           map[string]ui.Seen // by the address that a form is sent to
	Values, Errors map[string]string
	Failed         string
	Currency       string
	BuiltIn        string // reserved names that nobody needs to add
	Roles          []SettingsRole
	MailServer     []ui.Fact
	MailFrom       string // as configured
	MyEmail        string
	Apex           string
	// Test is what a test mail came to.
	Test             string
	TestFailed       bool
	AnnouncementOver bool
}

// SettingsRole is one box of the second factor's form.
type SettingsRole struct {
	Field, Label string
	Staff        bool
}

func (p SettingsProps) field(name, label string) ui.FieldProps {
	return ui.FieldProps{Name: name, Label: label, Value: p.Values[name], Error: p.Errors[name], Autocomplete: "off"}
}

func (p SettingsProps) text(name, label, hint string, most int) ui.FieldProps {
	f := p.field(name, label)
	f.Hint, f.MaxLength = hint, most
	return f
}

func (p SettingsProps) number(name, label, suffix, hint string) ui.FieldProps {
	f := p.field(name, label)
	f.Suffix, f.Hint, f.InputMode, f.Required = suffix, hint, "numeric", true
	return f
}

// summary is what stands above the form that failed.
func (p SettingsProps) summary(form string, fields ...string) []ui.FieldError {
	if p.Failed != form {
		return nil
	}
	return ui.Errors(p.Errors, fields...)
}

var settingsSections = []ui.Link{
	{Label: "General", Href: urls.Settings()},
	{Label: "Plans", Href: urls.SettingsPlans()},
	{Label: "Security", Href: urls.SettingsSecurity()},
	{Label: "Mail", Href: urls.SettingsMail()},
	{Label: "Messages", Href: urls.SettingsMessages()},
	{Label: "API tokens", Href: urls.SettingsTokens()},
	{Label: "Jobs", Href: urls.SettingsJobs()},
	{Label: "System", Href: urls.SettingsSystem()},
}

// PlanForm is a plan as typed.
type PlanForm struct {
	Seen                                                       ui.Seen
	Code, Name                                                 string
	Price, Position, People, Resources, Appointments, Features string
	Businesses                                                 int
	Errors                                                     map[string]string
}

func (p PlanForm) field(name, label, value string) ui.FieldProps {
	return ui.FieldProps{ID: p.id(name), Name: name, Label: label, Value: value, Error: p.Errors[name], InputMode: "numeric", Autocomplete: "off"}
}

func (p PlanForm) id(name string) string { return "f-" + p.Code + "-" + name }

func (p PlanForm) limit(name, label, value string) ui.FieldProps {
	f := p.field(name, label, value)
	f.Placeholder = "No limit"
	return f
}

func (p PlanForm) price() ui.FieldProps {
	f := p.field("price", "Price a month", p.Price)
	f.Prefix, f.InputMode, f.Required = "$", "decimal", true
	return f
}

func (p PlanForm) inUse() string {
	if p.Businesses == 1 {
		return "1 business"
	}
	return ui.Thousands(p.Businesses) + " businesses"
}

// SettingsPlansProps are the plans.
type SettingsPlansProps struct{ Plans []PlanForm }

// StaffTokenRow is an API token of somebody of the platform.
type StaffTokenRow struct {
	ID, Name                   string
	Owner, OwnerHref, Role     string
	Created, Expires, LastUsed ui.Time
}

// SettingsTokensProps lists them.
type SettingsTokensProps struct{ Rows []StaffTokenRow }

// JobRow is a background job that failed.
type JobRow struct {
	ID, Kind, Tries, Error string
	GivenUp                bool
	LastTry, NextTry       ui.Time
}

// SettingsJobsProps lists the newest of them.
type SettingsJobsProps struct {
	Rows  []JobRow
	Total string
	More  bool // than are shown
}

// FailedSchema is a business's schema that could not be migrated.
type FailedSchema struct{ Name, Version, Error string }

// SettingsSystemProps is what the program runs on.
type SettingsSystemProps struct {
	Version, Go, Postgres          string
	Zones, ZonesFrom               string
	Public, Tenant, Schemas, Ready string
	Behind                         string
	PublicBehind, AnyBehind        bool
	Failed                         []FailedSchema
}

package business

import "github.com/smoothschedule/smoothschedule/views/ui"

// ProfileInput is the business's profile as typed.
type ProfileInput struct{ Name, TimeZone, About, Address, Phone, Email string }

// ProfileProps is the business's profile.
type ProfileProps struct {
	Seen      ui.Seen
	In        ProfileInput
	Host      string
	Stored    string // the zone in force
	LocalTime string
	TimeZones []string
	Errors    map[string]string
	CanManage bool
	OwnPlan   SettingsTabs // the tab of the plan is shown
	ByStaff   bool         // in a masquerade, which never changes an address
	// Coming are the appointments ahead, which keep their moments.
	Coming string
	// Ask is set when the zone is about to change and the change is not confirmed.
	Ask bool
	// Example is a coming appointment's time now and in the new zone.
	Example string
}

// PolicyInput are the booking policies as typed.
type PolicyInput struct {
	Notice, NoticeUnit string
	Horizon, Step      string
	Approval           bool
	ApprovalHours      string
	Cancel, CancelUnit string
	Fee                string
}

// PoliciesProps is their form.
type PoliciesProps struct {
	Seen      ui.Seen
	In        PolicyInput
	Errors    map[string]string
	CanManage bool
	OwnPlan   SettingsTabs
}

// NotificationsProps are reminders and mails to the team.
type NotificationsProps struct {
	Seen               ui.Seen
	Reminders          string // "24, 2"
	QuietFrom, QuietTo string // "22:00"
	Team               bool
	Zone               string
	Errors             map[string]string
	CanManage          bool
	OwnPlan            SettingsTabs
}

// BookingPageProps is whether and where customers book online.
type BookingPageProps struct {
	Seen             ui.Seen
	Open             bool
	Message, Origins string
	Link, Embed      string // absolute address; HTML to paste
	Path             string // of the page itself
	Errors           map[string]string
	CanManage        bool
	OwnPlan          SettingsTabs
}

// BrandingProps are colour and logo.
type BrandingProps struct {
	Seen, LogoSeen ui.Seen
	Color          string // as typed
	Look           ui.AccentLook
	LogoHref       string
	Name           string
	Errors         map[string]string
	CanManage      bool
	OwnPlan        SettingsTabs
}

// PlanRow is one of the plans.
type PlanRow struct {
	Code, Name, Price               string
	People, Resources, Appointments string
	Current                         bool
	AskHref                         string
}

// PlanProps is the plan with what is used of it.
type PlanProps struct {
	Tabs        SettingsTabs
	Name, Price string
	TrialEnds   ui.Time // zero: no trial
	Usage       []ui.ProgressProps
	Rows        []PlanRow
	CanAsk      bool
}

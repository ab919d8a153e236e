package business

// ProfileProps is the business's profile.
type ProfileProps struct {
	Name, TimeZone string // as typed
	Host           string
	Stored         string // the zone in force
	LocalTime      string
	TimeZones      []string
	Errors         map[string]string
	CanManage      bool
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
}

// PoliciesProps is their form.
type PoliciesProps struct {
	In        PolicyInput
	Errors    map[string]string
	CanManage bool
}

package access

// NeverMasqueraded says whether a permission stays with the person itself, in
// whatever mode somebody else appears as it.
func NeverMasqueraded(permission Permission) bool {
	switch permission {
	case SupportAccessView, SupportAccessEdit, AccountManage, TokensManage, CustomersErase, CustomersExport, AppointmentsExport, ExportManage, TeamManage, OwnershipManage, MailsSend, OwnCalendar, FactorsReset:
		return true
	}
	return false
}

// The modes of a masquerade.
const (
	ModeView  = "view"
	ModeWrite = "write"
)

// ModeName is the mode of a masquerade in the user's words.
func ModeName(mode string) string {
	if mode == ModeWrite {
		return "With changes"
	}
	return "View only"
}

var roleNames = map[Role]string{
	Superuser:       "Superuser",
	PlatformManager: "Platform manager",
	PlatformSupport: "Support",
	PlatformSales:   "Sales",
	TenantOwner:     "Owner",
	TenantManager:   "Manager",
	TenantStaff:     "Staff",
	Customer:        "Customer",
}

// RoleName is a role in the user's words.
func RoleName(r Role) string { return roleNames[r] }

var roleTexts = map[Role]string{
	Superuser:       "Everything: also settings, plans, platform staff, and deleting businesses for good.",
	PlatformManager: "Runs businesses and their people, answers tickets, enters businesses, approves and ends masquerades, reads the whole audit log.",
	PlatformSupport: "Sees businesses and people, answers tickets, enters businesses view-only. Changes nothing else but notes.",
	PlatformSales:   "Sees businesses, creates them and sets plan and trial. Sees no people and no tickets.",
	TenantOwner:     "Everything in the business: team, plan, support access, export.",
	TenantManager:   "Runs the business: all but owners, plan and support access.",
	TenantStaff:     "The schedule and the customers; changes own appointments and own time off.",
	Customer:        "Sees and changes own bookings.",
}

// RoleText says what a role may do.
func RoleText(r Role) string { return roleTexts[r] }

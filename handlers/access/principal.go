package access

import "github.com/smoothschedule/smoothschedule/store"

// Principal is who a request comes from: the Actor really there and the Subject
// whose pages are shown.
type Principal struct{ *store.Principal }

// Can says whether the pages shown to the subject include this. Without a
// principal it is what everybody may.
func (p Principal) Can(permission Permission) bool {
	if p.Principal == nil {
		return permission == Public
	}
	if p.Masquerade != nil && NeverMasqueraded(permission) {
		return false
	}
	return Can(p.Subject.Role, permission)
}

// NeverMasqueraded says whether a permission stays with the person itself, in
// whatever mode somebody else appears as it.
func NeverMasqueraded(permission Permission) bool {
	switch permission {
	case SupportAccessView, SupportAccessEdit, AccountManage, TokensManage, CustomersErase, CustomersExport, AppointmentsExport, ExportManage, TeamManage, OwnershipManage, MailsSend, OwnCalendar, FactorsReset:
		return true
	}
	return false
}

// ViewOnly says whether nothing may be changed.
func (p Principal) ViewOnly() bool {
	return p.Principal != nil && p.Masquerade != nil && p.Masquerade.Mode == "view"
}

// ModeName is the mode of a masquerade in the user's words.
func ModeName(mode string) string {
	if mode == store.ModeWrite {
		return "With changes"
	}
	return "View only"
}

var roleNames = map[store.Role]string{
	store.Superuser:       "Superuser",
	store.PlatformManager: "Platform manager",
	store.PlatformSupport: "Support",
	store.PlatformSales:   "Sales",
	store.TenantOwner:     "Owner",
	store.TenantManager:   "Manager",
	store.TenantStaff:     "Staff",
	store.Customer:        "Customer",
}

// RoleName is a role in the user's words.
func RoleName(r store.Role) string { return roleNames[r] }

var roleTexts = map[store.Role]string{
	store.Superuser:       "Everything: also settings, plans, platform staff, and deleting businesses for good.",
	store.PlatformManager: "Runs businesses and their people, answers tickets, enters businesses, approves and ends masquerades, reads the whole audit log.",
	store.PlatformSupport: "Sees businesses and people, answers tickets, enters businesses view-only. Changes nothing else but notes.",
	store.PlatformSales:   "Sees businesses, creates them and sets plan and trial. Sees no people and no tickets.",
	store.TenantOwner:     "Everything in the business: team, plan, support access, export.",
	store.TenantManager:   "Runs the business: all but owners, plan and support access.",
	store.TenantStaff:     "The schedule and the customers; changes own appointments and own time off.",
	store.Customer:        "Sees and changes own bookings.",
}

// RoleText says what a role may do.
func RoleText(r store.Role) string { return roleTexts[r] }

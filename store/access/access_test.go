package access

import (
	"net/http"
	"testing"
)

func TestTable(t *testing.T) {
	const super, manager, support, sales, owner, deputy, staff, customer = 1, 2, 4, 8, 16, 32, 64, 128
	expected := map[Permission]int{
		Public: 255, SignedIn: 255, Development: 0, "unknown": 0,
		DashboardView: super | manager | support | sales, BusinessesView: super | manager | support | sales,
		BusinessesCreate: super | manager | sales, BusinessesPlan: super | manager | sales, BusinessesSuspend: super | manager,
		UsersView: super | manager | support, MasqueradesStart: super | manager | support,
		DayView: owner | deputy | staff, AppointmentsView: owner | deputy | staff, AppointmentsEdit: owner | deputy | staff, AppointmentsAll: owner | deputy, CustomersView: owner | deputy | staff,
		BusinessesDomains: super | manager, BusinessesNotes: super | manager | support | sales, BusinessesDelete: super, ViewsManage: super | manager | support | sales,
		UsersManage: super | manager, StaffView: super, StaffManage: super, SettingsView: super, SettingsManage: super,
		TicketsView: super | manager | support, TicketsManage: super | manager | support,
		TokensManage: super | manager | support | sales, NoticesView: super | manager | support | sales, AccountManage: 255, SearchView: 127,
		SupportView: owner | deputy, SupportWrite: owner | deputy,
		ServicesView: owner | deputy | staff, ServicesManage: owner | deputy, ResourcesView: owner | deputy | staff, ResourcesManage: owner | deputy,
		HoursView: owner | deputy, HoursManage: owner | deputy,
		CustomersManage: owner | deputy | staff, CustomersErase: owner | deputy, CustomersExport: owner | deputy,
		TeamView: owner | deputy, TeamManage: owner | deputy, OwnershipManage: owner, PlanView: owner,
		MailsView: owner | deputy | staff, MailsSend: owner | deputy, OwnCalendar: owner | deputy | staff, FactorsReset: owner,
		ExportManage: owner, AppointmentsExport: owner | deputy,
		MasqueradesView: super | manager | support, MasqueradesAll: super | manager,
		AuditView: super | manager | support | sales, AuditAll: super | manager,
		PortalView: customer, SuspensionView: owner, SupportAccessView: owner, SupportAccessEdit: owner, HeldMailsView: owner | deputy | staff, HeldMailsAnswer: owner | deputy | staff, MasqueradesWrite: super | manager,
	}
	for permission, who := range expected {
		for i, role := range Roles() {
			if got, want := Can(role, permission), who&(1<<i) != 0; got != want {
				t.Errorf("%s may %s: %v, want %v", role, permission, got, want)
			}
		}
	}
	for permission := range table {
		if _, ok := expected[permission]; !ok {
			t.Errorf("nobody says who may %s", permission)
		}
	}
}

func TestRefusal(t *testing.T) {
	for _, c := range []struct {
		role       Role
		permission Permission
		method     string
		want       int
	}{
		{PlatformSupport, BusinessesCreate, http.MethodPost, http.StatusForbidden},
		{PlatformSupport, BusinessesCreate, http.MethodGet, http.StatusNotFound},
		{Customer, BusinessesCreate, http.MethodPost, http.StatusNotFound},
		{PlatformSales, MasqueradesStart, http.MethodPost, http.StatusNotFound},
	} {
		if got := Refusal(c.role, c.permission, c.method); got != c.want {
			t.Errorf("%s %s %s: %d, want %d", c.role, c.method, c.permission, got, c.want)
		}
	}
}

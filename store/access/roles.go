package access

// Role is what a person is here; what it may do stands in the table.
type Role string

// The roles, as stored. The first four are platform staff.
const (
	Superuser       Role = "SUPERUSER"
	PlatformManager Role = "PLATFORM_MANAGER"
	PlatformSupport Role = "PLATFORM_SUPPORT"
	PlatformSales   Role = "PLATFORM_SALES"
	TenantOwner     Role = "TENANT_OWNER"
	TenantManager   Role = "TENANT_MANAGER"
	TenantStaff     Role = "TENANT_STAFF"
	Customer        Role = "CUSTOMER"
)

// Roles lists all roles, platform staff first.
func Roles() []Role {
	return []Role{Superuser, PlatformManager, PlatformSupport, PlatformSales, TenantOwner, TenantManager, TenantStaff, Customer}
}

// IsPlatform says whether the role belongs to platform staff.
func (r Role) IsPlatform() bool {
	return r == Superuser || r == PlatformManager || r == PlatformSupport || r == PlatformSales
}

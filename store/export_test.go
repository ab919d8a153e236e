package store

import "time"

// NotifyStaffForTest lets tests tell staff from within a business's scope.
func (q *TenantTx) NotifyStaffForTest(n Notice, roles ...Role) error {
	return q.notifyStaff(n, roles...)
}

// EmbeddedZones is the version of the zones that the release brings.
const EmbeddedZones = embeddedZones

// CheckAppointmentLimitForTest is what booking asks.
func (q *TenantTx) CheckAppointmentLimitForTest(start time.Time) error {
	return q.checkAppointmentLimit(start)
}

package store

// NotifyStaffForTest lets tests tell staff from within a business's scope.
func (q *TenantTx) NotifyStaffForTest(n Notice, roles ...Role) error {
	return q.notifyStaff(n, roles...)
}

// EmbeddedZones is the version of the zones that the release brings.
const EmbeddedZones = embeddedZones

package store

import (
	"time"

	"github.com/riverqueue/river"
)

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

// SearchForTest shows how a search becomes patterns.
func SearchForTest(q string) (found, patterns []string) {
	found = words(q)
	for _, w := range found {
		patterns = append(patterns, likePattern(w))
	}
	return found, patterns
}

// EnqueueForTest gives jobs to both doors, the one for one and the one for many.
func (q *TenantTx) EnqueueForTest(args river.JobArgs) (one, many error) {
	return q.enqueue(args, nil), q.enqueueAll([]river.InsertManyParams{{Args: args}})
}

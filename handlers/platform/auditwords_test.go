package platform

import (
	"testing"

	"github.com/smoothschedule/smoothschedule/store"
)

// TestC21_DetailsSayFromWhatToWhat: only what differs, in words and units.
func TestC21_DetailsSayFromWhatToWhat(t *testing.T) {
	for _, e := range []struct{ action, objectType, object, details, want string }{
		{"plan.changed", "plan", "professional", `{"before": {"price_cents": 2900, "max_people": 5, "position": 2}, "after": {"price_cents": 3500, "max_people": null, "position": 2}}`,
			"Limit of people 5 → no limit · Price $29 → $35"},
		{"ticket.status_changed", "ticket", "", `{"before": "open", "after": "in_progress"}`, "Status Open → In progress"},
		{"business.suspended", "business", "", `{"reason": "An unpaid bill", "before": {"plan": "free", "status": "trial"}, "after": {"plan": "free", "status": "suspended"}}`,
			"Status Trial → Suspended · Reason An unpaid bill"},
		{"settings.changed", "settings", "trial_days", `{"before": 14, "after": 21}`, "14 days → 21 days"},
		{"settings.changed", "settings", "second_factor_roles", `{"before": null, "after": ["TENANT_OWNER"]}`, "none → Owner"},
		{"settings.changed", "settings", "masquerade", `{"before": {"idle_minutes": 15, "max_minutes": 60}, "after": {"idle_minutes": 10, "max_minutes": 60}}`,
			"Ends without use after 15 minutes → 10 minutes"},
		{"service.changed", "service", "", `{"before": {}, "after": {"reminder_hours": 24}}`, "Reminders, hours before none → 24"},
		{"service.created", "service", "", `{"after": {"name": "Cut", "description": "", "duration_minutes": 90, "price_cents": 0}}`, "Duration 90 minutes · Name Cut · Price $0"},
		{"user.role_changed", "user", "", `{"before": "TENANT_STAFF", "after": "TENANT_MANAGER"}`, "Role Staff → Manager"},
		{"business.bulk_started", "bulk", "plan", `{"count": 2, "value": "enterprise"}`, "How many 2 · Plan Enterprise"},
		{"business.list_exported", "file", "", `{"filter": "plan=free&q=…&sort=-name", "rows": 1200}`, "Filter plan Free, a search · Rows 1,200"},
		{"business.deleted", "business", "", `{"rows": {"users": 3, "sessions": 4}}`, "Rows 7"},
		{"customer.changed", "customer", "", `{"fields": ["staff_note", "name"]}`, "Changed staff note, name"},
		{"job.retried", "job", "1", `{"args": "{\"id\": 3}", "attempt": 3}`, "Tries 3"},
		{"blocker.created", "blocker", "", `{"after": {"resource": "0198c0de-0000-7000-8000-000000000001", "start": "2026-11-22T10:00:00Z"}}`, "Start 22 Nov 2026, 10:00 UTC"},
		{"masquerade.page_viewed", "user", "", `{"page": "/customers"}`, ""},
	} {
		entry := store.AuditEntry{Action: e.action, ObjectType: e.objectType, ObjectID: e.object, ObjectName: e.object, Details: e.details}
		if got := detailWords(entry); got != e.want {
			t.Errorf("%s: %q, want %q", e.action, got, e.want)
		}
	}
}

package seed_test

import (
	"testing"

	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/schema"
	"github.com/smoothschedule/smoothschedule/store/storetest"
)

func TestMain(m *testing.M) { storetest.Main(m) }

// count runs a query of one number as the owner.
func count(t *testing.T, db *store.DB, query string, args ...any) int {
	t.Helper()
	var n int
	if err := schema.Direct(db).QueryRowContext(t.Context(), query, args...).Scan(&n); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return n
}

func want(t *testing.T, what string, got, want int) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %d, want %d", what, got, want)
	}
}

// schemas lists the schemas of businesses by subdomain.
func schemas(t *testing.T, db *store.DB) map[string]string {
	t.Helper()
	rows, err := schema.Direct(db).QueryContext(t.Context(), `SELECT subdomain, schema_name FROM public.businesses`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	found := make(map[string]string)
	for rows.Next() {
		var subdomain, schema string
		if err := rows.Scan(&subdomain, &schema); err != nil {
			t.Fatal(err)
		}
		found[subdomain] = schema
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return found
}

// wrongMRR counts businesses whose MRR is not the sum of their steps.
const wrongMRR = `
	SELECT count(*) FROM public.business_totals t WHERE mrr_cents IS DISTINCT FROM
		(SELECT sum(mrr_after_cents - mrr_before_cents) FROM public.plan_changes c WHERE c.business_id = t.business_id)`

// faults are rules that the rows of every tenant keep. None counts a row.
var faults = map[string]string{
	"two appointments on one resource": `
		SELECT count(*) FROM %[1]s.appointment_resources a JOIN %[1]s.appointment_resources b
		ON a.resource_id = b.resource_id AND a.during && b.during AND a.appointment_id < b.appointment_id`,
	"appointments that take nothing": `
		SELECT count(*) FROM %[1]s.appointments a WHERE NOT EXISTS (SELECT FROM %[1]s.appointment_resources WHERE appointment_id = a.id)`,
	"holds that differ from the status": `
		SELECT count(*) FROM %[1]s.appointments a JOIN %[1]s.appointment_resources r ON r.appointment_id = a.id
		WHERE r.holds <> (a.status IN ('pending', 'confirmed'))`,
	"ranges without the buffers": `
		SELECT count(*) FROM %[1]s.appointments a JOIN %[1]s.services s ON s.id = a.service_id
		JOIN %[1]s.appointment_resources r ON r.appointment_id = a.id
		WHERE r.during <> tstzrange(a.starts_at - make_interval(mins => s.buffer_before_minutes), a.ends_at + make_interval(mins => s.buffer_after_minutes))`,
	"appointments out of opening hours": `
		SELECT count(*) FROM %[1]s.appointments a
		WHERE NOT EXISTS (SELECT FROM %[1]s.hours h WHERE h.resource_id IS NULL
			AND h.weekday = extract(dow FROM a.starts_at AT TIME ZONE '%[2]s')
			AND h.opens <= (a.starts_at AT TIME ZONE '%[2]s')::time AND h.closes >= (a.ends_at AT TIME ZONE '%[2]s')::time)`,
	"past appointments that are still open": `SELECT count(*) FROM %[1]s.appointments WHERE ends_at <= '%[3]s' AND status IN ('pending', 'confirmed')`,
	"coming appointments that are done":     `SELECT count(*) FROM %[1]s.appointments WHERE starts_at > '%[3]s' AND status IN ('completed', 'no_show')`,
	"booked before the business or after the start": `
		SELECT count(*) FROM %[1]s.appointments a WHERE created_at > starts_at OR created_at > '%[3]s' OR updated_at > '%[3]s' OR updated_at < created_at
		OR created_at < (SELECT created_at FROM public.businesses WHERE schema_name = '%[1]s')`,
	"customers who came after their booking": `
		SELECT count(*) FROM %[1]s.appointments a JOIN %[1]s.customers c ON c.id = a.customer_id WHERE c.created_at > a.created_at`,
	"taken by what doesn't do it": `
		SELECT count(*) FROM %[1]s.appointments a JOIN %[1]s.appointment_resources r ON r.appointment_id = a.id
		WHERE NOT EXISTS (SELECT FROM %[1]s.service_resources WHERE service_id = a.service_id AND resource_id = r.resource_id)`,
}

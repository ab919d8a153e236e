package store_test

import (
	"testing"

	"github.com/smoothschedule/smoothschedule/store/schema"
	"github.com/smoothschedule/smoothschedule/store/storetest"
)

// What was decided of a column that may hold a secret.
const (
	withPerson = "ends with the person: see bearers and TestBearersEnd"
	inMinutes  = "ends by itself in minutes"
	noBearer   = "lets nobody in as a person"
)

var secrets = map[string]string{
	"public.api_tokens.token_hash":      withPerson,
	"public.authenticators.key":         withPerson,
	"public.calendar_feeds.secret_hash": withPerson,
	"public.consent_links.token_hash":   withPerson,
	"public.credentials.password_hash":  withPerson, // is no use while the login is disabled
	"public.known_devices.device_hash":  withPerson,
	"public.login_steps.id_hash":        withPerson,
	"public.masquerades.browser_hash":   withPerson,
	"public.masquerades.code_hash":      withPerson,
	"public.masquerades.session_hash":   withPerson,
	"public.passkeys.credential":        withPerson,
	"public.passkeys.credential_id":     withPerson,
	"public.recovery_codes.code_hash":   withPerson,
	"public.sessions.id_hash":           withPerson,
	"public.user_tokens.token_hash":     withPerson,

	"public.signups.code_hash":     inMinutes,
	"public.signups.token_hash":    noBearer, // before there is a person
	"public.signups.password_hash": noBearer,

	"public.business_lines.logo_hash": noBearer, // of a picture
	"public.business_logos.hash":      noBearer,
	"public.businesses.logo_hash":     noBearer,
	"public.domains.token":            noBearer, // stands in the DNS for all to read
	"public.login_failures.key":       noBearer, // counters
	"public.visitor_deeds.key":        noBearer,
	"public.plans.code":               noBearer, // names
	"public.river_job.unique_key":     noBearer,
	"public.sent_mails.key":           noBearer,
	"public.settings.key":             noBearer,
	"public.users.staff_name_key":     noBearer,
	"tenant.appointments.link_secret": noBearer, // to one appointment, for who booked it
	"tenant.blockers.hold_secret":     noBearer, // a time held for minutes
	"tenant.resources.feed_secret":    noBearer, // always empty since calendar_feeds
}

// TestBearersAreKnown: who adds a column that may hold a secret decides with what it ends.
func TestBearersAreKnown(t *testing.T) {
	db := storetest.DB(t)
	newBusiness(t, db, "acme")
	var found []string
	rows, err := schema.Direct(db).Query(`
		SELECT DISTINCT CASE table_schema WHEN 'public' THEN 'public' ELSE 'tenant' END || '.' || table_name || '.' || column_name FROM information_schema.columns
		WHERE (table_schema = 'public' OR table_schema IN (SELECT schema_name FROM tenant_schemas WHERE business_id IS NOT NULL))
			AND data_type IN ('bytea', 'uuid', 'text', 'character varying', 'json', 'jsonb')
			AND column_name ~ '(hash|token|secret|code|key|credential|passw|passphrase|challenge|nonce|otp|cookie|bearer|(^|_)pin($|_))'`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var column string
		if err := rows.Scan(&column); err != nil {
			t.Fatal(err)
		}
		found = append(found, column)
		if secrets[column] == "" {
			t.Errorf("%s may hold a secret: with what does it end? See bearers.go and docs/signing-in.md", column)
		}
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	if len(found) < len(secrets) {
		t.Errorf("%d columns are found, %d are decided: take out what is gone", len(found), len(secrets))
	}
}

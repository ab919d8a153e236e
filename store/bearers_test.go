package store_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/lib/pq"

	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/booking"
	"github.com/smoothschedule/smoothschedule/store/catalog"
	"github.com/smoothschedule/smoothschedule/store/identity"
	"github.com/smoothschedule/smoothschedule/store/people"
	"github.com/smoothschedule/smoothschedule/store/schema"
)

// probe is one bearer of a person: how to make it ($1 the person, $2 the business
// or nothing, $3 and $4 the hashes of "old" and "new"), and how many rows of it
// still let somebody in.
type probe struct {
	row  string // of the table in docs/signing-in.md
	make []string
	live string
	rows int
}

const probeMasquerade = `INSERT INTO masquerades (id, business_id, actor_id, actor_name, actor_role, subject_id, subject_name, subject_role, session_hash, mode, consent, reason, back, created_at, started_at)
	SELECT gen_random_uuid(), s.business_id, a.id, a.name, a.role, s.id, s.name, s.role, CASE WHEN a.id = $1 THEN CAST('\x01' AS bytea) ELSE '\x09' END, `

var probes = []probe{
	{"sessions, and masquerades begun in them", []string{`INSERT INTO sessions (id_hash, business_id, user_id, created_at, authenticated_at, last_seen_at, idle_minutes, expires_at)
		VALUES ('\x01', $2, $1, now(), now(), now(), 60, now() + interval '1 hour')`},
		`sessions WHERE user_id = $1 AND id_hash = '\x01' AND revoked_at IS NULL`, 1},
	{"masquerades as or by the person, their codes", []string{
		probeMasquerade + `'view', 'unneeded', 'to see what is seen', '/', now(), now() FROM users s, users a
			WHERE s.id = $1 AND s.business_id IS NOT NULL AND a.email = 'PLATFORM_SUPPORT@smoothschedule.test' OR a.id = $1 AND a.business_id IS NULL AND s.email = 'TENANT_OWNER@garage.test'`,
		`INSERT INTO sessions (id_hash, business_id, user_id, masquerade_id, created_at, authenticated_at, last_seen_at, idle_minutes, expires_at)
			SELECT '\x02', business_id, subject_id, id, now(), now(), now(), 60, now() + interval '1 hour' FROM masquerades WHERE mode = 'view'`},
		`masquerades m JOIN sessions s ON s.masquerade_id = m.id WHERE $1 IN (m.actor_id, m.subject_id) AND (m.ended_at IS NULL OR s.revoked_at IS NULL)`, 1},
	{"API tokens", []string{`INSERT INTO api_tokens (id, business_id, user_id, name, token_hash, created_at, expires_at) VALUES (gen_random_uuid(), $2, $1, 'export', '\x01', now(), now() + interval '1 day')`},
		`api_tokens WHERE user_id = $1 AND revoked_at IS NULL`, 1},
	{"calendar feeds", []string{`INSERT INTO calendar_feeds (secret_hash, business_id, resource_id, user_id, created_at) SELECT '\x01', id, gen_random_uuid(), $1, now() FROM businesses`},
		`calendar_feeds WHERE user_id = $1`, 1},
	{"links: invitation", []string{probeLink("invitation", "'\\x01'")}, probeLinks("invitation"), 1},
	{"links: new password", []string{probeLink("password_reset", "'\\x02'")}, probeLinks("password_reset"), 1},
	{"links: new address", []string{probeLink("email_old", "$3"), probeLink("email_new", "$4"),
		`INSERT INTO email_changes (user_id, business_id, email, asked_at, expires_at) VALUES ($1, $2, 'another@garage.test', now(), now() + interval '1 hour')`},
		probeLinks("email_old', 'email_new"), 2},
	{"links: consent", []string{
		probeMasquerade + `'write', 'asked', 'to repair the hours', '/', now(), NULL FROM users s, users a WHERE s.email = 'TENANT_STAFF@garage.test' AND a.email = 'PLATFORM_SALES@smoothschedule.test'`,
		`INSERT INTO consent_links (token_hash, business_id, masquerade_id, user_id, created_at, expires_at)
			SELECT '\x01', business_id, id, $1, now(), now() + interval '1 hour' FROM masquerades WHERE mode = 'write'`},
		`consent_links WHERE user_id = $1`, 1},
	{"logins and passkeys half way", []string{`INSERT INTO login_steps (id_hash, business_id, user_id, kind, created_at, expires_at)
		SELECT CAST(k AS bytea), $2, $1, k, now(), now() + interval '9 minutes' FROM unnest(ARRAY['factor', 'passkey_login', 'passkey_add']) k`},
		`login_steps WHERE user_id = $1 AND id_hash = CAST(kind AS bytea)`, 3},
	{"known browsers", []string{`INSERT INTO known_devices (device_hash, user_id, business_id, last_used_at) VALUES ('\x01', $1, $2, now())`},
		`known_devices WHERE user_id = $1 AND device_hash = '\x01'`, 1},
	{"second factors", []string{
		`INSERT INTO authenticators (user_id, business_id, key, since) VALUES ($1, $2, 'sealed', now())`,
		`INSERT INTO recovery_codes (code_hash, user_id, business_id, created_at) VALUES ('\x01', $1, $2, now())`,
		`INSERT INTO passkeys (id, user_id, business_id, credential_id, credential, name, created_at) VALUES (gen_random_uuid(), $1, $2, '\x01', '{}', 'key', now())`},
		`(SELECT user_id FROM authenticators UNION ALL SELECT user_id FROM recovery_codes UNION ALL SELECT user_id FROM passkeys) f WHERE user_id = $1`, 3},
}

// probeOfNobody is of a feed that was there before its maker was kept.
var probeOfNobody = probe{"calendar feeds made before their maker was kept, with an owner or a manager",
	[]string{`INSERT INTO calendar_feeds (secret_hash, business_id, resource_id, created_at) SELECT '\x02', id, gen_random_uuid(), now() FROM businesses`},
	`calendar_feeds WHERE user_id IS NULL`, 1}

func probeLink(purpose, hash string) string {
	return `INSERT INTO user_tokens (token_hash, business_id, user_id, purpose, created_at, expires_at) VALUES (` + hash + `, $2, $1, '` + purpose + `', now(), now() + interval '1 hour')`
}

func probeLinks(purposes string) string {
	return `user_tokens WHERE user_id = $1 AND used_at IS NULL AND token_hash <> '\x03' AND purpose IN ('` + purposes + `')`
}

func sha(text string) []byte {
	sum := sha256.Sum256([]byte(text))
	return sum[:]
}

// give makes one of each for p.
func (o *office) give(p store.Person) []probe {
	o.t.Helper()
	all := probes
	if p.Role == access.TenantManager {
		all = append([]probe{probeOfNobody}, all...)
	}
	for _, b := range all {
		for _, statement := range b.make {
			// Prepared, so that it may do without some of its parameters.
			o.exec(`PREPARE give (uuid, uuid, bytea, bytea) AS ` + statement + `;
				EXECUTE give ('` + p.ID.String() + `', ` + quoted(p.BusinessID) + `, sha256('old'), sha256('new')); DEALLOCATE give`)
		}
		if n := o.count(`SELECT count(*) FROM `+b.live, o.argsOf(b, p)...); n != b.rows {
			o.t.Fatalf("%s: %d made", b.row, n)
		}
	}
	return all
}

func (o *office) argsOf(b probe, p store.Person) []any {
	if strings.Contains(b.live, "$1") {
		return []any{p.ID}
	}
	return nil
}

func quoted(id uuid.NullUUID) string {
	if !id.Valid {
		return "NULL"
	}
	return "'" + id.UUID.String() + "'"
}

// endsByTheDocs is the table of docs/signing-in.md: by row and column.
func endsByTheDocs(t *testing.T) map[string]map[string]string {
	t.Helper()
	text, err := os.ReadFile("../docs/signing-in.md")
	if err != nil {
		t.Fatal(err)
	}
	_, after, _ := strings.Cut(string(text), "**What ends when.**")
	after, _, _ = strings.Cut(after, "**Changes.**")
	var columns []string
	table := map[string]map[string]string{}
	for line := range strings.Lines(after) {
		if !strings.HasPrefix(line, "|") || strings.HasPrefix(line, "|-") {
			continue
		}
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		if columns == nil {
			columns = cells
			continue
		}
		table[cells[0]] = map[string]string{}
		for i, cell := range cells[1:] {
			table[cells[0]][columns[i+1]] = cell
		}
	}
	return table
}

// gone says what a cell of the table promises.
func gone(t *testing.T, cell string, staff, erased bool) bool {
	t.Helper()
	switch word, _, _ := strings.Cut(strings.ReplaceAll(cell, ";", " "), " "); {
	case cell == "by that session":
		return staff
	case erased && strings.Contains(cell, "erased with the person"):
		return true
	case word == "end" || word == "ends" || word == "forgotten" || word == "used":
		return true
	case word == "go" || word == "goes" || word == "stay":
		return false
	}
	t.Fatalf("the table says %q", cell)
	return false
}

// TestBearersEnd: every way to every end leaves what the table in
// docs/signing-in.md says, and nothing else.
func TestBearersEnd(t *testing.T) {
	const (
		password1   = "new password"
		out         = "disabled, erased, invitation withdrawn"
		role        = "other role"
		reset       = "factors reset by another"
		address     = "new address"
		aNewPhrase  = "a very new phrase 7"
		deputy      = "deputy"
		manager     = "manager"
		client      = "client"
		resetProbe  = "mailed"
		resetInsert = `INSERT INTO user_tokens (token_hash, business_id, user_id, purpose, created_at, expires_at) VALUES ($1, $2, $3, 'password_reset', now(), now() + interval '1 hour')`
	)
	ctx := context.Background()
	asOwner := func(o *office, work func(*store.TenantTx) error) error {
		return o.db.InTenant(store.WithPrincipal(ctx, &store.Principal{Actor: o.owner, Subject: o.owner, Tenant: &o.business}), o.business, work)
	}
	home := func(o *office, p store.Person) *store.Tenant {
		if p.BusinessID.Valid {
			return &o.business
		}
		return nil
	}
	onTheConsole := func(act func(o *office, id uuid.UUID) error) func(*office, store.Person) error {
		return func(o *office, p store.Person) error { return act(o, p.ID) }
	}
	changePassword := func(o *office, p store.Person) error {
		_, who, err := identity.LoginAs(ctx, o.db, home(o, p), p.Email, here)
		if err == nil {
			_, _, err = identity.ChangePassword(ctx, o.db, who, password, aNewPhrase, here)
		}
		return err
	}
	mailedPassword := func(o *office, p store.Person) error {
		o.exec(resetInsert, sha(resetProbe), p.BusinessID, p.ID)
		_, _, err := identity.SpendLink(ctx, o.db, home(o, p), resetProbe, identity.PasswordReset, "", aNewPhrase, here)
		if errors.As(err, new(*identity.FactorNeeded)) {
			return nil
		}
		return err
	}
	confirm := func(o *office, p store.Person) error {
		if _, err := booking.ConfirmEmail(ctx, o.db, home(o, p), "old", here); err != nil {
			return err
		}
		changed, err := booking.ConfirmEmail(ctx, o.db, home(o, p), "new", here)
		if err == nil && !changed {
			err = errors.New("the address is the old one")
		}
		return err
	}
	disable := onTheConsole(func(o *office, id uuid.UUID) error { return people.DisablePerson(by(o.root), o.db, id, true) })
	takeFactors := onTheConsole(func(o *office, id uuid.UUID) error { return people.ResetFactorsOf(by(o.root), o.db, id, true) })
	promises := endsByTheDocs(t)
	for _, c := range []struct {
		name, who, cause string
		act              func(*office, store.Person) error
	}{
		{"password changed", deputy, password1, changePassword},
		{"password changed", manager, password1, changePassword},
		{"password by a mailed link", deputy, password1, mailedPassword},
		{"disabled by an owner", deputy, out, func(o *office, p store.Person) error {
			return asOwner(o, func(q *store.TenantTx) error { _, err := people.SetActive(q, p.ID, false); return err })
		}},
		{"disabled on the console", deputy, out, disable},
		{"disabled on the console", manager, out, disable},
		{"invitation withdrawn", deputy, out, func(o *office, p store.Person) error {
			o.exec(`UPDATE users SET invited_at = now() WHERE id = $1`, p.ID)
			return asOwner(o, func(q *store.TenantTx) error { _, err := people.WithdrawInvitation(q, p.ID); return err })
		}},
		{"erased", client, out, func(o *office, p store.Person) error {
			id := uuid.New()
			var inSchema string
			if err := schema.Direct(o.db).QueryRow(`SELECT schema_name FROM businesses WHERE id = $1`, o.business.ID).Scan(&inSchema); err != nil {
				return err
			}
			o.exec(`INSERT INTO `+pq.QuoteIdentifier(inSchema)+`.customers (id, name, user_id, created_at) VALUES ($1, 'The client', $2, now())`, id, p.ID)
			return asOwner(o, func(q *store.TenantTx) error { return booking.EraseCustomer(q, id) })
		}},
		{"role by an owner", deputy, role, func(o *office, p store.Person) error {
			return asOwner(o, func(q *store.TenantTx) error { _, err := people.ChangeRole(q, p.ID, access.TenantStaff); return err })
		}},
		{"role by a hand-over", deputy, role, func(o *office, p store.Person) error {
			return asOwner(o, func(q *store.TenantTx) error { _, err := people.HandOver(q, p.ID); return err })
		}},
		{"role on the console", manager, role, onTheConsole(func(o *office, id uuid.UUID) error {
			return people.ChangePersonRole(by(o.root), o.db, id, access.PlatformSales, true)
		})},
		{"factors by an owner", deputy, reset, func(o *office, p store.Person) error {
			return asOwner(o, func(q *store.TenantTx) error { _, err := people.ResetTeamFactors(q, p.ID); return err })
		}},
		{"factors on the console", manager, reset, takeFactors},
		{"address", deputy, address, confirm},
		{"address", manager, address, confirm},
	} {
		t.Run(c.name+", "+c.who, func(t *testing.T) {
			o := newOffice(t)
			p := map[string]store.Person{deputy: o.deputy, manager: o.manager, client: o.client}[c.who]
			all := o.give(p)
			if err := c.act(o, p); err != nil {
				t.Fatal(err)
			}
			for _, b := range all {
				cell := promises[b.row][c.cause]
				want := b.rows
				if gone(t, cell, c.who == manager, c.who == client) {
					want = 0
				}
				if n := o.count(`SELECT count(*) FROM `+b.live, o.argsOf(b, p)...); n != want {
					t.Errorf("%s: %d are left, promised is %q", b.row, n, cell)
				}
				if strings.Contains(cell, "refused") && o.count(`SELECT generation FROM sessions WHERE id_hash = '\x01'`) == 0 {
					t.Error("what the session has under way is not refused")
				}
			}
		})
	}
	if len(promises) != len(probes)+1 {
		t.Errorf("the table has %d rows, %d are held against it", len(promises), len(probes)+1)
	}
}

// TestBearersEndWithTheCalendar: of a calendar that is not somebody's any more, that
// one's addresses end, and no others.
func TestBearersEndWithTheCalendar(t *testing.T) {
	for name, unlink := range map[string]func(o *office, q *store.TenantTx, r catalog.Resource) error{
		"on the team's page": func(o *office, q *store.TenantTx, _ catalog.Resource) error {
			return people.LinkResource(q, o.hand.ID, uuid.NullUUID{})
		},
		"on the resource's page": func(o *office, q *store.TenantTx, r catalog.Resource) error {
			r.UserID = valid(o.deputy.ID)
			return catalog.UpdateResource(q, r, nil)
		},
	} {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t)
			inside := func(work func(*store.TenantTx) error) {
				t.Helper()
				if err := o.db.InTenant(context.Background(), o.business, work); err != nil {
					t.Fatal(err)
				}
			}
			r := catalog.Resource{Kind: "STAFF", Name: "Hand", IsActive: true, UserID: valid(o.hand.ID)}
			inside(func(q *store.TenantTx) (err error) { r.ID, err = catalog.CreateResource(q, r, nil); return err })
			feed := `INSERT INTO calendar_feeds (secret_hash, business_id, resource_id, user_id, created_at) VALUES ($1, $2, $3, $4, now())`
			o.exec(feed, sha("1"), o.business.ID, r.ID, o.hand.ID)
			o.exec(feed, sha("2"), o.business.ID, uuid.New(), o.hand.ID)
			o.exec(feed, sha("3"), o.business.ID, r.ID, o.owner.ID)
			inside(func(q *store.TenantTx) error { return unlink(o, q, r) })
			if n := o.count(`SELECT count(*) FROM calendar_feeds WHERE secret_hash = $1`, sha("1")); n != 0 {
				t.Error("the address still leads to the calendar")
			}
			if n := o.count(`SELECT count(*) FROM calendar_feeds`); n != 2 {
				t.Errorf("%d of the two others are left", n)
			}
		})
	}
}

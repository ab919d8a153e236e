package e2e

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
)

// staffed makes a superuser in an empty database and serves it.
func staffed(t testing.TB, d database, dir string) *program {
	t.Helper()
	command(t, urls(d.cfg), demoPassword+"\n", "user", "create", "--role", "SUPERUSER", "--email", "root@smoothschedule.test").mustSucceed(t)
	return start(t, "dev", dir, urls(d.cfg)...)
}

// createAll posts businesses from several clients at once and tells which ones
// were acknowledged. It ends when all are sent or the program is gone.
func createAll(t testing.TB, p *program, clients int, names []string, each func(acknowledged int)) map[string]bool {
	t.Helper()
	var mu sync.Mutex
	acknowledged := map[string]bool{}
	var next atomic.Int64
	var group sync.WaitGroup
	people := make([]*client, clients) // all logged in before the first creates
	for i := range people {
		people[i] = p.client(t).login("platform", "root@smoothschedule.test", demoPassword)
	}
	for _, c := range people {
		group.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= len(names) {
					return
				}
				a, err := c.try(http.MethodPost, p.url("platform", "/businesses"), url.Values{"name": {"Business " + names[i]}, "subdomain": {names[i]},
					"plan": {"free"}, "time_zone": {"UTC"}, "owner_name": {"Owner"}, "owner_email": {"owner@" + names[i] + ".test"}})
				if err != nil {
					return // the program was killed
				}
				if a.status != http.StatusSeeOther {
					t.Errorf("creating %s answers %d: %s", names[i], a.status, clip(a.body))
					return
				}
				mu.Lock()
				acknowledged[names[i]] = true
				n := len(acknowledged)
				mu.Unlock()
				each(n)
			}
		})
	}
	group.Wait()
	return acknowledged
}

func numbered(prefix string, n int) []string {
	names := make([]string, n)
	for i := range names {
		names[i] = fmt.Sprintf("%s-%03d", prefix, i)
	}
	return names
}

// parts counts what belongs to a business, by its subdomain; each is 1 for a
// complete one and 0 for one that was never there.
const parts = `SELECT
	(SELECT count(*) FROM public.businesses WHERE subdomain = $1),
	(SELECT count(*) FROM public.domains WHERE name = $1 AND kind = 'subdomain'),
	(SELECT count(*) FROM public.users WHERE email = 'owner@' || $1 || '.test' AND role = 'TENANT_OWNER' AND business_id = (SELECT id FROM public.businesses WHERE subdomain = $1)),
	(SELECT count(*) FROM public.business_totals WHERE business_id = (SELECT id FROM public.businesses WHERE subdomain = $1) AND owner_email = 'owner@' || $1 || '.test'),
	(SELECT count(*) FROM public.plan_changes WHERE business_id = (SELECT id FROM public.businesses WHERE subdomain = $1)),
	(SELECT count(*) FROM public.audit_log WHERE action = 'business.created' AND details->>'subdomain' = $1),
	(SELECT count(*) FROM public.river_job WHERE kind = 'mail_invitation' AND args->>'user_id' = (SELECT id::text FROM public.users WHERE email = 'owner@' || $1 || '.test')),
	(SELECT count(*) FROM public.tenant_schemas s JOIN public.businesses b ON b.id = s.business_id AND b.schema_name = s.schema_name
		JOIN pg_namespace n ON n.nspname = s.schema_name WHERE b.subdomain = $1)`

// isComplete says whether a business is there, and fails the test when only a
// part of it is.
func (d database) isComplete(t testing.TB, subdomain string) bool {
	t.Helper()
	var n [8]int
	err := d.admin.QueryRow(parts, subdomain).Scan(&n[0], &n[1], &n[2], &n[3], &n[4], &n[5], &n[6], &n[7])
	if err != nil {
		t.Fatal(err)
	}
	if n != [8]int{} && n != [8]int{1, 1, 1, 1, 1, 1, 1, 1} {
		t.Errorf("%s is half there: business, domain, owner, totals, plan, audit, invitation, schema = %v", subdomain, n)
	}
	return n[0] == 1
}

// TestKilledWhileProvisioning: a hundred businesses are being created when the
// program is killed; each one is complete or absent, and none that was
// acknowledged is lost.
func TestKilledWhileProvisioning(t *testing.T) {
	d := newDatabase(t)
	anatomies := d.anatomies(t)
	dir := newDataDir(t)
	p := staffed(t, d, dir)
	moment := 15 + rand.IntN(50)
	t.Logf("killed after %d were acknowledged", moment)
	var once sync.Once
	names := numbered("killed", 100)
	acknowledged := createAll(t, p, 8, names, func(n int) {
		if n >= moment {
			once.Do(p.kill)
		}
	})
	d.settle(t)
	check := func() (there int) {
		for _, name := range names {
			complete := d.isComplete(t, name)
			if complete {
				there++
			} else if acknowledged[name] {
				t.Errorf("%s was acknowledged and is not there", name)
			}
		}
		return there
	}
	before := check()
	if before < moment || before == len(names) {
		t.Errorf("%d businesses are there after a kill at %d: it did not happen midway", before, moment)
	}
	d.checkRegister(t, anatomies)

	again := start(t, "dev", dir, urls(d.cfg)...).endWith(t)
	if after := check(); after != before {
		t.Errorf("the restart made %d businesses of %d", after, before)
	}
	c := again.client(t).login("platform", "root@smoothschedule.test", demoPassword)
	for name := range acknowledged {
		c.get(name, "/").must(t, http.StatusOK)
	}
	// What was absent can be created now.
	var rest []string
	for _, name := range names {
		if !d.isComplete(t, name) {
			rest = append(rest, name)
		}
	}
	if made := createAll(t, again, 4, rest, func(int) {}); len(made) != len(rest) {
		t.Errorf("%d of the %d absent ones could be created afterwards", len(made), len(rest))
	}
	if there := check(); there != len(names) {
		t.Errorf("%d of %d are there in the end", there, len(names))
	}
	eventually(t, "the pool to be full again", func() bool {
		return d.number(t, `SELECT count(*) FROM public.tenant_schemas WHERE business_id IS NULL`) >= 5
	})
	again.interrupt(t)
	d.checkRegister(t, anatomies)
}

// TestTwoHundredBusinessesAtOnce: 20 clients, 200 businesses, 200 schemas.
func TestTwoHundredBusinessesAtOnce(t *testing.T) {
	d := newDatabase(t)
	dir := newDataDir(t)
	p := staffed(t, d, dir).endWith(t)
	names := numbered("crowd", 200)
	if made := createAll(t, p, 20, names, func(int) {}); len(made) != len(names) {
		t.Fatalf("%d of %d were created", len(made), len(names))
	}
	for _, name := range names {
		if !d.isComplete(t, name) {
			t.Errorf("%s is missing", name)
		}
	}
	if n := d.number(t, `SELECT count(DISTINCT schema_name) FROM public.tenant_schemas WHERE business_id IS NOT NULL`); n != len(names) {
		t.Errorf("%d schemas for %d businesses", n, len(names))
	}
	if n := d.number(t, `SELECT count(DISTINCT b.schema_name) FROM public.businesses b JOIN pg_namespace n ON n.nspname = b.schema_name`); n != len(names) {
		t.Errorf("%d of the businesses' schemas are in the catalog", n)
	}
	// A mail each, and no second one when the program starts again.
	mails := func() int {
		found, _ := filepath.Glob(filepath.Join(dir, "mail", "*.eml"))
		return len(found)
	}
	eventually(t, "200 mails", func() bool { return mails() >= len(names) })
	if status := p.interrupt(t); status != 0 {
		t.Errorf("Ctrl-C ends with status %d:\n%s", status, p.stderr.String())
	}
	start(t, "dev", dir, urls(d.cfg)...).endWith(t)
	eventually(t, "an empty queue", func() bool {
		return d.number(t, `SELECT count(*) FROM public.river_job WHERE kind = 'mail_invitation' AND state <> 'completed'`) == 0
	})
	to := recipients(t, dir)
	for _, name := range names {
		if n := to["owner@"+name+".test"]; n != 1 {
			t.Errorf("%d mails to the owner of %s", n, name)
		}
	}
	if len(to) != len(names) || mails() != len(names) {
		t.Errorf("%d mails to %d people for %d invitations", mails(), len(to), len(names))
	}
}

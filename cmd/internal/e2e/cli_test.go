package e2e

import (
	"context"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/devdb"
	"github.com/smoothschedule/smoothschedule/store/schema"
)

// TestCommandsForPeople makes logins from the shell.
func TestCommandsForPeople(t *testing.T) {
	d := newDatabase(t)
	dir := newDataDir(t)
	p := staffed(t, d, dir).endWith(t)
	env := append(urls(d.cfg), "ADDR=127.0.0.1:"+p.port)
	command(t, env, "", "business", "create", "--name", "Shell & Co", "--subdomain", "shell-co", "--time-zone", "Europe/Zurich", "--owner-email", "owner@shell-co.test").mustSucceed(t)
	if !d.isThere(t, "shell-co") {
		t.Error("the business is not there")
	}

	said := command(t, env, "correct horse battery\n", "user", "create", "--role", "tenant_staff", "--email", "Staff@shell-co.test", "--business", "shell-co").mustSucceed(t).stdout
	if strings.Contains(said, "http") || strings.Contains(said, "horse") {
		t.Errorf("a login with a password prints %q", said)
	}
	p.client(t).login("shell-co", "staff@shell-co.test", "correct horse battery").get("shell-co", "/").must(t, 200)

	for _, c := range []struct{ role, email, business, host string }{
		{"PLATFORM_SUPPORT", "help@smoothschedule.test", "", "platform"},
		{"TENANT_MANAGER", "boss@shell-co.test", "shell-co", "shell-co"},
	} {
		args := []string{"user", "create", "--role", c.role, "--email", c.email, "--name", "Näme"}
		if c.business != "" {
			args = append(args, "--business", c.business)
		}
		said := command(t, env, "", args...).mustSucceed(t).stdout
		at := strings.Index(said, p.url(c.host, "/invitation/"))
		if at < 0 {
			t.Fatalf("no link to %s in: %s", c.host, said)
		}
		link := strings.TrimSpace(said[at:])
		browser := p.client(t)
		browser.do("GET", link, nil).must(t, 200)
		path := mustParse(t, link).Path
		browser.post(c.host, path, "name", "Näme", "password", "a long enough one").must(t, 303)
		if c.host == "platform" {
			browser.get(c.host, "/dashboard").must(t, 200)
		} else {
			browser.get(c.host, "/customers").must(t, 200)
		}
		p.client(t).login(c.host, c.email, "a long enough one")
	}

	before := d.snapshot(t)
	for _, c := range []struct {
		name   string
		status int
		input  string
		args   []string
		told   string
	}{
		{"no role", 2, "", []string{"user", "create", "--email", "a@b.test"}, "--role"},
		{"bad role", 2, "", []string{"user", "create", "--role", "KING", "--email", "a@b.test"}, "SUPERUSER"},
		{"bad email", 2, "", []string{"user", "create", "--role", "SUPERUSER", "--email", "a b"}, "--email"},
		{"role without its business", 2, "", []string{"user", "create", "--role", "TENANT_OWNER", "--email", "a@b.test"}, "--business"},
		{"business without such a role", 2, "", []string{"user", "create", "--role", "SUPERUSER", "--email", "a@b.test", "--business", "shell-co"}, "--business"},
		{"unknown business", 1, "", []string{"user", "create", "--role", "TENANT_OWNER", "--email", "a@b.test", "--business", "nobody"}, `"nobody"`},
		{"short password", 1, "short\n", []string{"user", "create", "--role", "SUPERUSER", "--email", "a@b.test"}, "character"},
		{"known email", 1, "long enough for this\n", []string{"user", "create", "--role", "SUPERUSER", "--email", "ROOT@smoothschedule.test"}, "already"},
		{"taken subdomain", 1, "", []string{"business", "create", "--name", "X", "--subdomain", "shell-co", "--owner-email", "a@b.test"}, "taken"},
		{"reserved subdomain", 2, "", []string{"business", "create", "--name", "X", "--subdomain", "platform", "--owner-email", "a@b.test"}, "--subdomain"},
		{"bad subdomain", 2, "", []string{"business", "create", "--name", "X", "--subdomain", "Not good", "--owner-email", "a@b.test"}, "--subdomain"},
		{"no name", 2, "", []string{"business", "create", "--subdomain", "fine", "--owner-email", "a@b.test"}, "--name"},
		{"bad owner", 2, "", []string{"business", "create", "--name", "X", "--subdomain", "fine", "--owner-email", "a"}, "--owner-email"},
		{"bad zone", 2, "", []string{"business", "create", "--name", "X", "--subdomain", "fine", "--owner-email", "a@b.test", "--time-zone", "Mars/Olympus"}, "--time-zone"},
		{"bad plan", 2, "", []string{"business", "create", "--name", "X", "--subdomain", "fine", "--owner-email", "a@b.test", "--plan", "gold"}, "plan"},
		{"suspend nobody", 1, "", []string{"business", "suspend", "--subdomain", "nobody", "--reason", "A long reason."}, `"nobody"`},
		{"suspend without reason", 1, "", []string{"business", "suspend", "--subdomain", "shell-co"}, "reason"},
		{"unknown command", 2, "", []string{"dance"}, "dance"},
		{"unknown sub-command", 2, "", []string{"business", "dance"}, "dance"},
		{"unknown flag", 2, "", []string{"dev", "--fast"}, "--fast"},
		{"no businesses", 2, "", []string{"seed", "load", "--businesses", "0", "--appointments", "5"}, "--businesses"},
		{"negative businesses", 2, "", []string{"seed", "load", "--businesses", "-3"}, "--businesses"},
		{"no appointments", 2, "", []string{"seed", "load", "--businesses", "3", "--appointments", "0"}, "--appointments"},
		{"negative appointments", 2, "", []string{"seed", "load", "--businesses", "3", "--appointments", "-1"}, "--appointments"},
		{"huge businesses", 2, "", []string{"seed", "load", "--businesses", "1000001"}, "--businesses"},
		{"huge appointments", 2, "", []string{"seed", "load", "--businesses", "10", "--appointments", "99999999999"}, "--appointments"},
		{"beyond an int", 2, "", []string{"seed", "load", "--businesses", "99999999999999999999"}, "99999999999999999999"},
		{"words for numbers", 2, "", []string{"seed", "load", "--businesses", "many"}, "many"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := command(t, env, c.input, c.args...)
			if r.status != c.status || strings.Count(r.stderr, "\n") != 1 || !strings.Contains(r.stderr, c.told) || strings.Contains(r.stderr, "pq:") {
				t.Errorf("status %d and not %d, and the sentence (with %q) is: %s%s", r.status, c.status, c.told, r.stdout, r.stderr)
			}
		})
	}
	d.sameRows(t, before)

	command(t, env, "", "business", "suspend", "--subdomain", "shell-co", "--reason", "Tried from the shell.").mustSucceed(t)
	eventually(t, "the running program to see it", func() bool { return p.client(t).get("shell-co", "/").status == 503 })
	if said := command(t, nil, "", "version").mustSucceed(t).stdout; !strings.HasPrefix(said, "smoothschedule ") {
		t.Errorf("version says %q", said)
	}
	if said := command(t, nil, "").mustSucceed(t).stdout; !strings.Contains(said, "migrate") {
		t.Errorf("without arguments it says %q", said)
	}
}

func (d database) isThere(t testing.TB, subdomain string) bool {
	t.Helper()
	return d.number(t, `SELECT count(*) FROM public.businesses WHERE subdomain = $1`, subdomain) == 1
}

// sameRows compares the rows that people made, while a program is running and
// does its own work (jobs, the pool of schemas).
func (d database) sameRows(t testing.TB, before []string) {
	t.Helper()
	after := d.snapshot(t)
	for _, table := range []string{"businesses", "users", "domains", "audit_log", "credentials", "plan_changes"} {
		pick := func(lines []string) (found string) {
			for _, line := range lines {
				if strings.HasPrefix(line, "public."+table+" ") && !strings.Contains(line, " r ") {
					found = line
				}
			}
			return found
		}
		if pick(before) != pick(after) || pick(before) == "" {
			t.Errorf("%s changed: %q, before %q", table, pick(after), pick(before))
		}
	}
}

// TestSeedsCanBeRunAgain: twice the same is once.
func TestSeedsCanBeRunAgain(t *testing.T) {
	d := newDatabase(t)
	count := func() int { return d.number(t, `SELECT count(*) FROM public.businesses`) }
	command(t, urls(d.cfg), "", "seed", "demo").mustSucceed(t)
	if n := count(); n != 24 {
		t.Errorf("the demo has %d businesses", n)
	}
	before := d.snapshot(t)
	command(t, urls(d.cfg), "", "seed", "demo").mustSucceed(t)
	d.mustBeAsBefore(t, before)
	for range 2 {
		command(t, urls(d.cfg), "", "seed", "load", "--businesses", "7", "--appointments", "50").mustSucceed(t)
		if n := count(); n != 31 {
			t.Errorf("%d businesses after loading 7", n)
		}
	}
	command(t, urls(d.cfg), "", "seed", "load", "--businesses", "9", "--appointments", "50").mustSucceed(t)
	if n := count(); n != 33 {
		t.Errorf("%d businesses after loading on to 9", n)
	}
}

// TestInitDBOnAnEmptyCluster: what init-db prints, and what it runs, makes
// logins that the program accepts. A cluster of its own: logins belong to all.
func TestInitDBOnAnEmptyCluster(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	cluster, err := devdb.Start(ctx, devdb.Options{Dir: filepath.Join(newDataDir(t), "postgres"), Throwaway: true})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = cluster.Remove(context.WithoutCancel(ctx)) }()
	printed := command(t, nil, "", "init-db", "--database", "printed").mustSucceed(t).stdout
	psql := exec.Command(psqlPath(t), "-X", "-v", "ON_ERROR_STOP=1", cluster.AdminURL("postgres"))
	psql.Stdin = strings.NewReader(printed)
	if out, err := psql.CombinedOutput(); err != nil {
		t.Fatalf("psql: %v\n%s", err, out)
	}
	admin := cluster.AdminURL("made") // which is not there yet
	if r := command(t, nil, admin+"\n", "init-db", "--database", "printed", "--admin-url", "-"); r.status != 1 || !strings.Contains(r.stderr, `"made"`) {
		t.Errorf("an address of another database: %d %s", r.status, r.stderr)
	}
	said := command(t, nil, admin+"\n", "init-db", "--database", "made", "--admin-url", "-").mustSucceed(t).stdout
	env := strings.Split(strings.TrimSpace(said), "\n")[1:]
	if len(env) != 3 {
		t.Fatalf("not three addresses:\n%s", said)
	}
	command(t, env, "", "migrate", "up").mustSucceed(t)
	value := func(name string) string {
		for _, line := range env {
			if v, ok := strings.CutPrefix(line, name+"="); ok {
				return v
			}
		}
		t.Fatalf("no %s in %s", name, said)
		return ""
	}
	db, err := store.Open(store.Config{URL: value("DATABASE_URL"), ReadOnlyURL: value("DATABASE_READONLY_URL"), DirectURL: value("DATABASE_DIRECT_URL"), Prepare: true})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := schema.CheckLogins(ctx, db); err != nil {
		t.Errorf("the program refuses its own logins: %v", err)
	}
	command(t, env, demoPassword+"\n", "user", "create", "--role", "SUPERUSER", "--email", "root@smoothschedule.test").mustSucceed(t)
	p := start(t, "serve", newDataDir(t), append(env, goodKey, "PUBLIC_SCHEME=http")...)
	p.endWith(t)

	if said := refused(t, 2, nil, "init-db", "--admin-url", admin); strings.Contains(said, passwordOf(t, admin)) {
		t.Errorf("the refusal repeats the password: %s", said)
	}
	if r := command(t, nil, "", "init-db", "--admin-url", "-"); r.status != 1 || strings.Count(r.stderr, "\n") != 1 {
		t.Errorf("without an address: %d %s", r.status, r.stderr)
	}
}

// psqlPath finds the client that comes with the server.
func psqlPath(t testing.TB) string {
	t.Helper()
	if path, err := exec.LookPath("psql"); err == nil {
		return path
	}
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/psql")
	if len(found) == 0 {
		t.Fatal("psql is not there; it comes with PostgreSQL")
	}
	return found[len(found)-1]
}

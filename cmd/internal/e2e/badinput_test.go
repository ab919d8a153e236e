package e2e

import (
	"net"
	"os"
	"strings"
	"testing"
)

const goodKey = "SESSION_KEYS=0123456789abcdef0123456789abcdef"

// refused runs a command that must fail with one sentence on stderr.
func refused(t testing.TB, status int, env []string, args ...string) string {
	t.Helper()
	r := command(t, env, "", args...)
	if r.status != status {
		t.Errorf("%v ends with status %d and not %d: %s%s", args, r.status, status, r.stdout, r.stderr)
	}
	if strings.Count(r.stderr, "\n") != 1 || !strings.HasPrefix(r.stderr, "smoothschedule: ") || strings.Contains(r.stderr, "goroutine") {
		t.Errorf("%v says not one clear sentence:\n%s", args, r.stderr)
	}
	return r.stderr
}

// TestBadConfigurationChangesNothing: one sentence, status 1, and the database
// and the data folder as they were.
func TestBadConfigurationChangesNothing(t *testing.T) {
	d := newDatabase(t)
	before := d.snapshot(t)
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	free := "ADDR=127.0.0.1:" + freePort(t)
	unreachable := strings.NewReplacer(hostOf(d.cfg.URL), "127.0.0.1:1").Replace
	wrongPassword := strings.Replace(d.cfg.URL, "smooth_web:", "smooth_web:x", 1)
	database := strings.Join(urls(d.cfg), "\n")
	for _, c := range []struct{ name, env, told string }{
		{"unreachable DATABASE_URL", unreachable(database), "DATABASE_"},
		{"wrong password", strings.Replace(database, "DATABASE_URL="+d.cfg.URL, "DATABASE_URL="+wrongPassword, 1), "DATABASE_URL"},
		{"nonsense DATABASE_URL", strings.Replace(database, d.cfg.URL, "mysql//:x", 1), "DATABASE_URL"},
		{"one URL alone", "DATABASE_URL=" + d.cfg.URL, "DATABASE_READONLY_URL"},
		{"owner's login for the web", strings.Replace(database, "DATABASE_URL="+d.cfg.URL, "DATABASE_URL="+d.cfg.DirectURL, 1), "not safe"},
		{"writing login for reading", strings.Replace(database, "READONLY_URL="+d.cfg.ReadOnlyURL, "READONLY_URL="+d.cfg.URL, 1), "not safe"},
		{"occupied port", database + "\nADDR=" + taken.Addr().String(), "in use"},
		{"ADDR without port", database + "\nADDR=localhost", "ADDR"},
		{"ADDR with a word", database + "\nADDR=127.0.0.1:http-ish", "127.0.0.1:http-ish"},
		{"ADDR out of range", database + "\nADDR=127.0.0.1:99999", "99999"},
		{"short SESSION_KEYS", database + "\nSESSION_KEYS=short", "SESSION_KEYS"},
		{"second key short", database + "\n" + goodKey + ",tiny", "key 2 of SESSION_KEYS"},
		{"BASE_DOMAIN with a scheme", database + "\nBASE_DOMAIN=https://example.com", "BASE_DOMAIN"},
		{"BASE_DOMAIN with a gap", database + "\nBASE_DOMAIN=example.com,,x", "BASE_DOMAIN"},
		{"PUBLIC_SCHEME", database + "\nPUBLIC_SCHEME=gopher", "PUBLIC_SCHEME"},
		{"TRUSTED_PROXIES", database + "\nTRUSTED_PROXIES=10.0.0.0/99", "TRUSTED_PROXIES"},
		{"SMTP_URL", database + "\nSMTP_URL=http://mail", "SMTP_URL"},
		{"MAIL_FROM", database + "\nMAIL_FROM=nobody", "MAIL_FROM"},
	} {
		for _, how := range []string{"serve", "dev"} {
			t.Run(c.name+", "+how, func(t *testing.T) {
				dir := newDataDir(t)
				env := append([]string{"DATA_DIR=" + dir, free, goodKey}, strings.Split(c.env, "\n")...)
				if how == "dev" && strings.Contains(c.name, "URL") || how == "dev" && strings.Contains(c.name, "login") {
					env = append(env, "PUBLIC_SCHEME=http")
				}
				if said := refused(t, 1, env, how); !strings.Contains(said, c.told) {
					t.Errorf("it does not name %q: %s", c.told, said)
				}
				entries, _ := os.ReadDir(dir)
				for _, e := range entries {
					if e.Name() == "postgres" {
						t.Error("a PostgreSQL was begun")
					}
				}
			})
		}
	}
	d.mustBeAsBefore(t, before)
	t.Run("no secret is told", func(t *testing.T) {
		said := refused(t, 1, append([]string{goodKey, free}, strings.Split(unreachable(database), "\n")...), "serve")
		for _, u := range []string{d.cfg.URL, d.cfg.DirectURL} {
			if password := passwordOf(t, u); strings.Contains(said, password) {
				t.Errorf("the message holds a password: %s", said)
			}
		}
	})
}

func hostOf(address string) string {
	_, rest, _ := strings.Cut(address, "@")
	host, _, _ := strings.Cut(rest, "/")
	return host
}

func passwordOf(t testing.TB, address string) string {
	password, _ := mustParse(t, address).User.Password()
	return password
}

// TestNewerSchemaIsRefused: a database that a later version of the program has
// migrated, its public schema or one of its tenants.
func TestNewerSchemaIsRefused(t *testing.T) {
	for _, c := range []struct{ name, statement string }{
		{"public", `INSERT INTO public.goose_db_version (version_id, is_applied) VALUES (9999, true)`},
		{"tenant", `INSERT INTO public.tenant_schemas (schema_name, version, state, created_at, migrated_at) VALUES ('b_00000000000000000000', 9999, 'ready', now(), now())`},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := newDatabase(t)
			d.exec(t, c.statement)
			before := d.snapshot(t)
			env := append(urls(d.cfg), goodKey, "ADDR=127.0.0.1:"+freePort(t), "DATA_DIR="+newDataDir(t))
			for _, args := range [][]string{
				{"serve"}, {"dev"}, {"migrate", "up"}, {"seed", "demo"}, {"seed", "load", "--businesses", "10", "--appointments", "10"},
				{"user", "create", "--role", "SUPERUSER", "--email", "x@example.test"},
				{"business", "create", "--name", "X", "--subdomain", "xxx", "--owner-email", "x@example.test"},
			} {
				if said := refused(t, 1, env, args...); !strings.Contains(said, "newer") {
					t.Errorf("%v does not say that the database is newer: %s", args, said)
				}
			}
			d.mustBeAsBefore(t, before)
		})
	}
}

// TestServeNeedsItsEnvironment: production guesses nothing.
func TestServeNeedsItsEnvironment(t *testing.T) {
	d := newDatabase(t)
	if said := refused(t, 1, []string{goodKey}, "serve"); !strings.Contains(said, "DATABASE_URL") {
		t.Errorf("without a database: %s", said)
	}
	if said := refused(t, 1, urls(d.cfg), "serve"); !strings.Contains(said, "SESSION_KEYS") {
		t.Errorf("without keys: %s", said)
	}
	storeless := open(t, emptyConfig(t))
	before := storeless.snapshot(t)
	env := append(urls(storeless.cfg), goodKey, "ADDR=127.0.0.1:"+freePort(t), "DATA_DIR="+newDataDir(t))
	if said := refused(t, 1, env, "serve"); !strings.Contains(said, "migrate up") {
		t.Errorf("on an empty database: %s", said)
	}
	storeless.mustBeAsBefore(t, before)
}

// TestServeHasNoDevelopmentRoutes: no quick login, no mails, no gallery.
func TestServeHasNoDevelopmentRoutes(t *testing.T) {
	d := newDatabase(t)
	command(t, urls(d.cfg), demoPassword+"\n", "user", "create", "--role", "SUPERUSER", "--email", "root@smoothschedule.test").mustSucceed(t)
	port := freePort(t)
	p := launch(t, "serve", newDataDir(t), port, append(urls(d.cfg), goodKey, "PUBLIC_SCHEME=http", "BASE_DOMAIN=localhost:"+port)...).endWith(t)
	p.waitReady(t)
	c := p.client(t)
	for _, host := range []string{"platform", ""} {
		for _, path := range []string{"/dev/mail", "/dev/gallery"} {
			c.get(host, path).must(t, 404)
		}
		c.post(host, "/dev/login", "email", "root@smoothschedule.test").must(t, 404)
	}
	if page := c.get("platform", "/login").must(t, 200); strings.Contains(page.body, "/dev/") || strings.Contains(page.body, "Development") {
		t.Error("the login page offers what is for development")
	}
	c.login("platform", "root@smoothschedule.test", demoPassword).get("platform", "/dashboard").must(t, 200)
	if status := p.interrupt(t); status != 0 {
		t.Errorf("Ctrl-C ends with status %d:\n%s", status, p.stderr.String())
	}
}

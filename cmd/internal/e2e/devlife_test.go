package e2e

import (
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestDevelopmentSurvives: one data folder, its PostgreSQL killed, the program
// killed, started again, and stopped by Ctrl-C.
func TestDevelopmentSurvives(t *testing.T) {
	dir := newDataDir(t)
	p := start(t, "dev", dir)
	out := p.stdout.String()
	for _, told := range []string{p.url("platform", "/"), p.url("acme-auto", "/"), demoPassword, "superuser@"} {
		if !strings.Contains(out, told) {
			t.Errorf("the start does not tell %q:\n%s", told, out)
		}
	}
	c := p.client(t).login("platform", "superuser@smoothschedule.test", demoPassword)

	t.Run("PostgreSQL killed", func(t *testing.T) {
		_ = syscall.Kill(postmaster(t, dir), syscall.SIGKILL)
		seen := map[int]int{}
		for began := time.Now(); ; {
			a, err := c.try(http.MethodGet, p.url("platform", "/businesses"), nil)
			if err != nil {
				t.Fatalf("the program itself went: %v", err)
			}
			seen[a.status]++
			if a.status == http.StatusServiceUnavailable {
				if a.header.Get("Retry-After") == "" || !strings.Contains(a.header.Get("Content-Security-Policy"), "default-src 'none'") || !strings.Contains(a.body, "<h1>") {
					t.Errorf("the page meanwhile is not a proper one: %v\n%s", a.header, clip(a.body))
				}
				for _, secret := range []string{"pq:", "127.0.0.1", "connection refused", "SQLSTATE"} {
					if strings.Contains(a.body, secret) {
						t.Errorf("the page meanwhile tells %q", secret)
					}
				}
			} else if a.status != http.StatusOK {
				t.Fatalf("meanwhile a page answers %d: %s", a.status, clip(a.body))
			}
			if seen[503] > 0 && a.status == http.StatusOK {
				break
			}
			if time.Since(began) > time.Minute {
				t.Fatalf("no recovery, or no failure seen: %v\n%s", seen, p.stderr.String())
			}
		}
		t.Logf("answers by status: %v", seen)
		for range 20 { // no broken connection is left in a pool
			c.get("platform", "/dashboard").must(t, http.StatusOK)
			c.get("acme-auto", "/").must(t, http.StatusOK)
		}
	})

	// Something to find again, acknowledged just before the kill.
	made := c.post("platform", "/businesses", "name", "Kept", "subdomain", "kept", "plan", "free", "time_zone", "UTC", "owner_name", "K", "owner_email", "k@kept.test")
	made.must(t, http.StatusSeeOther)
	old := postmaster(t, dir)
	p.kill()
	p.checkRaces(t)

	began := time.Now()
	again := launch(t, "dev", dir, p.port)
	again.waitReady(t)
	took := time.Since(began)
	t.Logf("the second start took %v", took)
	if strings.Contains(again.stdout.String(), "Loading demo data") {
		t.Error("the second start loads the demo data again")
	}
	if now := postmaster(t, dir); now == old && !alive(now) {
		t.Error("the pid file is an old one")
	}
	c = again.client(t)
	c.login("platform", "superuser@smoothschedule.test", demoPassword)
	if a := c.do(http.MethodGet, made.location(), nil); a.status != http.StatusOK || !strings.Contains(a.body, "Kept") {
		t.Errorf("what was acknowledged before the kill answers %d", a.status)
	}

	if status := again.interrupt(t); status != 0 {
		t.Errorf("Ctrl-C ends with status %d:\n%s", status, again.stderr.String())
	}
	again.checkRaces(t)
	if left := processesOf(dir); len(left) > 0 {
		t.Errorf("processes are left:\n%s", strings.Join(left, "\n"))
	}

	began = time.Now()
	third := start(t, "dev", dir).endWith(t)
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("a start with everything there took %v", took)
	} else {
		t.Logf("a start after Ctrl-C took %v", took)
	}
	third.client(t).get("acme-auto", "/").must(t, http.StatusOK)
}

// postmaster is the process id of the private PostgreSQL.
func postmaster(t testing.TB, dir string) int {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, "postgres", "data", "postmaster.pid"))
	if err != nil {
		t.Fatal(err)
	}
	first, _, _ := strings.Cut(string(text), "\n")
	pid, err := strconv.Atoi(first)
	if err != nil {
		t.Fatal(err)
	}
	return pid
}

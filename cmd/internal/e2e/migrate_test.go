package e2e

import (
	"fmt"
	"math/rand/v2"
	"os/exec"
	"testing"
	"time"

	"github.com/smoothschedule/smoothschedule/migrations"
	"github.com/smoothschedule/smoothschedule/store/schema"
)

// TestKilledWhileMigrating: a hundred schemas of version 1, and a migration that
// is killed again and again. Each schema is what its version says, at any time.
func TestKilledWhileMigrating(t *testing.T) {
	d := newDatabase(t)
	anatomies := d.anatomies(t)
	latest := len(migrations.Tenants())
	if latest < 2 {
		t.Fatal("one version only: there is nothing to migrate")
	}
	const schemas = 100
	owner := d.owner(t)
	for i := range schemas {
		name := fmt.Sprintf("b_%020x", 0xabc000+i)
		if _, err := owner.Exec(schema.ReplaySchemaSQL(name, 1)); err != nil {
			t.Fatal(err)
		}
		d.exec(t, `INSERT INTO public.tenant_schemas (schema_name, version, state, created_at, migrated_at) VALUES ($1, 1, 'ready', now(), now())`, name)
	}
	behind := func() int {
		return d.number(t, `SELECT count(*) FROM public.tenant_schemas WHERE version < $1`, latest)
	}
	midway := 0
	for range 6 {
		left := behind()
		if left < 12 {
			break
		}
		// Somewhere between the next schema and a good part of those that are left.
		until := left - 1 - rand.IntN(left/4)
		cmd := exec.Command(built.binary, "migrate", "up")
		cmd.Env = environment(urls(d.cfg)...)
		dieWithParent(cmd)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		ended := make(chan struct{})
		go func() { _ = cmd.Wait(); close(ended) }()
		for running := true; running && behind() > until; {
			select {
			case <-ended:
				running = false
			case <-time.After(time.Duration(rand.IntN(1500)) * time.Microsecond):
			}
		}
		_ = cmd.Process.Kill()
		<-ended
		d.settle(t)
		if n := behind(); n > 0 && n < left {
			midway++
		}
		d.checkRegister(t, anatomies)
	}
	if midway < 2 {
		t.Errorf("only %d of the kills came midway", midway)
	}
	command(t, urls(d.cfg), "", "migrate", "up").mustSucceed(t)
	if n := behind(); n != 0 {
		t.Errorf("%d schemas are behind after the last run", n)
	}
	d.checkRegister(t, anatomies)
	before := d.snapshot(t)
	command(t, urls(d.cfg), "", "migrate", "up").mustSucceed(t)
	d.mustBeAsBefore(t, before)
}

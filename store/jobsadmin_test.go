package store_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/console"
	"github.com/smoothschedule/smoothschedule/store/identity"
	"github.com/smoothschedule/smoothschedule/store/ops"
	"github.com/smoothschedule/smoothschedule/store/plans"
	"github.com/smoothschedule/smoothschedule/store/schema"
	"github.com/smoothschedule/smoothschedule/store/storetest"
)

func TestFailedJobs(t *testing.T) {
	db := storetest.DB(t)
	ctx := context.Background()
	newBusiness(t, db, "garage") // leaves a job, the invitation
	failed := func() (jobs []ops.FailedJob, all int) {
		t.Helper()
		if err := db.InPublic(ctx, func(q *store.PublicTx) (err error) { jobs, all, err = ops.FailedJobs(q); return err }); err != nil {
			t.Fatal(err)
		}
		return jobs, all
	}
	give := func(state string) {
		t.Helper()
		if _, err := schema.Direct(db).Exec(`UPDATE river_job SET state = '` + state + `', finalized_at = now(), attempt = 3, max_attempts = 3, attempted_at = now(),
			errors = ARRAY['{"error": "first"}'::jsonb, '{"error": "the mail server is gone"}'::jsonb]`); err != nil {
			t.Fatal(err)
		}
	}
	if jobs, all := failed(); len(jobs) != 0 || all != 0 {
		t.Errorf("none has failed: %v", jobs)
	}
	give("discarded")
	jobs, all := failed()
	if all != 1 || !jobs[0].GivenUp || jobs[0].Error != "the mail server is gone" || jobs[0].Attempt != 3 || jobs[0].Kind != "mail_invitation" {
		t.Fatalf("%+v", jobs)
	}
	id := jobs[0].ID
	if err := ops.RetryJob(ctx, db, id); err != nil {
		t.Fatal(err)
	}
	if _, all := failed(); all != 0 {
		t.Error("it still counts as failed")
	}
	if err := ops.RetryJob(ctx, db, id); store.KindOf(err) != store.NotFound {
		t.Errorf("retried twice: %v", err)
	}
	give("cancelled") // a mail that was refused for good
	if jobs, all := failed(); all != 1 || !jobs[0].GivenUp {
		t.Errorf("cancelled: %+v", jobs)
	}
	if err := ops.RetryJob(ctx, db, id); err != nil {
		t.Error(err)
	}
	give("discarded")
	if err := ops.DiscardJob(ctx, db, id); err != nil {
		t.Fatal(err)
	}
	var left, noted int
	if err := schema.Direct(db).QueryRow(`SELECT (SELECT count(*) FROM river_job), (SELECT count(*) FROM audit_log WHERE action LIKE 'job.%' AND object_name = 'mail_invitation')`).Scan(&left, &noted); err != nil || left != 0 || noted != 3 {
		t.Errorf("%d jobs left, %d entries, %v", left, noted, err)
	}
}

// TestNewPricesLeaveThePastAlone: what a business pays stays until it takes
// another plan; only then does it pay the new price.
func TestNewPricesLeaveThePastAlone(t *testing.T) {
	db := storetest.DB(t)
	ctx := context.Background()
	id, _ := newBusiness(t, db, "garage")
	plan := func(code string) {
		t.Helper()
		if err := console.ChangePlan(ctx, db, id, code); err != nil {
			t.Fatal(err)
		}
	}
	mrr := func() (cents, steps int) {
		t.Helper()
		if err := schema.Direct(db).QueryRow(`SELECT mrr_cents, (SELECT sum(mrr_after_cents - mrr_before_cents) FROM plan_changes WHERE business_id = $1)
			FROM business_totals WHERE business_id = $1`, id).Scan(&cents, &steps); err != nil {
			t.Fatal(err)
		}
		return cents, steps
	}
	plan("business")
	six := 6
	terms := plans.Plan{Code: "business", Position: 3, PriceCents: 9900, MaxPeople: &six, Features: []string{" Tea ", "", "Coffee"}}
	if err := plans.ChangePlanTerms(ctx, db, terms); err != nil {
		t.Fatal(err)
	}
	if cents, steps := mrr(); cents != 7900 || steps != 7900 {
		t.Errorf("pays %d, steps %d, want the old price", cents, steps)
	}
	var allPlans []plans.Plan
	if err := db.InPublic(ctx, func(q *store.PublicTx) (err error) { allPlans, err = plans.InUse(q); return err }); err != nil {
		t.Fatal(err)
	}
	if p := allPlans[2]; p.PriceCents != 9900 || *p.MaxPeople != 6 || p.MaxResources != nil || len(p.Features) != 2 || p.Features[0] != "Tea" || p.Businesses != 1 {
		t.Errorf("%+v", p)
	}
	plan("free")
	plan("business")
	if cents, steps := mrr(); cents != 9900 || steps != 9900 {
		t.Errorf("pays %d, steps %d, want the new price", cents, steps)
	}
	var before, after string
	if err := schema.Direct(db).QueryRow(`SELECT details #>> '{before,price_cents}', details #>> '{after,price_cents}' FROM audit_log WHERE action = 'plan.changed'`).Scan(&before, &after); err != nil || before != "7900" || after != "9900" {
		t.Errorf("%s to %s, %v", before, after, err)
	}
	for field, change := range map[string]func(*plans.Plan){
		"price": func(p *plans.Plan) { p.PriceCents = -1 }, "position": func(p *plans.Plan) { p.Position = 0 },
		"max_people": func(p *plans.Plan) { n := 0; p.MaxPeople = &n }, "features": func(p *plans.Plan) {
			p.Features = make([]string, 13)
			for i := range p.Features {
				p.Features[i] = "x"
			}
		},
	} {
		bad := terms
		change(&bad)
		if err := plans.ChangePlanTerms(ctx, db, bad); store.FieldErrors(err)[field] == "" {
			t.Errorf("%s: %v", field, err)
		}
	}
}

func TestStaffTokens(t *testing.T) {
	db := storetest.DB(t)
	ctx := context.Background()
	p := newStaff(t, db, access.PlatformSales)
	text, token, err := identity.CreateAPIToken(ctx, db, nil, identity.NewAPIToken{Email: p.Email, Password: password, Name: "Script"}, store.Client{})
	if err != nil {
		t.Fatal(err)
	}
	var tokens []identity.StaffToken
	if err := db.InPublic(ctx, func(q *store.PublicTx) (err error) { tokens, err = identity.StaffTokens(q); return err }); err != nil || len(tokens) != 1 || tokens[0].Name != "Script" || tokens[0].OwnerID != p.ID {
		t.Fatalf("%+v %v", tokens, err)
	}
	if err := identity.RevokeStaffToken(ctx, db, token.ID); err != nil {
		t.Fatal(err)
	}
	if who, _, err := identity.AuthenticateToken(ctx, db, text, store.Client{}); who != nil || err != nil {
		t.Errorf("a revoked token opens: %v", err)
	}
	for _, id := range []uuid.UUID{token.ID, uuid.New()} {
		if err := identity.RevokeStaffToken(ctx, db, id); store.KindOf(err) != store.NotFound {
			t.Errorf("again: %v", err)
		}
	}
}

// TestEmbeddedZones holds the version that the settings show against the release.
func TestEmbeddedZones(t *testing.T) {
	if got := ops.Zones(); got.Version == "" || got.From == "" {
		t.Errorf("%+v", got)
	}
	root, err := exec.CommandContext(t.Context(), "go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	script, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(root)), "lib", "time", "update.bash"))
	if err != nil {
		t.Skip("this Go release brings no sources of its zones")
	}
	if !strings.Contains(string(script), "DATA="+ops.EmbeddedZones) {
		t.Errorf("the release brings other zones than %s", ops.EmbeddedZones)
	}
}

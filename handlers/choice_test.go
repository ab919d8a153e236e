package handlers_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/smoothschedule/smoothschedule/handlers/handlertest"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/schema"
)

// TestNothingCostlyIsPreselected: what costs money or gives rights is chosen by a
// person. Its forms begin with no choice, and to send them so changes nothing.
func TestNothingCostlyIsPreselected(t *testing.T) {
	s := handlertest.New(t)
	root := s.Staff(access.Superuser)
	support := s.Staff(access.PlatformSupport)
	acme, beta := s.Business("acme"), s.Business("beta")
	boss := s.Platform().As(access.Superuser)
	ask := func(query string, args ...any) (text string) {
		t.Helper()
		if err := schema.Direct(s.DB).QueryRow(query, args...).Scan(&text); err != nil {
			t.Fatal(err)
		}
		return text
	}
	plan := func() string {
		return ask(`SELECT concat_ws(' ', plan, status, (SELECT mrr_cents FROM business_totals WHERE business_id = b.id)) FROM businesses b WHERE id = $1`, acme.ID)
	}
	// unchosen looks at a page's select: nothing is chosen, and it must be.
	unchosen := func(page, form string) map[string]string {
		t.Helper()
		r := boss.Get(page)
		list := r.Doc().Find(form + " select[name=plan]," + form + " select[name=value]," + form + " select[name=role]")
		options := map[string]string{}
		for _, o := range list.Find("option").EachIter() {
			options[o.AttrOr("value", "?")] = o.Text()
		}
		first := list.Find("option").First()
		_, required := list.Attr("required")
		if r.Code != 200 || list.Length() != 1 || list.Find("[selected]").Not(`[value=""]`).Length() != 0 || first.AttrOr("value", "?") != "" || !required {
			t.Errorf("%s: %d, %d lists, %v, required %v", page, r.Code, list.Length(), options, required)
		}
		return options
	}
	refused := func(path string, form url.Values, fields string) {
		t.Helper()
		r := boss.Post(path, form)
		if r.Code != http.StatusUnprocessableEntity || r.Doc().Find(fields).Length() == 0 {
			t.Errorf("%s with %v: %d to %q, %d fields marked", path, form, r.Code, r.Location(), r.Doc().Find(fields).Length())
		}
	}

	// One business on trial: its own plan is a choice, with what it does.
	page := "/businesses/" + acme.ID.String()
	before := plan()
	own, _, _ := strings.Cut(before, " ")
	price := map[string]string{"free": "$0", "professional": "$29", "business": "$79", "enterprise": "$249"}
	form := "form[action$='/plan'][data-choose]"
	if text := unchosen(page, form)[own]; !strings.Contains(text, "ends the trial") || !strings.Contains(text, price[own]+" a month") {
		t.Errorf("the own plan reads %q", text)
	}
	for _, typed := range []url.Values{{}, {"plan": {""}}} {
		refused(page+"/plan", typed, "#f-plan[aria-invalid]")
	}
	if plan() != before {
		t.Errorf("nothing chosen made it %s", plan())
	}
	if r := boss.Post(page+"/plan", url.Values{"plan": {"professional"}}); r.Code != http.StatusSeeOther || plan() != "professional active 2900" {
		t.Fatalf("%d, %s", r.Code, plan())
	}
	if ask(`SELECT args ->> 'trial_ended' FROM river_job WHERE kind = 'mail_plan_notice' AND scheduled_at > now() + interval '9 minutes'`) != "true" {
		t.Error("the owners are not told that the trial ended")
	}
	// A new price list is not pressed on who keeps the old one.
	if _, err := schema.Direct(s.DB).Exec(`UPDATE plans SET price_cents = 3500 WHERE code = 'professional'`); err != nil {
		t.Fatal(err)
	}
	if _, offered := unchosen(page, form)["professional"]; offered {
		t.Error("the plan that it has is offered")
	}
	boss.Post(page+"/plan", url.Values{"plan": {"professional"}})
	if plan() != "professional active 2900" {
		t.Errorf("the same plan made it %s", plan())
	}

	// Many: acme stays at $29, beta's trial would end and bill.
	many := url.Values{"id": {acme.ID.String(), beta.ID.String()}, "action": {"plan"}, "count": {"2"}}
	effects := unchosen("/businesses/bulk?"+many.Encode(), "form[data-choose]")
	for code, want := range map[string]string{"professional": "changes 1, MRR +$35, ends 1 trials", "enterprise": "changes 2, MRR +$469, ends 1 trials", "free": "changes 2, MRR −$29, ends 1 trials"} {
		if !strings.Contains(effects[code], want) {
			t.Errorf("%s reads %q, want %q", code, effects[code], want)
		}
	}
	refused("/businesses/bulk", many, "#f-plan[aria-invalid]")

	// Tickets and roles.
	if _, err := schema.Direct(s.DB).Exec(`INSERT INTO tickets (id, business_id, opened_by, subject, status, priority, created_at, updated_at)
		SELECT gen_random_uuid(), $1, (SELECT id FROM users WHERE business_id = $1 LIMIT 1), 'Help', 'open', 'low', now(), now()`, acme.ID); err != nil {
		t.Fatal(err)
	}
	ticket := ask(`SELECT id FROM tickets WHERE subject = 'Help'`)
	for _, action := range []string{"assign", "status", "priority"} {
		unchosen("/support/bulk?action="+action+"&id="+ticket, "form[data-choose]")
		refused("/support/bulk", url.Values{"id": {ticket}, "action": {action}, "count": {"1"}}, "#f-value[aria-invalid]")
	}
	if n := ask(`SELECT count(*) FROM bulk_runs WHERE total > 1 OR noun = 'ticket'`); n != "0" {
		t.Errorf("%s pieces of work were begun", n)
	}
	person := "/users/" + support.ID.String()
	if _, held := unchosen(person, "form[action$='/role'][data-choose]")[string(access.PlatformSupport)]; held {
		t.Error("the role that is held is offered")
	}
	refused(person+"/role", url.Values{"role": {""}}, "#f-role[aria-invalid]")
	unchosen("/staff", "form[action='/staff']")
	refused("/staff", url.Values{"name": {"Lou"}, "email": {"lou@example.test"}}, "#f-role[aria-invalid]")
	unchosen("/users/new?business="+acme.ID.String(), "form[action='/users']")
	refused("/users", url.Values{"business": {acme.ID.String()}, "name": {"Lou"}, "email": {"lou@example.test"}}, "#f-role[aria-invalid]")
	if roles := ask(`SELECT string_agg(role, ' ' ORDER BY role) FROM users WHERE business_id IS NULL AND id IN ($1, $2)`, root.ID, support.ID); roles != "PLATFORM_SUPPORT SUPERUSER" {
		t.Errorf("roles: %s", roles)
	}
}

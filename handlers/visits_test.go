package handlers_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"github.com/smoothschedule/smoothschedule/handlers/handlertest"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/schema"
	"github.com/smoothschedule/smoothschedule/store/sessions"
)

// TestM5_TheConsoleSaysWhereOneIs: each page of the console shows a visit that
// runs, and a second one starts only instead of it.
func TestM5_TheConsoleSaysWhereOneIs(t *testing.T) {
	s := handlertest.New(t)
	s.Staff(access.PlatformSupport)
	tenant := s.Business("acme")
	other := s.Business("other")
	platform, site := visit(t, s, tenant, "/users?q=a&page=2")
	for _, path := range []string{"/dashboard", "/businesses", "/nothing"} {
		sign := platform.Get(path).Doc().Find(`aside.masq`)
		if !strings.Contains(sign.Text(), "Business acme") || sign.Find(`form[action$="/end"]`).Length() != 1 || sign.Find(`a[href^="http://acme.localhost"]`).Length() != 1 {
			t.Errorf("%s doesn't say where one is: %q", path, sign.Text())
		}
	}
	form := url.Values{"user_id": {ownerOf(t, s, other)}, "reason": {"ticket 13: another look"}, "mode": {"view"}}
	r := platform.Post("/masquerade", form)
	if r.Code != http.StatusConflict || !strings.Contains(r.Body.String(), "Business acme") || r.Doc().Find(`[name="reason"]`).Text() != "ticket 13: another look" {
		t.Fatalf("a second start: %d", r.Code)
	}
	if r := site.Get("/customers"); r.Code != http.StatusOK {
		t.Errorf("the refusal ended the first: %d", r.Code)
	}
	instead, _ := r.Doc().Find(`input[name="instead"]`).Attr("value")
	form.Set("instead", instead)
	enter(t, s, other, platform.Post("/masquerade", form))
	if r := site.Get("/customers"); r.Code != http.StatusSeeOther || !strings.Contains(r.Location(), "/masquerades/"+instead+"/ended") {
		t.Errorf("the first one after it: %d to %q", r.Code, r.Location())
	}
	if text := platform.Get("/dashboard").Doc().Find("aside.masq").Text(); !strings.Contains(text, "Business other") {
		t.Errorf("the sign says %q", text)
	}
}

// TestM13_TheEndSaysWhy: whoever ends it, the operator's next click leads to a
// page that says so, and from there back; open pages ask by themselves.
func TestM13_TheEndSaysWhy(t *testing.T) {
	s := handlertest.New(t)
	s.Staff(access.PlatformSupport)
	s.Staff(access.PlatformManager)
	tenant := s.Business("acme")
	var number string
	if err := schema.Direct(s.DB).QueryRow(`INSERT INTO tickets (id, business_id, subject, status, priority, created_at, updated_at)
		VALUES (gen_random_uuid(), $1, 'x', 'open', 'low', now(), now()) RETURNING number`, tenant.ID).Scan(&number); err != nil {
		t.Fatal(err)
	}
	platform := s.Platform().As(access.PlatformSupport)
	start := func() *handlertest.Client {
		t.Helper()
		return enter(t, s, tenant, platform.Post("/masquerade", url.Values{"user_id": {ownerOf(t, s, tenant)}, "reason": {"the calendar is empty"}, "ticket": {number}, "back": {"/users?q=acme"}}))
	}
	end := func() {
		t.Helper()
		manager := s.Platform().As(access.PlatformManager)
		action, _ := manager.Get("/masquerades?state=live").Doc().Find(`tbody form[action$="/end"]`).Attr("action")
		if r := manager.Post(action, url.Values{}); r.Code != http.StatusSeeOther {
			t.Fatalf("end: %d", r.Code)
		}
	}
	site := start()
	live := site.Get("/masquerade/live")
	if live.Code != http.StatusNoContent || live.Header().Get("X-Visit-Ends") == "" || live.Header().Get("HX-Redirect") != "" {
		t.Errorf("a page of a live one asks: %d %v", live.Code, live.Header())
	}
	end()
	r := site.With("HX-Request", "true").Get("/masquerade/live")
	where := r.Header().Get("HX-Redirect")
	if !strings.HasPrefix(where, "http://platform.localhost:8000/masquerades/") {
		t.Fatalf("an open page after the end: %d %v", r.Code, r.Header())
	}
	// A second tab has no session any more and is led there all the same.
	if r := site.Get("/customers"); r.Code != http.StatusSeeOther || r.Location() != where {
		t.Errorf("another tab: %d to %q", r.Code, r.Location())
	}
	if r := site.With("HX-Request", "true").Get("/masquerade/live"); r.Header().Get("HX-Redirect") != where {
		t.Errorf("another open page: %v", r.Header())
	}
	u, _ := url.Parse(where)
	page := platform.Get(u.Path)
	text := page.Doc().Find("#masquerade-ended").Text()
	if page.Code != http.StatusOK || !strings.Contains(text, "administrator") || !strings.Contains(text, "The PLATFORM_MANAGER") ||
		page.Doc().Find(`#masquerade-ended a[href="/support/`+number+`"]`).Length() != 1 || page.Doc().Find(`#masquerade-ended a[href="/users?q=acme"]`).Length() != 1 {
		t.Errorf("%d: %q", page.Code, text)
	}
	if r := s.Platform().As(access.PlatformManager).Get("/masquerades/" + ownerOf(t, s, tenant) + "/ended"); r.Code != http.StatusNotFound {
		t.Errorf("of none: %d", r.Code)
	}
	// After Stop a click in what is still open leads there, too; logging in here ends that.
	site = start()
	if r := site.Post("/masquerade/stop", url.Values{}); r.Location() != "http://platform.localhost:8000/users?q=acme" {
		t.Errorf("stop leads to %q", r.Location())
	}
	if r := site.Get("/customers"); !strings.HasSuffix(r.Location(), "/ended") {
		t.Errorf("after Stop: %q", r.Location())
	}
	if r := site.Get("/login"); r.Code != http.StatusOK {
		t.Errorf("the login: %d", r.Code)
	}
	site.As(access.TenantOwner).Post("/logout", url.Values{})
	if r := site.Get("/customers"); !strings.HasPrefix(r.Location(), "/login") {
		t.Errorf("after a login of one's own: %q", r.Location())
	}
}

// TestM9_PagesHaveARate: too many pages get a sentence under the banner, and the
// way out stays open.
func TestM9_PagesHaveARate(t *testing.T) {
	s := handlertest.New(t)
	s.Staff(access.PlatformSupport)
	tenant := s.Business("acme")
	_, site := visit(t, s, tenant, "/")
	if _, err := schema.Direct(s.DB).Exec(`UPDATE masquerades SET minute = now() + interval '1 second', minute_pages = $1 WHERE ended_at IS NULL`, sessions.PagesPerMinute); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/customers", "/nothing"} {
		r := site.Get(path)
		if r.Code != http.StatusTooManyRequests || r.Header().Get("Retry-After") == "" || r.Doc().Find(`form[action="/masquerade/stop"]`).Length() != 1 {
			t.Errorf("%s: %d, Retry-After %q", path, r.Code, r.Header().Get("Retry-After"))
		}
	}
	if r := site.Post("/masquerade/stop", url.Values{}); r.Code != http.StatusSeeOther {
		t.Errorf("stop: %d", r.Code)
	}
}

// TestM12_EveryMailToCustomers is held by whom it is for, and words are signed by
// whose they are.
func TestM12_EveryMailToCustomers(t *testing.T) {
	s := handlertest.New(t)
	s.Staff(access.PlatformManager)
	tenant := s.Business("acme")
	_, site := writing(t, s, tenant)
	owner := s.At("acme").As(access.TenantOwner)
	page := owner.Post("/customers", url.Values{"name": {"Carla"}, "email": {"carla@example.test"}}).Location()
	jobs := func() (n int) {
		t.Helper()
		if err := schema.Direct(s.DB).QueryRow(`SELECT count(*) FROM river_job WHERE kind = 'mail_invitation' AND args ->> 'user_id' = (SELECT CAST(id AS text) FROM users WHERE email = 'carla@example.test')`).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	for range 2 { // once more is another mail
		if r := site.Post(page+"/invite", url.Values{}); r.Code != http.StatusSeeOther || jobs() != 0 {
			t.Fatalf("invited by support: %d, %d mails", r.Code, jobs())
		}
	}
	held := owner.Get("/held-mails").Doc().Find(`form[action^="/held-mails/"]`)
	if held.Length() != 2 || site.Get("/held-mails").Doc().Find(`form[action^="/held-mails/"]`).Length() != 0 {
		t.Fatalf("%d mails to answer for the owner", held.Length())
	}
	first, _ := held.Eq(0).Attr("action")
	second, _ := held.Eq(1).Attr("action")
	if r := site.Post(first, url.Values{"answer": {"send"}}); r.Code != http.StatusForbidden || jobs() != 0 {
		t.Errorf("released by who caused it: %d", r.Code)
	}
	if r := owner.Post(first, url.Values{"answer": {"send"}}); r.Code != http.StatusSeeOther || jobs() != 1 {
		t.Errorf("sent by the owner: %d, %d mails", r.Code, jobs())
	}
	if r := owner.Post(second, url.Values{"answer": {"discard"}}); r.Code != http.StatusSeeOther || jobs() != 1 {
		t.Errorf("discarded: %d, %d mails", r.Code, jobs())
	}
	if r := owner.Post(first, url.Values{"answer": {"send"}}); r.Code != http.StatusNotFound || jobs() != 1 {
		t.Errorf("sent twice: %d", r.Code)
	}
	if r := owner.Post(page+"/invite", url.Values{}); r.Code != http.StatusSeeOther || jobs() != 2 {
		t.Errorf("the owner's own: %d, %d mails", r.Code, jobs())
	}
	ticket := site.Post("/support", url.Values{"subject": {"In whose name"}, "body": {"Written by support"}, "priority": {"low"}}).Location()
	note := site.Post(page+"/notes", url.Values{"body": {"Noted by support"}})
	if ticket == "" || note.Code != http.StatusSeeOther {
		t.Fatalf("%q, %d", ticket, note.Code)
	}
	signed := "The PLATFORM_MANAGER of SmoothSchedule, as The TENANT_OWNER"
	for name, text := range map[string]string{"the owner's ticket": owner.Get(ticket).Body.String(), "the console's": s.Platform().As(access.PlatformManager).Get(ticket).Body.String(),
		"the customer's note": owner.Get(page).Body.String()} {
		if !strings.Contains(text, signed) {
			t.Errorf("%s doesn't say whose words these are", name)
		}
	}
}

// TestNamesCanBeSeen: every form that takes a name, a title or a reason refuses
// one without anything to see, and addresses with something unseen in them.
func TestNamesCanBeSeen(t *testing.T) {
	s := handlertest.New(t)
	for _, role := range []access.Role{access.Superuser, access.PlatformSupport} {
		s.Staff(role)
	}
	tenant := s.Business("acme")
	owner, boss := s.At("acme").As(access.TenantOwner), s.Platform().As(access.Superuser)
	blank := "\u2800\u200b\u3164\u2800\u00ad\u200e\u2800\u2060\ufeff\u2800\u200b\u200b"
	for name, c := range map[string]struct {
		client *handlertest.Client
		path   string
		form   url.Values
	}{
		"customer":       {owner, "/customers", url.Values{"name": {blank}, "email": {"x@example.test"}}},
		"tag":            {owner, "/customers", url.Values{"name": {"X"}, "tags": {blank}}},
		"address":        {owner, "/customers", url.Values{"name": {"X"}, "email": {"x\u200b@example.test"}}},
		"address behind": {owner, "/customers", url.Values{"name": {"X"}, "email": {"x@exam\u00adple.test"}}},
		"service":        {owner, "/services", url.Values{"name": {blank}, "duration_minutes": {"30"}, "price": {"10"}}},
		"resource":       {owner, "/resources", url.Values{"name": {blank}, "kind": {"ROOM"}}},
		"person":         {owner, "/team", url.Values{"name": {blank}, "email": {"y@example.test"}, "role": {"TENANT_STAFF"}}},
		"business":       {owner, "/settings", url.Values{"name": {blank}, "time_zone": {tenant.TimeZone}}},
		"about":          {owner, "/settings", url.Values{"name": {"Acme"}, "time_zone": {tenant.TimeZone}, "about": {blank}}},
		"own name":       {owner, "/account", url.Values{"name": {blank}}},
		"ticket":         {owner, "/support", url.Values{"subject": {blank}, "body": {"a body"}, "priority": {"low"}}},
		"ticket's body":  {owner, "/support", url.Values{"subject": {"a subject"}, "body": {blank}, "priority": {"low"}}},
		"sign-up":        {s.On("localhost"), "/signup", url.Values{"business_name": {blank}, "subdomain": {"unseen"}, "time_zone": {"UTC"}, "owner_name": {"X"}, "owner_email": {"z@example.test"}, "password": {"a very long passphrase"}}},
		"new business":   {boss, "/businesses", url.Values{"name": {blank}, "subdomain": {"unseen"}, "plan": {"free"}, "time_zone": {"UTC"}, "owner_name": {"X"}, "owner_email": {"z@example.test"}}},
		"its owner":      {boss, "/businesses", url.Values{"name": {"Seen"}, "subdomain": {"unseen"}, "plan": {"free"}, "time_zone": {"UTC"}, "owner_name": {blank}, "owner_email": {"z@example.test"}}},
		"staff":          {boss, "/staff", url.Values{"name": {blank}, "email": {"w@example.test"}, "role": {"PLATFORM_SALES"}}},
		"suspension":     {boss, "/businesses/" + tenant.ID.String() + "/suspend", url.Values{"reason": {blank}}},
		"note":           {boss, "/businesses/" + tenant.ID.String() + "/notes", url.Values{"note": {blank}}},
		"canned reply":   {boss, "/support/replies", url.Values{"title": {blank}, "body": {"a body"}}},
		"platform":       {boss, "/settings/names", url.Values{"platform_name": {blank}}},
		"masquerade":     {boss, "/masquerade", url.Values{"user_id": {ownerOf(t, s, tenant)}, "reason": {blank}}},
	} {
		if r := c.client.Post(c.path, c.form); r.Code != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d, want 422", name, r.Code)
		}
	}
	if r := s.Platform().As(access.PlatformSupport).Post("/account", url.Values{"name": {"Somebody Else"}}); r.Code != http.StatusForbidden {
		t.Errorf("an operator renames himself: %d", r.Code)
	}
	if r := owner.Post("/customers", url.Values{"name": {"👨\u200d👩\u200d👧"}}); r.Code != http.StatusSeeOther {
		t.Errorf("a family of emoji: %d", r.Code)
	}
}

// TestM9_OwnersAreToldOnToday: an owner's first page says what support asks and
// who is inside, each page counts it, and none but owners learns of it.
func TestM9_OwnersAreToldOnToday(t *testing.T) {
	s := handlertest.New(t)
	s.Staff(access.PlatformManager)
	s.Staff(access.PlatformSupport)
	tenant := s.Business("acme")
	s.Business("other")
	owner := s.At("acme").As(access.TenantOwner)
	count := func(c *handlertest.Client, path string) string {
		t.Helper()
		doc := c.Get(path).Doc()
		badge := doc.Find(`nav a[href="/support-access"] .nav-count`).First().Contents().First().Text()
		if told := doc.Find(".nav-more > summary .nav-count, .menu-narrow > summary .nav-count").Length(); (badge != "") != (told == 2) {
			t.Errorf("%s: the badge %q, on %d menus", path, badge, told)
		}
		return badge
	}
	told := func(c *handlertest.Client) *goquery.Selection {
		return c.Get("/").Doc().Find(`section[aria-labelledby="support-now"] li`)
	}
	if told(owner).Length() != 0 || count(owner, "/customers") != "" {
		t.Error("told of nothing")
	}
	r := s.Platform().As(access.PlatformManager).Post("/masquerade", url.Values{"user_id": {ownerOf(t, s, tenant)}, "reason": {"repair the hours"}, "mode": {"write"}})
	if r.Code != http.StatusSeeOther {
		t.Fatalf("asked: %d", r.Code)
	}
	_, site := visit(t, s, tenant, "/")
	list := told(owner)
	text := list.Text()
	for _, part := range []string{"The PLATFORM_MANAGER", "repair the hours", "The PLATFORM_SUPPORT", "only looking"} {
		if !strings.Contains(text, part) {
			t.Errorf("the owner isn't told %q: %s", part, text)
		}
	}
	if n := list.Find("time").Length(); list.Length() != 2 || n != 2 {
		t.Errorf("%d lines, %d times", list.Length(), n)
	}
	if n := count(owner, "/customers"); n != "2" {
		t.Errorf("the badge says %q", n)
	}
	for name, c := range map[string]*handlertest.Client{"manager": s.At("acme").As(access.TenantManager), "staff": s.At("acme").As(access.TenantStaff),
		"support": site, "another's owner": s.At("other").As(access.TenantOwner), "customer": s.At("acme").As(access.Customer)} {
		if told(c).Length() != 0 || count(c, "/") != "" {
			t.Errorf("%s is told", name)
		}
	}
	// Both are answered where they are read.
	for _, button := range []string{"decline", "withdraw"} {
		form := told(owner).Find(`button[value="` + button + `"]`).Closest("form")
		r := owner.Post(form.AttrOr("action", ""), url.Values{"decision": {button}, "back": {form.Find(`input[name="back"]`).AttrOr("value", "")}})
		if r.Code != http.StatusSeeOther || r.Location() != "/" {
			t.Errorf("%s: %d to %q", button, r.Code, r.Location())
		}
	}
	if r := site.Get("/customers"); r.Code != http.StatusSeeOther {
		t.Errorf("the visit goes on: %d", r.Code)
	}
	if told(owner).Length() != 0 || count(owner, "/customers") != "" {
		t.Error("told of what is over")
	}
	// Who went away without a word isn't inside.
	visit(t, s, tenant, "/")
	if _, err := schema.Direct(s.DB).Exec(`UPDATE sessions SET last_seen_at = now() - interval '16 minutes' WHERE masquerade_id IS NOT NULL`); err != nil {
		t.Fatal(err)
	}
	if told(owner).Length() != 0 || count(owner, "/customers") != "" {
		t.Error("told of one that ran out")
	}
}

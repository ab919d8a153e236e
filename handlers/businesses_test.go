package handlers_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"github.com/smoothschedule/smoothschedule/handlers/handlertest"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/catalog"
)

// TestBulkChange walks from the list over the question to the work, without a script.
func TestBulkChange(t *testing.T) {
	s := handlertest.New(t)
	a := s.Business("alpha")
	s.Business("beta")
	s.Staff(access.PlatformManager)
	s.Staff(access.PlatformSales)
	s.Staff(access.PlatformSupport)
	c := s.Platform().As(access.PlatformManager)
	list := c.Get("/businesses").Doc()
	if n := list.Find(`tbody input[form="businesses-pick"]`).Length(); n != 2 {
		t.Errorf("%d rows can be picked", n)
	}
	if n := s.Platform().As(access.PlatformSupport).Get("/businesses").Doc().Find("input[name=id]").Length(); n != 0 {
		t.Errorf("support picks %d rows", n)
	}
	for query, want := range map[string]int{
		"action=suspend":                                         http.StatusSeeOther, // nothing is picked
		"action=suspend&id=" + a.ID.String():                     http.StatusOK,
		"action=plan&all=1&q=beta":                               http.StatusOK,
		"action=suspend&id=nonsense":                             http.StatusSeeOther,
		"action=suspend&id=01998a66-8a80-7826-9720-2e68d0cfef14": http.StatusOK, // nobody's
	} {
		if r := c.Get("/businesses/bulk?" + query); r.Code != want {
			t.Errorf("%s: %d, want %d", query, r.Code, want)
		}
	}
	sales := s.Platform().As(access.PlatformSales)
	if r := sales.Get("/businesses/bulk?action=suspend&id=" + a.ID.String()); r.Code != http.StatusForbidden {
		t.Errorf("sales asks to suspend: %d", r.Code)
	}
	question := c.Get("/businesses/bulk?action=suspend&all=1&q=a&status=trial").Doc()
	form := url.Values{}
	question.Find("main form input[type=hidden]").Each(func(_ int, in *goquery.Selection) { form.Add(in.AttrOr("name", ""), in.AttrOr("value", "")) })
	if form.Get("count") != "2" || form.Get("q") != "a" || form.Get("status") != "trial" {
		t.Fatalf("the form carries %v", form)
	}
	if r := c.Post("/businesses/bulk", form); r.Code != http.StatusUnprocessableEntity || r.Doc().Find("#f-reason[aria-invalid]").Length() != 1 {
		t.Errorf("without a reason: %d", r.Code)
	}
	form.Set("value", "Bills unpaid")
	if r := sales.Post("/businesses/bulk", form); r.Code != http.StatusForbidden {
		t.Errorf("sales suspends: %d", r.Code)
	}
	form.Set("count", "3")
	if r := c.Post("/businesses/bulk", form); r.Code != http.StatusUnprocessableEntity || !strings.Contains(r.Doc().Find("[role=alert]").Text(), "2 and not 3") {
		t.Errorf("with another number: %d", r.Code)
	}
	form.Set("count", "2")
	r := c.Post("/businesses/bulk", form)
	if r.Code != http.StatusSeeOther || !strings.HasPrefix(r.Location(), "/businesses/bulk/") {
		t.Fatalf("%d to %q", r.Code, r.Location())
	}
	page := c.Get(r.Location()).Doc()
	if page.Find("progress").AttrOr("max", "") != "2" || page.Find("#bulk").AttrOr("hx-get", "") != r.Location()+"/progress" {
		t.Error("the page shows no progress that goes on")
	}
	if r := c.Get(r.Location() + "/progress"); r.Code != http.StatusOK {
		t.Errorf("progress: %d", r.Code)
	}
	if r := c.Post(r.Location()+"/undo", nil); r.Code != http.StatusConflict {
		t.Errorf("undo before the end: %d", r.Code)
	}
}

// TestL1_SavedViews: saved from the list, shown in it, opened by its bare address.
func TestL1_SavedViews(t *testing.T) {
	s := handlertest.New(t)
	s.Business("alpha")
	s.Staff(access.PlatformManager)
	c := s.Platform().As(access.PlatformManager)
	doc := c.Get("/businesses?status=trial&sort=-mrr").Doc()
	form := url.Values{"list": {"businesses"}, "query": {doc.Find(".views input[name=query]").AttrOr("value", "")}, "name": {"Trials"}, "default": {"1"}}
	if form.Get("query") != "status=trial&sort=-mrr" {
		t.Fatalf("the list would save %q", form.Get("query"))
	}
	r := c.Post("/views", form)
	if r.Code != http.StatusSeeOther || r.Location() != "/businesses?status=trial&sort=-mrr" {
		t.Fatalf("saved: %d to %q", r.Code, r.Location())
	}
	if got := c.Get(r.Location()).Doc().Find(".views a[aria-current]").Text(); !strings.Contains(got, "Trials") {
		t.Errorf("the view in force is %q", got)
	}
	if r := c.Get("/businesses"); r.Code != http.StatusSeeOther || r.Location() != "/businesses?status=trial&sort=-mrr" {
		t.Errorf("the bare address: %d to %q", r.Code, r.Location())
	}
	whole := c.Get("/businesses?view=all")
	if whole.Code != http.StatusOK || whole.Doc().Find(".chip").Length() != 0 {
		t.Errorf("the whole list: %d", whole.Code)
	}
	if href := c.Get("/businesses?status=trial").Doc().Find("a.chip").AttrOr("href", ""); href != "/businesses?view=all" {
		t.Errorf("the last chip leads to %q", href)
	}
	for name, change := range map[string]url.Values{
		"no name":  {"list": {"businesses"}, "query": {"q=a"}, "name": {" "}},
		"too long": {"list": {"businesses"}, "query": {"q=" + strings.Repeat("a", 3000)}, "name": {"Long"}},
	} {
		if r := c.Post("/views", change); r.Code != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d", name, r.Code)
		}
	}
	if r := c.Post("/views", url.Values{"list": {"nothing"}, "name": {"x"}}); r.Code != http.StatusNotFound {
		t.Errorf("no such list: %d", r.Code)
	}
	manage := c.Get("/views?list=businesses").Doc()
	action := manage.Find(`form[action$="/delete"]`).AttrOr("action", "")
	update := strings.TrimSuffix(action, "/delete")
	if r := c.Post(update, url.Values{"list": {"businesses"}, "name": {""}}); r.Code != http.StatusUnprocessableEntity {
		t.Errorf("renamed to nothing: %d", r.Code)
	}
	if r := c.Post(update, url.Values{"list": {"businesses"}, "name": {"Trying"}, "shared": {"1"}}); r.Code != http.StatusSeeOther {
		t.Errorf("renamed: %d", r.Code)
	}
	if r := c.Get("/businesses"); r.Code != http.StatusOK {
		t.Errorf("the bare address opens a view no more: %d", r.Code)
	}
	if r := c.Post(action, nil); r.Code != http.StatusSeeOther {
		t.Errorf("deleted: %d", r.Code)
	}
	for _, list := range []string{"/support", "/audit", "/masquerades"} {
		if c.Get(list).Doc().Find(".views").Length() != 1 {
			t.Errorf("%s has no saved views", list)
		}
	}
}

// txt stands in for the DNS.
// TestOwnDomain: added and proven on the console, then serving the public pages
// alone.
// showsOwnDomain: what customers are given leads to the primary domain, what the
// staff open stays where it was.
// TestCareOfABusiness: the small forms of its page, each right, wrong and by
// somebody who may not.
func TestCareOfABusiness(t *testing.T) {
	s := handlertest.New(t)
	tenant := s.Business("acme")
	s.Business("taken")
	clients := map[access.Role]*handlertest.Client{}
	for _, role := range []access.Role{access.Superuser, access.PlatformManager, access.PlatformSupport, access.PlatformSales} {
		s.Staff(role)
		clients[role] = s.Platform().As(role)
	}
	page := "/businesses/" + tenant.ID.String()
	for _, step := range []struct {
		role  access.Role
		path  string
		form  url.Values
		want  int
		field string // marked as wrong
	}{
		{access.PlatformSupport, "/notes", url.Values{"note": {" "}}, 422, "note"},
		{access.PlatformSupport, "/notes", url.Values{"note": {"Calls on Mondays.\nAsk for Dana."}}, 303, ""},
		{access.PlatformSupport, "/trial", url.Values{"days": {"7"}}, 403, ""},
		{access.PlatformSales, "/trial", url.Values{"days": {"many"}}, 422, "days"},
		{access.PlatformSales, "/trial", url.Values{"days": {"7"}}, 303, ""},
		{access.PlatformSales, "/rename", url.Values{"subdomain": {"acme-two"}}, 403, ""},
		{access.PlatformManager, "/rename", url.Values{"subdomain": {"taken"}}, 422, "subdomain"},
		{access.PlatformManager, "/rename", url.Values{"subdomain": {"-no-"}}, 422, "subdomain"},
		{access.PlatformManager, "/rename", url.Values{"subdomain": {"ACME-two"}}, 303, ""},
		{access.PlatformManager, "/plan", url.Values{"plan": {"gold"}}, 422, "plan"},
		{access.PlatformManager, "/plan", url.Values{"plan": {"business"}}, 303, ""},
		{access.PlatformManager, "/trial", url.Values{"days": {"7"}}, 409, ""},
		{access.PlatformManager, "/archive", url.Values{"reason": {strings.Repeat("x", 501)}}, 422, "reason"},
		{access.PlatformManager, "/archive", url.Values{"reason": {"Closed down."}}, 303, ""},
		{access.PlatformManager, "/archive", url.Values{}, 409, ""},
		{access.PlatformManager, "/unarchive", nil, 303, ""},
		{access.PlatformManager, "/delete", url.Values{"confirm": {"Business acme"}}, 403, ""},
		{access.Superuser, "/delete", url.Values{"confirm": {"business acme"}}, 422, "confirm"},
		{access.Superuser, "/delete", url.Values{"confirm": {"Business acme"}}, 303, ""},
		{access.Superuser, "/delete", url.Values{"confirm": {"Business acme"}}, 409, ""},
	} {
		r := clients[step.role].Post(page+step.path, step.form)
		if r.Code != step.want {
			t.Errorf("%s %s %v: %d, want %d", step.role, step.path, step.form, r.Code, step.want)
		}
		if step.field != "" && r.Doc().Find(`[name="`+step.field+`"][aria-invalid=true]`).Length() == 0 {
			t.Errorf("%s %v: no field is marked", step.path, step.form)
		}
	}
	doc := clients[access.PlatformManager].Get(page).Doc()
	if text := doc.Find("main").Text(); !strings.Contains(text, "Ask for Dana.") || !strings.Contains(text, "is being deleted") {
		t.Error("the page shows neither the note nor that the business is being deleted")
	}
	if r := s.At("acme").Get("/"); r.Code != http.StatusMovedPermanently {
		t.Errorf("the former address: %d", r.Code)
	}
	if r := s.At("acme-two").Get("/"); r.Code != http.StatusGone {
		t.Errorf("the site of a business that is deleted: %d", r.Code)
	}
}

// TestF3_UndoOfOneBusiness: a change applies at once and is taken back by one press.
func TestF3_UndoOfOneBusiness(t *testing.T) {
	s := handlertest.New(t)
	tenant := s.Business("acme")
	s.Staff(access.PlatformManager)
	s.Staff(access.PlatformSales)
	c := s.Platform().As(access.PlatformManager)
	page := "/businesses/" + tenant.ID.String()
	c.Post(page+"/suspend", url.Values{"reason": {"Bills unpaid"}})
	undo := c.Get(page).Doc().Find(`form[action$="/undo"]`).AttrOr("action", "")
	if s.At("acme").Get("/").Code != http.StatusServiceUnavailable || undo == "" {
		t.Fatal("it is not suspended, or nothing takes it back")
	}
	sales := s.Platform().As(access.PlatformSales)
	if sales.Get(page).Doc().Find(`form[action$="/undo"]`).Length() != 0 || sales.Post(undo, nil).Code != http.StatusForbidden {
		t.Error("somebody else may take it back")
	}
	if r := c.Post(undo, nil); r.Code != http.StatusSeeOther || r.Location() != page {
		t.Errorf("undo: %d to %q", r.Code, r.Location())
	}
	if r := s.At("acme").Get("/"); r.Code != http.StatusOK {
		t.Errorf("the site afterwards: %d", r.Code)
	}
	if r := c.Post(undo, nil); r.Code != http.StatusConflict {
		t.Errorf("a second time: %d", r.Code)
	}
}

// TestRestore: what one console exports another restores; who may not gets nothing.
// TestLogoInList: the console shows the picture of a business that has one, and
// the initials of the others.
func TestLogoInList(t *testing.T) {
	s := handlertest.New(t)
	acme := s.Business("acme")
	s.Business("plain")
	s.Staff(access.PlatformSales)
	if err := catalog.ChangeLogo(context.Background(), s.DB, acme, []byte("a picture")); err != nil {
		t.Fatal(err)
	}
	c := s.Platform().As(access.PlatformSales)
	pictures := c.Get("/businesses").Doc().Find("#businesses tbody img")
	if pictures.Length() != 1 {
		t.Fatalf("%d pictures", pictures.Length())
	}
	src := pictures.AttrOr("src", "")
	r := c.Get(src)
	if h := r.Header(); r.Code != http.StatusOK || r.Body.String() != "a picture" || h.Get("Content-Type") != "image/png" || h.Get("X-Content-Type-Options") != "nosniff" || !strings.Contains(h.Get("Cache-Control"), "immutable") {
		t.Errorf("the picture: %d %v", r.Code, r.Header())
	}
	if r := c.Get(src[:len(src)-1] + "x"); r.Code != http.StatusNotFound {
		t.Errorf("another hash: %d", r.Code)
	}
	if r := s.Platform().Get(src); r.Code == http.StatusOK {
		t.Error("anybody sees it")
	}
}

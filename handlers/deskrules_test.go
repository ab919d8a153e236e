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
)

// TestC32_DraftsStayOutOfAddresses: no button of a ticket sends what is written
// by GET; a prepared answer comes as the field alone, so that chosen files stay.
func TestC32_DraftsStayOutOfAddresses(t *testing.T) {
	s := handlertest.New(t)
	s.Staff(access.PlatformSupport)
	s.Staff(access.PlatformManager)
	s.Business("acme")
	owner, desk, chief := s.At("acme").As(access.TenantOwner), s.Platform().As(access.PlatformSupport), s.Platform().As(access.PlatformManager)
	ticket := upload(owner, "/support", map[string]string{"subject": "No bays", "body": "Gone.", "priority": "high"}, nil).Location()
	desk.Post("/support/replies", url.Values{"title": {"Hello"}, "body": {"Prepared"}})
	page := desk.Get(ticket).Doc()
	if n := page.Find(`main [formmethod="get"], main form:not([method="post"]) textarea`).Length(); n > 0 {
		t.Errorf("%d drafts would travel in an address", n)
	}
	insert := page.Find(`button[formaction$="/insert"]`)
	id, _ := page.Find(`select[name=reply] option`).Last().Attr("value")
	part := htmx(desk).Post(insert.AttrOr("hx-post", ""), url.Values{"body": {"Mine"}, "reply": {id}})
	if doc := part.Doc(); doc.Find(`input[type=file], h1`).Length() > 0 || doc.Find(insert.AttrOr("hx-target", "none")+" textarea").Text() != "Mine\n\nPrepared" {
		t.Errorf("the part: %.300s", part.Body)
	}
	if r := desk.Get(ticket + "?body=Mine&reply=" + id); r.Doc().Find("#f-body").Text() != "" {
		t.Error("an address still fills the form")
	}

	t.Run("C34 an answer that crosses a colleague's is not sent, and is kept", func(t *testing.T) {
		seen, _ := page.Find(`[name=last_seen][form=answer]`).Attr("value")
		if r := upload(chief, ticket+"/messages", map[string]string{"body": "First answer", "status": "open", "last_seen": seen}, nil); r.Code != http.StatusSeeOther {
			t.Fatalf("the first answer: %d", r.Code)
		}
		late := map[string]string{"body": "Second answer", "status": "open", "last_seen": seen}
		r := upload(desk, ticket+"/messages", late, nil)
		doc := r.Doc()
		if r.Code != http.StatusConflict || doc.Find("#f-body").Text() != "Second answer" || !strings.Contains(doc.Find("#conversation").Text(), "First answer") || doc.Find(`.alert[autofocus]`).Length() != 1 {
			t.Errorf("the second: %d %.300s", r.Code, doc.Find("main").Text())
		}
		if strings.Contains(owner.Get(ticket).Body.String(), "Second answer") {
			t.Error("the second went out")
		}
		late["last_seen"], _ = doc.Find(`[name=last_seen]`).Attr("value")
		if r := upload(desk, ticket+"/messages", late, nil); r.Code != http.StatusSeeOther {
			t.Errorf("after reading the first: %d", r.Code)
		}
		if r := upload(desk, ticket+"/messages", map[string]string{"body": "One more", "status": "open", "last_seen": late["last_seen"]}, nil); r.Code != http.StatusSeeOther {
			t.Errorf("an own answer hinders: %d", r.Code)
		}
	})

	t.Run("C34 the queue stands by when answers are due", func(t *testing.T) {
		urgent := upload(owner, "/support", map[string]string{"subject": "Urgent", "body": "Now.", "priority": "high"}, nil).Location()
		slow := upload(owner, "/support", map[string]string{"subject": "Slow", "body": "Some day.", "priority": "low"}, nil).Location()
		// Who asked first is not who must be answered first.
		if _, err := schema.Direct(s.DB).Exec(`UPDATE tickets SET waiting_since = waiting_since - interval '1 hour', created_at = created_at - interval '1 hour' WHERE subject = 'Slow'`); err != nil {
			t.Fatal(err)
		}
		if _, err := schema.Direct(s.DB).Exec(`UPDATE tickets SET priority = 'critical', waiting_since = waiting_since - interval '30 minutes' WHERE subject = 'Urgent'`); err != nil {
			t.Fatal(err)
		}
		order := func(query string) string {
			var found []string
			desk.Get("/support" + query).Doc().Find("#tickets tbody a.main-link").Each(func(_ int, a *goquery.Selection) { found = append(found, a.AttrOr("href", "")) })
			return strings.Join(found, " ")
		}
		if got := order(""); got != urgent+" "+slow+" "+ticket {
			t.Errorf("by due: %s, want %s, %s and the answered one", got, urgent, slow)
		}
		if got := order("?sort=waiting"); !strings.HasPrefix(got, slow) {
			t.Errorf("by waiting: %s", got)
		}
		if _, err := schema.Direct(s.DB).Exec(`UPDATE tickets SET waiting_since = waiting_since - interval '30 days' WHERE subject = 'Urgent'`); err != nil {
			t.Fatal(err)
		}
		if got := order("?due=overdue"); got != urgent {
			t.Errorf("overdue: %q, want %s", got, urgent)
		}
	})
}

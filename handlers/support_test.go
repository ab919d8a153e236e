package handlers_test

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"github.com/smoothschedule/smoothschedule/handlers/handlertest"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/desk"
)

// upload sends a form with files, as a page without scripts does.
func upload(c *handlertest.Client, path string, form map[string]string, files map[string]string) handlertest.Response {
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for name, value := range form {
		_ = w.WriteField(name, value)
	}
	for name, data := range files {
		part, _ := w.CreateFormFile("files", name)
		_, _ = part.Write([]byte(data))
	}
	_ = w.Close()
	return c.Send(http.MethodPost, path, w.FormDataContentType(), &body)
}

// TestSupport goes through a ticket from both sides, without a script.
func TestSupport(t *testing.T) {
	s := handlertest.New(t)
	for _, role := range staffRoles {
		s.Staff(role)
	}
	acme := s.Business("acme")
	s.Business("other")
	owner, desk := s.At("acme").As(access.TenantOwner), s.Platform().As(access.PlatformSupport)

	question := map[string]string{"subject": "No bays", "body": "The second bay\nis gone.", "priority": "high"}
	r := upload(owner, "/support", question, map[string]string{"screen.txt": "what I see", "": ""})
	if r.Code != http.StatusSeeOther || !strings.HasPrefix(r.Location(), "/support/") {
		t.Fatalf("open: %d to %q %.500s", r.Code, r.Location(), r.Body)
	}
	ticket := r.Location()

	t.Run("what is wrong stands at its field and the text stays", func(t *testing.T) {
		for field, c := range map[string]struct {
			change map[string]string
			files  map[string]string
		}{
			"subject":  {map[string]string{"subject": " "}, nil},
			"body":     {map[string]string{"body": "\n "}, nil},
			"priority": {map[string]string{"priority": "critical"}, nil},
			"files":    {nil, map[string]string{"virus.png": "MZ\x90\x00\x03"}},
		} {
			form := map[string]string{"subject": "Kept <subject>", "body": "Kept body", "priority": "low"}
			for name, value := range c.change {
				form[name] = value
			}
			r := upload(owner, "/support", form, c.files)
			page := r.Doc()
			if r.Code != http.StatusUnprocessableEntity || page.Find("#f-"+field+`[aria-invalid="true"]`).Length() != 1 {
				t.Errorf("%s: %d", field, r.Code)
			}
			if field != "subject" && page.Find("#f-subject").AttrOr("value", "") != "Kept <subject>" || field != "body" && page.Find("#f-body").Text() != "Kept body" {
				t.Errorf("%s: typed text is lost", field)
			}
		}
		if r := desk.Post(ticket+"/messages", url.Values{"body": {"Kept"}, "status": {"nonsense"}}); r.Code != 422 || r.Doc().Find("#f-body").Text() != "Kept" {
			t.Errorf("answer: %d", r.Code)
		}
		if r := desk.Post(ticket+"/notes", url.Values{"note": {"a\x00b"}}); r.Code != 422 || r.Doc().Find(`#f-note[aria-invalid="true"]`).Length() != 1 {
			t.Errorf("note: %d", r.Code)
		}
	})
	if n := s.At("acme").As(access.TenantOwner).Get("/support").Doc().Find("tbody tr").Length(); n != 1 {
		t.Fatalf("%d tickets, want the one", n)
	}

	t.Run("the desk is told and sees it", func(t *testing.T) {
		if text := desk.Get("/notifications").Doc().Find("tbody").Text(); !strings.Contains(text, "No bays") {
			t.Errorf("notifications: %q", text)
		}
		for query, want := range map[string]int{"": 1, "?q=bays": 1, "?q=acme": 1, "?assignee=nobody": 1, "?assignee=me": 0, "?unanswered=1": 1, "?status=closed": 0,
			"?business=" + acme.ID.String(): 1, "?assignee=" + acme.ID.String(): 0} {
			if n := desk.Get("/support" + query).Doc().Find("tbody tr").Length(); n != want {
				t.Errorf("/support%s: %d rows, want %d", query, n, want)
			}
		}
		if r := desk.Get("/support.csv?q=bays"); r.Code != 200 || !strings.Contains(r.Body.String(), "No bays,Business acme,open,high") {
			t.Errorf("CSV: %d %s", r.Code, r.Body)
		}
	})

	t.Run("a canned reply is inserted behind what is written", func(t *testing.T) {
		if r := desk.Post("/support/replies", url.Values{"title": {"Hello"}, "body": {"Prepared words"}}); r.Code != http.StatusSeeOther {
			t.Fatalf("add: %d", r.Code)
		}
		if r := desk.Post("/support/replies", url.Values{"title": {"hello"}, "body": {"Kept"}}); r.Code != 422 || r.Doc().Find("#f-body").Text() != "Kept" {
			t.Errorf("the same title: %d", r.Code)
		}
		link, _ := desk.Get("/support/replies").Doc().Find(`a[href^="/support/replies/"]`).Attr("href")
		if r := desk.Post(link, url.Values{"title": {"Hello"}, "body": {"Changed words"}}); r.Code != http.StatusSeeOther {
			t.Errorf("change: %d", r.Code)
		}
		id := strings.TrimPrefix(link, "/support/replies/")
		if got := desk.Post(ticket+"/insert", url.Values{"body": {"Mine"}, "reply": {id}}).Doc().Find("#f-body").Text(); got != "Mine\n\nChanged words" {
			t.Errorf("inserted: %q", got)
		}
		if r := desk.Post(link+"/delete", url.Values{}); r.Code != http.StatusSeeOther || desk.Get(link).Code != http.StatusNotFound {
			t.Errorf("delete: %d", r.Code)
		}
	})

	if r := upload(desk, ticket+"/messages", map[string]string{"body": "Which bay?", "status": "waiting"}, map[string]string{"a.pdf": "%PDF-1.7"}); r.Code != http.StatusSeeOther {
		t.Fatalf("answer: %d %.300s", r.Code, r.Body)
	}
	if r := desk.Post(ticket+"/notes", url.Values{"note": {"SECRET-NOTE"}}); r.Code != http.StatusSeeOther {
		t.Fatalf("note: %d", r.Code)
	}

	t.Run("the business sees the answer and not the note", func(t *testing.T) {
		page := owner.Get(ticket)
		if body := page.Body.String(); page.Code != 200 || !strings.Contains(body, "Which bay?") || strings.Contains(body, "SECRET-NOTE") {
			t.Errorf("the page: %d", page.Code)
		}
		if !strings.Contains(desk.Get(ticket).Body.String(), "SECRET-NOTE") {
			t.Error("the desk's page lacks the note")
		}
		updates := page.Doc().Find("#conversation").AttrOr("hx-get", "")
		if r := owner.Get(updates); r.Code != http.StatusNoContent {
			t.Errorf("no news: %d", r.Code)
		}
		if r := owner.Get(ticket + "/updates?seen=1-1"); r.Code != 200 || strings.Contains(r.Body.String(), "SECRET-NOTE") || !strings.Contains(r.Body.String(), "#live") {
			t.Errorf("news: %d", r.Code)
		}
	})

	t.Run("files are downloads and nothing else", func(t *testing.T) {
		owner.Get(ticket).Doc().Find(`a[href*="/files/"]`).Each(func(_ int, a *goquery.Selection) {
			r := owner.Get(a.AttrOr("href", ""))
			h := r.Header()
			if r.Code != 200 || !strings.HasPrefix(h.Get("Content-Disposition"), "attachment;") || h.Get("X-Content-Type-Options") != "nosniff" ||
				h.Get("Content-Security-Policy") != "default-src 'none'; sandbox" {
				t.Errorf("%d %v", r.Code, h)
			}
			if r := s.At("other").As(access.TenantOwner).Get(a.AttrOr("href", "")); r.Code != http.StatusNotFound {
				t.Errorf("another business: %d", r.Code)
			}
		})
	})

	t.Run("who else", func(t *testing.T) {
		for name, c := range map[string]*handlertest.Client{"another business": s.At("other").As(access.TenantOwner), "staff": s.At("acme").As(access.TenantStaff),
			"a customer": s.At("acme").As(access.Customer), "sales": s.Platform().As(access.PlatformSales)} {
			if r := c.Get(ticket); r.Code != http.StatusNotFound {
				t.Errorf("%s reads: %d", name, r.Code)
			}
			if r := c.Post(ticket+"/messages", url.Values{"body": {"x"}, "status": {"open"}}); r.Code != http.StatusNotFound {
				t.Errorf("%s writes: %d", name, r.Code)
			}
		}
		if r := s.At("acme").As(access.TenantManager).Get(ticket); r.Code != 200 {
			t.Errorf("the business's manager: %d", r.Code)
		}
	})

	t.Run("answers, changes, history", func(t *testing.T) {
		if r := owner.Post(ticket+"/messages", url.Values{"body": {"The left one"}}); r.Code != http.StatusSeeOther {
			t.Fatalf("%d", r.Code)
		}
		for field, value := range map[string]string{"assignee": "nobody we know", "status": "x", "priority": "x"} {
			if r := desk.Post(ticket+"/change", url.Values{field: {value}}); r.Code != 422 || r.Doc().Find(`#f-`+field+`[aria-invalid="true"]`).Length() != 1 {
				t.Errorf("a bad %s: %d", field, r.Code)
			}
		}
		if r := desk.Post(ticket+"/change", url.Values{"priority": {"critical"}, "status": {"in_progress"}, "assignee": {""}}); r.Code != http.StatusSeeOther {
			t.Errorf("change: %d", r.Code)
		}
		history := desk.Get(ticket).Doc().Find("#ticket-history").Text()
		for _, want := range []string{"from High to Critical", "from Open to In progress", "took it over", "answered", "opened the ticket", "wrote an internal note"} {
			if !strings.Contains(history, want) {
				t.Errorf("the history lacks %q: %s", want, history)
			}
		}
	})

	t.Run("who only looks reads and can't write", func(t *testing.T) {
		platform := desk
		link, _ := platform.Get(ticket).Doc().Find(`a[href^="/masquerade/new"]`).Attr("href")
		form := platform.Get(link).Doc()
		if form.Find("#f-ticket").AttrOr("value", "") != strings.TrimPrefix(ticket, "/support/") || !strings.Contains(form.Find("#f-reason").Text(), "No bays") {
			t.Errorf("the form is not filled in")
		}
		u, _ := url.Parse(link)
		r := platform.Post("/masquerade", url.Values{"user_id": {u.Query().Get("user_id")}, "reason": {u.Query().Get("reason")}, "ticket": {u.Query().Get("ticket")}})
		landing, _ := url.Parse(r.Location())
		site := s.At("acme")
		site.Post(landing.Path, url.Values{})
		page := site.Get(ticket)
		if page.Code != 200 || page.Doc().Find(`form[action^="/support"]`).Length() != 0 {
			t.Errorf("view only: %d", page.Code)
		}
		if r := site.Get("/support"); r.Code != 200 {
			t.Errorf("the list: %d", r.Code)
		}
		if r := site.Post(ticket+"/messages", url.Values{"body": {"x"}}); r.Code != http.StatusForbidden {
			t.Errorf("writes: %d", r.Code)
		}
		owner.Post(ticket+"/solved", url.Values{})
		if r := site.Get("/customers"); r.Code != http.StatusSeeOther {
			t.Errorf("still inside after the ticket is solved: %d", r.Code)
		}
	})

	t.Run("a suspended business's owner can write", func(t *testing.T) {
		s.Platform().As(access.Superuser).Post("/businesses/"+acme.ID.String()+"/suspend", url.Values{"reason": {"An unpaid bill"}})
		if r := owner.Get("/"); r.Code != http.StatusServiceUnavailable || r.Doc().Find(`a[href="/support"]`).Length() != 1 {
			t.Errorf("the way there: %d", r.Code)
		}
		if r := owner.Get("/support"); r.Code != 200 {
			t.Errorf("the list: %d", r.Code)
		}
		if r := owner.Post(ticket+"/messages", url.Values{"body": {"Please reopen"}}); r.Code != http.StatusSeeOther {
			t.Errorf("writes: %d", r.Code)
		}
		if r := s.At("acme").Get("/support"); r.Code != http.StatusServiceUnavailable {
			t.Errorf("a stranger: %d", r.Code)
		}
	})
}

// TestUploadsAreBounded: more than a form with files may hold is refused, and
// routes that take none keep their small limit.
func TestUploadsAreBounded(t *testing.T) {
	s := handlertest.New(t)
	s.Business("acme")
	owner := s.At("acme").As(access.TenantOwner)
	question := map[string]string{"subject": "Large", "body": "Files", "priority": "low"}
	six := map[string]string{}
	for i := range 6 {
		six[fmt.Sprintf("%d.txt", i)] = "x"
	}
	large := strings.Repeat("x", desk.MaxFileSize)
	for name, c := range map[string]struct {
		path  string
		files map[string]string
		want  int
	}{
		"five megabytes":      {"/support", map[string]string{"a.txt": large}, http.StatusSeeOther},
		"a byte more":         {"/support", map[string]string{"a.txt": large + "x"}, http.StatusUnprocessableEntity},
		"six files":           {"/support", six, http.StatusUnprocessableEntity},
		"more than may come":  {"/support", map[string]string{"a.txt": strings.Repeat(large, 11)}, http.StatusRequestEntityTooLarge},
		"a route without any": {"/theme", map[string]string{"a.txt": large}, http.StatusRequestEntityTooLarge},
	} {
		if r := upload(owner, c.path, question, c.files); r.Code != c.want {
			t.Errorf("%s: %d, want %d", name, r.Code, c.want)
		}
	}
	if r := owner.Post("/support", url.Values{"subject": {"Large"}, "body": {large}}); r.Code != http.StatusRequestEntityTooLarge {
		t.Errorf("five megabytes of text: %d", r.Code)
	}
}

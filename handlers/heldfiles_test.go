package handlers_test

import (
	"bytes"
	"context"
	"mime/multipart"
	"net/http"
	"testing"

	"github.com/smoothschedule/smoothschedule/handlers/handlertest"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
)

// TestS4_FewMessagesWithFilesAtOnce: what is attached lies in memory for two
// messages at a time. Messages without files never wait, and each that is done or
// refused makes room.
func TestS4_FewMessagesWithFilesAtOnce(t *testing.T) {
	s := handlertest.New(t)
	s.Staff(access.Superuser)
	s.Business("acme")
	staff, owner := s.Platform().As(access.Superuser), s.At("acme").As(access.TenantOwner)
	send := func(c *handlertest.Client, path string, files int) handlertest.Response {
		var body bytes.Buffer
		w := multipart.NewWriter(&body)
		for name, value := range map[string]string{"subject": "A question", "body": "Typed with care", "priority": "low", "status": "open"} {
			_ = w.WriteField(name, value)
		}
		for range files {
			part, _ := w.CreateFormFile("files", "a.txt")
			_, _ = part.Write([]byte("words"))
		}
		_ = w.Close()
		return c.Send(http.MethodPost, path, w.FormDataContentType(), &body)
	}
	first := send(owner, "/support", 1)
	if first.Code != http.StatusSeeOther {
		t.Fatalf("a question: %d %s", first.Code, first.Doc().Find("main").Text())
	}
	ticket := first.Location()
	all := map[string]func(files int) handlertest.Response{
		"a question": func(n int) handlertest.Response { return send(owner, "/support", n) },
		"an answer":  func(n int) handlertest.Response { return send(owner, ticket+"/messages", n) },
		"a reply":    func(n int) handlertest.Response { return send(staff, ticket+"/messages", n) },
	}
	works := func(when string, files int) {
		t.Helper()
		for what, post := range all {
			if r := post(files); r.Code != http.StatusSeeOther {
				t.Errorf("%s, %s: %d %s", what, when, r.Code, r.Doc().Find("main").Text())
			}
		}
	}
	for range 30 { // more than could be inside and wait: each has left
		if r := send(staff, ticket+"/messages", 6); r.Code != http.StatusUnprocessableEntity {
			t.Fatalf("six files: %d", r.Code)
		}
	}
	works("before", 1)
	var inside []func()
	for range 2 {
		release, err := s.DB.HoldFiles(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		inside = append(inside, release)
	}
	over, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := s.DB.HoldFiles(over); store.KindOf(err) != store.Unavailable {
		t.Fatalf("a third is let in: %v", err)
	}
	works("without files", 0)
	for _, release := range inside {
		release()
	}
	works("after", 1)
}

package handlers_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/handlers/handlertest"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/identity"
	"github.com/smoothschedule/smoothschedule/store/people"
)

// TestInvitation: the link opens the form without being spent, keeps what was
// typed after bad input, lets its owner in once and is gone then.
func TestInvitation(t *testing.T) {
	s := handlertest.New(t)
	s.Staff(access.Superuser)
	tenant := s.Business("acme")
	var token string
	var person store.Person
	err := s.DB.InPublic(context.Background(), func(q *store.PublicTx) (err error) {
		person, err = people.CreatePerson(q, identity.NewPerson{Business: uuid.NullUUID{UUID: tenant.ID, Valid: true}, Email: "new@example.test", Name: "As typed by others", Role: access.TenantOwner})
		if err == nil {
			token, _, err = identity.NewLink(q, person.ID, identity.Invitation)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	path := "/invitation/" + token
	site := s.At("acme")
	for range 2 {
		if r := site.Get(path); r.Code != 200 || r.Header().Get("Referrer-Policy") != "strict-origin" {
			t.Fatalf("the form: %d", r.Code)
		}
	}
	if r := s.Platform().Get(path); r.Code != http.StatusNotFound {
		t.Errorf("on another host: %d", r.Code)
	}
	r := site.Post(path, url.Values{"name": {"Ann O'Nym"}, "password": {"short"}})
	if r.Code != http.StatusUnprocessableEntity || r.Doc().Find("[name=name]").AttrOr("value", "") != "Ann O'Nym" {
		t.Errorf("a short password: %d, name %q", r.Code, r.Doc().Find("[name=name]").AttrOr("value", ""))
	}
	if r := site.Post(path, url.Values{"name": {strings.Repeat("x", 121)}, "password": {"long enough a password"}}); r.Code != http.StatusUnprocessableEntity {
		t.Errorf("a long name: %d", r.Code)
	}
	if r := site.Post(path, url.Values{"name": {"Ann O'Nym"}, "password": {"long enough a password"}}); r.Code != http.StatusSeeOther {
		t.Fatalf("accept: %d", r.Code)
	}
	if page := site.Get("/").Body.String(); !strings.Contains(page, "Ann O&#39;Nym") {
		t.Error("the new name is not shown")
	}
	if r := s.At("acme").Post(path, url.Values{"password": {"long enough a password"}}); r.Code != http.StatusNotFound {
		t.Errorf("a second time: %d", r.Code)
	}
	if r := s.At("acme").Post("/login", url.Values{"email": {"NEW@example.test"}, "password": {"long enough a password"}}); r.Code != http.StatusSeeOther {
		t.Errorf("log in with it: %d", r.Code)
	}
}

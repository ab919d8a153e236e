package handlers_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/handlers/handlertest"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/console"
	"github.com/smoothschedule/smoothschedule/store/desk"
	"github.com/smoothschedule/smoothschedule/store/people"
)

// TestBulkOfPeopleAndTickets changes many people and many tickets from their
// lists and takes it back; what may not be touched is left out with its reason.
func TestBulkOfPeopleAndTickets(t *testing.T) {
	s := handlertest.New(t)
	root := s.Staff(access.Superuser)
	support := s.Staff(access.PlatformSupport)
	s.Staff(access.PlatformManager)
	s.Business("acme")
	ctx := context.Background()
	work := func(r handlertest.Response, list string) string {
		t.Helper()
		id, ok := strings.CutPrefix(r.Location(), list+"/bulk/")
		if r.Code != http.StatusSeeOther || !ok {
			t.Fatalf("%d to %q: %s", r.Code, r.Location(), r.Body)
		}
		run, by, err := console.BulkPerson(ctx, s.DB, uuid.MustParse(id))
		if err == nil {
			_, err = console.WorkBulk(ctx, s.DB, run, by, time.Now().Add(time.Minute))
		}
		if err != nil {
			t.Fatal(err)
		}
		return r.Location()
	}
	active := func(q string) (n int) {
		t.Helper()
		err := s.DB.InPublic(ctx, func(tx *store.PublicTx) error {
			_, info, err := people.Users(tx, people.UserFilter{Q: q, Status: "active"})
			n = info.Total
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	manager, queue := s.Platform().As(access.PlatformManager), s.Platform().As(access.PlatformSupport)
	if n := queue.Get("/users").Doc().Find(".pick").Length(); n != 0 {
		t.Errorf("support may pick %d people", n)
	}
	if r := queue.Post("/users/bulk", url.Values{"action": {"disable"}, "all": {"1"}, "count": {"1"}}); r.Code != http.StatusForbidden {
		t.Errorf("support disables many: %d", r.Code)
	}
	if r := manager.Get("/users/bulk?action=crown&all=1"); r.Code != http.StatusNotFound {
		t.Errorf("no such action: %d", r.Code)
	}
	question := manager.Get("/users/bulk?action=disable&all=1&q=the+tenant").Doc()
	if head := question.Find("h1").Text(); head != "Disable 3 people?" {
		t.Fatalf("the question is %q", head)
	}
	if r := manager.Post("/users/bulk", url.Values{"action": {"disable"}, "all": {"1"}, "q": {"the tenant"}, "count": {"9"}}); r.Code != http.StatusUnprocessableEntity {
		t.Errorf("another number: %d", r.Code)
	}
	run := work(manager.Post("/users/bulk", url.Values{"action": {"disable"}, "all": {"1"}, "q": {"the tenant"}, "count": {"3"}}), "/users")
	if n := active("the tenant"); n != 1 || !strings.Contains(manager.Get(run).Doc().Find("#bulk").Text(), "The TENANT_OWNER") {
		t.Errorf("%d are still active, want the only owner who has come in", n)
	}
	work(manager.Post(run+"/undo", nil), "/users")
	if n := active("the tenant"); n != 3 {
		t.Errorf("%d are active after Undo", n)
	}
	run = work(manager.Post("/users/bulk", url.Values{"action": {"end_sessions"}, "id": {root.ID.String()}, "count": {"1"}}), "/users")
	if doc := manager.Get(run).Doc(); !strings.Contains(doc.Find("#bulk").Text(), "Only a superuser") || doc.Find(`form[action$="/undo"]`).Length() != 0 {
		t.Errorf("the platform's own people: %s", doc.Find("#bulk").Text())
	}
	owner := s.At("acme").As(access.TenantOwner)
	for _, subject := range []string{"First", "Second"} {
		owner.Post("/support", url.Values{"subject": {subject}, "body": {"Please help."}, "priority": {"low"}})
	}
	tickets := func() (list []desk.Ticket) {
		t.Helper()
		err := s.DB.InPublic(ctx, func(tx *store.PublicTx) (err error) {
			list, _, err = desk.Tickets(tx, desk.TicketFilter{Sort: "created"})
			return err
		})
		if err != nil || len(list) != 2 {
			t.Fatal(len(list), err)
		}
		return list
	}
	work(queue.Post("/support/bulk", url.Values{"action": {"assign"}, "value": {support.ID.String()}, "all": {"1"}, "status": {"open"}, "count": {"2"}}), "/support")
	run = work(queue.Post("/support/bulk", url.Values{"action": {"status"}, "value": {"waiting"}, "id": {tickets()[0].ID.String()}, "count": {"1"}}), "/support")
	if list := tickets(); list[0].AssigneeID.UUID != support.ID || list[1].AssigneeID.UUID != support.ID || list[0].Status != "waiting" || list[1].Status == "waiting" {
		t.Errorf("the tickets: %+v", list)
	}
	if r := manager.Get(strings.Replace(run, "/support", "/users", 1)); r.Code != http.StatusNotFound {
		t.Errorf("at another noun's address: %d", r.Code)
	}
	work(queue.Post(run+"/undo", nil), "/support")
	if list := tickets(); list[0].Status == "waiting" || list[0].AssigneeID.UUID != support.ID {
		t.Errorf("after Undo: %+v", list[0])
	}
	if r := queue.Post("/support/bulk", url.Values{"action": {"priority"}, "value": {"huge"}, "all": {"1"}, "count": {"2"}}); r.Code != http.StatusUnprocessableEntity || r.Doc().Find("[name=value][aria-invalid]").Length() != 1 {
		t.Errorf("no such priority: %d", r.Code)
	}
}

package handlers_test

import (
	"bytes"
	"context"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/handlers/handlertest"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/console"
	"github.com/smoothschedule/smoothschedule/store/transfer"
)

func TestRestore(t *testing.T) {
	s := handlertest.New(t)
	tenant := s.Business("acme")
	s.Staff(access.Superuser)
	s.Staff(access.PlatformManager)
	c, page := s.Platform().As(access.Superuser), "/businesses/"+tenant.ID.String()
	manager := s.Platform().As(access.PlatformManager)
	if r := manager.Post(page+"/export", url.Values{"export_reason": {"moving to another server"}}); r.Code != http.StatusForbidden {
		t.Errorf("a manager exports: %d", r.Code)
	}
	file := c.Post(page+"/export", url.Values{"export_reason": {"moving to another server"}})
	if file.Code != http.StatusOK || file.Header().Get("Content-Type") != "application/zip" {
		t.Fatalf("export: %d", file.Code)
	}
	send := func(c *handlertest.Client, data []byte) handlertest.Response {
		var body bytes.Buffer
		w := multipart.NewWriter(&body)
		part, _ := w.CreateFormFile("file", "acme.zip")
		_, _ = part.Write(data)
		_ = w.WriteField("subdomain", "")
		_ = w.Close()
		return c.Send(http.MethodPost, "/businesses/restore", w.FormDataContentType(), &body)
	}
	if r := send(c, nil); r.Code != http.StatusUnprocessableEntity {
		t.Errorf("no file: %d", r.Code)
	}
	if r := send(c, []byte("no zip")); r.Code != http.StatusUnprocessableEntity || r.Doc().Find("[name=file][aria-invalid=true]").Length() != 1 {
		t.Errorf("another file: %d", r.Code)
	}
	if r := send(c, file.Body.Bytes()); r.Code != http.StatusUnprocessableEntity || !strings.Contains(r.Body.String(), "is here already") {
		t.Errorf("while it is there: %d", r.Code)
	}
	ctx := context.Background()
	if err := console.DeleteBusiness(ctx, s.DB, tenant.ID, tenant.Name); err != nil {
		t.Fatal(err)
	}
	if err := console.DestroyBusiness(ctx, s.DB, tenant.ID, uuid.NullUUID{}); err != nil {
		t.Fatal(err)
	}
	if r := send(manager, file.Body.Bytes()); r.Code != http.StatusForbidden {
		t.Errorf("a manager restores: %d", r.Code)
	}
	r := send(c, file.Body.Bytes())
	run, ok := strings.CutPrefix(r.Location(), "/businesses/restore/")
	if r.Code != http.StatusSeeOther || !ok {
		t.Fatalf("restore: %d to %q", r.Code, r.Location())
	}
	if r := c.Get(r.Location()); r.Code != http.StatusOK || r.Doc().Find("#restore[hx-get] progress").Length() != 1 {
		t.Errorf("its progress: %d %s", r.Code, r.Body)
	}
	if r := manager.Get(r.Location()); r.Code != http.StatusNotFound {
		t.Errorf("a manager looks: %d", r.Code)
	}
	for range 2 { // a second time does nothing
		if err := transfer.WorkRestore(ctx, s.DB, uuid.MustParse(run)); err != nil {
			t.Fatal(err)
		}
	}
	if doc := c.Get(r.Location() + "/progress").Doc(); doc.Find("#restore[hx-get]").Length() != 0 || doc.Find(`a[href="`+page+`"]`).Length() != 1 {
		t.Errorf("at the end: %s", doc.Text())
	}
	later := send(c, file.Body.Bytes())
	if later.Code != http.StatusUnprocessableEntity {
		t.Errorf("restored twice: %d", later.Code)
	}
	if r := s.At("acme").Get("/"); r.Code != http.StatusOK {
		t.Errorf("its site: %d", r.Code)
	}
}

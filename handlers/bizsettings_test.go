package handlers_test

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/png"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/smoothschedule/smoothschedule/handlers/handlertest"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/catalog"
	"github.com/smoothschedule/smoothschedule/store/console"
	"github.com/smoothschedule/smoothschedule/store/schema"
)

// sendLogo sends one file as a form does.
func sendLogo(c *handlertest.Client, path, field string, data []byte) handlertest.Response {
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	part, _ := w.CreateFormFile(field, "file")
	_, _ = part.Write(data)
	_ = w.Close()
	return c.Send(http.MethodPost, path, w.FormDataContentType(), &body)
}

func picture(t *testing.T, width, height int) []byte {
	t.Helper()
	m := image.NewNRGBA(image.Rect(0, 0, width, height))
	m.Set(1, 1, color.NRGBA{R: 200, A: 255})
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestBusinessSettings goes through the sections, each with what is refused, and
// looks at what the public page makes of them.
func TestBusinessSettings(t *testing.T) {
	s := handlertest.New(t)
	tenant := s.Business("acme")
	owner, manager, staff := s.At("acme").As(access.TenantOwner), s.At("acme").As(access.TenantManager), s.At("acme").As(access.TenantStaff)
	post := func(path string, want int, values ...string) handlertest.Response {
		t.Helper()
		form := url.Values{}
		for i := 0; i < len(values); i += 2 {
			form.Add(values[i], values[i+1])
		}
		r := manager.Post(path, form)
		if r.Code != want {
			t.Fatalf("POST %s %v: %d, want %d: %.300s", path, values, r.Code, want, r.Doc().Find("main").Text())
		}
		return r
	}
	wrong := func(r handlertest.Response, fields ...string) {
		t.Helper()
		for _, f := range fields {
			if r.Doc().Find("#f-"+f+"-error").Length() != 1 {
				t.Errorf("nothing is said about %s", f)
			}
		}
	}
	policies := func() (p catalog.Policies) {
		t.Helper()
		if err := s.DB.InTenant(context.Background(), tenant, func(q *store.TenantTx) (err error) { p, err = catalog.ReadPolicies(q); return err }); err != nil {
			t.Fatal(err)
		}
		return p
	}

	t.Run("profile", func(t *testing.T) {
		wrong(post("/settings", http.StatusUnprocessableEntity, "name", "Acme", "time_zone", "Europe/Zurich", "about", strings.Repeat("x", 1001), "email", "x", "phone", strings.Repeat("1", 41)),
			"about", "email", "phone")
		post("/settings", http.StatusSeeOther, "name", "Acme", "time_zone", "Europe/Zurich", "about", "We repair.", "address", "Main street 1\r\n8000 Zurich", "phone", "+41 (0)44 1", "email", "hi@acme.test")
		doc := s.At("acme").Get("/").Doc()
		if text := doc.Find("address").Text(); !strings.Contains(text, "Main street 1\n8000 Zurich") || doc.Find(`a[href="tel:+41441"]`).Length() != 1 || doc.Find(`a[href="mailto:hi@acme.test"]`).Length() != 1 {
			t.Errorf("the public page: %s", text)
		}
		if v := manager.Get("/settings").Doc().Find("#f-about").Text(); v != "We repair." {
			t.Errorf("the form: %q", v)
		}
	})
	t.Run("rules", func(t *testing.T) {
		base := []string{"notice", "1", "notice_unit", "hours", "horizon_days", "30", "step_minutes", "15"}
		wrong(post("/settings/booking", http.StatusUnprocessableEntity, append(base, "approval_hours", "0", "cancel", "-1", "late_fee", "x")...), "approval_hours", "cancel", "late_fee")
		post("/settings/booking", http.StatusSeeOther, append(base, "needs_approval", "1", "approval_hours", "12", "cancel", "2", "cancel_unit", "days", "late_fee", "15.50")...)
		if p := policies(); !p.NeedsApproval || p.ApprovalHours != 12 || p.CancelMinutes != 2880 || p.LateFeeCents != 1550 || !p.BookingOpen {
			t.Errorf("%+v", p)
		}
	})
	t.Run("notifications", func(t *testing.T) {
		wrong(post("/settings/notifications", http.StatusUnprocessableEntity, "reminder_hours", "1,x", "quiet_from", "25:00"), "reminder_hours", "quiet_from", "quiet_to")
		post("/settings/notifications", http.StatusSeeOther, "reminder_hours", "2, 24,2", "quiet_from", "22:00", "quiet_to", "07:00")
		if p := policies(); p.ReminderHours != "24,2" || p.QuietFrom != "22:00" || p.QuietTo != "07:00" || p.NotifyTeam || p.LateFeeCents != 1550 {
			t.Errorf("%+v", p)
		}
	})
	t.Run("booking page", func(t *testing.T) {
		for _, origin := range []string{"*", "'self'", "javascript:alert(1)", "https://a.test/path", "https://a.test; script-src *", "https://user@a.test", "a.test", "https://a..test", "https://a.test:0", "https://ä.test"} {
			wrong(post("/settings/booking-page", http.StatusUnprocessableEntity, "frame_origins", origin), "frame_origins")
		}
		post("/settings/booking-page", http.StatusSeeOther, "book_message", "Closed in July", "frame_origins", "https://A.test/, http://b.test:8080")
		if p := policies(); p.BookingOpen || p.BookMessage != "Closed in July" || p.FrameOrigins != "https://a.test http://b.test:8080" {
			t.Errorf("%+v", p)
		}
		if embed := manager.Get("/settings/booking-page").Doc().Find("#f-embed").Text(); !strings.Contains(embed, `src="http://acme.localhost:8000/book"`) ||
			!strings.Contains(embed, `"http://acme.localhost:8000"`) || strings.Contains(embed, "&") || strings.Count(embed, "<") != 4 {
			t.Errorf("to paste: %s", embed)
		}
	})
	t.Run("branding", func(t *testing.T) {
		wrong(post("/settings/branding", http.StatusUnprocessableEntity, "color", "red"), "color")
		post("/settings/branding", http.StatusSeeOther, "color", "#FFEE00")
		doc := manager.Get("/settings/branding").Doc()
		if doc.Find(`link[href="/branding/ffee00.css"]`).Length() != 1 || !strings.Contains(doc.Find("main").Text(), "was changed a little") {
			t.Error("the repaired colour is not told")
		}
		for name, data := range map[string][]byte{"text": []byte("GIF89a but not"), "svg": []byte("<svg xmlns='http://www.w3.org/2000/svg'/>"), "nothing": {}, "too large": make([]byte, catalog.MaxLogo+1), "tiny": picture(t, 4, 4)} {
			r := sendLogo(manager, "/settings/branding/logo", "logo", data)
			if r.Code != http.StatusUnprocessableEntity || r.Doc().Find("#f-logo-error").Length() != 1 {
				t.Errorf("%s: %d", name, r.Code)
			}
		}
		if r := sendLogo(manager, "/settings/branding/logo", "logo", picture(t, 1024, 256)); r.Code != http.StatusSeeOther {
			t.Fatalf("a picture: %d %.200s", r.Code, r.Body)
		}
		src, _ := s.At("acme").Get("/").Doc().Find("img.logo").Attr("src")
		r := s.At("acme").Get(src)
		m, err := png.DecodeConfig(bytes.NewReader(r.Body.Bytes()))
		if err != nil || m.Width != 512 || m.Height != 128 || r.Header().Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: %v %+v %v", src, err, m, r.Header())
		}
		s.Business("other")
		if r := s.At("other").Get(src); r.Code != http.StatusNotFound {
			t.Errorf("on another business's host: %d", r.Code)
		}
		post("/settings/branding/logo", http.StatusSeeOther, "remove", "1")
		if r := s.At("acme").Get(src); r.Code != http.StatusNotFound {
			t.Errorf("after the removal: %d", r.Code)
		}
	})
	t.Run("plan", func(t *testing.T) {
		if r := manager.Get("/settings/plan"); r.Code != http.StatusNotFound || manager.Get("/settings").Doc().Find(`.tabs a[href="/settings/plan"]`).Length() > 0 {
			t.Errorf("a manager: %d", r.Code)
		}
		doc := owner.Get("/settings/plan").Doc()
		if text := doc.Find("main").Text(); !strings.Contains(text, "of 5") || !strings.Contains(text, "Trial until") {
			t.Errorf("usage: %s", text)
		}
		ask, _ := doc.Find(`a[href^="/support/new"]`).Last().Attr("href")
		if subject := owner.Get(ask).Doc().Find("#f-subject").AttrOr("value", ""); !strings.Contains(subject, "Enterprise") {
			t.Errorf("%s: %q", ask, subject)
		}
		ends := tenant.TrialEndsAt.In(tenant.Location()).Format("2 January 2006")
		for name, c := range map[string]*handlertest.Client{"owner": owner, "manager": manager} {
			if text := c.Get("/customers").Doc().Find("aside").Text(); !strings.Contains(text, ends) {
				t.Errorf("the trial's end, as %s: %s", name, text)
			}
		}
		if n := staff.Get("/customers").Doc().Find("aside").Length(); n != 0 {
			t.Error("staff is told of the trial")
		}
		if _, err := schema.Direct(s.DB).Exec(`UPDATE businesses SET trial_ends_at = $2 WHERE id = $1`, tenant.ID, time.Now().Add(-time.Minute)); err != nil {
			t.Fatal(err)
		}
		if err := console.Trials(context.Background(), s.DB); err != nil {
			t.Fatal(err)
		}
		doc = owner.Get("/settings/plan").Doc()
		if text := doc.Find("main").Text(); strings.Contains(text, "Trial until") || !strings.Contains(text, "of 2") || doc.Find("tr:first-child .badge").Length() != 1 {
			t.Errorf("after the trial: %s", text)
		}
	})
	t.Run("services and resources", func(t *testing.T) {
		wrong(post("/services", http.StatusUnprocessableEntity, "name", "Wash", "duration_minutes", "30", "price", "45", "max_party", "0", "own_reminders", "1", "reminder_hours", "x"), "max_party", "reminder_hours")
		post("/services", http.StatusSeeOther, "name", "Wash", "duration_minutes", "30", "price", "45", "max_party", "4", "own_reminders", "1", "reminder_hours", "")
		href, _ := manager.Get("/services").Doc().Find("#services a.main-link").Attr("href")
		doc := manager.Get(href).Doc()
		if doc.Find("#f-max_party").AttrOr("value", "") != "4" || doc.Find("#f-own_reminders[checked]").Length() != 1 {
			t.Error("party and reminders are not kept")
		}
		wrong(post("/resources", http.StatusUnprocessableEntity, "name", "Room", "kind", "ROOM", "capacity", "0"), "capacity")
		for range 3 { // as many as free holds
			post("/resources", http.StatusSeeOther, "name", "Room", "kind", "ROOM", "capacity", "8")
		}
		if text := post("/resources", http.StatusUnprocessableEntity, "name", "Room", "kind", "ROOM").Doc().Find(".alert").Text(); !strings.Contains(text, "holds 3 resources") || !strings.Contains(text, "An owner can") {
			t.Errorf("a full plan: %s", text)
		}
	})
}

package handlers_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/smoothschedule/smoothschedule/handlers/handlertest"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/booking"
	"github.com/smoothschedule/smoothschedule/store/identity"
	"github.com/smoothschedule/smoothschedule/store/schema"
)

// TestForgottenPasswordTellsNobodysAccount: the request leaves the same job for
// every address; only the job knows.
func TestForgottenPasswordTellsNobodysAccount(t *testing.T) {
	s := handlertest.New(t)
	tenant := s.Business("acme")
	for email, mails := range map[string]int{handlertest.Email(access.TenantStaff): 1, "nobody@example.test": 0} {
		before := count(t, s, `SELECT count(*) FROM river_job`)
		if r := s.At("acme").Post("/password/forgot", url.Values{"email": {email}}); r.Code != http.StatusOK {
			t.Fatalf("%s: %d", email, r.Code)
		}
		if n := count(t, s, `SELECT count(*) FROM river_job WHERE kind = 'forgot_password' AND args ->> 'email' = '`+email+`'`); n != 1 {
			t.Errorf("%s: %d jobs", email, n)
		}
		if n := count(t, s, `SELECT count(*) FROM river_job`); n != before+1 {
			t.Errorf("%s: %d jobs more", email, n-before)
		}
		args := identity.ForgotArgs{Email: email}
		args.BusinessID.UUID, args.BusinessID.Valid = tenant.ID, true
		if err := identity.MailForgotten(t.Context(), s.DB, args); err != nil {
			t.Fatal(err)
		}
		if n := count(t, s, `SELECT count(*) FROM river_job WHERE kind = 'mail_password_reset'`); n != mails {
			t.Errorf("%s: %d mails, want %d", email, n, mails)
		}
		if _, err := schema.Direct(s.DB).Exec(`DELETE FROM river_job`); err != nil {
			t.Fatal(err)
		}
	}
}

// TestAccountOfWhoBooked: a guest's wish for an account gets one answer, whoever
// the address belongs to; the job makes the login, or mails where there is one.
func TestAccountOfWhoBooked(t *testing.T) {
	s := handlertest.New(t)
	tenant := s.Business("acme")
	service, _ := bookable(t, s, tenant)
	if _, err := schema.Direct(s.DB).Exec(`UPDATE users SET is_active = false WHERE email = $1`, handlertest.Email(access.TenantManager)); err != nil {
		t.Fatal(err)
	}
	day := time.Now().In(tenant.Location()).AddDate(0, 0, 7).Format(time.DateOnly)
	cases := []struct{ email, start, mail string }{
		{"new@example.test", "09:00", "mail_invitation"},
		{handlertest.Email(access.TenantOwner), "10:00", "mail_find"},
		{handlertest.Email(access.TenantManager), "11:00", ""}, // shut out
		{handlertest.Email(access.Customer), "12:00", "mail_invitation"},
	}
	for _, c := range cases {
		guest := s.At("acme")
		done := guest.Post("/book", url.Values{"service_id": {service.String()}, "start": {day + "T" + c.start}, "name": {"Carla"}, "email": {c.email}})
		if done.Code != http.StatusSeeOther {
			t.Fatalf("book as %s: %d", c.email, done.Code)
		}
		token, _, _ := strings.Cut(strings.TrimPrefix(done.Location(), "/book/done/"), "?")
		link := "/b/" + token
		if _, err := schema.Direct(s.DB).Exec(`DELETE FROM river_job`); err != nil {
			t.Fatal(err)
		}
		if r := guest.Post(link+"/account", nil); r.Code != http.StatusSeeOther || r.Location() != link {
			t.Errorf("%s: %d to %q", c.email, r.Code, r.Location())
		}
		if n := count(t, s, `SELECT count(*) FROM river_job WHERE kind = 'bookers_account'`); n != 1 || count(t, s, `SELECT count(*) FROM river_job`) != 1 {
			t.Errorf("%s: %d jobs", c.email, n)
		}
		var args identity.BookersAccountArgs
		if err := schema.Direct(s.DB).QueryRow(`SELECT args ->> 'appointment_id', args ->> 'business_id', args ->> 'address' FROM river_job`).Scan(&args.AppointmentID, &args.BusinessID, &args.Address); err != nil {
			t.Fatal(err)
		}
		if _, err := schema.Direct(s.DB).Exec(`DELETE FROM river_job`); err != nil {
			t.Fatal(err)
		}
		if err := booking.OpenBookersAccount(t.Context(), s.DB, args); err != nil {
			t.Fatal(err)
		}
		mails := count(t, s, `SELECT count(*) FROM river_job`)
		if c.mail == "" && mails != 0 || c.mail != "" && (mails != 1 || count(t, s, `SELECT count(*) FROM river_job WHERE kind = '`+c.mail+`'`) != 1) {
			t.Errorf("%s: %d mails, want %q", c.email, mails, c.mail)
		}
	}
	if n := count(t, s, `SELECT count(*) FROM audit_log WHERE action = 'user.created' AND address = '127.0.0.1'`); n != 1 {
		t.Errorf("%d logins on record", n)
	}
	if n := count(t, s, `SELECT count(*) FROM users WHERE email = 'new@example.test' AND role = 'CUSTOMER'`); n != 1 {
		t.Errorf("%d logins made", n)
	}
}

package handlers_test

import (
	"bytes"
	"context"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/uuid"
	"github.com/lib/pq"
	"github.com/pquerna/otp/totp"

	"github.com/smoothschedule/smoothschedule/handlers/handlertest"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/calendar"
	"github.com/smoothschedule/smoothschedule/store/identity"
	"github.com/smoothschedule/smoothschedule/store/masquerade"
	"github.com/smoothschedule/smoothschedule/store/schema"
)

// story is a business whose routes are used one after the other.
type story struct {
	t        *testing.T
	s        *handlertest.Server
	tenant   store.Tenant
	schema   string
	names    map[string]string // queries
	browsers map[string]*handlertest.Client
	inside   *handlertest.Client // a masquerade with changes, through the owner's eyes
	codes    []string            // recovery codes as they were shown
}

func newStory(t *testing.T, s *handlertest.Server, subdomain string, names map[string]string) *story {
	t.Helper()
	y := &story{t: t, s: s, tenant: s.Business(subdomain), names: names, browsers: map[string]*handlertest.Client{}}
	if err := schema.Direct(s.DB).QueryRow(`SELECT schema_name FROM businesses WHERE id = $1`, y.tenant.ID).Scan(&y.schema); err != nil {
		t.Fatal(err)
	}
	return y
}

// roles are the people by the names that the tables use.
var roles = map[string]access.Role{"owner": access.TenantOwner, "manager": access.TenantManager, "staff": access.TenantStaff, "customer": access.Customer,
	"root": access.Superuser, "chief": access.PlatformManager, "support": access.PlatformSupport, "sales": access.PlatformSales}

// browser is the one of somebody; a visitor's has never been here.
func (y *story) browser(who string) *handlertest.Client {
	y.t.Helper()
	role, known := roles[who]
	switch {
	case who == "apex":
		return y.s.On("localhost")
	case who == "stranger":
		return y.s.Platform()
	case strings.HasPrefix(who, "halfway "): // the password was right, the code is still to come
		host, email, _ := strings.Cut(strings.TrimPrefix(who, "halfway "), " ")
		if host == "" {
			host = y.tenant.Subdomain + ".localhost"
		}
		c := y.s.On(host)
		c.Post("/login", url.Values{"email": {email}, "password": {handlertest.Password}})
		return c
	case !known:
		return y.s.At(y.tenant.Subdomain)
	}
	if y.browsers[who] == nil || y.browsers[who].Get("/login").Code != http.StatusSeeOther {
		host := y.s.At(y.tenant.Subdomain)
		if slices.Contains(staffRoles, role) {
			host = y.s.Platform()
		}
		y.browsers[who] = host.As(role)
	}
	return y.browsers[who]
}

// query runs SQL with the business's tables in sight.
func (y *story) query(statement string, dest *string) error {
	tx, err := schema.Direct(y.s.DB).Begin()
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	if _, err := tx.Exec(`SET LOCAL search_path = ` + pq.QuoteIdentifier(y.schema) + `, public`); err != nil {
		return err
	}
	statement = strings.NewReplacer("BUSINESS", y.tenant.ID.String(), "SUBDOMAIN", y.tenant.Subdomain).Replace(statement)
	if dest == nil {
		_, err = tx.Exec(statement)
	} else {
		err = tx.QueryRow(statement).Scan(dest)
	}
	if err != nil {
		return err
	}
	return tx.Commit()
}

func (y *story) one(statement string) string {
	y.t.Helper()
	var value string
	if err := y.query(statement, &value); err != nil {
		y.t.Fatalf("%v in %s", err, statement)
	}
	return value
}

var placeholder = regexp.MustCompile(`\{[^}]*\}`)

// fill puts values in the place of names.
func (y *story) fill(text string, escape func(string) string) string {
	return placeholder.ReplaceAllStringFunc(text, func(name string) string { return escape(y.value(strings.Trim(name, "{}"))) })
}

// value is what a name of the tables stands for now.
func (y *story) value(name string) string {
	y.t.Helper()
	if days, ok := strings.CutPrefix(name, "day+"); ok {
		n, _ := time.ParseDuration(days + "h")
		return time.Now().In(y.tenant.Location()).AddDate(0, 0, int(n.Hours())).Format(time.DateOnly)
	}
	if email, ok := strings.CutPrefix(name, "link:"); ok {
		purpose, email, _ := strings.Cut(email, ":")
		return y.link(email, identity.Purpose(purpose))
	}
	switch name {
	case "booking":
		return calendar.BookingToken(uuid.MustParse(y.one(`SELECT id FROM appointments WHERE status IN ('pending', 'confirmed') ORDER BY created_at DESC LIMIT 1`)),
			uuid.MustParse(y.one(`SELECT link_secret FROM appointments WHERE status IN ('pending', 'confirmed') ORDER BY created_at DESC LIMIT 1`)))
	case "consent link":
		var token string
		y.public(func(q *store.PublicTx) (err error) {
			token, err = masquerade.NewConsentLink(q, uuid.MustParse(y.value("asked")), uuid.MustParse(y.value("owner")))
			return err
		})
		return token
	case "sign-up link":
		y.browser("apex").Post("/signup", signUp())
		return strings.TrimPrefix(mailedLink(y.t, y.s), "/signup/confirm/")
	case "code's of staff", "code's of sales":
		c := y.browser(strings.TrimPrefix(name, "code's of "))
		c.Post("/account/second-factor/app", url.Values{})
		key := strings.ReplaceAll(c.Get("/account/second-factor/app").Doc().Find("code").First().Text(), " ", "")
		code, err := totp.GenerateCode(key, time.Now())
		if err != nil {
			y.t.Fatal(err)
		}
		return code
	case "recovery":
		code := y.codes[0]
		y.codes = y.codes[1:]
		return code
	case "session of staff", "session of sales":
		return y.session(strings.TrimPrefix(name, "session of "))
	}
	query, ok := y.names[name]
	if !ok {
		y.t.Fatalf("nobody knows what {%s} is", name)
	}
	return y.one(query)
}

func (y *story) public(fn func(*store.PublicTx) error) {
	y.t.Helper()
	if err := y.s.DB.InPublic(context.Background(), fn); err != nil {
		y.t.Fatal(err)
	}
}

// link is a mailed one, made as the worker makes it.
func (y *story) link(email string, purpose identity.Purpose) string {
	y.t.Helper()
	id := uuid.MustParse(y.one(`SELECT id FROM public.users WHERE email = '` + email + `' AND (business_id = 'BUSINESS' OR business_id IS NULL) ORDER BY business_id LIMIT 1`))
	var token string
	y.public(func(q *store.PublicTx) (err error) { token, _, err = identity.NewLink(q, id, purpose); return err })
	return token
}

// session logs somebody in once more and returns how forms name that session.
func (y *story) session(who string) string {
	y.t.Helper()
	role, host := roles[who], y.tenant.Subdomain+".localhost"
	if slices.Contains(staffRoles, role) {
		host = "platform.localhost"
	}
	cookieOf(y.t, y.s, host, role)
	return y.one(`SELECT encode(id_hash, 'hex') FROM public.sessions s JOIN public.users u ON u.id = s.user_id WHERE u.email = '` + handlertest.Email(role) + `' AND (u.business_id = 'BUSINESS' OR u.business_id IS NULL) ORDER BY s.created_at DESC LIMIT 1`)
}

// line is a row of the audit log.
type line struct {
	id, actor, subject uuid.NullUUID
	actorName, action  string
	masqueraded        bool
}

// since lists what was recorded after a row.
func (y *story) since(after string) (lines []line) {
	y.t.Helper()
	rows, err := schema.Direct(y.s.DB).Query(`SELECT id, actor_id, subject_id, actor_name, action, masquerade_id IS NOT NULL FROM audit_log WHERE id > $1 ORDER BY id`, after)
	if err != nil {
		y.t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var l line
		if err := rows.Scan(&l.id, &l.actor, &l.subject, &l.actorName, &l.action, &l.masqueraded); err != nil {
			y.t.Fatal(err)
		}
		lines = append(lines, l)
	}
	if err := rows.Err(); err != nil {
		y.t.Fatal(err)
	}
	return lines
}

// do sends a deed's form and returns the answer with what was recorded.
func (y *story) do(d deed, c *handlertest.Client) (handlertest.Response, []line) {
	y.t.Helper()
	if d.prep != "" {
		if err := y.query(d.prep, nil); err != nil {
			y.t.Fatalf("%s: prepare: %v", d.path, err)
		}
	}
	path := y.fill(d.path, url.PathEscape)
	form, err := url.ParseQuery(y.fill(d.form, url.QueryEscape))
	if err != nil {
		y.t.Fatal(err)
	}
	var content []byte
	if d.file != nil {
		content = d.file(y)
	}
	last := y.one(`SELECT id FROM public.audit_log ORDER BY id DESC LIMIT 1`)
	if d.file == nil {
		return y.answered(c.Post(path, form), last)
	}
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	part, _ := w.CreateFormFile(d.with, "file")
	_, _ = part.Write(content)
	for name := range form {
		_ = w.WriteField(name, form.Get(name))
	}
	_ = w.Close()
	return y.answered(c.Send(http.MethodPost, path, w.FormDataContentType(), &body), last)
}

func (y *story) answered(r handlertest.Response, last string) (handlertest.Response, []line) {
	if strings.Contains(r.Body.String(), `id="recovery-codes"`) {
		y.codes = nil
		r.Doc().Find("#recovery-codes li").Each(func(_ int, s *goquery.Selection) { y.codes = append(y.codes, strings.TrimSpace(s.Text())) })
	}
	return r, y.since(last)
}

// person is who a deed must name, with the id of the login.
func (y *story) person(d deed) (id uuid.NullUUID) {
	y.t.Helper()
	email := d.by
	if role, known := roles[d.as]; known && email == "" {
		email = handlertest.Email(role)
	}
	if !strings.Contains(email, "@") {
		return id // a visitor has a name and no login
	}
	id.UUID = uuid.MustParse(y.one(`SELECT id FROM public.users WHERE email = '` + email + `' AND (business_id = 'BUSINESS' OR business_id IS NULL
		OR business_id IN (SELECT id FROM public.businesses WHERE subdomain = 'anns-bakery')) ORDER BY business_id NULLS LAST LIMIT 1`))
	id.Valid = true
	return id
}

// recorded checks that a deed wrote its row, and that nobody else is named in
// any that it wrote.
func (y *story) recorded(d deed, r handlertest.Response, lines []line, actor, subject uuid.NullUUID, masqueraded bool) {
	y.t.Helper()
	if r.Code >= 400 {
		y.t.Errorf("POST %s: %d %.600s", d.path, r.Code, strings.Join(strings.Fields(r.Doc().Find("main").Text()), " "))
		return
	}
	found, actions := false, []string{}
	for _, l := range lines {
		actions, found = append(actions, l.action), found || l.action == d.wants
		if l.action == "masquerade.page_viewed" || l.action == "masquerade.ended" {
			continue // of who looks or looked, whoever ended it
		}
		if strings.HasPrefix(l.action, "masquerade.") {
			l.masqueraded, l.subject = masqueraded, subject // it names the masquerade that it is about
		}
		if l.actor != actor || l.subject != subject || l.masqueraded != masqueraded || l.actorName == "" || l.actorName == "system" {
			y.t.Errorf("POST %s: %s is recorded of %q (%v) for %v, in a masquerade: %v; want %v for %v", d.path, l.action, l.actorName, l.actor.UUID, l.subject.UUID, l.masqueraded, actor.UUID, subject.UUID)
		}
	}
	if !found {
		y.t.Errorf("POST %s: recorded %v, want %s (answered %d to %q)", d.path, actions, d.wants, r.Code, r.Location())
	}
}

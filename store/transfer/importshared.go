package transfer

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"image/png"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/catalog"
	"github.com/smoothschedule/smoothschedule/store/console"
	"github.com/smoothschedule/smoothschedule/store/desk"
	"github.com/smoothschedule/smoothschedule/store/internal/db"
	"github.com/smoothschedule/smoothschedule/store/people"
	"github.com/smoothschedule/smoothschedule/store/sessions"
	"github.com/smoothschedule/smoothschedule/store/settings"
)

// The people of a business have these roles and no other.
var tenantRoles = []access.Role{access.TenantOwner, access.TenantManager, access.TenantStaff, access.Customer}

const maxCents = 100_000_000 // a month

var (
	colourPattern = regexp.MustCompile(`^#[0-9a-f]{6}$`)
	actionPattern = regexp.MustCompile(`^[a-z0-9_]{1,40}\.[a-z0-9_]{1,60}$`)
	nounPattern   = regexp.MustCompile(`^[a-z0-9_]{0,40}$`)
)

// first returns the first thing that is wrong.
func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// businessRow puts the business where it shall be reached. Support asks first, as
// with a new one: who consented for ever is no more than a word of the file.
func (im *importer) businessRow(row record) (bool, error) {
	if row.id("id") != im.m.BusinessID || im.m.BusinessID == uuid.Nil {
		return false, broken("this is another business than the file says")
	}
	row["schema_name"], row["subdomain"], row["primary_domain"], row["deleting_since"] = im.schema, im.m.Subdomain, "", nil
	if !hasLetters(row.text("name")) {
		return false, broken("the name can't be shown")
	}
	if !isZone(row.text("time_zone")) {
		return false, broken("the time zone is none")
	}
	if v, given := row["accent_color"]; given && !colourPattern.MatchString(row.text("accent_color")) {
		return false, broken("%.20q is no colour", v)
	}
	if row.text("support_consent") == sessions.ConsentAlways {
		row["support_consent"] = sessions.ConsentAsk
	}
	if email := row.text("contact_email"); email != "" && !settings.IsAddress(email, false) {
		return false, broken("the e-mail address is none")
	}
	if row["logo_hash"] != nil && row.text("logo_hash") != im.logo {
		row["logo_hash"] = nil
	}
	notAfter(row, "trial_ends_at", im.now.AddDate(0, 0, settings.MaxTrialDays))
	return true, first(oneOf(row, "plan", console.Plans...), oneOf(row, "status", console.Statuses...), oneOf(row, "status_before", console.Statuses...),
		oneOf(row, "support_consent", sessions.ConsentAsk, sessions.ConsentNever))
}

// domainRow takes a domain of the own, to be proven again by a new text; one that
// somebody has stays his, see insert. Former addresses are this platform's to know.
func (im *importer) domainRow(row record) (bool, error) {
	name := row.text("name")
	row["verified_at"], row["checked_at"], row["check_result"] = nil, nil, ""
	switch row.text("kind") {
	case "subdomain", "former":
		return false, nil
	case "custom":
		if checked, err := db.CheckDomainName(name); err != nil || checked != name {
			return false, broken("%.80q is no domain", name)
		}
		if im.domains++; im.domains > console.MaxDomains {
			return false, broken("a business has at most %d domains", console.MaxDomains)
		}
		row["token"], row["reserved_until"] = sessions.NewToken(), nil
		return true, nil
	}
	return false, broken("kind is none that we know")
}

func (im *importer) userRow(row record) (bool, error) {
	email := row.text("email")
	switch {
	case !slices.Contains(tenantRoles, access.Role(row.text("role"))):
		return false, broken("a person has a role that no business gives")
	case !settings.IsAddress(email, false):
		return false, broken("the e-mail address of a person is none")
	case !hasLetters(row.text("name")):
		return false, broken("the name of a person can't be shown")
	}
	return true, nil
}

func (im *importer) planChangeRow(row record) (bool, error) {
	im.somebody(row, "actor_id")
	return true, first(oneOf(row, "plan", console.Plans...), oneOf(row, "status", console.Statuses...),
		between(row, "mrr_before_cents", 0, maxCents), between(row, "mrr_after_cents", 0, maxCents))
}

func (im *importer) dailyRow(row record) (bool, error) {
	return true, first(between(row, "appointments", 0, 1<<20), between(row, "new_customers", 0, 1<<20), between(row, "revenue_cents", 0, 1<<40))
}

// logoOf returns the hash under which a picture is kept: a PNG of the size that we
// draw; "" for anything else.
func logoOf(data []byte) string {
	head, err := png.DecodeConfig(bytes.NewReader(data))
	if err != nil || len(data) > catalog.MaxLogo || head.Width > catalog.KeptLogoSide || head.Height > catalog.KeptLogoSide {
		return ""
	}
	if _, err := png.Decode(bytes.NewReader(data)); err != nil {
		return ""
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:16])
}

func (im *importer) logoRow(row record) (bool, error) {
	data, _ := hex.DecodeString(strings.TrimPrefix(row.text("data"), `\x`))
	row["hash"] = logoOf(data)
	return im.logo != "" && row["hash"] == im.logo, nil
}

// ticketRow gives a ticket that is handed to nobody of this platform to nobody, and
// a number that is free here.
func (im *importer) ticketRow(row record) (bool, error) {
	im.person(row, "opened_by")
	if !im.staff[row.id("assignee_id")] {
		row["assignee_id"] = nil
	}
	if number, other := im.numbers[row.id("id")]; other {
		row["number"] = number
	}
	if !hasLetters(row.text("subject")) {
		return false, broken("the subject can't be shown")
	}
	im.tickets[row.id("id")] = true
	return true, first(oneOf(row, "status", desk.TicketStatuses...), oneOf(row, "priority", desk.Priorities...), between(row, "clock_used_seconds", 0, 1<<30))
}

func (im *importer) messageRow(row record) (bool, error) {
	ticket := row.id("ticket_id")
	if !im.tickets[ticket] {
		return false, broken("the message belongs to no ticket of the file")
	}
	im.person(row, "author_id")
	im.messages[row.id("id")] = ticket
	return true, nil
}

// fileRow looks at what a file is, whatever the row says of it.
func (im *importer) fileRow(row record) (bool, error) {
	ticket, known := im.messages[row.id("message_id")]
	if !known || row.id("ticket_id") != ticket {
		return false, broken("the attachment belongs to no message of the file")
	}
	data, _ := hex.DecodeString(strings.TrimPrefix(row.text("data"), `\x`))
	a, err := desk.NewAttachment(row.text("name"), data)
	if err != nil {
		return false, broken("an attachment is not what it says")
	}
	row["name"], row["media_type"], row["size"] = a.Name, a.MediaType, int64(a.Size)
	return true, nil
}

// What is said of mails that were on their way when their business was exported.
const (
	noticeLeft = "The business was exported while this was being sent. It may have arrived."
	noticeLate = "This was due before the business was restored, and was not sent."
)

// noticeRow keeps what was told; mails still to come stay so, see resume. One that
// is overdue may have left where the file comes from: people decide.
func (im *importer) noticeRow(row record) (bool, error) {
	if email := row.text("to_email"); email != "" && !settings.IsAddress(email, false) {
		return false, broken("the e-mail address is none")
	}
	if !im.visits[row.id("masquerade_id")] {
		row["masquerade_id"] = nil
	}
	at, err := time.Parse(time.RFC3339, row.text("due_at"))
	switch {
	case row["state"] == "sending":
		row["state"], row["error"] = "failed", noticeLeft
	case row["state"] == "queued" && (err != nil || !at.After(im.now)):
		row["state"], row["error"] = "failed", noticeLate
	}
	return true, nil
}

// visitRow keeps who of the platform was there, why and by whose consent, without
// anything that could open it again; and only what this platform's own log tells
// of, which nobody can change: a file is no evidence against anybody.
func (im *importer) visitRow(row record) (bool, error) {
	if _, known := im.people[row.id("subject_id")]; !known || im.logged[row.id("id")] != row.id("actor_id") || !im.staff[row.id("actor_id")] {
		return false, nil
	}
	im.person(row, "decided_by")
	row["session_hash"], row["code_hash"], row["code_expires_at"], row["back"] = `\x`, nil, nil, ""
	if row["ended_at"] == nil {
		row["ended_at"], row["end_reason"] = im.m.ExportedAt.UTC().Format(time.RFC3339), "the business was exported"
	}
	im.visits[row.id("id")] = true
	return true, first(oneOf(row, "actor_role", people.StaffRoles...), oneOf(row, "subject_role", tenantRoles...))
}

// auditRow keeps what a business's log says. Lines that this platform wrote itself
// are here already; others name nobody but the business's own people and things.
func (im *importer) auditRow(row record) (bool, error) {
	if !actionPattern.MatchString(row.text("action")) || !nounPattern.MatchString(row.text("object_type")) || len(row.text("address")) > 64 {
		return false, broken("an event is none that we write")
	}
	im.somebody(row, "actor_id")
	im.somebody(row, "subject_id")
	if !im.visits[row.id("masquerade_id")] {
		im.somebody(row, "masquerade_id")
	}
	im.somebody(row, "object_id")
	return true, nil
}

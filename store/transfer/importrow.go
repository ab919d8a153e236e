package transfer

import (
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/settings"
)

// sharedRules say, for each shared table, what of its rows is restored: each row
// is written anew from the columns that the database knows, every value checked by
// its type, and then by the rule of its table, which may leave the row out.
var sharedRules = map[string]func(*importer, record) (keep bool, err error){
	"businesses":      (*importer).businessRow,
	"domains":         (*importer).domainRow,
	"users":           (*importer).userRow,
	"plan_changes":    (*importer).planChangeRow,
	"business_daily":  (*importer).dailyRow,
	"business_logos":  (*importer).logoRow,
	"tickets":         (*importer).ticketRow,
	"ticket_messages": (*importer).messageRow,
	"ticket_files":    (*importer).fileRow,
	"notices":         (*importer).noticeRow,
	"masquerades":     (*importer).visitRow,
	"audit_log":       (*importer).auditRow,
}

// peopleColumns are all that a restored person brings. What opens an account is in
// no file, and second factors are not, so nobody is asked for one.
var peopleColumns = []string{"id", "business_id", "email", "name", "role", "is_active", "last_login_at", "created_at", "invited_at"}

// droppedColumns were in earlier exports.
var droppedColumns = map[string][]string{"users": {"owner_since"}}

// isSecret says whether a column opens something to who knows it. The links in the
// mails of bookings go on working; feeds and holds are made anew.
func isSecret(table, name string) bool {
	if table == "business_logos" || name == "logo_hash" || table == "appointments" && name == "link_secret" {
		return false
	}
	for _, part := range []string{"secret", "token", "hash", "password", "credential"} {
		if strings.Contains(name, part) {
			return true
		}
	}
	return false
}

// rewrite makes the row that is written from one of the file, or nil for none.
func (im *importer) rewrite(schema, table string, columns map[string]column, in record) (record, error) {
	shared := schema == "public"
	if shared && table != "businesses" && in.id("business_id") != im.m.BusinessID {
		return nil, broken("this is a row of another business")
	}
	out := record{}
	for name, v := range in {
		c, known := columns[name]
		switch {
		case !known && shared && slices.Contains(droppedColumns[table], name):
			continue
		case !known:
			return nil, broken("this version knows no column %.40q", name)
		case isSecret(table, name), shared && table == "users" && !slices.Contains(peopleColumns, name):
			continue
		}
		value, err := c.value(v, im.now)
		if err != nil {
			return nil, err
		}
		out[name] = value
	}
	if !shared {
		return out, im.tenantRow(table, columns, out)
	}
	if table != "businesses" {
		out["business_id"] = im.m.BusinessID.String()
	}
	keep, err := sharedRules[table](im, out)
	if err != nil || !keep {
		return nil, err
	}
	return out, nil
}

// tenantRow lets rows of a business name its own people alone.
func (im *importer) tenantRow(table string, columns map[string]column, row record) error {
	for name := range row {
		if c := columns[name]; c.Type != "uuid" || !c.Nullable || name != "user_id" && name != "author_id" && name != "actor_id" && !strings.HasSuffix(name, "_by") {
			continue
		}
		role, known := im.people[row.id(name)]
		if !known || table == "customers" && name == "user_id" && role != access.Customer || table == "resources" && name == "user_id" && role == access.Customer {
			row[name] = nil
		}
	}
	if name, named := row["name"].(string); named && !hasLetters(name) {
		return broken("the name can't be shown")
	}
	if email, given := row["email"].(string); given && email != "" && !settings.IsAddress(email, false) {
		return broken("the e-mail address is none")
	}
	if zone, given := row["time_zone"].(string); given && !isZone(zone) {
		row["time_zone"] = nil // the business's
	}
	return nil
}

func isZone(name string) bool {
	_, err := time.LoadLocation(name)
	return err == nil && name != "" && name != "Local"
}

// person is an id of a row if somebody of the file has it, and nothing otherwise.
func (im *importer) person(row record, column string) {
	if _, known := im.people[row.id(column)]; !known {
		row[column] = nil
	}
}

// somebody keeps that a row speaks of a person or a thing, without naming what is
// here and not of this business: staff and whatever others have get another id.
func (im *importer) somebody(row record, column string) {
	id := row.id(column)
	if _, known := im.people[id]; known || id == uuid.Nil || id == im.m.BusinessID || im.own[id] {
		return
	}
	row[column] = uuid.NewSHA1(im.strangers, id[:]).String()
}

// oneOf refuses a code that is not of its list.
func oneOf[T ~string](row record, column string, codes ...T) error {
	if v, given := row[column]; given && v != nil && !slices.Contains(codes, T(row.text(column))) {
		return broken("%s is none that we know", column)
	}
	return nil
}

// between refuses a number out of its bounds.
func between(row record, column string, least, most int64) error {
	if n, given := row[column].(int64); given && (n < least || n > most) {
		return broken("%s is out of its bounds", column)
	}
	return nil
}

// notAfter bounds a moment.
func notAfter(row record, column string, latest time.Time) {
	if at, err := time.Parse(time.RFC3339, row.text(column)); err == nil && at.After(latest) {
		row[column] = latest.UTC().Format(time.RFC3339)
	}
}

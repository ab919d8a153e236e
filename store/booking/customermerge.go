package booking

import (
	"fmt"
	"slices"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/calendar"
	"github.com/smoothschedule/smoothschedule/store/catalog"
	"github.com/smoothschedule/smoothschedule/store/internal/db"
	"github.com/smoothschedule/smoothschedule/store/internal/paging"
	"github.com/smoothschedule/smoothschedule/store/notices"
	"github.com/smoothschedule/smoothschedule/store/sessions"
)

// MergedTables have a customer_id: of the business's schema and, with public., of
// the shared one. What a merge forgets would be lost with the row that goes;
// TestMergeForgetsNothing holds the list against the database.
var MergedTables = []string{"appointments", "customer_notes", "customer_tags", "public.notices"}

// mergedName is shown for a login that ended because its customer was merged.
const mergedName = "Merged customer"

// MergeSide is one of two customers who may be the same person, with what each has.
type MergeSide struct {
	CustomerFile
	Booked int `db:"booked"` // appointments of every state
	Notes  int `db:"notes"`
	Mails  int `db:"mails"` // planned and sent
}

// MergePair is what a merge is made of: the record that stays, and the one that
// goes.
type MergePair struct{ Kept, Gone MergeSide }

// MergeChoice says of each value whose stays: the id of one of the two.
type MergeChoice struct{ Name, Email, Phone uuid.UUID }

// ReadMergePair reads two customers.
func ReadMergePair(q *db.TenantTx, kept, gone uuid.UUID) (p MergePair, err error) {
	if p.Kept.CustomerFile, err = Customer(q, kept); err != nil {
		return p, err
	}
	if p.Gone.CustomerFile, err = Customer(q, gone); err != nil {
		return p, err
	}
	for _, side := range []*MergeSide{&p.Kept, &p.Gone} {
		err := db.Get(q, side, `SELECT (SELECT count(*) FROM appointments WHERE customer_id = $1) AS booked, (SELECT count(*) FROM customer_notes WHERE customer_id = $1) AS notes,
			(SELECT count(*) FROM public.notices WHERE business_id = $2 AND customer_id = $1) AS mails`, side.ID, q.Tenant.ID)
		if err != nil {
			return p, err
		}
	}
	return p, nil
}

// Hindrance says why the two can't be merged, and nothing if they can.
func (p MergePair) Hindrance() string {
	switch tags := p.tags(); {
	case p.Kept.ID == p.Gone.ID:
		return "This is one and the same customer."
	case p.Kept.ErasedAt != nil || p.Gone.ErasedAt != nil:
		return "Who was erased can't be merged."
	case p.Kept.UserID.Valid && p.Gone.UserID.Valid && (p.Kept.Login == "disabled" || p.Gone.Login == "disabled"):
		return "Both have a login, and one of them is disabled. It would have to be enabled first."
	case len(tags) > MaxTags:
		return fmt.Sprintf("Together they have %d tags, and there is room for %d. Take some away first.", len(tags), MaxTags)
	case p.Kept.Notes+p.Gone.Notes+maxMergeNotes > maxNotes:
		return fmt.Sprintf("Together they have %d notes, and there is room for %d. Delete some first.", p.Kept.Notes+p.Gone.Notes, maxNotes-maxMergeNotes)
	}
	return ""
}

func (p MergePair) tags() []string {
	tags := slices.Concat(p.Kept.Tags, p.Gone.Tags)
	slices.Sort(tags)
	return slices.Compact(tags)
}

// EmailOf is whose address stays when there is nothing to choose: an address that
// somebody proved stays with the login that it opens, and any is better than none.
// The zero id leaves the choice.
func (p MergePair) EmailOf() uuid.UUID {
	k, g := p.Kept, p.Gone
	switch {
	case k.UserID.Valid != g.UserID.Valid:
		if k.UserID.Valid {
			return k.ID
		}
		return g.ID
	case g.Email == "":
		return k.ID
	case k.Email == "":
		return g.ID
	}
	return uuid.Nil
}

// of is the one of the two whose value was chosen.
func (p MergePair) of(id uuid.UUID) (MergeSide, bool) {
	if id == p.Gone.ID {
		return p.Gone, true
	}
	return p.Kept, id == p.Kept.ID
}

// chosen are the values that stay, and those that go, if any.
func (p MergePair) chosen(in MergeChoice) (stay CustomerInput, login uuid.NullUUID, dropped []string, err error) {
	name, known := p.of(in.Name)
	phone, phoneKnown := p.of(in.Phone)
	if fixed := p.EmailOf(); fixed != uuid.Nil {
		in.Email = fixed
	}
	email, emailKnown := p.of(in.Email)
	switch {
	case !known:
		err = db.InvalidField("name", "Choose a name.")
	case !emailKnown:
		err = db.InvalidField("email", "Choose an address.")
	case !phoneKnown:
		err = db.InvalidField("phone", "Choose a telephone number.")
	}
	stay = CustomerInput{Name: name.Name, Email: email.Email, Phone: phone.Phone, Tags: p.tags()}
	for _, side := range []MergeSide{p.Kept, p.Gone} {
		for _, v := range []struct {
			text string
			same bool
		}{{side.Name, sameName(side.Name, stay.Name)}, {side.Email, side.Email == stay.Email}, {side.Phone, samePhone(side.Phone, stay.Phone)}} {
			if v.text != "" && !v.same {
				dropped = append(dropped, v.text)
			}
		}
	}
	return stay, email.UserID, dropped, err
}

// MergeCustomers makes one customer of two: appointments, notes, tags and mails of
// the one that goes are those of the one that stays. It can't be taken back. An
// address goes on only with the login that it opens; of two logins the other ends.
func MergeCustomers(q *db.TenantTx, kept, gone uuid.UUID, in MergeChoice) (CustomerInput, error) {
	if _, err := db.Exec(q, `SELECT FROM customers WHERE id = ANY(CAST($1 AS uuid[])) ORDER BY id FOR UPDATE`, calendar.Texts([]uuid.UUID{kept, gone})); err != nil {
		return CustomerInput{}, err
	}
	p, err := ReadMergePair(q, kept, gone)
	if err != nil {
		return CustomerInput{}, err
	}
	if err := db.Unchanged(q, p); err != nil {
		return CustomerInput{}, err
	}
	if why := p.Hindrance(); why != "" {
		return CustomerInput{}, &db.Error{Kind: db.Conflict, Message: why}
	}
	stay, login, dropped, err := p.chosen(in)
	if err != nil {
		return stay, err
	}
	for _, side := range []MergeSide{p.Kept, p.Gone} {
		if err := sessions.KeepAddress(q, side.Email, stay.Email); err != nil {
			return stay, err
		}
	}
	if err := moveToMerged(q, p, stay, login); err != nil {
		return stay, err
	}
	if err := endMergedLogins(q, p, login); err != nil {
		return stay, err
	}
	if err := noteMerged(q, kept, dropped); err != nil {
		return stay, err
	}
	if stay.Email != "" && (p.Kept.Email == "" || p.Gone.Email == "") { // what had no address has no reminders yet
		policies, err := catalog.ReadPolicies(q)
		if err != nil {
			return stay, err
		}
		if err := notices.ReplanReminders(q, policies, notices.Replan{Customer: uuid.NullUUID{UUID: kept, Valid: true}}); err != nil {
			return stay, err
		}
	}
	paging.Counts(db.Of(q)).Forget()
	err = recordCustomer(q, kept, "customer.merged", map[string]any{"with": db.CustomerNumber(gone), "appointments": p.Gone.Booked, "notes": p.Gone.Notes})
	if err != nil {
		return stay, err
	}
	return stay, recordCustomer(q, gone, "customer.merged_away", map[string]any{"into": kept.String()})
}

// moveToMerged moves all that hangs on the one, and lets the other be both.
func moveToMerged(q *db.TenantTx, p MergePair, stay CustomerInput, login uuid.NullUUID) error {
	kept, gone := p.Kept.ID, p.Gone.ID
	for _, side := range []MergeSide{p.Kept, p.Gone} { // while it is known whose they were
		if err := notices.Readdress(q, side.ID, side.Name, stay.Name, stay.Email); err != nil {
			return err
		}
	}
	for _, table := range MergedTables {
		var err error
		switch table {
		case "customer_tags":
			err = setTags(q, kept, stay.Tags)
		case "public.notices":
			_, err = db.Exec(q, `UPDATE public.notices SET customer_id = $1 WHERE business_id = $3 AND customer_id = $2`, kept, gone, q.Tenant.ID)
		default:
			_, err = db.Exec(q, `UPDATE `+table+` SET customer_id = $1 WHERE customer_id = $2`, kept, gone)
		}
		if err != nil {
			return err
		}
	}
	if _, err := db.Exec(q, `DELETE FROM customers WHERE id = $1`, gone); err != nil {
		return err
	}
	blocked := p.Kept.BlockedAt
	if blocked == nil {
		blocked = p.Gone.BlockedAt
	}
	since := p.Kept.CreatedAt
	if p.Gone.CreatedAt.Before(since) {
		since = p.Gone.CreatedAt
	}
	_, err := db.Exec(q, `UPDATE customers SET name = $2, email = NULLIF($3, ''), phone = NULLIF($4, ''), user_id = $5, blocked_at = $6, created_at = $7 WHERE id = $1`,
		kept, stay.Name, stay.Email, stay.Phone, login, blocked, since)
	if err != nil {
		return err
	}
	// Who came as somebody else until now may be who the record says.
	_, err = db.Exec(q, `UPDATE appointments SET guest_name = CASE WHEN lower(guest_name) = lower($2) THEN NULL ELSE guest_name END,
			guest_phone = CASE WHEN $3 <> '' AND public.phone_digits(guest_phone) = public.phone_digits($3) THEN NULL ELSE guest_phone END
		WHERE customer_id = $1 AND (lower(guest_name) = lower($2) OR $3 <> '' AND public.phone_digits(guest_phone) = public.phone_digits($3))`, kept, stay.Name, stay.Phone)
	return err
}

// endMergedLogins ends the login that doesn't stay, so that its address is nobody's
// until it is proved again. Visits on record as that person are the other's: who
// erases the customer reaches them.
func endMergedLogins(q *db.TenantTx, p MergePair, login uuid.NullUUID) error {
	for _, side := range []MergeSide{p.Kept, p.Gone} {
		if !side.UserID.Valid || !login.Valid || side.UserID.UUID == login.UUID {
			continue
		}
		person, err := customerLogin(q, side.UserID.UUID)
		if err != nil {
			return err
		}
		if person.Role != access.Customer { // of the team by now
			continue
		}
		if err := closeLogin(q, person.Person, "user.merged", mergedName); err != nil {
			return err
		}
		if _, err := db.Exec(q, `UPDATE public.masquerades SET subject_id = $2 WHERE subject_id = $1`, person.ID, login.UUID); err != nil {
			return err
		}
	}
	return nil
}

// maxMergeNotes is how many notes the values take that don't stay.
const maxMergeNotes = 3

// noteMerged writes down what was known beside the values that stay: nothing that
// a colleague might look for is lost.
func noteMerged(q *db.TenantTx, customer uuid.UUID, values []string) error {
	const head = "Before the merge also: "
	var notes []string
	for _, v := range values {
		if n := len(notes); n > 0 && len([]rune(notes[n-1]+" · "+v)) <= MaxNote {
			notes[n-1] += " · " + v
		} else {
			notes = append(notes, head+v)
		}
	}
	for _, n := range notes {
		if err := writeNote(q, customer, db.NewID(), n); err != nil {
			return err
		}
	}
	return nil
}

// MergedInto is who somebody is who was merged: the number of the record that went
// is known to bookmarks and open pages.
func MergedInto(q *db.TenantTx, gone uuid.UUID) (uuid.UUID, error) {
	id := gone
	for range 20 {
		var into []string
		err := db.List(q, &into, `SELECT details ->> 'into' FROM public.audit_log WHERE object_id = $1 AND business_id = $2 AND action = 'customer.merged_away' ORDER BY at DESC LIMIT 1`,
			id.String(), q.Tenant.ID)
		if err != nil {
			return uuid.Nil, err
		}
		if len(into) == 0 {
			break
		}
		if id, err = uuid.Parse(into[0]); err != nil {
			return uuid.Nil, db.NoSuch("customer")
		}
	}
	if id == gone {
		return uuid.Nil, db.NoSuch("customer")
	}
	return id, nil
}

// LookAlikes are customers who may be the same as another: of the same name, or
// with the same telephone number.
func LookAlikes(q *db.TenantTx, c CustomerRow) ([]CustomerRow, error) {
	rows, err := CustomersWithPhone(q, c.Phone)
	if err != nil {
		return nil, err
	}
	var named []CustomerRow
	err = db.Search(q, &named, `SELECT `+customerColumns+` FROM customers c
		WHERE c.erased_at IS NULL AND c.id <> $2 AND public.search_form(c.name) = public.search_form($1) ORDER BY c.created_at, c.id LIMIT $3`, c.Name, c.ID, samePhoneShown)
	for _, n := range named {
		if !slices.ContainsFunc(rows, func(r CustomerRow) bool { return r.ID == n.ID }) {
			rows = append(rows, n)
		}
	}
	return slices.DeleteFunc(rows, func(r CustomerRow) bool { return r.ID == c.ID }), err
}

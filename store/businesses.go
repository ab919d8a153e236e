package store

import (
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
)

// Business is a tenant as the platform sees it, with its roll-up.
type Business struct {
	ID              uuid.UUID     `db:"id"`
	Name            string        `db:"name"`
	Subdomain       string        `db:"subdomain"`
	Plan            string        `db:"plan"`
	Status          string        `db:"status"`
	StatusReason    string        `db:"status_reason"`
	TimeZone        string        `db:"time_zone"`
	TrialEndsAt     *time.Time    `db:"trial_ends_at"`
	CreatedAt       time.Time     `db:"created_at"`
	OwnerID         uuid.NullUUID `db:"owner_id"`
	OwnerName       string        `db:"owner_name"`
	OwnerEmail      string        `db:"owner_email"`
	PeopleCount     int           `db:"people_count"`
	CustomersCount  int           `db:"customers_count"`
	Appointments30d int           `db:"appointments_30d"`
	MRRCents        int           `db:"mrr_cents"`
	LastActivityAt  time.Time     `db:"last_activity_at"`
	// PrimaryDomain is the proven name under which customers find it; empty:
	// its subdomain.
	PrimaryDomain     string     `db:"primary_domain"`
	DeletingSince     *time.Time `db:"deleting_since"`
	ResourcesCount    int        `db:"resources_count"`
	AppointmentsMonth int        `db:"appointments_month"`
	LogoHash          string     `db:"logo_hash"` // of its picture; empty: it has none
}

// BusinessFilter narrows and orders the list. The zero value is everything by
// name; Sort is a key, with a leading "-" for descending.
type BusinessFilter struct {
	Q, Plan, Status, Sort string
	Zone                  string        // how the name of its time zone begins
	TrialEnds             time.Duration // a trial that ends within
	Inactive              time.Duration // nothing happened for
	JoinedDays            int           // opened in the last days, as the dashboard counts them
	ChurnedDays           int           // paid when those days began and pays nothing now
	Paying                bool
	Page                  Page
	// Exact counts the matches of a search to their end.
	Exact bool
	// Brief reads only what a line of the list shows.
	Brief bool
}

const (
	planRank   = `(CASE plan WHEN 'free' THEN 1 WHEN 'professional' THEN 2 WHEN 'business' THEN 3 ELSE 4 END)`
	statusRank = `(CASE status WHEN 'trial' THEN 1 WHEN 'active' THEN 2 WHEN 'suspended' THEN 3 ELSE 4 END)`

	businessLine = `id, name, subdomain, plan, status, created_at, owner_id, owner_name, owner_email, people_count, appointments_30d, mrr_cents,
		last_activity_at, logo_hash`
	businessColumns = businessLine + `, status_reason, time_zone, trial_ends_at, customers_count, primary_domain, deleting_since, resources_count, appointments_month`
)

func rank(codes []string, code string) string {
	for i, c := range codes {
		if c == code {
			return strconv.Itoa(i + 1)
		}
	}
	return "4"
}

// businessSorts has an index for each key.
var businessSorts = map[string]sortKey[Business]{
	"name":         {"name" + byName, "id", "text", func(b Business) string { return b.Name }},
	"plan":         {planRank, "id", "int", func(b Business) string { return rank(Plans, b.Plan) }},
	"status":       {statusRank, "id", "int", func(b Business) string { return rank(Statuses, b.Status) }},
	"joined":       {"created_at", "id", "timestamptz", func(b Business) string { return timeValue(b.CreatedAt) }},
	"owner":        {"owner_name" + byName, "business_id", "text", func(b Business) string { return b.OwnerName }},
	"people":       {"people_count", "business_id", "int", func(b Business) string { return strconv.Itoa(b.PeopleCount) }},
	"appointments": {"appointments_30d", "business_id", "int", func(b Business) string { return strconv.Itoa(b.Appointments30d) }},
	"mrr":          {"mrr_cents", "business_id", "int", func(b Business) string { return strconv.Itoa(b.MRRCents) }},
	"activity":     {"last_activity_at", "business_id", "timestamptz", func(b Business) string { return timeValue(b.LastActivityAt) }},
}

// Businesses lists one page of businesses.
func (q *PublicTx) Businesses(f BusinessFilter) ([]Business, PageInfo, error) {
	list := q.businessList(f)
	return list.load(q.tx, "businesses", f.Sort, f.Page)
}

func (q *PublicTx) businessList(f BusinessFilter) sortedList[Business] {
	list := sortedList[Business]{columns: businessColumns, from: "public.business_lines", sorts: businessSorts, defaultSort: "name", exact: f.Exact,
		rowID: func(b Business) uuid.UUID { return b.ID }}
	if f.Brief {
		list.columns = businessLine
	}
	if id, err := uuid.Parse(f.Q); err == nil {
		list.filter(`id = ?`, id)
	} else {
		list.find(f.Q, `search_text`, `search_text`) // which holds the digits of the telephone
	}
	plan, status := "plan", "status"
	if key, _ := list.key(f.Sort); key.id == "business_id" {
		plan, status = "figures_plan", "figures_status" // beside the figure that sorts: one index knows both
	}
	if f.Plan != "" {
		list.filter(plan+` = ?`, f.Plan)
	}
	if f.Status != "" {
		list.filter(status+` = ?`, f.Status)
	}
	if f.Zone != "" {
		list.filter(`lower(time_zone) LIKE ?`, strings.TrimPrefix(likePattern(f.Zone), "%"))
		list.searched = true
	}
	// To the minute, so that the total of a page stays the same for a moment.
	now := q.now.Truncate(time.Minute)
	if f.TrialEnds > 0 {
		list.filter(`status = 'trial' AND trial_ends_at < ?`, now.Add(f.TrialEnds))
	}
	if f.Inactive > 0 {
		list.filter(`last_activity_at < ?`, now.Add(-f.Inactive))
	}
	if f.JoinedDays > 0 {
		list.filter(`created_at >= CAST(? AS timestamptz)`, q.daysBegin(f.JoinedDays))
	}
	if f.ChurnedDays > 0 {
		list.filter(`id IN (SELECT business_id FROM public.plan_changes WHERE undone_at IS NULL GROUP BY business_id
			HAVING sum(mrr_after_cents - mrr_before_cents) FILTER (WHERE at < CAST(? AS timestamptz)) > 0 AND sum(mrr_after_cents - mrr_before_cents) = 0)`, q.daysBegin(f.ChurnedDays))
	}
	if f.Paying {
		list.filter(`mrr_cents > 0`)
	}
	return list
}

// daysBegin is the midnight of UTC with which the last days begin, today one of them.
func (q *PublicTx) daysBegin(days int) string {
	return q.now.UTC().AddDate(0, 0, 1-days).Format(time.DateOnly) + "T00:00:00Z"
}

// Business returns one business.
func (q *PublicTx) Business(id uuid.UUID) (Business, error) {
	var b Business
	err := q.get(&b, `SELECT `+businessColumns+` FROM public.business_lines WHERE id = $1`, id)
	return b, err
}

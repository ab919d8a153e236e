package console

import (
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/internal/db"
	"github.com/smoothschedule/smoothschedule/store/internal/paging"
	"github.com/smoothschedule/smoothschedule/store/internal/text"
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
	Page                  paging.Page
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

// businessSorts has an index for each key.
var businessSorts = map[string]paging.SortKey[Business]{
	"name":         {Expr: "name" + text.ByName, ID: "id", Cast: "text", Value: func(b Business) string { return b.Name }},
	"plan":         {Expr: planRank, ID: "id", Cast: "int", Value: func(b Business) string { return paging.Rank(Plans, b.Plan) }},
	"status":       {Expr: statusRank, ID: "id", Cast: "int", Value: func(b Business) string { return paging.Rank(Statuses, b.Status) }},
	"joined":       {Expr: "created_at", ID: "id", Cast: "timestamptz", Value: func(b Business) string { return paging.TimeValue(b.CreatedAt) }},
	"owner":        {Expr: "owner_name" + text.ByName, ID: "business_id", Cast: "text", Value: func(b Business) string { return b.OwnerName }},
	"people":       {Expr: "people_count", ID: "business_id", Cast: "int", Value: func(b Business) string { return strconv.Itoa(b.PeopleCount) }},
	"appointments": {Expr: "appointments_30d", ID: "business_id", Cast: "int", Value: func(b Business) string { return strconv.Itoa(b.Appointments30d) }},
	"mrr":          {Expr: "mrr_cents", ID: "business_id", Cast: "int", Value: func(b Business) string { return strconv.Itoa(b.MRRCents) }},
	"activity":     {Expr: "last_activity_at", ID: "business_id", Cast: "timestamptz", Value: func(b Business) string { return paging.TimeValue(b.LastActivityAt) }},
}

// Businesses lists one page of businesses.
func Businesses(q *db.PublicTx, f BusinessFilter) ([]Business, paging.PageInfo, error) {
	list := businessList(q, f)
	return list.Load(q, "businesses", f.Sort, f.Page)
}

func businessList(q *db.PublicTx, f BusinessFilter) paging.SortedList[Business] {
	list := paging.SortedList[Business]{Columns: businessColumns, From: "public.business_lines", Sorts: businessSorts, DefaultSort: "name", Exact: f.Exact,
		RowID: func(b Business) uuid.UUID { return b.ID }}
	if f.Brief {
		list.Columns = businessLine
	}
	if id, err := uuid.Parse(f.Q); err == nil {
		list.Filter(`id = ?`, id)
	} else {
		list.Find(f.Q, `search_text`, `search_text`) // which holds the digits of the telephone
	}
	plan, status := "plan", "status"
	if key, _ := list.Key(f.Sort); key.ID == "business_id" {
		plan, status = "figures_plan", "figures_status" // beside the figure that sorts: one index knows both
	}
	if f.Plan != "" {
		list.Filter(plan+` = ?`, f.Plan)
	}
	if f.Status != "" {
		list.Filter(status+` = ?`, f.Status)
	}
	if f.Zone != "" {
		list.Filter(`lower(time_zone) LIKE ?`, strings.TrimPrefix(paging.LikePattern(f.Zone), "%"))
		list.Searched = true
	}
	// To the minute, so that the total of a page stays the same for a moment.
	now := q.Now().Truncate(time.Minute)
	if f.TrialEnds > 0 {
		list.Filter(`status = 'trial' AND trial_ends_at < ?`, now.Add(f.TrialEnds))
	}
	if f.Inactive > 0 {
		list.Filter(`last_activity_at < ?`, now.Add(-f.Inactive))
	}
	if f.JoinedDays > 0 {
		list.Filter(`created_at >= CAST(? AS timestamptz)`, daysBegin(q, f.JoinedDays))
	}
	if f.ChurnedDays > 0 {
		list.Filter(`id IN (SELECT business_id FROM public.plan_changes WHERE undone_at IS NULL GROUP BY business_id
			HAVING sum(mrr_after_cents - mrr_before_cents) FILTER (WHERE at < CAST(? AS timestamptz)) > 0 AND sum(mrr_after_cents - mrr_before_cents) = 0)`, daysBegin(q, f.ChurnedDays))
	}
	if f.Paying {
		list.Filter(`mrr_cents > 0`)
	}
	return list
}

// daysBegin is the midnight of UTC with which the last days begin, today one of them.
func daysBegin(q *db.PublicTx, days int) string {
	return q.Now().UTC().AddDate(0, 0, 1-days).Format(time.DateOnly) + "T00:00:00Z"
}

// ReadBusiness returns one business.
func ReadBusiness(q *db.PublicTx, id uuid.UUID) (Business, error) {
	var b Business
	err := db.Get(q, &b, `SELECT `+businessColumns+` FROM public.business_lines WHERE id = $1`, id)
	return b, err
}

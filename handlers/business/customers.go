package business

import (
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/booking"
	"github.com/smoothschedule/smoothschedule/store/people"
	"github.com/smoothschedule/smoothschedule/views/business"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

// readCustomers reads the list's state; any text can be a tag.
func readCustomers(c echo.Context) (web.ListQuery, booking.CustomerFilter) {
	choices := map[string][]string{"state": booking.CustomerStates}
	if tag := c.QueryParam("tag"); tag != "" && utf8.ValidString(tag) && utf8.RuneCountInString(tag) <= booking.MaxTag && !strings.ContainsRune(tag, 0) {
		choices["tag"] = []string{tag}
	}
	query := web.ReadList(c, choices)
	return query, booking.CustomerFilter{Q: query.Q, Sort: query.Sort, Tag: query.Filter("tag"), State: query.Filter("state"), Page: query.Page}
}

func (h *Handlers) customersIndex(c echo.Context) error {
	tenant := web.Tenant(c)
	query, filter := readCustomers(c)
	var rows []booking.CustomerRow
	var tags []string
	var info store.PageInfo
	err := h.DB.InTenant(c.Request().Context(), *tenant, func(q *store.TenantTx) (err error) {
		if rows, info, err = booking.Customers(q, filter); err != nil {
			return err
		}
		tags, err = booking.CustomerTags(q)
		return err
	})
	loc, now := tenant.Location(), time.Now()
	p := business.CustomersProps{List: query.State(info, len(rows), err), Rows: make([]business.CustomerRow, len(rows)), Tags: tags,
		CanManage: mayManage(c, access.CustomersManage)}
	if web.Principal(c).Can(access.CustomersExport) {
		p.List.CSVHref = query.HrefTo(urls.CustomersCSV())
	}
	for i, row := range rows {
		p.Rows[i] = customerRow(row, loc, now)
	}
	return h.RenderList(c, err, web.View{Title: "Customers", Body: business.Customers(p), Fragment: business.CustomerList(p)})
}

func customerRow(row booking.CustomerRow, loc *time.Location, now time.Time) business.CustomerRow {
	r := business.CustomerRow{ID: row.ID.String(), Name: row.Name, Email: row.Email, Phone: row.Phone, HasLogin: row.HasLogin, Tags: row.Tags,
		Blocked: row.BlockedAt != nil, Visits: web.Count(row.Visits), Spent: web.Amount(row.SpentCents), Since: web.Date(row.CreatedAt, loc)}
	if row.NoShows > 0 {
		r.NoShows = counted(row.NoShows, "no-show")
	}
	if row.LastVisit != nil {
		r.LastVisit = web.Ago(*row.LastVisit, now)
	}
	if row.NextVisit != nil {
		r.NextVisit = web.Instant(*row.NextVisit, loc)
	}
	return r
}

// counted is "1 no-show" or "2 no-shows".
func counted(n int, thing string) string {
	if n != 1 {
		thing += "s"
	}
	return web.Count(n) + " " + thing
}

// customersCSV is exactly what the list shows, all its pages.
func (h *Handlers) customersCSV(c echo.Context) error {
	_, filter := readCustomers(c)
	filter.Page, filter.Exact = store.Page{Number: 1, Size: web.CSVBatch}, true
	recorded := c.Request().Method == http.MethodHead // which sends nothing
	head := []string{"id", "name", "email", "phone", "tags", "visits", "no_shows", "spent", "last_visit", "next_visit", "since", "login", "blocked"}
	return web.CSV(c, web.Tenant(c).Subdomain+"-customers.csv", head, func() (lines [][]string, more bool, err error) {
		err = h.DB.InTenant(c.Request().Context(), *web.Tenant(c), func(q *store.TenantTx) error {
			rows, info, err := booking.Customers(q, filter)
			for _, r := range rows {
				lines = append(lines, []string{r.ID.String(), r.Name, r.Email, r.Phone, strings.Join(r.Tags, ", "), strconv.Itoa(r.Visits), strconv.Itoa(r.NoShows),
					centsText(r.SpentCents), timeCell(r.LastVisit), timeCell(r.NextVisit), timeCell(&r.CreatedAt), yesNo(r.HasLogin), yesNo(r.BlockedAt != nil)})
			}
			filter.Page.After, more = info.Last, info.More
			if err == nil && !recorded {
				recorded = true
				err = people.RecordDownload(q, people.Download{Noun: "customer", File: "customers.csv", Rows: info.Total, Filter: web.FilterText(c.QueryParams())})
			}
			return err
		})
		return lines, more, err
	})
}

func centsText(cents int64) string {
	return strconv.FormatFloat(float64(cents)/100, 'f', 2, 64)
}

func timeCell(at *time.Time) string {
	if at == nil {
		return ""
	}
	return at.UTC().Format(time.RFC3339)
}

func yesNo(yes bool) string {
	if yes {
		return "yes"
	}
	return "no"
}

func (h *Handlers) customerNew(c echo.Context) error {
	// What was typed into a search, when nobody was found.
	name, email, phone := asTyped(web.SearchText(c))
	return h.customerNewForm(c, http.StatusOK, business.CustomerInput{Name: name, Email: email, Phone: phone}, nil)
}

func (h *Handlers) customerNewForm(c echo.Context, status int, in business.CustomerInput, errs map[string]string) error {
	p := business.CustomerFormProps{In: in, Errors: errs, CanManage: mayManage(c, access.CustomersManage)}
	if errs[booking.SamePhoneField] != "" {
		status = http.StatusConflict
	}
	var err error
	if p.SamePhone, err = h.samePhone(c, in.Phone, uuid.Nil, errs); err != nil {
		return err
	}
	return h.Render(c, status, web.View{Title: "New customer", Body: business.CustomerNew(p)})
}

// samePhone are those who have a telephone number already, when a form was refused
// for that.
func (h *Handlers) samePhone(c echo.Context, phone string, of uuid.UUID, errs map[string]string) (same []business.FoundCustomer, err error) {
	if errs[booking.SamePhoneField] == "" {
		return nil, nil
	}
	err = h.DB.InTenant(c.Request().Context(), *web.Tenant(c), func(q *store.TenantTx) error {
		known, err := booking.CustomersWithPhone(q, phone)
		for _, k := range known {
			if k.ID != of {
				same = append(same, foundCustomer(k))
			}
		}
		return err
	})
	return same, err
}

func (h *Handlers) customerCreate(c echo.Context) error {
	in, customer, errs := bindCustomer(c)
	if len(errs) == 0 {
		var id uuid.UUID
		err := h.DB.InTenant(web.FormOnce(c), *web.Tenant(c), func(q *store.TenantTx) (err error) {
			id, err = booking.CreateCustomer(q, customer)
			return err
		})
		if err == nil {
			h.Flash(c, "success", customer.Name+" is added.")
			return web.Redirect(c, urls.Customer(id.String()))
		}
		if errs = store.FieldErrors(err); errs == nil {
			return err
		}
	}
	return h.customerNewForm(c, http.StatusUnprocessableEntity, in, errs)
}

// bindCustomer reads the form and says what is wrong with it, by field.
func bindCustomer(c echo.Context) (business.CustomerInput, booking.CustomerInput, map[string]string) {
	in := business.CustomerInput{Name: text(c, "name"), Email: web.Email(c, "email"), Phone: text(c, "phone"), Tags: text(c, "tags")}
	errs := map[string]string{}
	web.CheckName(errs, "name", in.Name, 1, 120, "Give the customer a name.")
	if in.Email != "" {
		web.CheckEmail(errs, "email", in.Email)
	}
	web.CheckText(errs, "phone", in.Phone, 0, 40, "")
	tags := booking.ParseTags(in.Tags)
	if len(tags) > booking.MaxTags {
		errs["tags"] = "Use at most 10 tags."
	}
	for _, tag := range tags {
		web.CheckText(errs, "tags", tag, 0, booking.MaxTag, "")
	}
	return in, booking.CustomerInput{Name: in.Name, Email: in.Email, Phone: in.Phone, Tags: tags, SamePhone: c.FormValue(booking.SamePhoneField) != ""}, errs
}

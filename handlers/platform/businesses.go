package platform

import (
	"net/http"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/catalog"
	"github.com/smoothschedule/smoothschedule/store/console"
	"github.com/smoothschedule/smoothschedule/views/platform"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

var businessFilters = map[string][]string{"plan": console.Plans, "status": console.Statuses, "zone": {web.AnyText},
	"trial": {"7d", "30d"}, "inactive": {"30d", "90d"}, "joined": periodCodes, "churned": periodCodes, "paying": {"1"}}

const day = 24 * time.Hour

// spans are the values of the filters that are about time.
var spans = map[string]time.Duration{"7d": 7 * day, "30d": 30 * day, "90d": 90 * day}

func (h *Handlers) businessesIndex(c echo.Context) error {
	query := web.ReadList(c, businessFilters)
	var rows []console.Business
	var info store.PageInfo
	who, open := web.Principal(c), ""
	err := h.DB.InPublic(c.Request().Context(), func(q *store.PublicTx) (err error) {
		if open, err = withViews(c, q, &query, "businesses"); err != nil || open != "" {
			return err
		}
		filter := h.businessFilter(query)
		filter.Brief = true
		rows, info, err = console.Businesses(q, filter)
		return err
	})
	if open != "" {
		return c.Redirect(http.StatusSeeOther, open)
	}
	p := platform.BusinessesProps{
		List:      query.State(info, len(rows), err),
		Rows:      make([]platform.BusinessRow, len(rows)),
		CanCreate: who.Can(access.BusinessesCreate), CanPlan: who.Can(access.BusinessesPlan), CanSuspend: who.Can(access.BusinessesSuspend), CanRestore: who.Can(access.BusinessesDelete),
	}
	p.List.CSVHref = query.HrefTo(urls.BusinessesCSV())
	now, masquerades := time.Now(), who.Can(access.MasqueradesStart)
	for i, b := range rows {
		p.Rows[i] = h.businessRow(b, now, masquerades)
	}
	return h.RenderList(c, err, web.View{Title: "Businesses", Body: platform.Businesses(p), Fragment: platform.BusinessList(p)})
}

// businessFilter is what the list shows; an address in the search is read.
func (h *Handlers) businessFilter(q web.ListQuery) console.BusinessFilter {
	f := businessFilter(q)
	f.Q = h.Sites.Pasted(f.Q)
	return f
}

func businessFilter(q web.ListQuery) console.BusinessFilter {
	return console.BusinessFilter{Q: q.Q, Plan: q.Filter("plan"), Status: q.Filter("status"), Zone: q.Filter("zone"),
		TrialEnds: spans[q.Filter("trial")], Inactive: spans[q.Filter("inactive")],
		JoinedDays: periodDays(q.Filter("joined")), ChurnedDays: periodDays(q.Filter("churned")), Paying: q.Filter("paying") != "", Sort: q.Sort, Page: q.Page}
}

func (h *Handlers) businessRow(b console.Business, now time.Time, masquerades bool) platform.BusinessRow {
	row := platform.BusinessRow{
		ID: b.ID.String(), Name: b.Name, Host: h.Sites.BusinessHost(b.Subdomain), URL: h.Sites.Business(b.Subdomain, "/"),
		Plan: b.Plan, Status: b.Status, OwnerName: b.OwnerName, OwnerEmail: b.OwnerEmail,
		People: web.Count(b.PeopleCount), Appointments30d: web.Count(b.Appointments30d), MRR: web.Money(b.MRRCents),
		LastActivity: web.Ago(b.LastActivityAt, now), Joined: web.Date(b.CreatedAt, time.UTC),
	}
	if b.LogoHash != "" {
		row.LogoHref = urls.BusinessLogo(row.ID, b.LogoHash)
	}
	row.CanMasquerade = masquerades && b.OwnerID.Valid && b.Status != "archived"
	return row
}

func (h *Handlers) businessNew(c echo.Context) error {
	return h.businessForm(c, http.StatusOK, platform.BusinessInput{Plan: "free", TimeZone: "UTC"}, nil)
}

func (h *Handlers) businessCreate(c echo.Context) error {
	in, errs := bindBusiness(c)
	if len(errs) == 0 {
		id, err := console.CreateBusiness(web.FormOnce(c), h.DB, console.NewBusiness{
			Name: in.Name, Subdomain: in.Subdomain, Plan: in.Plan, TimeZone: in.TimeZone, OwnerName: in.OwnerName, OwnerEmail: in.OwnerEmail})
		if err == nil {
			h.Flash(c, "success", in.Name+" is ready. "+in.OwnerName+" gets an invitation by mail.")
			return web.Redirect(c, urls.Business(id.String()))
		}
		if errs = store.FieldErrors(err); errs == nil {
			return err
		}
	}
	return h.businessForm(c, http.StatusUnprocessableEntity, in, errs)
}

func (h *Handlers) businessForm(c echo.Context, status int, in platform.BusinessInput, errs map[string]string) error {
	p := platform.BusinessFormProps{In: in, Errors: errs, HostSuffix: "." + h.Sites.Base(), TimeZones: web.TimeZones()}
	return h.Render(c, status, web.View{Title: "New business", Body: platform.BusinessNew(p), Fragment: platform.BusinessForm(p)})
}

// businessLogo is the picture that a business uploaded, drawn anew by us.
func (h *Handlers) businessLogo(c echo.Context) error {
	id, err := uuid.Parse(c.Param("id"))
	if err != nil {
		return echo.ErrNotFound
	}
	var picture []byte
	err = h.DB.InPublic(c.Request().Context(), func(q *store.PublicTx) (err error) {
		picture, err = catalog.LogoOf(q, id, c.Param("hash"))
		return err
	})
	if err != nil {
		return err
	}
	c.Response().Header().Set("Cache-Control", "private, max-age=31536000, immutable")
	c.Response().Header().Set("Content-Security-Policy", "default-src 'none'; sandbox")
	return c.Blob(http.StatusOK, "image/png", picture)
}

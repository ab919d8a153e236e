package business

import (
	"net/http"
	"slices"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/calendar"
	"github.com/smoothschedule/smoothschedule/store/catalog"
	"github.com/smoothschedule/smoothschedule/views/business"
	"github.com/smoothschedule/smoothschedule/views/ui"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

// bindResource reads the form; the kind is chosen once.
func bindResource(c echo.Context, fresh bool) (in business.ResourceInput, r catalog.Resource, services []uuid.UUID, errs map[string]string, err error) {
	values, err := formValues(c)
	if err != nil {
		return in, r, nil, nil, err
	}
	in = business.ResourceInput{Name: text(c, "name"), Kind: c.FormValue("kind"), TimeZone: text(c, "time_zone"), User: c.FormValue("user_id"), Status: c.FormValue("status"),
		Capacity: text(c, "capacity")}
	errs = map[string]string{}
	web.CheckText(errs, "name", in.Name, 1, 120, "Give the resource a name.")
	if fresh && !slices.Contains(catalog.ResourceKinds, in.Kind) {
		errs["kind"] = "Choose what kind it is."
	}
	if in.Status == "" {
		in.Status = "active"
	}
	if !slices.Contains(catalog.ResourceStatuses, in.Status) {
		errs["status"] = "Choose whether it can be booked."
	}
	if in.TimeZone != "" {
		checkZone(errs, in.TimeZone)
	}
	r = catalog.Resource{Name: in.Name, Kind: in.Kind, TimeZone: in.TimeZone, IsActive: in.Status == "active",
		Capacity: optionalNumber(errs, "capacity", in.Capacity, 1, 10_000)}
	if in.User != "" {
		if r.UserID.UUID, err = uuid.Parse(in.User); err != nil {
			errs["user_id"] = "Choose somebody of the team."
		}
		r.UserID.Valid = true
	}
	for _, value := range values["services"] {
		if id, err := uuid.Parse(value); err == nil && len(services) < 500 {
			services = append(services, id)
		}
	}
	return in, r, services, errs, nil
}

func (h *Handlers) resourceNewForm(c echo.Context, status int, in business.ResourceInput, chosen []uuid.UUID, errs map[string]string) error {
	var services []catalog.Service
	var team []catalog.TeamMember
	err := h.DB.InTenant(c.Request().Context(), *web.Tenant(c), func(q *store.TenantTx) (err error) {
		if services, _, err = catalog.ServicesOf(q, uuid.Nil); err != nil {
			return err
		}
		team, err = catalog.TeamMembers(q)
		return err
	})
	if err != nil {
		return err
	}
	p := h.resourceFormProps(c, in, errs, team)
	p.Services = serviceChoices(services, func(id uuid.UUID) bool { return slices.Contains(chosen, id) })
	return h.Render(c, status, web.View{Title: "New resource", Body: business.ResourceNew(p)})
}

func (h *Handlers) resourceFormProps(c echo.Context, in business.ResourceInput, errs map[string]string, team []catalog.TeamMember) business.ResourceFormProps {
	p := business.ResourceFormProps{In: in, Errors: errs, CanSeePlan: seesPlan(c).Plan, TimeZones: web.TimeZones(), Zone: web.Tenant(c).TimeZone, CanManage: mayManage(c, access.ResourcesManage),
		CanDelete: mayDelete(c, access.ResourcesManage),
		People:    []ui.Option{{Label: "Nobody's"}}}
	for _, m := range team {
		p.People = append(p.People, ui.Option{Value: m.ID.String(), Label: m.Name + " (" + m.Email + ")"})
	}
	return p
}

func serviceChoices(services []catalog.Service, does func(uuid.UUID) bool) []business.Choice {
	choices := make([]business.Choice, len(services))
	for i, s := range services {
		choices[i] = business.Choice{Value: s.ID.String(), Label: s.Name, Checked: does(s.ID)}
	}
	return choices
}

// resourcePage is what the page is made of beside what is stored: the one form
// that was wrong, as typed.
type resourcePage struct {
	id           uuid.UUID
	in           *business.ResourceInput
	services     []uuid.UUID
	errs         map[string]string
	does         []uuid.UUID
	week         *business.WeekProps
	off          *business.OverridesProps
	confirm      string
	confirmError string
}

func (h *Handlers) resourcePage(c echo.Context, status int, f resourcePage) error {
	var (
		r         catalog.Resource
		services  []catalog.Service
		does      map[uuid.UUID]bool
		team      []catalog.TeamMember
		week      catalog.Week
		overrides []catalog.Override
		feeds     []calendar.TeamFeed
	)
	// The feed's address is for the people of the business alone.
	showFeed := web.Principal(c).Masquerade == nil && mayManage(c, access.ResourcesManage)
	owner := uuid.NullUUID{UUID: f.id, Valid: true}
	today := localDate(c)
	err := h.DB.InTenant(c.Request().Context(), *web.Tenant(c), func(q *store.TenantTx) (err error) {
		if r, err = catalog.ReadResource(q, f.id); err != nil {
			return err
		}
		if services, does, err = catalog.ServicesOf(q, f.id); err != nil {
			return err
		}
		if team, err = catalog.TeamMembers(q); err != nil {
			return err
		}
		if week, _, err = catalog.WeekOf(q, owner); err != nil {
			return err
		}
		if overrides, err = catalog.Overrides(q, owner, today); err != nil || !showFeed {
			return err
		}
		feeds, err = calendar.Feeds(q, f.id)
		return err
	})
	if err != nil {
		return err
	}
	in := business.ResourceInput{Name: r.Name, TimeZone: r.TimeZone, Status: resourceStatus(r), Capacity: optionalText(r.Capacity)}
	if r.UserID.Valid {
		in.User = r.UserID.UUID.String()
	}
	checked := func(id uuid.UUID) bool { return does[id] }
	if f.in != nil {
		in, checked = *f.in, func(id uuid.UUID) bool { return slices.Contains(f.services, id) }
	}
	in.Kind = r.Kind
	p := business.ResourceProps{Form: h.resourceFormProps(c, in, f.errs, team), OwnHours: r.OwnHours, ConfirmName: f.confirm, ConfirmError: f.confirmError}
	if showFeed {
		p.HasFeed = ownFeed(c, feeds)
		for _, feed := range feeds {
			switch feed.UserID.UUID {
			case web.Principal(c).Subject.ID:
			case uuid.Nil:
				p.OtherFeeds = append(p.OtherFeeds, "somebody of the team, whom nobody wrote down")
			default:
				p.OtherFeeds = append(p.OtherFeeds, feed.UserName)
			}
		}
		p.FeedURL = h.newFeed(c, urls.Resource(r.ID.String()), r.ID)
	}
	for id, yes := range does {
		if yes {
			f.does = append(f.does, id)
		}
	}
	if p.Form.Seen = web.Seen(resourceAnswers(catalog.ResourceForm{Resource: r, Does: f.does})); f.in != nil {
		names := map[string]string{}
		for _, s := range services {
			names[s.ID.String()] = s.Name
		}
		for _, m := range team {
			names[m.ID.String()] = m.Name
		}
		p.Form.Seen = web.SeenAgain(c, urls.Resource(r.ID.String())).Named(names)
	}
	p.Form.ID, p.Form.Title, p.Form.Services = r.ID.String(), r.Name, serviceChoices(services, checked)
	p.Week, p.TimeOff = weekProps(week), business.OverridesProps{}
	if f.week != nil {
		p.Week = *f.week
		p.Week.Seen = web.SeenAgain(c, urls.Resource(r.ID.String()))
	}
	if f.off != nil {
		p.TimeOff = *f.off
	}
	p.Week.Action, p.Week.CanManage = urls.ResourceHours(p.Form.ID), p.Form.CanManage
	p.Week.Note = "Empty days are off. With no hours at all, the opening hours of the business hold."
	p.TimeOff.CanDelete = p.Form.CanDelete
	p.TimeOff.Action, p.TimeOff.CanManage, p.TimeOff.Off, p.TimeOff.Today = urls.ResourceTimeOff(p.Form.ID), p.Form.CanManage, true, today.String()
	p.TimeOff.Rows = overrideRows(overrides, "Off", func(id string) string { return urls.ResourceTimeOffDelete(p.Form.ID, id) })
	return h.Render(c, status, web.View{Title: r.Name, Body: business.ResourceEdit(p)})
}

func (h *Handlers) resourceHours(c echo.Context) error {
	id, err := pathID(c, "id")
	if err != nil {
		return err
	}
	p, week, err := bindWeek(c)
	if err != nil {
		return err
	}
	if p.Wrong() {
		return h.resourcePage(c, http.StatusUnprocessableEntity, resourcePage{id: id, week: &p})
	}
	err = h.DB.InTenant(web.IfSeen(c, weekAnswers, week), *web.Tenant(c), func(q *store.TenantTx) error {
		return catalog.SetWeek(q, uuid.NullUUID{UUID: id, Valid: true}, week)
	})
	if web.IsStale(err) {
		return h.resourcePage(c, http.StatusConflict, resourcePage{id: id, week: &p})
	}
	if err != nil {
		return err
	}
	h.Flash(c, "success", "The hours are saved.")
	return web.Redirect(c, urls.Resource(id.String())+"#hours")
}

func (h *Handlers) resourceTimeOff(c echo.Context) error {
	id, err := pathID(c, "id")
	if err != nil {
		return err
	}
	owner := uuid.NullUUID{UUID: id, Valid: true}
	p, o := bindOverride(c, localDate(c))
	if o.Resource = owner; len(p.Errors) > 0 {
		return h.resourcePage(c, http.StatusUnprocessableEntity, resourcePage{id: id, off: &p})
	}
	if err := h.addOverride(c, o, "The time off is added."); err != nil {
		return err
	}
	return web.Redirect(c, urls.Resource(id.String())+"#time-off")
}

func (h *Handlers) resourceTimeOffDelete(c echo.Context) error {
	id, err := pathID(c, "id")
	if err != nil {
		return err
	}
	if err := h.removeOverride(c, uuid.NullUUID{UUID: id, Valid: true}); err != nil {
		return err
	}
	return web.Redirect(c, urls.Resource(id.String())+"#time-off")
}

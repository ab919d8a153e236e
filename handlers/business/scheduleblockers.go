package business

import (
	"net/http"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/availability"
	"github.com/smoothschedule/smoothschedule/store/booking"
	"github.com/smoothschedule/smoothschedule/store/calendar"
	"github.com/smoothschedule/smoothschedule/store/catalog"
	"github.com/smoothschedule/smoothschedule/views/business"
	"github.com/smoothschedule/smoothschedule/views/ui"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

func (h *Handlers) blockerNew(c echo.Context) error {
	return h.blockerForm(c, http.StatusOK, business.BlockerFormProps{In: business.BlockerInput{Resource: c.QueryParam("resource_id")}})
}

func (h *Handlers) blockerEdit(c echo.Context) error {
	id, err := pathID(c, "id")
	if err != nil {
		return err
	}
	return h.blockerForm(c, http.StatusOK, business.BlockerFormProps{ID: id.String()})
}

// blockerForm shows the form of a new blocker, of what was typed, or of a stored
// one when nothing was.
func (h *Handlers) blockerForm(c echo.Context, status int, p business.BlockerFormProps) error {
	tenant := web.Tenant(c)
	loc := tenant.Location()
	var b calendar.Blocker
	var all []catalog.Resource
	var mine changer
	err := h.DB.InTenant(c.Request().Context(), *tenant, func(q *store.TenantTx) (err error) {
		if mine, err = readChanger(c, q); err != nil {
			return err
		}
		if p.ID != "" {
			if b, err = booking.Blocker(q, uuid.MustParse(p.ID)); err != nil {
				return err
			}
		}
		if all, err = catalog.AllResources(q); err != nil || p.ID != "" || p.In.Date != "" || status != http.StatusOK {
			return err
		}
		at, err := proposedStart(c, q, all, catalog.Service{}, c.QueryParam("resource_id"))
		p.In.Date, p.In.From, p.In.To, p.In.Offset = at.Format(time.DateOnly), at.Format("15:04"), at.Add(time.Hour).Format("15:04"), offsetOf(at)
		return err
	})
	if err != nil {
		return err
	}
	p.CanChange, p.CanDelete = mine.any(), !masquerading(c)
	if p.ID != "" {
		p.CanChange = mine.mayBlock(b.Resource)
		if p.In == (business.BlockerInput{}) {
			p.In = blockerInput(b, loc)
		}
	}
	if p.ID != "" {
		p.Version = b.Version()
		if p.Seen = web.Seen(blockerAnswers(loc)(b)); p.Errors != nil {
			p.Seen = web.SeenAgain(c, urls.Blocker(p.ID, backTo(c))).Named(resourceNames(all))
		}
	}
	p.Zone, p.Back, p.Peek, p.Twins = zoneName(time.Now(), loc), backTo(c), isPeek(c), twinChoice(p.In.Date, p.In.From, p.In.Offset, loc)
	if mine.own.Valid && p.ID == "" {
		p.DaysOffHref = urls.OwnDaysOff()
	}
	if mine.all {
		p.Resources = append(p.Resources, ui.Option{Label: "The whole business"})
	}
	for _, r := range all {
		if r.IsActive && (mine.all || r.ID == mine.own.UUID) {
			p.Resources = append(p.Resources, ui.Option{Value: r.ID.String(), Label: r.Name})
		}
	}
	title := "Block time"
	if p.ID != "" {
		title = "Blocked time"
	}
	return h.Render(c, status, web.View{Title: title, Body: business.BlockerPage(p), Fragment: business.BlockerPeek(p)})
}

func blockerInput(b calendar.Blocker, loc *time.Location) business.BlockerInput {
	in := business.BlockerInput{Date: b.StartsAt.In(loc).Format(time.DateOnly), From: b.StartsAt.In(loc).Format("15:04"), To: b.EndsAt.In(loc).Format("15:04"), Reason: b.Reason, Offset: offsetOf(b.StartsAt.In(loc))}
	if b.Resource.Valid {
		in.Resource = b.Resource.UUID.String()
	}
	return in
}

func (h *Handlers) blockerCreate(c echo.Context) error { return h.blockerSave(c, calendar.Blocker{}) }

func (h *Handlers) blockerUpdate(c echo.Context) error {
	id, err := pathID(c, "id")
	if err != nil {
		return err
	}
	var old calendar.Blocker
	err = h.DB.InTenant(c.Request().Context(), *web.Tenant(c), func(q *store.TenantTx) (err error) {
		old, err = booking.Blocker(q, id)
		return err
	})
	if err != nil {
		return err
	}
	return h.blockerSave(c, old)
}

// blockerSave makes a blocker, or changes an old one.
func (h *Handlers) blockerSave(c echo.Context, old calendar.Blocker) error {
	tenant := web.Tenant(c)
	loc := tenant.Location()
	errs := map[string]string{}
	in := business.BlockerInput{Resource: c.FormValue("resource_id"), Date: text(c, "date"), From: typedClock(c, "time"), To: typedClock(c, "to"), Reason: text(c, "reason"), Offset: c.FormValue("offset")}
	b := bindBlocker(c, in, errs, loc)
	if b.ID = old.ID; old.ID != uuid.Nil && !b.StartsAt.IsZero() {
		length := b.EndsAt.Sub(b.StartsAt)
		b.StartsAt = sameWall(c.FormValue("start"), b.StartsAt, old.StartsAt, loc)
		b.EndsAt = b.StartsAt.Add(length)
		if c.FormValue("minutes") == "" {
			b.EndsAt = sameWall(in.Date+"T"+in.To, b.EndsAt, old.EndsAt, loc)
		}
	}
	_, given := c.Request().PostForm["reason"]
	if old.ID != uuid.Nil && !given { // a drag moves it and says nothing else
		b.Reason = old.Reason
		if !old.Resource.Valid {
			b.Resource = old.Resource
		}
	}
	p := business.BlockerFormProps{In: in, Errors: errs}
	if old.ID != uuid.Nil {
		p.ID = old.ID.String()
	}
	if len(errs) > 0 {
		return h.blockerInvalid(c, http.StatusUnprocessableEntity, p)
	}
	var inTheWay int
	err := h.DB.InTenant(web.IfSeen(c, blockerAnswers(loc), b), *tenant, func(q *store.TenantTx) (err error) {
		if restored, _ := uuid.Parse(c.FormValue("restore")); restored != uuid.Nil && old.ID == uuid.Nil {
			b.ID = restored
			b, err = booking.RestoreBlocker(q, b)
			return err
		}
		b, inTheWay, err = booking.SaveBlocker(q, b, c.FormValue("version"))
		return err
	})
	if p.Errors = store.FieldErrors(err); p.Errors != nil {
		return h.blockerInvalid(c, web.FormStatus(p.Errors), p)
	}
	if err != nil {
		return h.blockerRefused(c, err)
	}
	toast := ui.Toast{Tone: ui.Success, About: b.ID.String(), Text: "Blocked: " + web.DayTimes(b.StartsAt, b.EndsAt, loc) + "."}
	switch {
	case inTheWay == 1:
		toast.Tone, toast.Text = ui.Warning, toast.Text+" One appointment lies in it and stays: move it."
	case inTheWay > 1:
		toast.Tone, toast.Text = ui.Warning, toast.Text+" "+web.Count(inTheWay)+" appointments lie in it and stay: move them."
	}
	if !masquerading(c) {
		toast.Undo = &ui.Undo{Action: urls.BlockerDelete(b.ID.String()), Fields: [][2]string{{"back", backTo(c)}, {"version", b.Version()}}}
	}
	if old.ID != uuid.Nil {
		toast.Undo = &ui.Undo{Action: urls.Blocker(old.ID.String(), ""), Fields: append(blockerFields(old, backTo(c)), [2]string{"version", b.Version()})}
	}
	return h.changed(c, toast, urls.Schedule(b.StartsAt.In(loc).Format(time.DateOnly), "", "", ""))
}

func bindBlocker(c echo.Context, in business.BlockerInput, errs map[string]string, loc *time.Location) calendar.Blocker {
	b := calendar.Blocker{Resource: resourceField(errs, "resource_id", in.Resource), Reason: in.Reason}
	b.StartsAt = startField(c, errs, loc)
	web.CheckText(errs, "reason", in.Reason, 0, 200, "")
	if b.StartsAt.IsZero() {
		return b
	}
	if minutes, err := strconv.Atoi(c.FormValue("minutes")); err == nil && minutes >= 5 && minutes <= 7*24*60 {
		b.EndsAt = b.StartsAt.Add(time.Duration(minutes) * time.Minute)
		return b
	}
	to, err := clockMinutes(in.To)
	if err != nil {
		errs["to"] = "Give a time like 17:00."
		return b
	}
	if to == 0 {
		to = 1440 // midnight is the day's end
	}
	b.EndsAt = store.DateOf(b.StartsAt.In(loc)).At(to, loc)
	if _, second, twice := availability.Twins(b.EndsAt); twice && !b.EndsAt.After(b.StartsAt) {
		b.EndsAt = second
	}
	if !b.EndsAt.After(b.StartsAt) {
		errs["to"] = "This has to be later than the beginning."
	}
	return b
}

// blockerFields are what makes a blocker as it was.
func blockerFields(b calendar.Blocker, back string) [][2]string {
	fields := [][2]string{{"start", b.StartsAt.UTC().Format(time.RFC3339)}, {"minutes", strconv.Itoa(int(b.EndsAt.Sub(b.StartsAt).Minutes()))}, {"reason", b.Reason}, {"back", back}}
	if b.Resource.Valid {
		fields = append(fields, [2]string{"resource_id", b.Resource.UUID.String()})
	}
	return fields
}

// blockerRefused says above the lanes what became of it meanwhile.
func (h *Handlers) blockerRefused(c echo.Context, err error) error {
	if store.Refusal(err) != nil && onSchedule(c) && !isPeek(c) {
		return web.Write(c, http.StatusConflict, business.ScheduleNote(business.Refusal{Message: message(err)}))
	}
	return err
}

func (h *Handlers) blockerInvalid(c echo.Context, status int, p business.BlockerFormProps) error {
	if onSchedule(c) && !isPeek(c) {
		for _, message := range p.Errors {
			return web.Write(c, status, business.ScheduleNote(business.Refusal{Message: message}))
		}
	}
	return h.blockerForm(c, status, p)
}

func (h *Handlers) blockerDelete(c echo.Context) error {
	id, err := pathID(c, "id")
	if err != nil {
		return err
	}
	var b calendar.Blocker
	err = h.DB.InTenant(c.Request().Context(), *web.Tenant(c), func(q *store.TenantTx) (err error) {
		b, err = booking.DeleteBlocker(q, id, c.FormValue("version"))
		return err
	})
	if err != nil {
		return h.blockerRefused(c, err)
	}
	toast := ui.Toast{Tone: ui.Success, About: id.String(), Text: "The time is free again.",
		Undo: &ui.Undo{Action: urls.Blockers(), Fields: append(blockerFields(b, backTo(c)), [2]string{"restore", id.String()})}}
	return h.changed(c, toast, urls.Schedule(b.StartsAt.In(web.Tenant(c).Location()).Format(time.DateOnly), "", "", ""))
}

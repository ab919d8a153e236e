package platform

import (
	"net/http"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/console"
	"github.com/smoothschedule/smoothschedule/store/desk"
	"github.com/smoothschedule/smoothschedule/store/people"
	"github.com/smoothschedule/smoothschedule/views/platform"
	"github.com/smoothschedule/smoothschedule/views/ui"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

// What a business's page shows of each kind.
const (
	activityShown = 20
	ticketsShown  = 5
	sparkDays     = 30
)

// businessData is everything on a business's page.
type businessData struct {
	business console.Business
	people   []store.Person
	domains  []console.Domain
	events   []store.AuditEntry
	notes    []console.BusinessNote
	changes  []console.PlanChange
	limits   console.PlanLimits
	prices   map[string]int
	daily    []float64
	tickets  []desk.Ticket
	undo     *console.BulkRun
	// Which page of the notes and of the plan's steps is shown, and whether there are older ones.
	notesPage, stepsPage   int
	olderNotes, olderSteps bool
}

// load reads what the person may see of the business.
func (d *businessData) load(q *store.PublicTx, id uuid.UUID, who *store.Principal) (err error) {
	withTickets := who.Can(access.TicketsView)
	if d.business, err = console.ReadBusiness(q, id); err != nil {
		return err
	}
	if who.Can(access.UsersView) {
		if d.people, err = people.Of(q, id); err != nil {
			return err
		}
	}
	if d.domains, err = console.DomainsOf(q, id); err != nil {
		return err
	}
	if d.events, err = console.AuditOf(q, id, auditBy(who), withTickets, activityShown); err != nil {
		return err
	}
	if d.notes, d.olderNotes, err = console.NotesOf(q, id, d.notesPage); err != nil {
		return err
	}
	if d.changes, d.olderSteps, err = console.PlanChanges(q, id, d.stepsPage); err != nil {
		return err
	}
	if d.limits, err = console.LimitsOf(q, d.business.Plan); err != nil {
		return err
	}
	if d.prices, err = console.PlanPrices(q); err != nil {
		return err
	}
	if d.daily, err = console.DailyAppointments(q, id, sparkDays); err != nil {
		return err
	}
	if withTickets {
		d.tickets, _, err = desk.Tickets(q, desk.TicketFilter{Business: uuid.NullUUID{UUID: id, Valid: true}, Sort: "-updated", Page: store.Page{Number: 1, Size: ticketsShown}})
		if err != nil {
			return err
		}
	}
	d.undo, err = console.LastChange(q, id)
	return err
}

func (h *Handlers) businessShow(c echo.Context) error {
	return h.businessPage(c, http.StatusOK, nil)
}

// businessPage shows a business; errs is what was wrong with a form of it, by
// field, and what was typed is kept.
func (h *Handlers) businessPage(c echo.Context, status int, errs map[string]string) error {
	id, err := uuid.Parse(c.Param("id"))
	if err != nil {
		return echo.ErrNotFound
	}
	d := businessData{notesPage: web.PageOf(c, "notes"), stepsPage: web.PageOf(c, "steps")}
	who := web.Principal(c)
	err = h.DB.InPublic(c.Request().Context(), func(q *store.PublicTx) error { return d.load(q, id, who) })
	if err != nil {
		return err
	}
	p := h.businessProps(c, d)
	p.Errors, p.Values = errs, map[string]string{}
	for field := range errs {
		p.Values[field] = c.FormValue(field)
	}
	here := urls.Business(p.ID)
	p.PlanSeen = web.SeenOf(c, urls.BusinessPlanPattern, here, planCodeAnswers(store.PlanCode(d.business.Plan)))
	p.RenameSeen = web.SeenOf(c, urls.BusinessRenamePattern, here, subdomainAnswers(store.Subdomain(d.business.Subdomain)))
	if ends := d.business.TrialEndsAt; ends != nil {
		p.TrialSeen = web.SeenOf(c, urls.BusinessTrialPattern, here, trialAnswers(store.TrialEnd(*ends)))
	}
	if errs[ui.VersionField] != "" {
		for _, field := range []string{"plan", "subdomain", "days"} {
			if typed := c.FormValue(field); typed != "" {
				p.Values[field] = typed
			}
		}
	}
	p.Values["archive_reason"], p.Values["export_reason"] = c.FormValue("reason"), c.FormValue("export_reason")
	p.NeedPassword = needsStepUp(c)
	return h.Render(c, status, web.View{Title: d.business.Name, Body: platform.Business(p)})
}

func (h *Handlers) businessProps(c echo.Context, d businessData) platform.BusinessProps {
	who, now, b := web.Principal(c), time.Now(), d.business
	loc, err := time.LoadLocation(b.TimeZone)
	if err != nil {
		loc = time.UTC
	}
	open := b.DeletingSince == nil
	p := platform.BusinessProps{
		ID: b.ID.String(), Name: b.Name, Host: h.Sites.BusinessHost(b.Subdomain), URL: h.Sites.Business(b.Subdomain, "/"),
		Subdomain: b.Subdomain, HostSuffix: "." + h.Sites.Base(),
		Plan: b.Plan, Status: b.Status, StatusReason: b.StatusReason, TimeZone: b.TimeZone, Deleting: !open,
		LocalTime: web.Instant(now, loc), Joined: web.Date(b.CreatedAt, time.UTC), MRR: web.Money(b.MRRCents),
		Appointments: web.Count(b.Appointments30d), Customers: web.Count(b.CustomersCount), LastActivity: web.Ago(b.LastActivityAt, now),
		CanSuspend:    open && who.Can(access.BusinessesSuspend) && (b.Status == "trial" || b.Status == "active"),
		CanReactivate: open && who.Can(access.BusinessesSuspend) && b.Status == "suspended",
		CanChangePlan: open && who.Can(access.BusinessesPlan) && b.Status != "archived",
		CanExtend:     open && who.Can(access.BusinessesPlan) && b.Status == "trial",
		CanArchive:    open && who.Can(access.BusinessesSuspend) && b.Status != "archived",
		CanUnarchive:  open && who.Can(access.BusinessesSuspend) && b.Status == "archived",
		CanRename:     open && who.Can(access.BusinessesSuspend),
		CanDelete:     open && who.Can(access.BusinessesDelete),
		CanExport:     open && who.Can(access.BusinessesDelete),
		CanDomains:    open && who.Can(access.BusinessesDomains),
		CanNote:       who.Can(access.BusinessesNotes),
		SeesPeople:    who.Can(access.UsersView), OwnerName: b.OwnerName, OwnerEmail: b.OwnerEmail,
		SeesTickets: who.Can(access.TicketsView), SeesAudit: who.Can(access.AuditAll),
		Back: urls.Business(b.ID.String()), Spark: d.daily,
	}
	if b.TrialEndsAt != nil && b.Status == "trial" {
		p.TrialEnds = web.Date(*b.TrialEndsAt, time.UTC)
	}
	h.businessPeople(c, &p, d)
	p.Domains = h.businessDomains(d)
	p.Usage = usageProps(b, d.limits)
	p.PlanOptions = planOptions(b, d.prices)
	p.OlderSteps = web.Older(p.Back, "steps", "History of the plan", d.stepsPage, len(d.changes), d.olderSteps)
	p.OlderNotes = web.Older(p.Back, "notes", "Notes", d.notesPage, len(d.notes), d.olderNotes)
	for _, s := range d.changes {
		by := s.ActorName
		if !s.ActorID.Valid {
			by = "system" // as the audit log says
		}
		if !p.SeesAudit && s.ActorID.Valid && s.ActorID.UUID != who.Actor.ID {
			by = "somebody else" // who is in the audit log
		}
		p.Steps = append(p.Steps, platform.PlanStep{At: web.Date(s.At, time.UTC), By: by, Plan: s.Plan, Status: s.Status,
			MRR: web.Money(s.After), Change: change(s.After - s.Before), Undone: s.Undone})
	}
	for _, e := range d.events {
		p.Activity = append(p.Activity, eventProps(e, now))
	}
	for _, n := range d.notes {
		p.Notes = append(p.Notes, platform.Note{ID: n.ID.String(), Author: n.AuthorName, At: web.Ago(n.CreatedAt, now), Body: n.Body, Own: n.AuthorID == who.Actor.ID})
	}
	for _, t := range d.tickets {
		p.Tickets = append(p.Tickets, ticketRow(t, now))
	}
	if d.undo != nil && who.Can(console.BulkPermission(console.BulkBusinesses, d.undo.Action)) {
		p.UndoID, p.UndoText = d.undo.ID.String(), undoTexts[d.undo.Action]
	}
	return p
}

var undoTexts = map[string]string{"suspend": "You suspended this business.", "reactivate": "You reactivated this business.", "plan": "You changed the plan."}

func (h *Handlers) businessPeople(c echo.Context, p *platform.BusinessProps, d businessData) {
	who, now, b := web.Principal(c), time.Now(), d.business
	if len(d.people) < b.PeopleCount {
		p.PeopleTotal = web.Count(b.PeopleCount)
	}
	masquerades := who.Can(access.MasqueradesStart) && b.Status != "archived"
	for _, person := range d.people {
		shown := platform.Person{ID: person.ID.String(), Name: person.Name, Email: person.Email, Role: access.RoleName(person.Role),
			Inactive: !person.IsActive, CanMasquerade: masquerades && person.IsActive}
		if person.LastLogin != nil {
			shown.LastLogin = web.Ago(*person.LastLogin, now)
		}
		p.People = append(p.People, shown)
		if person.ID == b.OwnerID.UUID {
			p.Owner = &p.People[len(p.People)-1]
		}
	}
}

func (h *Handlers) businessDomains(d businessData) []platform.Domain {
	var shown []platform.Domain
	for _, n := range d.domains {
		row := platform.Domain{Name: n.Name, Host: n.Name, Custom: n.Kind == "custom", Former: n.Kind == "former", Verified: n.VerifiedAt != nil, Problem: n.CheckResult}
		row.URL = h.Sites.Public("", n.Name, "/")
		if !row.Custom {
			row.Host, row.URL = h.Sites.BusinessHost(n.Name), h.Sites.Business(n.Name, "/")
		}
		row.Primary = n.Name == d.business.PrimaryDomain || d.business.PrimaryDomain == "" && n.Kind == "subdomain"
		if row.Custom && !row.Verified {
			row.Record, row.Proof = console.DomainRecord+n.Name, n.Proof()
		}
		if n.ReservedUntil != nil {
			row.Until = web.Date(*n.ReservedUntil, time.UTC)
		}
		if n.CheckedAt != nil {
			row.Checked = web.Ago(*n.CheckedAt, time.Now())
		}
		shown = append(shown, row)
	}
	return shown
}

// usageProps holds what a business has against what its plan allows.
func usageProps(b console.Business, l console.PlanLimits) []platform.Usage {
	var usage []platform.Usage
	for _, u := range []struct {
		label string
		used  int
		limit *int
	}{{"People", b.PeopleCount, l.People}, {"Resources", b.ResourcesCount, l.Resources}, {"Appointments this month", b.AppointmentsMonth, l.Appointments}} {
		row := platform.Usage{Label: u.label, Text: web.Count(u.used) + ", no limit"}
		if u.limit != nil {
			row.Text, row.Used, row.Limit = web.Count(u.used)+" of "+web.Count(*u.limit), u.used, *u.limit
		}
		usage = append(usage, row)
	}
	return usage
}

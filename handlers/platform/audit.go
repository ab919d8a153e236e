package platform

import (
	"net/http"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/console"
	"github.com/smoothschedule/smoothschedule/store/sessions"
	"github.com/smoothschedule/smoothschedule/views/platform"
	"github.com/smoothschedule/smoothschedule/views/ui"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

// periods are the choices of "when", from now back.
var periods = map[string]time.Duration{"24h": 24 * time.Hour, "7d": 7 * 24 * time.Hour, "30d": 30 * 24 * time.Hour}

// auditQuery reads the list's state and what of the log the person may see.
func auditQuery(c echo.Context) (web.ListQuery, console.AuditFilter) {
	choices := map[string][]string{"kind": console.AuditNouns, "period": {"24h", "7d", "30d"}, "views": {"each"}}
	business, err := uuid.Parse(c.QueryParam("business"))
	if err == nil {
		choices["business"] = []string{business.String()}
	}
	person, err := uuid.Parse(c.QueryParam("person"))
	if err == nil {
		choices["person"] = []string{person.String()}
	}
	query := web.ReadList(c, choices)
	f := console.AuditFilter{Q: query.Q, Noun: query.Filter("kind"), Views: query.Filter("views") != "", Page: query.Page}
	f.Business = uuid.NullUUID{UUID: business, Valid: query.Filter("business") != ""}
	f.Person = uuid.NullUUID{UUID: person, Valid: query.Filter("person") != ""}
	if back, ok := periods[query.Filter("period")]; ok {
		f.Since = time.Now().Add(-back)
	}
	f.Actor = auditBy(web.Principal(c))
	return query, f
}

// auditBy is whose entries alone somebody may see; invalid means everybody's.
// Whatever shows events, on whichever page, asks it.
func auditBy(who *store.Principal) uuid.NullUUID {
	return uuid.NullUUID{UUID: who.Actor.ID, Valid: !who.Can(access.AuditAll)}
}

func (h *Handlers) auditIndex(c echo.Context) error {
	query, filter := auditQuery(c)
	var rows []store.AuditEntry
	var info store.PageInfo
	businessName, personName, open := "", "", ""
	err := h.DB.InPublic(c.Request().Context(), func(q *store.PublicTx) (err error) {
		if open, err = withViews(c, q, &query, "audit"); err != nil || open != "" {
			return err
		}
		if filter.Business.Valid {
			b, err := console.ReadBusiness(q, filter.Business.UUID)
			if err != nil && store.KindOf(err) != store.NotFound {
				return err
			}
			businessName = b.Name
		}
		if filter.Person.Valid {
			p, err := sessions.Person(q, filter.Person.UUID)
			if err != nil && store.KindOf(err) != store.NotFound {
				return err
			}
			personName = p.Name
		}
		rows, info, err = console.AuditLog(q, filter)
		return err
	})
	if open != "" {
		return c.Redirect(http.StatusSeeOther, open)
	}
	p := platform.AuditProps{List: query.State(info, len(rows), err), Own: filter.Actor.Valid, BusinessName: businessName, PersonName: personName}
	p.List.CSVHref = query.HrefTo(urls.AuditCSV())
	// There may be entries of others, which this role doesn't see.
	p.List.Denied = err == nil && p.Own && len(rows) == 0 && (filter.Business.Valid || filter.Person.Valid)
	now := time.Now()
	for _, e := range rows {
		row := auditRow(e, now)
		row.Href = objectHref(web.Principal(c), e)
		p.Rows = append(p.Rows, row)
	}
	return h.RenderList(c, err, web.View{Title: "Audit log", Body: platform.Audit(p), Fragment: platform.AuditList(p)})
}

func auditRow(e store.AuditEntry, now time.Time) platform.AuditRow {
	event := eventProps(e, now)
	row := platform.AuditRow{At: web.Instant(e.At, time.UTC), Actor: event.Actor, Subject: event.Subject, Text: event.Text,
		Visit: event.Visit, Pages: event.Seen(), Object: objectWords(e), Details: detailWords(e), Address: e.Address}
	if strings.Contains(row.Text, row.Object) {
		row.Object = ""
	}
	if e.BusinessID.Valid && e.BusinessName != "" {
		row.Business, row.BusinessHref = e.BusinessName, urls.Business(e.BusinessID.UUID.String())
	}
	return row
}

// auditCSV is exactly what the list shows, all its pages.
func (h *Handlers) auditCSV(c echo.Context) error {
	_, filter := auditQuery(c)
	filter.Page, filter.Exact = store.Page{Number: 1, Size: web.CSVBatch}, true
	return h.download(c, download{noun: "audit", name: "audit.csv", list: ui.Link{Label: "Audit log", Href: urls.Audit()}, personal: true, business: filter.Business,
		head: []string{"at", "actor", "subject", "action", "object_type", "object_id", "object", "business", "details", "address"},
		batch: func(q *store.PublicTx) (lines [][]string, info store.PageInfo, err error) {
			rows, info, err := console.AuditLog(q, filter)
			for _, e := range rows {
				lines = append(lines, []string{e.At.UTC().Format(time.RFC3339), e.ActorName, e.SubjectName, e.Action, e.ObjectType, e.ObjectID, objectWords(e), e.BusinessName, detailWords(e), e.Address})
			}
			filter.Page.After = info.Last
			return lines, info, err
		}})
}

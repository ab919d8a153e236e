package business

import (
	"net/http"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/catalog"
	"github.com/smoothschedule/smoothschedule/views/business"
	"github.com/smoothschedule/smoothschedule/views/ui"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

func (h *Handlers) resourcesIndex(c echo.Context) error {
	query := web.ReadList(c, map[string][]string{"kind": catalog.ResourceKinds, "status": catalog.ResourceStatuses})
	filter := catalog.ResourceFilter{Q: query.Q, Sort: query.Sort, Kind: query.Filter("kind"), Status: query.Filter("status"), Page: query.Page}
	var rows []catalog.Resource
	var team []catalog.TeamMember
	var info store.PageInfo
	err := h.DB.InTenant(c.Request().Context(), *web.Tenant(c), func(q *store.TenantTx) (err error) {
		if rows, info, err = catalog.Resources(q, filter); err != nil {
			return err
		}
		team, err = catalog.TeamMembers(q)
		return err
	})
	p := business.ResourcesProps{List: query.State(info, len(rows), err), CanManage: mayManage(c, access.ResourcesManage)}
	p.CanMove = p.CanManage && query.Q == "" && filter.Kind == "" && filter.Status == "" && (query.Sort == "" || query.Sort == "order") && info.Total > 1
	names := make(map[uuid.UUID]string, len(team))
	for _, m := range team {
		names[m.ID] = m.Name
	}
	for _, r := range rows {
		row := business.ResourceRow{ID: r.ID.String(), Name: r.Name, Kind: r.Kind, Person: names[r.UserID.UUID], Services: web.Count(r.Services),
			Hours: "Opening hours", Status: resourceStatus(r)}
		if row.Person == r.Name {
			row.Person = "" // says nothing new
		}
		if r.OwnHours {
			row.Hours = "Own hours"
		}
		p.Rows = append(p.Rows, row)
	}
	return h.RenderList(c, err, web.View{Title: "Resources", Body: business.Resources(p), Fragment: business.ResourceList(p)})
}

func resourceStatus(r catalog.Resource) string {
	if r.IsActive {
		return "active"
	}
	return "disabled"
}

func (h *Handlers) resourceNew(c echo.Context) error {
	return h.resourceNewForm(c, http.StatusOK, business.ResourceInput{Kind: "STAFF"}, nil, nil)
}

func (h *Handlers) resourceCreate(c echo.Context) error {
	in, r, services, errs, err := bindResource(c, true)
	if err != nil {
		return err
	}
	if len(errs) == 0 {
		var id uuid.UUID
		err := h.DB.InTenant(web.FormOnce(c), *web.Tenant(c), func(q *store.TenantTx) (err error) {
			id, err = catalog.CreateResource(q, r, services)
			return err
		})
		if err == nil {
			h.Flash(c, "success", r.Name+" is added.")
			return web.Redirect(c, urls.Resource(id.String()))
		}
		if errs = store.FieldErrors(err); errs == nil {
			return err
		}
	}
	return h.resourceNewForm(c, http.StatusUnprocessableEntity, in, services, errs)
}

func (h *Handlers) resourceEdit(c echo.Context) error {
	id, err := pathID(c, "id")
	if err != nil {
		return err
	}
	return h.resourcePage(c, http.StatusOK, resourcePage{id: id})
}

func (h *Handlers) resourceUpdate(c echo.Context) error {
	id, err := pathID(c, "id")
	if err != nil {
		return err
	}
	in, r, services, errs, err := bindResource(c, false)
	if err != nil {
		return err
	}
	if r.ID = id; len(errs) == 0 {
		ahead := 0
		err := h.DB.InTenant(web.IfSeen(c, resourceAnswers, catalog.ResourceForm{Resource: r, Does: services}), *web.Tenant(c),
			func(q *store.TenantTx) (err error) {
				if err = catalog.UpdateResource(q, r, services); err == nil && !r.IsActive {
					ahead, err = catalog.ComingWith(q, r.ID)
				}
				return err
			})
		switch {
		case err == nil && ahead > 0:
			h.Flash(c, ui.Warning, r.Name+" is saved. "+counted(ahead, "appointment")+" ahead with "+r.Name+" stay as they are: move them or give them to others.")
		case err == nil:
			h.Flash(c, "success", r.Name+" is saved.")
		}
		if err == nil {
			return web.Redirect(c, urls.Resource(id.String()))
		}
		if errs = store.FieldErrors(err); errs == nil {
			return err
		}
	}
	return h.resourcePage(c, web.FormStatus(errs), resourcePage{id: id, in: &in, services: services, errs: errs})
}

func (h *Handlers) resourceMove(c echo.Context) error {
	id, err := pathID(c, "id")
	if err != nil {
		return err
	}
	err = h.DB.InTenant(c.Request().Context(), *web.Tenant(c), func(q *store.TenantTx) error {
		return catalog.MoveResource(q, id, c.FormValue("direction") == "up")
	})
	if err != nil {
		return err
	}
	return web.Redirect(c, urls.Resources())
}

func (h *Handlers) resourceDelete(c echo.Context) error {
	id, err := pathID(c, "id")
	if err != nil {
		return err
	}
	typed, name := c.FormValue("confirm"), ""
	err = h.DB.InTenant(c.Request().Context(), *web.Tenant(c), func(q *store.TenantTx) error {
		r, err := catalog.ReadResource(q, id)
		if name = r.Name; err != nil || typed != name {
			return err
		}
		_, err = catalog.DeleteResource(q, id)
		return err
	})
	again := resourcePage{id: id, confirm: typed, confirmError: "Type the name as it stands above."}
	switch {
	case store.KindOf(err) == store.Conflict:
		again.confirmError = message(err)
		return h.resourcePage(c, http.StatusConflict, again)
	case err != nil:
		return err
	case typed != name:
		return h.resourcePage(c, http.StatusUnprocessableEntity, again)
	}
	h.Flash(c, "success", name+" is deleted.")
	return web.Redirect(c, urls.Resources())
}

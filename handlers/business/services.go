package business

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/booking"
	"github.com/smoothschedule/smoothschedule/store/catalog"
	"github.com/smoothschedule/smoothschedule/views/business"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

func (h *Handlers) servicesIndex(c echo.Context) error {
	query := web.ReadList(c, map[string][]string{"status": catalog.ServiceStatuses})
	var rows []catalog.Service
	var resources []catalog.Resource
	var info store.PageInfo
	err := h.DB.InTenant(c.Request().Context(), *web.Tenant(c), func(q *store.TenantTx) (err error) {
		filter := catalog.ServiceFilter{Q: query.Q, Sort: query.Sort, Status: query.Filter("status"), Page: query.Page}
		if rows, info, err = catalog.Services(q, filter); err != nil {
			return err
		}
		resources, err = catalog.AllResources(q)
		return err
	})
	p := business.ServicesProps{List: query.State(info, len(rows), err), CanManage: mayManage(c, access.ServicesManage)}
	p.CanMove = p.CanManage && query.Q == "" && query.Filter("status") == "" && (query.Sort == "" || query.Sort == "order") && info.Total > 1
	byID := make(map[uuid.UUID]catalog.Resource, len(resources))
	for _, r := range resources {
		byID[r.ID] = r
	}
	for _, s := range rows {
		p.Rows = append(p.Rows, serviceRow(s, byID))
	}
	return h.RenderList(c, err, web.View{Title: "Services", Body: business.Services(p), Fragment: business.ServiceList(p)})
}

func serviceRow(s catalog.Service, resources map[uuid.UUID]catalog.Resource) business.ServiceRow {
	row := business.ServiceRow{ID: s.ID.String(), Name: s.Name, Description: s.Description, Duration: duration(s.DurationMinutes),
		Price: web.Price(s.PriceCents), Status: s.Status(), Nobody: len(s.Sets) == 0}
	switch before, after := s.BufferBeforeMinutes, s.BufferAfterMinutes; {
	case before > 0 && after > 0:
		row.Buffers = fmt.Sprintf("%d min before, %d after", before, after)
	case before > 0:
		row.Buffers = fmt.Sprintf("%d min before", before)
	case after > 0:
		row.Buffers = fmt.Sprintf("%d min after", after)
	}
	for _, set := range s.Sets {
		var names []string
		for _, id := range set {
			if r := resources[id]; r.IsActive {
				names = append(names, r.Name)
			}
		}
		row.Nobody = row.Nobody || len(names) == 0
		if len(names) > 0 {
			row.With = append(row.With, oneOf(names))
		}
	}
	return row
}

// oneOf lists names of which one is taken: "Ann, Ben or 3 more".
func oneOf(names []string) string {
	if len(names) > 4 {
		names = append(names[:3:3], fmt.Sprintf("%d more", len(names)-3))
	}
	last := len(names) - 1
	if last == 0 {
		return names[0]
	}
	return strings.Join(names[:last], ", ") + " or " + names[last]
}

func (h *Handlers) serviceNew(c echo.Context) error {
	in := business.ServiceInput{Duration: "60", Before: "0", After: "0", Status: "shown", NoticeUnit: "hours", Party: "1"}
	return h.serviceForm(c, http.StatusOK, serviceForm{in: in, fresh: true})
}

func (h *Handlers) serviceCreate(c echo.Context) error {
	in, s, errs, err := bindService(c)
	if err != nil {
		return err
	}
	if len(errs) == 0 {
		err := h.DB.InTenant(web.FormOnce(c), *web.Tenant(c), func(q *store.TenantTx) (err error) {
			if in.Sets == nil { // a form that doesn't ask for sets
				if s.Sets, err = everybody(q); err != nil {
					return err
				}
			}
			_, err = catalog.CreateService(q, s)
			return err
		})
		if err == nil {
			h.Flash(c, "success", s.Name+" is added.")
			return web.Redirect(c, urls.Services())
		}
		if errs = store.FieldErrors(err); errs == nil {
			return err
		}
	}
	return h.serviceForm(c, http.StatusUnprocessableEntity, serviceForm{in: in, errs: errs})
}

// everybody is the set of the active people.
func everybody(q *store.TenantTx) ([][]uuid.UUID, error) {
	all, err := catalog.AllResources(q)
	var people []uuid.UUID
	for _, r := range all {
		if r.Kind == "STAFF" && r.IsActive {
			people = append(people, r.ID)
		}
	}
	if len(people) == 0 {
		return nil, err
	}
	return [][]uuid.UUID{people}, err
}

func (h *Handlers) serviceEdit(c echo.Context) error {
	id, err := pathID(c, "id")
	if err != nil {
		return err
	}
	return h.serviceForm(c, http.StatusOK, serviceForm{id: id, stored: true})
}

func (h *Handlers) serviceUpdate(c echo.Context) error {
	id, err := pathID(c, "id")
	if err != nil {
		return err
	}
	in, s, errs, err := bindService(c)
	if err != nil {
		return err
	}
	if s.ID = id; len(errs) == 0 {
		err := h.DB.InTenant(web.IfSeen(c, serviceAnswers, s), *web.Tenant(c), func(q *store.TenantTx) error {
			if in.Sets == nil {
				before, err := catalog.ReadService(q, id)
				if err != nil {
					return err
				}
				s.Sets = before.Sets
			}
			return booking.UpdateService(q, s)
		})
		if err == nil {
			h.Flash(c, "success", s.Name+" is saved.")
			return web.Redirect(c, urls.Services())
		}
		if errs = store.FieldErrors(err); errs == nil {
			return err
		}
	}
	return h.serviceForm(c, web.FormStatus(errs), serviceForm{id: id, in: in, errs: errs})
}

func (h *Handlers) serviceMove(c echo.Context) error {
	id, err := pathID(c, "id")
	if err != nil {
		return err
	}
	err = h.DB.InTenant(c.Request().Context(), *web.Tenant(c), func(q *store.TenantTx) error {
		return catalog.MoveService(q, id, c.FormValue("direction") == "up")
	})
	if err != nil {
		return err
	}
	return web.Redirect(c, urls.Services())
}

func (h *Handlers) serviceDelete(c echo.Context) error {
	id, err := pathID(c, "id")
	if err != nil {
		return err
	}
	typed, name := c.FormValue("confirm"), ""
	err = h.DB.InTenant(c.Request().Context(), *web.Tenant(c), func(q *store.TenantTx) error {
		s, err := catalog.ReadService(q, id)
		if name = s.Name; err != nil || typed != name {
			return err
		}
		_, err = catalog.DeleteService(q, id)
		return err
	})
	again := serviceForm{id: id, stored: true, confirm: typed, confirmError: "Type the name as it stands above."}
	switch {
	case store.KindOf(err) == store.Conflict:
		again.confirmError = message(err)
		return h.serviceForm(c, http.StatusConflict, again)
	case err != nil:
		return err
	case typed != name:
		return h.serviceForm(c, http.StatusUnprocessableEntity, again)
	}
	h.Flash(c, "success", name+" is deleted.")
	return web.Redirect(c, urls.Services())
}

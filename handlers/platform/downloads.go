package platform

import (
	"net/http"
	"strings"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/people"
	"github.com/smoothschedule/smoothschedule/store/sessions"
	"github.com/smoothschedule/smoothschedule/views/platform"
	"github.com/smoothschedule/smoothschedule/views/ui"
)

// download is a list of the console as a file.
type download struct {
	noun, name string // of the audit log; of the file
	list       ui.Link
	personal   bool // it asks why and who before it is sent
	business   uuid.NullUUID
	head       []string
	batch      func(*store.PublicTx) (lines [][]string, info store.PageInfo, err error)
}

// download answers with a list as a file and puts that on record before its first
// row. Where it holds what is known of people, its address shows a form that asks
// why; the form is sent to the same address.
func (h *Handlers) download(c echo.Context, d download) error {
	if d.personal && access.IsSafe(c.Request().Method) {
		return h.downloadPage(c, http.StatusOK, d, nil)
	}
	reason, errs := strings.TrimSpace(c.FormValue("export_reason")), map[string]string{}
	if d.personal {
		web.CheckText(errs, "export_reason", reason, sessions.MinReason, 500, "Say what you need it for.")
		if err := h.confirmIdentity(c, errs); err != nil {
			return err
		}
		if len(errs) > 0 {
			return h.downloadPage(c, http.StatusUnprocessableEntity, d, errs)
		}
	}
	recorded := c.Request().Method == http.MethodHead // which sends nothing
	err := web.CSV(c, d.name, d.head, func() (lines [][]string, more bool, err error) {
		err = h.DB.InPublic(c.Request().Context(), func(q *store.PublicTx) error {
			rows, info, err := d.batch(q)
			if err == nil && !recorded {
				recorded = true
				err = people.RecordDownloadOf(q, people.Download{Noun: d.noun, File: d.name, Filter: web.FilterText(c.QueryParams()), Rows: info.Total, Reason: reason,
					Business: d.business, Personal: d.personal})
			}
			lines, more = rows, info.More
			return err
		})
		return lines, more, err
	})
	if errs := store.FieldErrors(err); errs != nil {
		return h.downloadPage(c, http.StatusUnprocessableEntity, d, errs)
	}
	return err
}

func (h *Handlers) downloadPage(c echo.Context, status int, d download, errs map[string]string) error {
	query := c.QueryParams()
	query.Del("page")
	query.Del("after")
	query.Del("before")
	back, action := d.list.Href, c.Request().URL.Path
	if encoded := query.Encode(); encoded != "" {
		back, action = back+"?"+encoded, action+"?"+encoded
	}
	p := platform.DownloadProps{File: d.name, List: ui.Link{Label: d.list.Label, Href: back}, Action: action, One: d.business.Valid,
		Reason: c.FormValue("export_reason"), NeedPassword: needsStepUp(c), Errors: errs}
	return h.Render(c, status, web.View{Title: "Download " + d.name, Body: platform.Download(p)})
}

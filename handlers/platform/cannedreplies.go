package platform

import (
	"net/http"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/desk"
	"github.com/smoothschedule/smoothschedule/views/platform"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

func (h *Handlers) repliesIndex(c echo.Context) error {
	return h.repliesPage(c, http.StatusOK, platform.CannedReplyForm{})
}

// repliesPage lists the prepared answers beside the form of one.
func (h *Handlers) repliesPage(c echo.Context, status int, form platform.CannedReplyForm) error {
	var replies []desk.CannedReply
	err := h.DB.InPublic(c.Request().Context(), func(q *store.PublicTx) (err error) {
		replies, err = desk.CannedReplies(q)
		return err
	})
	if err != nil {
		return err
	}
	return h.showReplies(c, status, form, replies)
}

func (h *Handlers) showReplies(c echo.Context, status int, form platform.CannedReplyForm, replies []desk.CannedReply) error {
	p, now := platform.CannedRepliesProps{Form: form}, time.Now()
	for _, r := range replies {
		p.Rows = append(p.Rows, platform.CannedReplyRow{ID: r.ID.String(), Title: r.Title, Body: r.Body, Updated: web.Ago(r.UpdatedAt, now)})
	}
	title := "Canned replies"
	if form.ID != "" {
		title = "Change a canned reply"
	}
	return h.Render(c, status, web.View{Title: title, Body: platform.CannedReplies(p)})
}

func (h *Handlers) replyShow(c echo.Context) error {
	id, err := uuid.Parse(c.Param("id"))
	if err != nil {
		return echo.ErrNotFound
	}
	var r desk.CannedReply
	var replies []desk.CannedReply
	err = h.DB.InPublic(c.Request().Context(), func(q *store.PublicTx) (err error) {
		if r, err = desk.ReadCannedReply(q, id); err == nil {
			replies, err = desk.CannedReplies(q)
		}
		return err
	})
	if err != nil {
		return err
	}
	return h.showReplies(c, http.StatusOK, platform.CannedReplyForm{ID: id.String(), Title: r.Title, Body: r.Body, Seen: web.Seen(replyAnswers(r))}, replies)
}

func (h *Handlers) replyCreate(c echo.Context) error { return h.replySave(c, uuid.Nil) }

func (h *Handlers) replyUpdate(c echo.Context) error {
	id, err := uuid.Parse(c.Param("id"))
	if err != nil || id == uuid.Nil {
		return echo.ErrNotFound
	}
	return h.replySave(c, id)
}

func (h *Handlers) replySave(c echo.Context, id uuid.UUID) error {
	form := platform.CannedReplyForm{Title: c.FormValue("title"), Body: c.FormValue("body"), Errors: map[string]string{}}
	if id != uuid.Nil {
		form.ID = id.String()
	}
	web.CheckText(form.Errors, "title", form.Title, 1, 80, "Give it a title.")
	web.CheckProse(form.Errors, "body", form.Body)
	if len(form.Errors) == 0 {
		in := desk.CannedReply{ID: id, Title: form.Title, Body: form.Body}
		err := h.DB.InPublic(web.IfSeen(c, replyAnswers, in), func(q *store.PublicTx) error {
			return desk.SaveCannedReply(q, in)
		})
		if err == nil {
			h.Flash(c, "success", "The reply is saved.")
			return web.Redirect(c, urls.CannedReplies())
		}
		if form.Errors = store.FieldErrors(err); form.Errors == nil {
			return err
		}
	}
	form.Seen = web.SeenAgain(c, urls.CannedReply(form.ID))
	return h.repliesPage(c, web.FormStatus(form.Errors), form)
}

func (h *Handlers) replyDelete(c echo.Context) error {
	id, err := uuid.Parse(c.Param("id"))
	if err != nil {
		return echo.ErrNotFound
	}
	err = h.DB.InPublic(c.Request().Context(), func(q *store.PublicTx) error { return desk.DeleteCannedReply(q, id) })
	if err != nil {
		return err
	}
	h.Flash(c, "success", "The reply is deleted.")
	return web.Redirect(c, urls.CannedReplies())
}

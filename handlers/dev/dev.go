// Package dev is what exists in development only: the mails that were written
// instead of sent, and the gallery of all components. It answers peers on this
// machine.
package dev

import (
	"net/http"
	"path/filepath"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/views/dev"
	"github.com/smoothschedule/smoothschedule/views/gallery"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

// Handlers shows what MailDir holds.
type Handlers struct {
	*web.App
	MailDir string
}

// Routes is added to the tables of all hosts.
func (h *Handlers) Routes() []web.Route {
	return []web.Route{
		{Method: http.MethodGet, Path: urls.DevMail(), Permission: access.Development, Handler: local(h.mailIndex), Closed: true},
		{Method: http.MethodGet, Path: urls.DevMailShowPattern, Permission: access.Development, Handler: local(h.mailShow), Closed: true},
		{Method: http.MethodGet, Path: urls.DevGallery(), Permission: access.Development, Handler: local(h.gallery), Closed: true},
	}
}

func local(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if !web.IsLoopback(c) {
			return echo.ErrNotFound
		}
		return next(c)
	}
}

func (h *Handlers) mailIndex(c echo.Context) error {
	mails, err := listMails(h.MailDir)
	if err != nil {
		return err
	}
	var p dev.MailIndexProps
	for _, m := range mails {
		p.Rows = append(p.Rows, dev.MailRow{ID: m.ID, To: m.To, Subject: m.Subject, At: web.Instant(m.At, time.UTC)})
	}
	return h.Render(c, http.StatusOK, web.View{Title: "Mail", Body: dev.MailIndex(p), Plain: true, Wide: true})
}

func (h *Handlers) mailShow(c echo.Context) error {
	m, err := readMail(filepath.Join(h.MailDir, filepath.Base(c.Param("id"))+mailSuffix))
	if err != nil {
		return echo.ErrNotFound
	}
	p := dev.MailShowProps{ID: m.ID, From: m.From, To: m.To, Subject: m.Subject, At: web.Instant(m.At, time.UTC), Text: m.Text, HTML: m.HTML, Links: m.Links()}
	return h.Render(c, http.StatusOK, web.View{Title: m.Subject, Body: dev.MailShow(p), Plain: true, Wide: true})
}

func (h *Handlers) gallery(c echo.Context) error {
	return h.Render(c, http.StatusOK, web.View{Title: "Gallery", Body: gallery.Page(), Plain: true, Wide: true})
}
